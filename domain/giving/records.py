"""What giving hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Standing(StrEnum):
    """Whether a cause takes donations at a moment, and if not, why."""

    COMING = "COMING"
    ACTIVE = "ACTIVE"
    OVER = "OVER"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that members may give points to.

    goal      -- how many points it hopes for; None: as many as come.
    account   -- where the points wait, in the programme's book.
    active_from, active_until -- when it takes donations; None: until it is closed.
    closed_at -- when an operator ended it; None: not yet.
    donated, donations -- points that members gave and how often, what was undone left out.
    paid_out  -- points that have been paid out.
    """

    id: UUID
    programme: int
    name: str
    description: str
    url: str
    goal: int | None
    book: int
    account: int
    active_from: datetime
    active_until: datetime | None
    closed_at: datetime | None
    donated: int
    donations: int
    paid_out: int

    def standing(self, at: datetime) -> Standing:
        """Whether it takes donations at `at`."""
        if self.closed_at is not None:
            return Standing.CLOSED
        if at < self.active_from:
            return Standing.COMING
        over = self.active_until is not None and at >= self.active_until
        return Standing.OVER if over else Standing.ACTIVE


@dataclass(frozen=True, slots=True)
class Donation:
    """Points that a member gave to a cause.

    named     -- True when the donor wants to be seen by other members.
    undone_at -- when an operator gave the points back; None: they stand.
    """

    id: UUID
    programme: int
    cause: UUID
    member: UUID
    points: int
    named: bool
    given_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Payout:
    """Points of a cause that left as a payment; `reference` is the payment's."""

    id: UUID
    programme: int
    cause: UUID
    points: int
    reference: str
    operator: UUID
    at: datetime
