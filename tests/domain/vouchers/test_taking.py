"""Taking: a code is given to one redemption, once, however many ask at the same time."""

from functools import partial
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from domain import vouchers
from domain.programmes import Programme
from domain.rewards import NoSuchReward, RewardKind
from domain.vouchers import NoVouchersLeft, RunningLow
from domain.vouchers.warning import warn_due
from infra import db, ids
from infra.db import Tx
from infra.events import action_of
from tests.domain.moments.making import at_once
from tests.domain.vouchers import making
from tests.domain.vouchers.making import DAY
from tests.faults import cuts
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

Shelf = tuple[Programme, UUID]
# What every asker waits for first, so that all of them look for a free code at the same time.
HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(r::text, 39)) FROM unnest($1::uuid[]) AS r"
AGAIN = "UPDATE voucher SET redemption = $3 WHERE programme = $1 AND redemption = $2"
EVENTS = "SELECT action FROM event WHERE subject = $1 ORDER BY number"


async def a_shelf(folder: Path, *lines: str) -> Shelf:
    """A reward with these codes."""
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        reward = await making.a_reward(programme, tx=tx)
    path = making.a_file(folder, *lines, header="code,expires")
    assert (await making.uploaded(path, reward, programme)).refused == 0
    return programme, reward


async def take(
    programme: Programme, reward: UUID, redemption: UUID, quantity: int = 1
) -> list[str]:
    """The codes; none where there are not so many."""
    try:
        async with db.transaction() as tx:
            words = {"redemption": redemption, "quantity": quantity}
            got = await making.taken(reward, programme, tx, **words)
    except NoVouchersLeft:
        return []
    return [one.code for one in got]


async def test_given_codes_that_end_when_taken_then_the_soonest_comes_first_and_none_too_late(
    database: None, tmp_path: Path
) -> None:
    soon, later = (NOON + DAY).isoformat(), (NOON + 3 * DAY).isoformat()
    lines = ["NEVER,", f"LATER,{later}", f"SOON,{soon}", f"GONE,{soon}"]
    programme, reward = await a_shelf(tmp_path, *lines)

    async with db.transaction() as tx:
        first = await making.taken(reward, programme, tx)
        words = {"quantity": 2, "at": NOON + DAY}
        second = await making.taken(reward, programme, tx, **words)
        with pytest.raises(NoVouchersLeft) as none:
            await making.taken(reward, programme, tx, at=NOON + DAY)
        now = await vouchers.tally(reward, programme=programme.id, at=NOON + DAY, tx=tx)

    assert [(one.code, one.expires_at) for one in first] == [("SOON", NOON + DAY)]
    assert [(one.code, one.place) for one in second] == [("LATER", 1), ("NEVER", 2)]
    assert second[1].expires_at is None
    assert none.value.left == 0
    assert (now.loaded, now.given, now.expired, now.left) == (4, 3, 1, 0)


async def test_given_a_redemption_when_it_asks_again_then_it_has_the_same_codes_for_ever(
    database: None, tmp_path: Path
) -> None:
    programme, reward = await a_shelf(tmp_path, "A,", "B,", "C,")
    redemption = ids.new(NOON)

    first = await take(programme, reward, redemption, 2)
    again = await take(programme, reward, redemption, 2)

    assert first == again == ["A", "B"]
    async with db.transaction() as tx:
        known = await vouchers.given([redemption, ids.new(NOON)], programme=programme.id, tx=tx)
        assert [one.code for one in known[redemption]] == first
        assert len(known) == 1
        assert await making.left(reward, programme, tx) == 1
        assert "A" not in repr(known[redemption][0])


async def test_given_a_code_that_was_given_when_anybody_gives_it_again_then_the_database_refuses(
    database: None, tmp_path: Path
) -> None:
    programme, reward = await a_shelf(tmp_path, "A,")
    redemption = ids.new(NOON)
    await take(programme, reward, redemption)

    for other in (ids.new(NOON), None):
        with pytest.raises(asyncpg.PostgresError, match="given once"):
            async with db.transaction() as tx:
                await tx.run(AGAIN, programme.id, redemption, other)


