"""Answering a transfer, once."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from domain import friends, ledger, transfers
from domain.transfers import State, Transfer
from domain.transfers.schedule import JOBS
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.transfers.offers import an_offer, has, offered
from tests.support import given
from tests.support.given import NOON

RETURN = next(job for job in JOBS if job.name == "transfers.return")
WEEK = timedelta(days=7)
Answer = Callable[..., Awaitable[Transfer]]
ANSWERS: dict[str, Answer] = {
    "accept": transfers.accept,
    "decline": transfers.decline,
    "cancel": transfers.cancel,
}
STATES = {"accept": State.ACCEPTED, "decline": State.DECLINED, "cancel": State.CANCELLED}
EVENTS = {
    "accept": transfers.Accepted,
    "decline": transfers.Declined,
    "cancel": transfers.Cancelled,
}


async def return_all(at: datetime, tx: Tx) -> int:
    """Let the job run until nothing is due, as infra.jobs does."""
    done = 0
    while count := await RETURN.body(at, tx):
        done += count
    return done


@pytest.mark.parametrize("verb", ANSWERS)
async def test_given_an_offer_when_answered_then_the_points_go_where_they_should(
    verb: str, tx: Tx
) -> None:
    ada, bob, offer = await an_offer(tx)
    who, other = (ada, bob) if verb == "cancel" else (bob, ada)

    answered = await ANSWERS[verb](offer.id, member=who, at=NOON, tx=tx)

    assert (answered.state, answered.resolved_at) == (STATES[verb], NOON)
    assert await transfers.get(offer.id, member=ada, tx=tx) == answered
    left, came = ((70, 0), (30, 0)) if verb == "accept" else ((100, 0), (0, 0))
    assert (await has(ada, tx), await has(bob, tx)) == (left, came)
    assert tx.staged[-1] == EVENTS[verb](
        programme=ada.programme,
        subject=other.id,
        object=offer.id,
        at=NOON,
        points=30,
        other=who.id,
    )


@pytest.mark.parametrize("verb", ANSWERS)
async def test_given_an_answer_when_it_is_repeated_then_it_is_the_same_and_nothing_moves(
    verb: str, tx: Tx
) -> None:
    ada, bob, offer = await an_offer(tx)
    who = ada if verb == "cancel" else bob
    first = await ANSWERS[verb](offer.id, member=who, at=NOON, tx=tx)
    before, told = await has(ada, tx), list(tx.staged)

    again = await ANSWERS[verb](offer.id, member=who, at=NOON + 9 * WEEK, tx=tx)

    assert (again, tx.staged) == (first, told)
    assert await has(ada, tx) == before


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(ANSWERS, 2)))
async def test_given_an_answer_when_another_is_given_then_refused_and_nothing_moves(
    first: str, second: str, tx: Tx
) -> None:
    ada, bob, offer = await an_offer(tx)
    await ANSWERS[first](offer.id, member=ada if first == "cancel" else bob, at=NOON, tx=tx)
    before = (await has(ada, tx), await has(bob, tx))

    with pytest.raises(transfers.TransferClosed) as refused:
        await ANSWERS[second](offer.id, member=ada if second == "cancel" else bob, at=NOON, tx=tx)

    assert (refused.value.code, refused.value.state) == ("TRANSFER_CLOSED", STATES[first])
    assert (await has(ada, tx), await has(bob, tx)) == before


@pytest.mark.parametrize(
    ("verb", "who", "refusal", "code"),
    [
        ("accept", "ada", transfers.NotYours, "TRANSFER_NOT_YOURS"),
        ("decline", "ada", transfers.NotYours, "TRANSFER_NOT_YOURS"),
        ("cancel", "bob", transfers.NotYours, "TRANSFER_NOT_YOURS"),
        ("accept", "cyd", transfers.NoSuchTransfer, "NO_SUCH_TRANSFER"),
        ("decline", "cyd", transfers.NoSuchTransfer, "NO_SUCH_TRANSFER"),
        ("cancel", "cyd", transfers.NoSuchTransfer, "NO_SUCH_TRANSFER"),
        ("accept", "eve", transfers.NoSuchTransfer, "NO_SUCH_TRANSFER"),
        ("decline", "eve", transfers.NoSuchTransfer, "NO_SUCH_TRANSFER"),
        ("cancel", "eve", transfers.NoSuchTransfer, "NO_SUCH_TRANSFER"),
    ],
)
async def test_given_an_offer_when_the_wrong_member_answers_then_refused(
    verb: str, who: str, refusal: type[Refused], code: str, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.two_friends(holding=100, programme=club, tx=tx)
    offer = await offered(30, ada, bob, tx)
    people = {"ada": ada, "bob": bob, "cyd": await given.a_member(club, tx=tx)}
    people["eve"] = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(refusal) as refused:
        await ANSWERS[verb](offer.id, member=people[who], at=NOON, tx=tx)
    with pytest.raises(transfers.NoSuchTransfer):
        await ANSWERS[verb](ids.new(NOON), member=people[who], at=NOON, tx=tx)

    assert refused.value.code == code
    assert (await has(ada, tx), await has(bob, tx)) == ((70, 30), (0, 0))


async def test_given_an_offer_when_the_two_part_then_it_can_still_be_accepted(tx: Tx) -> None:
    ada, bob, offer = await an_offer(tx)
    await friends.remove(bob, friend=ada.id, tx=tx)

    await transfers.accept(offer.id, member=bob, at=NOON, tx=tx)

    assert await has(bob, tx) == (30, 0)


@pytest.mark.parametrize("verb", ANSWERS)
async def test_given_an_offer_when_its_time_is_over_then_no_answer_is_taken_before_or_after_the_job(
    verb: str, tx: Tx
) -> None:
    ada, bob, offer = await an_offer(tx)
    who = ada if verb == "cancel" else bob
    early, late = NOON + WEEK - timedelta(microseconds=1), NOON + WEEK

    with pytest.raises(transfers.TransferClosed) as before:
        await ANSWERS[verb](offer.id, member=who, at=late, tx=tx)
    await return_all(early, tx)
    assert await has(ada, tx) == (70, 30)
    await return_all(late, tx)
    with pytest.raises(transfers.TransferClosed) as after:
        await ANSWERS[verb](offer.id, member=who, at=late, tx=tx)

    assert before.value.state == after.value.state == State.RETURNED
    assert (await has(ada, tx), await has(bob, tx)) == ((100, 0), (0, 0))


async def test_given_offers_that_are_due_when_the_job_runs_twice_then_each_is_returned_once(
    tx: Tx,
) -> None:
    ada, bob, offer = await an_offer(tx)
    eve, fay, other = await an_offer(tx)
    answered = await offered(10, ada, bob, tx)
    await transfers.accept(answered.id, member=bob, at=NOON, tx=tx)
    due = NOON + WEEK

    first, second = await return_all(due, tx), await return_all(due, tx)

    assert first >= 2
    assert second == 0
    for member, id in ((ada, offer.id), (eve, other.id)):
        returned = await transfers.get(id, member=member, tx=tx)
        assert (returned.state, returned.resolved_at) == (State.RETURNED, due)
    assert (await has(ada, tx), await has(bob, tx)) == ((90, 0), (10, 0))
    assert (await has(eve, tx), await has(fay, tx)) == ((100, 0), (0, 0))
    told = [e for e in tx.staged if isinstance(e, transfers.Returned) and e.object == offer.id]
    assert [(e.subject, e.other) for e in told] == [(ada.id, bob.id)]


async def test_given_a_hold_that_timed_out_before_the_job_came_then_the_offer_is_still_returned(
    tx: Tx,
) -> None:
    ada, _, offer = await an_offer(tx)
    late = NOON + WEEK + timedelta(days=3)
    timed_out = ledger.release(hold=offer.id, account=ada.account, id=ids.new(late))
    ledger.require(await ledger.post_one(timed_out, book=ada.book, at=late, tx=tx))

    await return_all(late, tx)

    assert (await transfers.get(offer.id, member=ada, tx=tx)).state is State.RETURNED
    assert await has(ada, tx) == (100, 0)


async def test_given_an_answered_transfer_when_someone_would_change_it_then_the_database_refuses(
    tx: Tx,
) -> None:
    _, bob, offer = await an_offer(tx)
    await transfers.decline(offer.id, member=bob, at=NOON, tx=tx)

    with pytest.raises(db.PostgresError, match="answered once"):
        async with tx.savepoint():
            await tx.run("UPDATE transfer SET state = 'ACCEPTED' WHERE id = $1", offer.id)
    with pytest.raises(db.PostgresError, match="permission denied"):
        async with tx.savepoint():
            await tx.run("DELETE FROM transfer WHERE id = $1", offer.id)


async def test_given_transfers_when_listed_by_page_then_each_comes_once_newest_first(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await given.points(100, bob, tx=tx)
    sent = [
        await transfers.send(
            1, sender=a, receiver=b.id, id=ids.new(NOON + timedelta(seconds=n)), at=NOON, tx=tx
        )
        for n, (a, b) in enumerate([(ada, bob), (bob, ada), (ada, bob), (ada, bob), (bob, ada)])
    ]
    other = await an_offer(tx)

    seen: list[Transfer] = []
    while page := await transfers.listed(ada, before=seen[-1].id if seen else None, limit=2, tx=tx):
        seen += page

    assert seen == sent[::-1]
    foreign = [sent[0].id, other[2].id, ids.new(NOON)]
    assert list(await transfers.several(foreign, member=ada, tx=tx)) == [sent[0].id]
    with pytest.raises(transfers.NoSuchTransfer):
        await transfers.get(other[2].id, member=ada, tx=tx)
