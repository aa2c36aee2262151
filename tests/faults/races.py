"""Races: everything that can happen to one account, at once; and clocks that disagree.

Every scene raises AssertionError when the ledger did not stand it.
"""

import asyncio
import random
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta

from domain import ledger
from domain.ledger import Item, Outcome
from infra import db, ids
from tests.faults.scenes import many, single
from tests.faults.worlds import BOOK, GOOD, World, founded
from tests.support import apart, ledger_checks

RELEASE_DUE = "SELECT ledger.release_due($1, $2, 100)"
EXPIRE = "SELECT more FROM ledger.expire($1, $2, 1)"
SWEEPS = 6


async def one_account(url: str, *, seed: int, at: datetime, accounts: int = 6) -> None:
    """Capture, capture, release, time-out, sweep, reversal and spends race on each account."""
    chance = random.Random(seed)
    async with apart.database(url, pool=24), apart.owner(url) as owner:
        world = await founded(wallets=accounts, at=at, points=200)
        holds = [ids.derived(at, seed, "hold", account) for account in world.wallets]
        earns = [ids.derived(at, seed, "earn", account) for account in world.wallets]
        month = ledger.month_of(at)
        given: list[Item] = []
        for account, hold, earn in zip(world.wallets, holds, earns, strict=True):
            passing = ids.derived(at, seed, "passing", account)
            given += [
                ledger.issue(100, account=account, id=passing, month=month),
                ledger.issue(50, account=account, id=earn, month=ledger.NEVER),
                ledger.hold(260, account=account, id=hold, expires_at=at + timedelta(minutes=5)),
            ]
        async with db.transaction() as tx:
            for result in await ledger.post(given, book=BOOK, at=at, tx=tx):
                assert result.outcome is Outcome.DONE, result
        await _all_at_once(world, holds, earns, seed=seed, chance=chance)
        await ledger_checks.whole(owner, book=BOOK)
        still = await owner.fetchval("SELECT count(*) FROM ledger.hold WHERE state = 0")
        assert still == 0, f"{still} holds were never resolved"


async def _all_at_once(
    world: World, holds: Sequence, earns: Sequence, *, seed: int, chance: random.Random
) -> None:
    at, later = world.at, next_month(world.at)
    work: list[Awaitable[object]] = []
    for account, hold, earn in zip(world.wallets, holds, earns, strict=True):
        other = chance.choice([wallet for wallet in world.wallets if wallet != account])
        names = [ids.derived(at, seed, account, n) for n in range(6)]
        items = [
            ledger.capture(40, hold=hold, account=account, credit=other, id=names[0]),
            ledger.capture(255, hold=hold, account=account, id=names[1]),
            ledger.release(hold=hold, account=account, id=names[2]),
            ledger.reverse(original=earn, id=names[3]),
            ledger.move(60, debit=account, credit=other, id=names[4]),
            ledger.spend(90, account=account, id=names[5]),
        ]
        work += [_posted(item, chance.choice((at, at, later)), chance) for item in items]
    work += [_ran(RELEASE_DUE, later, times=3), _ran(EXPIRE, later, times=SWEEPS * 4)]
    work.append(_ran(EXPIRE, later, times=SWEEPS))
    chance.shuffle(work)
    for answer in await asyncio.gather(*work, return_exceptions=True):
        assert not isinstance(answer, BaseException), f"the database had to stop it: {answer!r}"


async def _posted(item: Item, at: datetime, chance: random.Random) -> None:
    way = single if chance.random() < 0.5 else many
    async with way() as post:
        await post(item, at)


async def _ran(sql: str, at: datetime, *, times: int) -> None:
    """A job that runs `times` times, each in a transaction of its own."""
    for _ in range(times):
        async with db.transaction() as tx:
            await tx.value(sql, BOOK, at)


async def clocks(url: str, *, seed: int, at: datetime, count: int = 60) -> None:
    """Clients 30 days behind to 2 days ahead, and a database clock that crosses a month's end."""
    chance = random.Random(seed)
    end = next_month(at)
    async with apart.database(url), apart.owner(url) as owner, single() as post:
        world = await founded(wallets=4, at=end - timedelta(minutes=1), points=20_000)
        before = await ledger_checks.total(owner, book=BOOK)
        for number in range(count):
            moment = end + timedelta(milliseconds=chance.choice((-60_000, -1, 0, 1, 60_000)))
            skew = timedelta(days=chance.choice((-31, -30, -29, -1, 0, 1, 2, 3)))
            skew += timedelta(milliseconds=chance.choice((-1, 0, 1)))
            a, b = chance.sample(world.wallets, 2)
            item = ledger.move(1, debit=a, credit=b, id=ids.derived(moment + skew, seed, number))
            made = ids.made_at(item.id) - ids.made_at(ids.derived(moment, 0))
            inside = -timedelta(days=30) <= made < timedelta(days=2)
            first = await post(item, moment)
            expected = Outcome.DONE if inside else Outcome.OUTSIDE_WINDOW
            assert first.outcome is expected, f"{made} off was answered {first}"
            again = await post(item, end + timedelta(milliseconds=chance.choice((-1, 0, 1))))
            assert (again.outcome in GOOD) == inside, f"{made} off was answered {again}"
        assert await ledger_checks.total(owner, book=BOOK) == before, "points were made or lost"
        await ledger_checks.whole(owner, book=BOOK)


def next_month(at: datetime) -> datetime:
    """The first moment of the month after `at`, UTC."""
    return datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
