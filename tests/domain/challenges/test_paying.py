"""Points out of an escrow and back: once, never more than there is, and by the return policy."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from domain import ledger
from domain.challenges import Challenge, Part, Pay
from domain.ledger import ReturnPolicy
from domain.members import Member
from infra import db, ids
from infra.db import Tx
from tests.domain.challenges.making import a_payer, has, live, now
from tests.domain.challenges.playing import count, delete, given_to, join, run, standing, wallet
from tests.support import cutting, databases, facts, given
from tests.support.given import NOON
from tests.support.servers import Postgres

OPEN = {"from_joining": False}
# What a member who has spent 70 of 100 has when they are taken back, what they owe, what the
# escrow of 1,000 has then, and the same once they have completed it again.
POLICIES = [
    (ReturnPolicy.ONLY_PENDING, (30, 0, 900), (30, 0, 900)),
    (ReturnPolicy.WITHIN_BALANCE, (0, 0, 930), (30, 0, 900)),
    (ReturnPolicy.NEGATIVE_ALLOWED, (0, 70, 1_000), (30, 0, 900)),
]


@pytest.mark.parametrize(("policy", "back", "again"), POLICIES)
async def test_given_spent_points_when_undone_and_done_again_then_the_member_has_a_hundred_once(
    tx: Tx, policy: ReturnPolicy, back: tuple[int, int, int], again: tuple[int, int, int]
) -> None:
    one, ada = await a_joined(tx, return_policy=policy)
    first = await run(ada, tx)
    await spend(70, ada, tx)

    await delete(first, tx)
    undone = await books(one, ada, tx)
    state = (await standing(one, ada, tx)).state
    await run(ada, tx)

    assert (undone, state) == (back, Part.ACTIVE)
    assert await books(one, ada, tx) == again
    assert (await now(one, tx)).left == again[2]
    standing_ = [g for g in await given_to(one, ada.id, tx) if g.state is Pay.PAID]
    assert len(standing_) == 1


async def test_given_a_completion_when_the_same_is_told_again_then_it_is_paid_once(tx: Tx) -> None:
    one, ada = await a_joined(tx)
    done = facts.fact(ada)
    judged, earned = facts.happened(done)

    await facts.play(judged, earned, tx=tx)
    await facts.play(judged, earned, tx=tx)
    await count([facts.new(done)], tx)

    assert [g.turn for g in await given_to(one, ada.id, tx)] == [1]
    assert await books(one, ada, tx) == (100, 0, 900)


async def test_given_an_escrow_that_was_emptied_when_completed_then_the_ledger_has_the_last_word(
    tx: Tx,
) -> None:
    one, ada = await a_joined(tx)
    item = ledger.spend(950, account=one.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=one.book, at=NOON, tx=tx))

    await run(ada, tx)

    unpaid = await given_to(one, ada.id, tx)
    assert [(g.state, g.reason) for g in unpaid] == [(Pay.UNPAID, "BUDGET_EXHAUSTED")]
    assert (await standing(one, ada, tx)).state is Part.ACTIVE
    assert (await books(one, ada, tx), (await now(one, tx)).spent) == ((0, 0, 50), 0)


async def test_given_a_budget_for_five_when_twelve_complete_at_once_then_five_are_paid(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        one = await live(await a_payer(club, tx=tx), tx, budget=550, **OPEN)
        people = [await given.a_member(club, tx=tx) for _ in range(12)]
        for member in people:
            await join(one, member, tx)

    async def complete(member: Member) -> None:
        async with db.transaction() as tx:
            await run(member, tx)

    await asyncio.gather(*(complete(member) for member in people))

    async with db.transaction() as tx:
        held = sorted([(await wallet(member, tx)).balance for member in people])
        states = [(await standing(one, member, tx)).state for member in people]
        assert held == [0] * 7 + [100] * 5
        assert (states.count(Part.COMPLETED), states.count(Part.ACTIVE)) == (5, 7)
        assert (await has(one, tx), (await now(one, tx)).left) == (50, 50)


async def test_given_one_member_when_two_activities_complete_it_at_once_then_it_is_paid_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        one, ada = await a_joined(tx)

    async def complete() -> None:
        async with db.transaction() as tx:
            await run(ada, tx)

    await asyncio.gather(*(complete() for _ in range(6)))

    async with db.transaction() as tx:
        assert await books(one, ada, tx) == (100, 0, 900)
        assert (await standing(one, ada, tx)).reached == (30_000,)


async def test_given_a_crash_before_the_commit_when_told_again_then_paid_once_and_taken_back_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            one, ada = await a_joined(tx)
        done = facts.fact(ada)
        await twice(url, lambda tx: count([facts.new(done, at=NOON)], tx))
        async with db.transaction() as tx:
            paid = await books(one, ada, tx)
        await twice(url, lambda tx: count([facts.gone(done, at=NOON)], tx))
        async with db.transaction() as tx:
            back = await books(one, ada, tx)

    assert (paid, back) == ((100, 0, 900), (0, 0, 1_000))


async def twice(url: str, act: Callable[[Tx], Awaitable[None]]) -> None:
    """Do it, cut off before the commit; and again."""
    await cutting.before_commit(url, act)
    async with db.transaction() as tx:
        await act(tx)


async def a_joined(tx: Tx, **policies: object) -> tuple[Challenge, Member]:
    """A live challenge with 1,000 points that pays 100, and a member who takes part."""
    club = await given.a_programme(tx=tx, **policies)
    one = await live(await a_payer(club, tx=tx), tx, **OPEN)
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    return one, ada


async def spend(points: int, member: Member, tx: Tx) -> None:
    item = ledger.spend(points, account=member.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=member.book, at=NOON, tx=tx))


async def books(one: Challenge, member: Member, tx: Tx) -> tuple[int, int, int]:
    """What the member has and owes, and what is in the escrow."""
    own = await wallet(member, tx)
    return own.balance, own.debt, await has(one, tx)
