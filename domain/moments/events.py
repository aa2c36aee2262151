"""What happens to members in moments; the subject is the member.

The object of what happens to an offer is the moment, that of a bonus the session it is for.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusOpened(Event):
    """`subject` earns more by the activity under way, if it is long enough.

    hundredths -- 200: twice the points; most: points more at most.
    seconds_min, metres_min -- how long it must be.
    """

    hundredths: int
    most: int
    seconds_min: int
    metres_min: int
    type: str
    lapses_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusPaid(Event):
    """`subject` got these points more for `activity`."""

    activity: UUID
    points: int
    hundredths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusTakenBack(Event):
    """The points of `activity` were taken back, and so was its bonus.

    returned -- what of it came back; the rest was spent.
    """

    activity: UUID
    points: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatOffered(Event):
    """`subject` may have something at an outlet near by until `expires_at`.

    kind  -- of the treat; title, body: in the language of the member.
    outlet, outlet_name -- where.
    """

    treat: UUID
    kind: str
    title: str
    body: str
    outlet: UUID
    outlet_name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed(Event):
    """`subject` was given the treat; cost: points that who pays for it paid."""

    treat: UUID
    kind: str
    title: str
    outlet: UUID
    outlet_name: str
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Event):
    """The offer to `subject` came to nothing: they did not come in time."""

    treat: UUID
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Event):
    """`subject` does not want what they were offered."""

    treat: UUID
    kind: str
