"""What happens to members' streaks that others may care about.

The subject is the member, the object the streak. Each tells what the periods say now: a late
activity may make a streak longer again that was told to be broken.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(Event):
    """The streak is longer than it was; the length is in periods."""

    length: int
    best: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken(Event):
    """A period was missed and took something back; after is 0 where it took all."""

    period: date
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen(Event):
    """A period was missed and a freeze stood in for it; left -- freezes the member still has."""

    period: date
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired(Event):
    """So many missed periods, the first of which is `period`, were made good for points."""

    period: date
    periods: int
    points: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneReached(Event):
    """The streak reached a length that gives something.

    reward -- the id of this giving: another one when it is undone and reached again.
    points -- that were given now; kept: of what it gave before, what never came back. What the
              milestone stands for is both together.
    """

    reward: UUID
    length: int
    points: int
    kept: int
    badge: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneUndone(Event):
    """The streak never reached that length after all.

    reward   -- the id of the giving that is undone.
    points   -- that had been given; returned -- what of them came back, or is
    owed as a debt.
    """

    reward: UUID
    length: int
    points: int
    returned: int
