"""Interfering: whoever steers pushes meets those who send them; nobody waits in a circle, and
nothing is left lying."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeAlias

import pytest

from domain import devices, privacy, push
from domain.members import Member
from domain.push import Answered, Due, Kind, personal, schedule
from infra import db
from infra.db import Tx
from infra.push import Answer, Outcome
from tests.domain.push.scenes import a_device, an_order, ordered, taken, waiting
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres
from tests.support.waiting import until

Act: TypeAlias = Callable[[Member, Tx], Awaitable[object]]
LABEL = "bc.1"
SOON = NOON + timedelta(seconds=20)
LOCK = "SELECT id FROM push_waiting WHERE id = $1 FOR UPDATE"
WAITERS = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"

ACTS: Mapping[str, Act] = {
    "hold": lambda ada, tx: push.hold(LABEL, programme=ada.programme, at=NOON, tx=tx),
    "drop": lambda ada, tx: push.drop(LABEL, programme=ada.programme, tx=tx),
    "forget": lambda ada, tx: personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx),
}


@pytest.fixture
async def own(postgres: Postgres) -> AsyncIterator[None]:
    """A database of a test's own, where nobody else takes what waits."""
    async with databases.own(postgres):
        yield


@pytest.mark.parametrize("act", ACTS)
async def test_given_answers_that_are_written_when_somebody_steers_them_then_both_get_done(
    act: str, own: None
) -> None:
    ada, [first, second, third] = await on_their_way(3)
    late = Answer(Outcome.LATER, retry_after_s=20.0)
    told = [Answered(third, Answer(Outcome.SENT)), Answered(first, late)]
    doing = [partial(ACTS[act], ada), lambda tx: push.answer(told, at=NOON, tx=tx)]

    await begun_in_turn(doing, held=second)

    async with db.transaction() as tx:
        assert third.id not in {row["id"] for row in await waiting(tx)}


async def test_given_a_member_who_is_erased_when_their_phone_is_found_gone_then_both_get_done(
    own: None,
) -> None:
    ada, [due] = await on_their_way(1)
    told = [Answered(due, Answer(Outcome.GONE))]
    erase = partial(privacy.erase, ada.id, programme=ada.programme, at=NOON)
    doing = [lambda tx: push.answer(told, at=NOON, tx=tx), lambda tx: erase(tx=tx)]

    await begun_in_turn(doing, held=due)

    async with db.transaction() as tx:
        left = await devices.targets([ada.id], programme=ada.programme, at=NOON, tx=tx)
        assert (await waiting(tx), left) == ([], {})


async def test_given_a_template_that_is_resumed_when_its_push_is_being_ordered_then_it_goes(
    own: None,
) -> None:
    ada, [bad] = await on_their_way(1, label=None)
    async with db.transaction() as tx:
        refused = Answer(Outcome.BAD_MESSAGE, error="400: data")
        await push.answer([Answered(bad, refused)], at=NOON, tx=tx)
    go = asyncio.Event()
    resume = partial(push.resume, programme=ada.programme, at=NOON)
    resuming = asyncio.create_task(in_turn(go, lambda tx: resume(tx=tx)))
    async with db.transaction() as tx:
        one = an_order(ada)
        await ordered(ada, one, tx=tx)
        go.set()
        await resuming

    async with db.transaction() as tx:
        await schedule.sweep(SOON, tx)
        went = {due.id for due in await taken(at=SOON, tx=tx)}

    assert went == {bad.id, one.id}


async def on_their_way(count: int, *, label: str | None = LABEL) -> tuple[Member, list[Due]]:
    """Pushes to one phone that a sender has taken, the oldest first."""
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
        await a_device(ada, tx=tx)
        for _ in range(count):
            await ordered(ada, an_order(ada, kind=Kind.TRANSFER_RECEIVED, label=label), tx=tx)
        return ada, sorted(await taken(tx=tx), key=lambda due: due.id)


async def begun_in_turn(doing: Sequence[Callable[[Tx], Awaitable[object]]], *, held: Due) -> None:
    """Do these, each begun when the one before it waits, as long as `held` is somebody else's."""
    turns = [asyncio.Event() for _ in doing]
    # Before the transaction is opened: they must not be a part of it.
    tasks = [asyncio.create_task(in_turn(*each)) for each in zip(turns, doing, strict=True)]
    async with db.transaction() as tx:
        await tx.rows(LOCK, held.id)
        for number, turn in enumerate(turns, 1):
            turn.set()
            await until(partial(all_wait, number, tx))
    await asyncio.gather(*tasks)


async def in_turn(turn: asyncio.Event, act: Callable[[Tx], Awaitable[object]]) -> None:
    """Do it in a transaction of its own, once it may begin."""
    await turn.wait()
    async with db.transaction() as tx:
        await act(tx)


async def all_wait(count: int, tx: Tx) -> bool:
    return await tx.value(WAITERS) >= count
