"""What happens to redemptions; the subject is the member, the object the redemption.

reward_name -- in the language of the member.
price       -- points that the member pays; discount: that `offer` pays beside them.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class About(Event):
    """What all of them tell; never written by itself."""

    reward: UUID
    reward_name: str
    kind: str
    price: int
    quantity: int = 1
    discount: int = 0
    offer: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved(About):
    """Points and units are set aside for `subject` until `expires_at`."""

    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilled(About):
    """`subject` has the reward; outlet, outlet_name: where it was handed over, None: at no till."""

    outlet: UUID | None = None
    outlet_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(About):
    """It was cancelled before it was handed over; the points are free again.

    by_member -- False: somebody else did it, and `subject` does not know yet.
    """

    by_member: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(About):
    """`subject` did not come in time; the points are free again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded(About):
    """`subject` has the points back, the very same lots."""
