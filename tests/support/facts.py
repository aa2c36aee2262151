"""Facts: what the game counts, made up for tests, and the changes that make them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from domain import game
from domain.activities import Judged, Proof, State, Type
from domain.members import Member
from domain.metrics import Change, Fact
from domain.points import Earned, TakenBack
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.support.given import NOON


def fact(member: Member | UUID, **words: Any) -> Fact:
    """A run of 5 km in half an hour that ended an hour before noon today, and earned 50 points;
    `words` replace its fields.

    Said one of day, minute and started_at, the others follow, in UTC; said none, neither changes.
    """
    started_at = words.pop("started_at", None) or _start(words)
    plain: dict[str, Any] = {
        "programme": member.programme if isinstance(member, Member) else 1,
        "member": member.id if isinstance(member, Member) else member,
        "activity": ids.new(started_at),
        "revision": 1,
        "counts": True,
        "type": Type.RUN,
        "day": started_at.date(),
        "minute": started_at.hour * 60 + started_at.minute,
        "started_at": started_at,
        "ended_at": started_at + timedelta(seconds=words.get("duration_s", 1_800)),
        "distance_m": 5_000,
        "duration_s": 1_800,
        "elevation_m": 0,
        "quantity": 0,
        "points": 50,
        "proof": Proof.DEVICE,
        "source": "file",
    }
    return Fact(**{**plain, **words})


def new(fact: Fact, *, at: datetime | None = None) -> Change:
    """That it is told for the first time; right after it ended, when no time is said."""
    return Change(None, fact, at or fact.ended_at)


def changed(before: Fact, *, at: datetime | None = None, **words: Any) -> Change:
    """That it was judged anew, and is otherwise now."""
    after = replace(before, revision=before.revision + 1, **words)
    return Change(before, after, at or after.ended_at)


def gone(fact: Fact, *, at: datetime | None = None) -> Change:
    """That it was withdrawn, and what it had earned taken back."""
    return changed(fact, at=at, counts=False, points=0)


def happened(fact: Fact, *, at: datetime | None = None) -> tuple[Judged, Earned]:
    """The events that make this fact: its judgement, and what it earned."""
    at = at or fact.ended_at
    ends: dict[str, Any] = {"programme": fact.programme, "subject": fact.member, "at": at}
    judged = Judged(
        **ends,
        object=fact.activity,
        type=fact.type.value,
        outcome=(State.COUNTED if fact.counts else State.WITHDRAWN).value,
        day=fact.day,
        started_at=fact.started_at,
        ended_at=fact.ended_at,
        duration_s=fact.duration_s,
        distance_m=fact.distance_m,
        elevation_m=fact.elevation_m,
        quantity=fact.quantity,
        proof=fact.proof.value,
        source=fact.source,
        cell=fact.cell,
        revision=fact.revision,
    )
    earned = Earned(
        **ends,
        object=fact.activity,
        points=fact.points,
        pending=False,
        text="",
        revision=fact.revision,
    )
    return judged, earned


async def play(*events: Judged | Earned | TakenBack, tx: Tx) -> None:
    """The game's reaction to these events, in this order."""
    numbered = enumerate(events, 1)
    await game.play([Delivery(ids.new(NOON), number, one) for number, one in numbered], tx)


async def judged(member: Member, *, at: datetime | None = None, tx: Tx, **words: Any) -> Fact:
    """An activity of the member that was judged and earned its points, all the way through the
    game; see `fact` for the words."""
    made = fact(member, **words)
    told, earned = happened(made, at=at)
    await play(told, *([earned] if made.points else []), tx=tx)
    return made


async def judged_again(before: Fact, *, at: datetime | None = None, tx: Tx, **words: Any) -> Fact:
    """It judged anew all the way: what it had earned is taken back, what it is now is earned."""
    after = changed(before, **words).after
    told, earned = happened(after, at=at)
    taken = TakenBack(
        programme=before.programme,
        subject=before.member,
        object=before.activity,
        at=earned.at,
        points=before.points or 1,
        returned=before.points,
        revision=before.revision,
    )
    earns = after.points and after.counts
    await play(told, taken, *([earned] if earns else []), tx=tx)
    return after


def _start(words: dict[str, Any]) -> datetime:
    day: date | None = words.get("day")
    minute: int | None = words.get("minute")
    usual = NOON - timedelta(minutes=90)
    midnight = datetime.combine(day or usual.date(), time(0), UTC)
    return midnight + timedelta(minutes=usual.hour * 60 + 30 if minute is None else minute)
