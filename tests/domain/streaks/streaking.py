"""Streaking: the sentences that the tests of streaks begin with."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from domain import ledger, streaks
from domain.ledger import ReturnPolicy
from domain.members import Member
from domain.metrics import Change, Metric
from domain.streaks import Cadence, Draft, Keeping, Purchase, Streak, Terms
from domain.streaks.rolling import roll
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.facts import fact, gone, new
from tests.support.given import NOON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = NOON.date()


def terms(**said: Any) -> Terms:
    """One activity a day; `said` replaces words."""
    return Terms(**{"metric": Metric.COUNT, "minimum": 1, **said})


def draft(*, cadence: Cadence = Cadence.DAILY, grace_hours: int = 0, **said: Any) -> Draft:
    """A streak since four weeks ago; `said` are words of its terms."""
    monday = TODAY - timedelta(days=TODAY.weekday() + 28)
    return Draft(
        name="Every day",
        cadence=cadence,
        grace_hours=grace_hours,
        first_day=monday,
        terms=terms(**said),
    )


async def a_streak(
    tx: Tx,
    *,
    holding: int = 0,
    returns: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE,
    zone: str = "UTC",
    **said: Any,
) -> tuple[Member, Streak]:
    """Ada, who lives in UTC, and a streak of her programme; `said` as for `draft`."""
    club = await given.a_programme(return_policy=returns, tx=tx)
    ada = await given.a_member(club, holding=holding, zone=zone, tx=tx)
    streak = await streaks.define(
        draft(**said), programme=club.id, id=ids.new(NOON), at=NOON - 30 * DAY, tx=tx
    )
    return ada, streak


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def run_on(ada: Member, day: int, **words: Any) -> Change:
    """She runs so many days from today, and it is told at once."""
    there = TODAY + day * DAY
    return new(fact(ada, day=there, minute=words.pop("minute", 660), **words), at=at_noon(there))


async def runs(ada: Member, tx: Tx, *days: int, **words: Any) -> Sequence[Change]:
    """She runs on each of these days, counted from today, and each is told at once."""
    changes = [run_on(ada, day, **words) for day in days]
    for change in changes:
        await count(tx, change)
    return changes


async def count(tx: Tx, *changes: Change) -> None:
    await streaks.count(changes, programme=changes[0].after.programme, tx=tx)


async def withdraw(tx: Tx, change: Change, *, at: datetime = NOON) -> None:
    await count(tx, gone(change.after, at=at))


async def rolled(tx: Tx, at: datetime) -> None:
    """The clock's job has come by."""
    while await roll(at, tx):
        pass


async def now(ada: Member, streak: Streak, tx: Tx, *, at: datetime = NOON) -> Keeping:
    return await streaks.one(streak.id, member=ada, at=at, tx=tx)


def calendar(keeping: Keeping, last: int) -> str:
    """The first letters of the last so many periods."""
    return "".join(day.mark[0] for day in keeping.calendar[-last:])


async def buy(
    ada: Member, streak: Streak, tx: Tx, *, points: int, at: datetime = NOON, id: UUID | None = None
) -> Purchase:
    return await streaks.buy_freeze(
        streak.id, points=points, member=ada, id=id or ids.new(at), at=at, tx=tx
    )


async def repair(
    ada: Member, streak: Streak, tx: Tx, *, points: int, at: datetime = NOON, id: UUID | None = None
) -> Purchase:
    return await streaks.repair(
        streak.id, points=points, member=ada, id=id or ids.new(at), at=at, tx=tx
    )


async def has(ada: Member, tx: Tx) -> int:
    """Points that she can spend."""
    return (await ledger.balance(ada.account, book=ada.book, at=NOON, tx=tx)).available


def told(tx: Tx, kind: type[Any]) -> list[Any]:
    """What was told of that kind, in order."""
    return [event for event in tx.staged if isinstance(event, kind)]
