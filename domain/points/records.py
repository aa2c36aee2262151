"""What points hands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.activities import Type
from domain.ledger import Expiring


class Measure(StrEnum):
    """What of an activity is paid for."""

    METRES = "METRES"
    SECONDS = "SECONDS"
    ACTIVITIES = "ACTIVITIES"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of what one type of activity earns.

    points, per -- so many points for each `per` metres or seconds, or for the activity.
    day_max     -- most points that the rule gives a member on one local day.
    active_from -- it holds for activities that started then or later, until the next version.
    """

    activity: Type
    version: int
    measure: Measure
    points: int
    per: int
    day_max: int
    active_from: datetime


@dataclass(frozen=True, slots=True)
class Award:
    """What one activity earned under one rule.

    activity -- its id; rule -- the activity type that the rule pays for.
    measured -- metres, seconds, or 1.
    wanted, given, capped -- points the rule asked for, points given, what the day's limit took.
    pending  -- True when the points were promised rather than given at once.
    posting  -- id in the ledger; None when nothing was given.
    text     -- the reckoning in plain English.
    """

    activity: UUID
    rule: str
    version: int
    member: UUID
    day: date
    measured: int
    wanted: int
    given: int
    pending: bool
    posting: UUID | None
    text: str
    at: datetime

    @property
    def capped(self) -> int:
        """Points that the day's limit took."""
        return self.wanted - self.given


@dataclass(frozen=True, slots=True)
class Points:
    """What a member has, in whole points.

    available -- can be spent now; pending -- promised; held -- set aside, as for transfers
    that wait for an answer.
    expiring  -- what can be spent until some day soon only, soonest first.
    """

    available: int
    pending: int
    held: int
    expiring: Sequence[Expiring]
