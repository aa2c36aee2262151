"""Races on one account, orders of arrival that make no sense, and clocks that disagree."""

import asyncio
from datetime import datetime

import asyncpg
import pytest

from domain import ledger
from domain.ledger import Outcome
from infra import ids
from tests.faults import races
from tests.faults.scenes import Way, many, single
from tests.faults.worlds import BOOK, founded
from tests.support import apart, ledger_checks
from tests.support.waiting import until


@pytest.mark.parametrize("seed", [21, 22, 23])
async def test_given_a_hold_when_all_that_can_happen_to_it_races_then_it_resolves_once(
    url: str, at: datetime, seed: int
) -> None:
    await races.one_account(url, seed=seed, at=at)


@pytest.mark.parametrize("seed", [31, 32])
async def test_given_clocks_that_disagree_when_a_month_ends_then_each_request_counts_once(
    url: str, at: datetime, seed: int
) -> None:
    await races.clocks(url, seed=seed, at=at)


@pytest.mark.parametrize("way", [many, single])
async def test_given_the_second_before_the_first_when_both_have_come_then_the_refusal_stands(
    url: str, at: datetime, way: Way
) -> None:
    async with apart.database(url), apart.owner(url) as owner, way() as post:
        world = await founded(wallets=2, at=at)
        first, second = world.wallets
        hold, move = ids.derived(at, "hold"), ids.derived(at, "move")
        early = [
            (ledger.capture(5, hold=hold, account=first, id=ids.derived(at, 1)), "HOLD_NOT_OPEN"),
            (ledger.release(hold=hold, account=first, id=ids.derived(at, 2)), "HOLD_NOT_OPEN"),
            (ledger.reverse(original=move, id=ids.derived(at, 3)), "NOT_REVERSIBLE"),
        ]
        for item, code in early:
            assert (await post(item, at)).outcome is Outcome[code]

        held = await post(ledger.hold(50, account=first, id=hold), at)
        moved = await post(ledger.move(7, debit=first, credit=second, id=move), at)
        again = [(await post(item, at)).outcome.name for item, _ in early]
        capture = ledger.capture(20, hold=hold, account=first, id=ids.derived(at, 4))
        late = ledger.release(hold=hold, account=first, id=ids.derived(at, 5))
        ends = [(await post(item, at)).outcome for item in (capture, late)]

        assert (held.outcome, moved.outcome) == (Outcome.DONE, Outcome.DONE)
        assert again == [code for _, code in early]
        assert ends == [Outcome.DONE, Outcome.HOLD_NOT_OPEN]
        await ledger_checks.whole(owner, book=BOOK)


async def test_given_a_hold_that_is_just_released_when_the_sweep_waits_for_it_then_it_sweeps(
    url: str, at: datetime
) -> None:
    later = races.next_month(at)
    async with apart.database(url), apart.owner(url) as owner, apart.owner(url) as other:
        world = await founded(wallets=1, at=at, points=200)
        account, month = world.wallets[0], ledger.month_of(at)
        async with many() as post:
            await post(ledger.issue(100, account=account, id=ids.derived(at, 1), month=month), at)
            await post(ledger.hold(260, account=account, id=ids.derived(at, 2)), at)
        for _ in range(2):
            await owner.fetchrow(races.EXPIRE, BOOK, later)

        releasing = other.transaction()
        await releasing.start()
        await other.fetchval(races.RELEASE_DUE, BOOK, later)
        sweep = asyncio.create_task(owner.fetchval(races.EXPIRE, BOOK, later))
        async with apart.owner(url) as watcher:
            await until(lambda: _somebody_waits(watcher))
        await releasing.commit()
        await sweep

        assert await ledger_checks.total(owner, book=BOOK) == 200
        await ledger_checks.whole(owner, book=BOOK)


async def _somebody_waits(watcher: asyncpg.Connection) -> bool:
    return bool(await watcher.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))
