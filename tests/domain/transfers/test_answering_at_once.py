"""Answering at once: one answer stands."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain import transfers
from domain.members import Member
from domain.transfers import State
from domain.transfers.schedule import JOBS
from infra import db, jobs
from tests.domain.transfers.offers import an_offer, has, offered
from tests.support import given
from tests.support.given import NOON

RETURN = next(job for job in JOBS if job.name == "transfers.return")
WEEK = timedelta(days=7)
ANSWERS = {
    "accept": transfers.accept,
    "decline": transfers.decline,
    "cancel": transfers.cancel,
}


async def test_given_an_offer_when_all_answer_at_once_then_one_answer_stands(
    database: None,
) -> None:
    async with db.transaction() as tx:
        offers = [await an_offer(tx) for _ in range(6)]

    async def answer(verb: str, member: Member, id: UUID) -> State | None:
        try:
            async with db.transaction() as tx:
                return (await ANSWERS[verb](id, member=member, at=NOON, tx=tx)).state
        except transfers.TransferClosed:
            return None

    for ada, bob, offer in offers:
        answers = await asyncio.gather(
            answer("accept", bob, offer.id),
            answer("decline", bob, offer.id),
            answer("cancel", ada, offer.id),
            answer("accept", bob, offer.id),
        )

        given_answers = {a for a in answers if a is not None}
        assert len(given_answers) == 1
        async with db.transaction() as tx:
            stands = (await transfers.get(offer.id, member=ada, tx=tx)).state
            balances = (await has(ada, tx), await has(bob, tx))
        assert given_answers == {stands}
        accepted = stands is State.ACCEPTED
        assert balances == (((70, 0), (30, 0)) if accepted else ((100, 0), (0, 0)))


async def test_given_an_offer_when_it_is_accepted_while_four_jobs_return_it_then_one_wins(
    database: None,
) -> None:
    async with db.transaction() as tx:
        offers = [await an_offer(tx) for _ in range(5)]
    # The phone's clock stopped just before the end, the job's is just after it.
    early, late = NOON + WEEK - timedelta(microseconds=1), NOON + WEEK

    async def accept(member: Member, id: UUID) -> bool:
        try:
            async with db.transaction() as tx:
                await transfers.accept(id, member=member, at=early, tx=tx)
        except transfers.TransferClosed:
            return False
        return True

    async def return_due() -> None:
        more = 1
        while more:
            async with db.transaction() as tx:
                more = await RETURN.body(late, tx)

    answers, *_ = await asyncio.gather(
        asyncio.gather(*(accept(bob, offer.id) for _, bob, offer in offers)),
        *(return_due() for _ in range(4)),
    )
    await return_due()

    for accepted, (ada, bob, offer) in zip(answers, offers, strict=True):
        async with db.transaction() as tx:
            stands = (await transfers.get(offer.id, member=ada, tx=tx)).state
            balances = (await has(ada, tx), await has(bob, tx))
        assert stands is (State.ACCEPTED if accepted else State.RETURNED)
        assert balances == (((70, 0), (30, 0)) if accepted else ((100, 0), (0, 0)))


async def test_given_more_due_offers_than_a_chunk_when_the_job_is_due_then_all_are_returned(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.transfers.answering.RETURN_BATCH", 2)
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=100, tx=tx)
        for _ in range(5):
            await offered(10, ada, bob, tx)
    job = jobs.Job("test.transfers.return", RETURN.every, RETURN.body)

    done = await jobs.run_due(job, at=NOON + WEEK)

    async with db.transaction() as tx:
        assert await has(ada, tx) == (100, 0)
    assert done >= 5
