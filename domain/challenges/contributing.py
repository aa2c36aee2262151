"""Contributing: what changed activities add to the rounds of those who take part, and take away.

Planned in memory for a whole batch and written by a handful of statements. Mostly an activity is
new and a sum grows; where it is not so simple, the round's contributions are told up again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from domain import metrics
from domain.challenges.keeping import (
    Enrolled,
    Kept,
    Key,
    Told,
    begun,
    contributions_of,
    keep_contributions,
    keep_rounds,
)
from domain.challenges.phoning import phone
from domain.challenges.progress import (
    Contribution,
    Progress,
    Window,
    baseline,
    counted,
    percent_of,
    tally,
    targets_of,
    window,
)
from domain.challenges.records import Again, Challenge, Span
from domain.challenges.running import Running
from domain.challenges.sharing import Step, share
from domain.metrics import DISTINCT, Change
from infra.db import Tx

Places: TypeAlias = Mapping[UUID, Sequence[Enrolled]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A round that something has been added to or taken from.

    before   -- None: it has just begun.
    activity -- whose judgement moved it last, and `at` when; None: joining did.
    """

    challenge: Challenge
    before: Kept | None
    after: Kept
    at: datetime
    activity: UUID | None


@dataclass(slots=True)
class Touch:
    """What a batch does to one round: by activity what it adds, and whether that counts now.

    kept  -- the round as it was; None: it begins now.
    plain -- only new activities: their worth may just be added.
    """

    challenge: Challenge
    enrolled: Enrolled
    window: Window
    kept: Kept | None
    at: datetime
    activity: UUID
    changes: dict[UUID, tuple[Contribution, bool]] = field(default_factory=dict)
    plain: bool = True

    @property
    def key(self) -> Key:
        """Of the round."""
        return self.enrolled.member, self.enrolled.challenge, self.window.number


@dataclass(slots=True)
class Plan:
    """Rounds to be moved, and places whose rounds depend on each other, with what moved them."""

    touches: dict[Key, Touch] = field(default_factory=dict)
    chained: dict[tuple[UUID, UUID], tuple[Enrolled, Change]] = field(default_factory=dict)


def chained(challenge: Challenge) -> bool:
    """True when each round begins where the one before was completed: then all are reckoned
    from the facts."""
    terms = challenge.terms
    return terms.span is Span.ROLLING and terms.again is Again.ON_COMPLETION


def plan(
    changes: Sequence[Change],
    places: Places,
    live: Running,
    *,
    apart: Collection[tuple[UUID, UUID]] = (),
) -> Plan:
    """Which rounds the changes touch, and how. Pure.

    apart -- members and challenges that are reckoned from the facts anyway.
    """
    made = Plan()
    for change in changes:
        concerned = live.counting(change.after.type)
        if change.before is not None and change.before.type is not change.after.type:
            concerned |= live.counting(change.before.type)
        for place in places.get(change.member, ()):
            if place.challenge not in concerned:
                continue
            if place.only is not None and change.after.activity not in place.only:
                continue
            challenge = live.get(place.challenge)
            if challenge is None or change.at > challenge.cutoff_at:
                continue
            now = counted(challenge.terms, change.after, joined_at=place.joined_at)
            was = None
            if change.before is not None:
                was = counted(challenge.terms, change.before, joined_at=place.joined_at)
            if now == was or (place.member, place.challenge) in apart:
                continue
            if chained(challenge):
                made.chained[place.member, place.challenge] = place, change
            else:
                _touch(made.touches, change, challenge, place, was=was, now=now)
    return made


async def contribute(made: Plan, *, programme: int, tx: Tx) -> Sequence[Moved]:
    """Move the rounds as planned, and write what counts and how far they are."""
    touches = made.touches
    if not touches:
        return []
    aims = await _targets(touches.values(), programme=programme, tx=tx)
    quick = {key: _quick(touch, aims[key]) for key, touch in touches.items()}
    exact = [key for key, progress in quick.items() if progress is None]
    stored = await contributions_of(exact, programme=programme, tx=tx)
    moved = [
        _moved(touch, aims[key], quick[key] or _exact(touch, aims[key], stored.get(key, {})))
        for key, touch in touches.items()
    ]
    told = [
        Told(key, one, counts, touch.at)
        for key, touch in touches.items()
        for one, counts in touch.changes.values()
    ]
    await write(moved, told, programme=programme, tx=tx)
    await phone([(one.after, one.at) for one in moved], programme=programme, tx=tx)
    return moved