async def test_given_fewer_codes_than_askers_when_all_ask_at_once_then_each_code_is_given_once(
    database: None, tmp_path: Path
) -> None:
    programme, reward = await a_shelf(tmp_path, *(f"C-{n}," for n in range(6)))
    askers = [ids.new(NOON) for _ in range(9)]

    # Three of them ask twice, at once.
    acts = [partial(take, programme, reward, one) for one in (*askers, *askers[:3])]
    said = await at_once(acts, HOLD, askers)

    codes = [code for one in said[:9] for code in one]
    assert sorted(codes) == [f"C-{n}" for n in range(6)]
    assert all(one == first for one, first in zip(said[9:], said, strict=False) if first)


async def test_given_a_free_code_that_is_held_when_another_asks_then_it_does_not_wait(
    database: None, tmp_path: Path
) -> None:
    programme, reward = await a_shelf(tmp_path, "A,", "B,")

    async with db.transaction() as tx:
        first = await making.taken(reward, programme, tx)
        second = await take(programme, reward, ids.new(NOON))
        none = await take(programme, reward, ids.new(NOON))

    assert ([one.code for one in first], second, none) == (["A"], ["B"], [])


async def test_given_a_taking_when_its_session_is_killed_at_any_statement_then_nothing_is_left(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres) as url:
        programme, reward = await a_shelf(tmp_path, "A,", "B,", "C,")
        words = {"redemption": ids.new(NOON), "quantity": 2}

        async def act(tx: Tx) -> None:
            await making.taken(reward, programme, tx, **words)

        await cuts.before_the_commit(url, act)
        count = await cuts.at_every_statement(url, act)

    assert count == 3


async def test_given_a_pool_that_runs_low_when_looked_at_then_it_is_told_once_until_it_is_filled(
    postgres: Postgres, tmp_path: Path
) -> None:
    async with databases.own(postgres):
        programme, reward = await a_shelf(tmp_path, "A,", "B,", "C,")
        minutes = (NOON + n * DAY / 1_440 for n in range(1, 10))

        async def looked() -> list[str]:
            async with db.transaction() as tx:
                assert await warn_due(at := next(minutes), tx) == 1
                assert await warn_due(at, tx) == 0
            async with db.reading() as tx:
                return [row["action"] for row in await tx.rows(EVENTS, reward)]

        async with db.transaction() as tx:
            words = {"programme": programme.id, "at": NOON, "tx": tx}
            await vouchers.set_warning(reward, 3, **words)
        told = [await looked()]
        await take(programme, reward, ids.new(NOON))
        told += [await looked(), await looked()]
        await making.uploaded(making.a_file(tmp_path, "D"), reward, programme)
        told += [await looked()]
        await take(programme, reward, ids.new(NOON))
        told += [await looked()]

    assert [len(one) for one in told] == [0, 1, 1, 1, 2]
    assert told[1] == [action_of(RunningLow)]


async def test_given_a_warning_that_cannot_be_meant_when_set_then_it_is_refused(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    reward = await making.a_reward(programme, tx=tx)

    raffle = await making.a_reward(programme, RewardKind.RAFFLE, tx=tx)

    words = {"programme": programme.id, "at": NOON, "tx": tx}
    for number in (-1, 1_000_001):
        with pytest.raises(vouchers.BadWarning):
            await vouchers.set_warning(ids.new(NOON), number, **words)
    with pytest.raises(NoSuchReward):
        await vouchers.set_warning(ids.new(NOON), 7, **words)
    with pytest.raises(vouchers.NotVouchers):
        await vouchers.set_warning(raffle, 7, **words)
    with pytest.raises(vouchers.NoSuchPool):
        await vouchers.get(reward, programme=programme.id, tx=tx)

    assert (await vouchers.set_warning(reward, 7, **words)).warn_below == 7
    assert (await vouchers.get(reward, programme=programme.id, tx=tx)).warn_below == 7
