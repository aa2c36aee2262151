"""Policies, requests and reviews at once: what locks are for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain import ledger, members, transfers
from domain.transfers import State
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.transfers.offers import a_held_one, allow, has, run_all, send
from tests.support import given
from tests.support.given import NOON

DAY = timedelta(days=1)
AT_ONCE = 50
Act = Callable[[Tx], Awaitable[Any]]


async def alone(act: Act) -> Any:
    """What came of an act in a transaction of its own: its answer, or its refusal."""
    try:
        async with db.transaction() as tx:
            return await act(tx)
    except Refused as refused:
        return refused


async def at_once(*acts: Act) -> Sequence[Any]:
    return await asyncio.gather(*(alone(act) for act in acts))


LIMITS: list[tuple[dict[str, Any], dict[str, Any], int, type[Refused]]] = [
    ({}, {"pair_day_max": 55}, 5, transfers.OverPairDayLimit),
    ({}, {"pair_month_max": 75}, 7, transfers.OverPairMonthLimit),
    ({"transfer_day_max": 90}, {}, 9, transfers.OverDayLimit),
    ({}, {"open_offers_max": 11}, 11, transfers.TooManyOffers),
    ({}, {"confirm_above": 35}, 3, transfers.StepUpRequired),
    ({}, {}, 20, ledger.InsufficientPoints),
]


@pytest.mark.parametrize(("founding", "policy", "go", "refusal"), LIMITS)
async def test_given_a_limit_when_fifty_tens_are_sent_at_once_then_just_what_it_allows_goes(
    founding: dict[str, Any],
    policy: dict[str, Any],
    go: int,
    refusal: type[Refused],
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=200, tx=tx, **founding)
        await allow(ada.programme, tx=tx, **policy)

    answers = await at_once(*[lambda tx: send(10, ada, bob, tx)] * AT_ONCE)

    assert sum(isinstance(one, transfers.Transfer) for one in answers) == go
    assert sum(type(one) is refusal for one in answers) == AT_ONCE - go
    async with db.transaction() as tx:
        assert await has(ada, tx) == (200 - 10 * go, 10 * go)


async def test_given_a_request_when_it_is_paid_at_once_by_many_keys_then_it_is_paid_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=200, tx=tx)
        asked = await transfers.ask(10, asker=bob, payer=ada.id, id=ids.new(NOON), at=NOON, tx=tx)

    async def pay(tx: Tx) -> transfers.Payment:
        return await transfers.pay(asked.id, member=ada, id=ids.new(NOON), at=NOON, tx=tx)

    answers = await at_once(*[pay] * 20)

    assert sum(isinstance(one, transfers.Payment) for one in answers) == 1
    assert sum(isinstance(one, transfers.PointRequestClosed) for one in answers) == 19
    async with db.transaction() as tx:
        assert (await has(ada, tx), await has(bob, tx)) == ((190, 0), (10, 0))


async def test_given_requests_when_paid_cancelled_declined_and_expired_at_once_then_one_comes_first(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = []
        for _ in range(8):
            ada, bob = await given.two_friends(holding=100, tx=tx)
            id = ids.new(NOON)
            asked = await transfers.ask(10, asker=bob, payer=ada.id, id=id, at=NOON, tx=tx)
            scenes.append((ada, bob, asked))

    for ada, bob, asked in scenes:
        words = {"at": NOON + timedelta(days=6)}

        async def pay(tx: Tx, ada: Any = ada, asked: Any = asked, words: Any = words) -> Any:
            return await transfers.pay(asked.id, member=ada, id=ids.new(NOON), tx=tx, **words)

        async def cancel(tx: Tx, bob: Any = bob, asked: Any = asked, words: Any = words) -> Any:
            return await transfers.cancel_request(asked.id, member=bob, tx=tx, **words)

        async def decline(tx: Tx, ada: Any = ada, asked: Any = asked, words: Any = words) -> Any:
            return await transfers.decline_request(asked.id, member=ada, tx=tx, **words)

        answers = await at_once(
            pay,
            cancel,
            decline,
            lambda tx: run_all("transfers.expire_requests", NOON + 7 * DAY, tx),
        )

        paid = isinstance(answers[0], transfers.Payment)
        async with db.transaction() as tx:
            (stands,) = await transfers.requests(
                bob, received=False, open_only=False, before=None, limit=9, at=NOON, tx=tx
            )
            points = (await has(ada, tx), await has(bob, tx))
        cancelled = isinstance(answers[1], transfers.PointRequest)
        assert (paid, cancelled) == (stands.state == "PAID", stands.state == "CANCELLED")
        assert points == (((90, 0), (10, 0)) if paid else ((100, 0), (0, 0)))


async def test_given_one_friend_when_asked_many_times_at_once_then_one_request_is_open(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(tx=tx)

    async def ask(tx: Tx) -> transfers.PointRequest:
        return await transfers.ask(10, asker=bob, payer=ada.id, id=ids.new(NOON), at=NOON, tx=tx)

    answers = await at_once(*[ask] * 12)

    assert sum(isinstance(one, transfers.PointRequest) for one in answers) == 1
    assert sum(isinstance(one, transfers.AlreadyAsked) for one in answers) == 11


async def test_given_held_transfers_when_all_decide_at_once_then_one_decision_stands(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = [await a_held_one(tx) for _ in range(8)]
        for _, bob, _ in scenes:
            await members.edit(bob, auto_accept=True, at=NOON, tx=tx)

    for ada, bob, held in scenes:
        # The operators' and the phone's clocks are just before the end, the job's just after it.
        words = {"programme": ada.programme, "operator": ids.new(NOON), "at": NOON + 2 * DAY}

        async def decide(tx: Tx, approved: bool, held: Any = held, words: Any = words) -> State:
            return (await transfers.decide(held.id, approved=approved, tx=tx, **words)).state

        async def cancel(tx: Tx, ada: Any = ada, held: Any = held) -> State:
            return (await transfers.cancel(held.id, member=ada, at=NOON + 2 * DAY, tx=tx)).state

        answers = await at_once(
            lambda tx: decide(tx, True),
            lambda tx: decide(tx, True),
            lambda tx: decide(tx, False),
            cancel,
            lambda tx: run_all("transfers.return", NOON + 3 * DAY, tx),
        )

        async with db.transaction() as tx:
            stands = (await transfers.get(held.id, member=ada, tx=tx)).state
            points = (await has(ada, tx), await has(bob, tx))
        given_answers = {one for one in answers[:4] if not isinstance(one, Refused)}
        # Who comes late learns it from the transfer, not from a hold that is gone.
        late = [one for one in answers if isinstance(one, Refused)]
        assert {type(one) for one in late} <= {transfers.NotInReview, transfers.TransferClosed}
        assert given_answers <= {stands}
        assert stands is State.RETURNED or given_answers == {stands}
        accepted = stands is State.ACCEPTED
        assert points == (((70, 0), (30, 0)) if accepted else ((100, 0), (0, 0)))


async def test_given_a_cooling_transfer_when_offered_and_cancelled_at_once_then_one_comes_first(
    database: None,
) -> None:
    async with db.transaction() as tx:
        pairs = [await given.two_friends(holding=100, tx=tx) for _ in range(6)]
        sent = []
        for ada, bob in pairs:
            await allow(ada.programme, cooling_hours=1, cooling_holds=True, tx=tx)
            await members.edit(bob, auto_accept=True, at=NOON, tx=tx)
            sent.append(await send(30, ada, bob, tx))
    later = NOON + timedelta(hours=1)

    async def offer(tx: Tx) -> int:
        return await run_all("transfers.offer", later, tx)

    cancels = [
        lambda tx, ada=ada, one=one: transfers.cancel(one.id, member=ada, at=later, tx=tx)
        for (ada, _), one in zip(pairs, sent, strict=True)
    ]
    answers = await at_once(offer, *cancels, offer, offer)
    await alone(offer)

    for (ada, bob), one, answer in zip(pairs, sent, answers[1:-2], strict=True):
        async with db.transaction() as tx:
            stands = (await transfers.get(one.id, member=ada, tx=tx)).state
            points = (await has(ada, tx), await has(bob, tx))
        cancelled = not isinstance(answer, Refused)
        assert stands is (State.CANCELLED if cancelled else State.ACCEPTED)
        assert points == (((100, 0), (0, 0)) if cancelled else ((70, 0), (30, 0)))
