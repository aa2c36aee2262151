"""Judgements: activities judged once or again, for the tests of points."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from domain import ledger, points
from domain.activities import Judged, Type
from domain.members import Member
from domain.points import Measure
from domain.points.reactions import REACTIONS
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.support import given
from tests.support.given import NOON

DAY = NOON.date()
MINUTE = timedelta(minutes=1)
(AWARD,) = REACTIONS


def a_run(member: Member, *, metres: int = 5_000, **facts: Any) -> Judged:
    """A run of the day, judged at noon; `facts` are the fields of Judged that differ."""
    at: datetime = facts.get("at", NOON)
    plain: dict[str, Any] = {
        "programme": member.programme,
        "subject": member.id,
        "object": ids.new(at),
        "at": at,
        "type": Type.RUN,
        "outcome": "COUNTED",
        "day": DAY,
        "started_at": NOON - timedelta(hours=1),
        "duration_s": 1_800,
        "distance_m": metres,
    }
    return Judged(**{**plain, **facts})


def again(judged: Judged, **changes: Any) -> Judged:
    """The next revision of the same activity, a minute later."""
    revision = judged.revision + 1
    return replace(judged, **{"revision": revision, "at": judged.at + MINUTE, **changes})


async def deliver(judged: Sequence[Judged], tx: Tx) -> None:
    """Bring them to the reaction, in one batch."""
    await AWARD.body([Delivery(ids.new(NOON), n, j) for n, j in enumerate(judged)], tx)


async def a_club(
    tx: Tx, *, policies: dict[str, Any] | None = None, at: datetime = NOON, **rule: Any
) -> Programme:
    """A programme that pays 10 points a kilometre of a run, at most 100 a day."""
    club = await given.a_programme(tx=tx, **(policies or {}))
    terms: dict[str, Any] = {
        "activity": Type.RUN,
        "measure": Measure.METRES,
        "points": 10,
        "per": 1_000,
        "day_max": 100,
    }
    await points.set_rule(club, **{**terms, **rule}, at=at, tx=tx)
    return club


async def has(member: Member, tx: Tx) -> tuple[int, int]:
    """The member's available and pending points."""
    balance = await ledger.balance(member.account, book=member.book, at=NOON, tx=tx)
    return balance.available, balance.pending


async def award_of(judged: Judged, tx: Tx) -> points.Award:
    """The one award of the activity that stands."""
    found = await points.awards_of([judged.object], programme=judged.programme, tx=tx)
    (award,) = found[judged.object]
    return award


async def spent(amount: int, member: Member, tx: Tx) -> None:
    """The member has spent so many points."""
    item = ledger.spend(amount, account=member.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=member.book, at=NOON, tx=tx))


async def sold(member: Member, tx: Tx) -> None:
    """The books are right: the ledger of the member's programme reconciles."""
    assert await ledger.reconcile(member.book, tx=tx) == []


def day(ago: int) -> date:
    """The date so many days before the tests' today."""
    return DAY - timedelta(days=ago)
