"""Standing: what one member's activities have earned so far, and what the next judgement changes.

The one place where a revision replaces an earlier one, where caps are freed and filled, and
where a rule is chosen: the ledger and a replay both step through it. Pure.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from domain.members import Label
from domain.points.reckoning import Reckoning, Room, reckon
from domain.points.records import Measure, Multiplier, Rule
from domain.points.terms import Terms

PAID = frozenset({"COUNTED", "PENDING"})
# Looked up once: ten million judgements ask for them.
METRES, SECONDS, QUANTITY = Measure.METRES, Measure.SECONDS, Measure.QUANTITY


class Fact(NamedTuple):
    """One judgement of one activity, as far as its points depend on it.

    day -- the local date whose limits it counts against; see decision 0007.
    """

    activity: UUID
    revision: int
    type: str
    outcome: str
    started_at: datetime
    at: datetime
    day: date
    metres: int
    seconds: int
    quantity: int


class Given(NamedTuple):
    """An award that stands."""

    rule: str
    revision: int
    day: date
    points: int


class Earning(NamedTuple):
    """What a judgement earns, and by what."""

    rule: Rule
    multipliers: Sequence[Multiplier]
    reckoning: Reckoning


class Step(NamedTuple):
    """What one judgement changes: an award that it undoes, and what it earns itself."""

    undone: Given | None
    earning: Earning | None


class Standing:
    """Where one member stands.

    awards -- those that stand, by activity. seen -- the newest revision that is known of an
    activity, where it was paid or judged again.
    """

    __slots__ = ("awards", "room", "seen")

    def __init__(self) -> None:
        self.room = Room()
        self.awards: dict[UUID, Given] = {}
        self.seen: dict[UUID, int] = {}

    def stood(self, activity: UUID, given: Given) -> None:
        """Take in an award that stands already, and the room it fills."""
        self.awards[activity] = given
        self.seen[activity] = given.revision
        self.room.add(given.rule, day=given.day, points=given.points)

    def judge(self, fact: Fact, terms: Terms, labels: Sequence[Label] = ()) -> Step | None:
        """Take in one judgement; None when it changes nothing, for a repeat or a late one."""
        if fact.revision <= self.seen.get(fact.activity, 0):
            return None
        if fact.revision > 1:
            self.seen[fact.activity] = fact.revision
        undone = self.awards.pop(fact.activity, None)
        if undone is not None:
            self.room.add(undone.rule, day=undone.day, points=-undone.points)
        if fact.outcome not in PAID:
            return Step(undone, None)
        rule = terms.rule(fact.type, started_at=fact.started_at, at=fact.at)
        if rule is None:
            return Step(undone, None)
        return Step(undone, self._earn(fact, rule, terms, labels))

    def _earn(self, fact: Fact, rule: Rule, terms: Terms, labels: Sequence[Label]) -> Earning:
        kind, day = fact.type, fact.day
        multipliers = terms.multiplying(kind, started_at=fact.started_at, at=fact.at, labels=labels)
        days = self.room.of(kind)
        reckoning = reckon(
            rule,
            measured=_measured(fact, rule),
            day=day,
            before=days,
            multipliers=multipliers,
        )
        given = reckoning.given
        ordinal = day.toordinal()
        days[ordinal] = days.get(ordinal, 0) + given
        self.awards[fact.activity] = Given(kind, fact.revision, day, given)
        self.seen[fact.activity] = fact.revision
        return Earning(rule, multipliers, reckoning)


def _measured(fact: Fact, rule: Rule) -> int:
    """What the rule's measure counts of the activity."""
    measure = rule.measure
    if measure is METRES:
        return fact.metres
    if measure is SECONDS:
        return fact.seconds
    return fact.quantity if measure is QUANTITY else 1
