"""What happens to members with offers; the subject is the member, the object the acceptance."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Event):
    """`subject` has accepted `offer`.

    kind  -- of the offer; name: its title in the language of the member.
    until -- for what is done or bought before then.
    """

    offer: UUID
    decision: UUID
    kind: str
    name: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusEarned(Event):
    """`subject` got these points more for `activity`, since they had accepted `offer`."""

    offer: UUID
    name: str
    activity: UUID
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusTakenBack(Event):
    """The points of `activity` were taken back, and so was what the offer had added.

    returned -- what of it came back; the rest was spent.
    """

    offer: UUID
    name: str
    activity: UUID
    points: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed(Event):
    """The time of what `subject` had accepted is over.

    unused -- True when it has given nothing.
    """

    offer: UUID
    kind: str
    name: str
    unused: bool