async def write(moved: Sequence[Moved], told: Sequence[Told], *, programme: int, tx: Tx) -> None:
    """Write rounds, what counts for them, and what all members of a shared one did together."""
    await keep_rounds([one.after for one in moved], programme=programme, tx=tx)
    await keep_contributions(told, programme=programme, tx=tx)
    steps = [Step(one.challenge, one.before, one.after) for one in moved]
    await share(steps, programme=programme, tx=tx)


def _touch(
    touches: dict[Key, Touch],
    change: Change,
    challenge: Challenge,
    place: Enrolled,
    *,
    was: Contribution | None,
    now: Contribution | None,
) -> None:
    """Note what one change does to the rounds of one place: it may leave one for another."""
    terms, activity = challenge.terms, change.after.activity
    left = _counted_in(challenge, place, was.day) if was else None
    here = window(terms, since=place.since, day=now.day) if now else None
    for days, one, counts in ((left, was, False), (here, now, True)):
        if days is None or one is None or (not counts and days == here):
            continue
        key = place.member, place.challenge, days.number
        touch = touches.get(key)
        if touch is None:
            kept = place.round(days.number)
            touch = Touch(challenge, place, days, kept, change.at, activity)
            touches[key] = touch
        touch.at, touch.activity = change.at, activity
        # What counted for this very round before is not simply added to it.
        touch.plain = touch.plain and days != left and activity not in touch.changes
        touch.changes[activity] = one, counts


def _counted_in(challenge: Challenge, place: Enrolled, day: date) -> Window | None:
    """The round that a day counted in; also one that the challenge has been ended before since."""
    found = window(challenge.terms, since=place.since, day=day)
    if found is not None:
        return found
    rounds = (kept for number in place.rows if (kept := place.round(number)) is not None)
    covering = (one for one in rounds if one.first_day <= day <= one.last_day)
    return next((Window(one.round, one.first_day, one.last_day) for one in covering), None)


def _quick(touch: Touch, aims: tuple[int, ...]) -> Progress | None:
    """What new activities simply add up to; None: the round must be told up again."""
    kept, criteria = touch.kept, touch.challenge.terms.criteria
    if not touch.plain or any(one.metric in DISTINCT for one in criteria):
        return None
    added = [one for one, _ in touch.changes.values()]
    before = kept.reached if kept else (0,) * len(aims)
    reached = tuple(map(sum, zip(before, *(one.worth for one in added), strict=True)))
    last = max(one.ended_at for one in added)
    at = max(last, kept.reached_at) if kept and kept.reached_at else last
    percent = percent_of(reached, aims)
    if kept is not None and kept.completed_at is not None:
        if min(one.ended_at for one in added) <= kept.completed_at:
            return None  # it may have been complete earlier than we knew
        return Progress(reached, percent, at, kept.completed_at, kept.completed_by)
    return Progress(reached, percent, at) if percent < 100 else None


def _exact(touch: Touch, aims: tuple[int, ...], stored: Mapping[UUID, Contribution]) -> Progress:
    """What all that counts for the round comes to."""
    there = dict(stored)
    for activity, (one, counts) in touch.changes.items():
        there.pop(activity, None)
        if counts:
            there[activity] = one
    return tally(touch.challenge.terms, list(there.values()), targets=aims)


def _moved(touch: Touch, aims: tuple[int, ...], progress: Progress) -> Moved:
    before = touch.kept
    after = (before or begun(touch.enrolled, touch.window, aims)).at(progress)
    return Moved(touch.challenge, before, after, touch.at, touch.activity)


async def _targets(
    touches: Collection[Touch], *, programme: int, tx: Tx
) -> Mapping[Key, tuple[int, ...]]:
    """What each round aims at: what it did when it began, or for a new one what follows now."""
    asked = {
        touch.key: (touch.enrolled.member, days)
        for touch in touches
        if touch.kept is None
        and (days := baseline(touch.challenge.terms, touch.window.first_day)) is not None
    }
    past: Mapping[UUID, Sequence[metrics.Fact]] = {}
    if asked:
        past = await metrics.facts_of(
            {member for member, _ in asked.values()},
            programme=programme,
            since=min(first for _, (first, _) in asked.values()),
            until=max(last for _, (_, last) in asked.values()),
            tx=tx,
        )
    return {
        touch.key: touch.kept.targets
        if touch.kept
        else targets_of(touch.challenge.terms, touch.window, past.get(touch.enrolled.member, ()))
        for touch in touches
    }
