"""What redemptions hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Where a redemption is."""

    RESERVED = "RESERVED"  # points and units are set aside until a till takes the code
    FULFILLED = "FULFILLED"  # handed over, and paid
    RELEASED = "RELEASED"  # nobody came in time; the points were never spent
    CANCELLED = "CANCELLED"  # the member did not want it after all
    REFUNDED = "REFUNDED"  # handed over, paid, and given back: the very same lots


@dataclass(frozen=True, slots=True)
class Discount:
    """Points of a price that somebody else pays: an offer, out of its own account.

    points  -- of the price of all units together; no more than that.
    account -- in the ledger book of the programme.
    """

    points: int
    account: int
    offer: UUID


@dataclass(frozen=True, slots=True)
class Redemption:
    """A member's claim to a reward, at the price that held when it was made.

    version -- of the reward whose price this is.
    kind    -- of the reward.
    price   -- points that the member pays for all units together; 0: it was given to them.
    discount, payer_account, offer -- points paid beside them by somebody else, and by whom.
    cash_minor, currency -- what is paid at the till beside the points, for all units together.
    outlet  -- where it must be fetched; None: wherever the reward is handed out.
    hold    -- of the member's points in the ledger; None: nothing was held.
    expires_at -- a till takes the code before then.
    handed_at -- the outlet where it was handed over; None: it was not, or not at a till.
    number  -- ten digits, which name it to a till.
    """

    id: UUID
    programme: int
    member: UUID
    reward: UUID
    version: int
    kind: str
    price: int
    quantity: int
    state: State
    reserved_at: datetime
    expires_at: datetime
    number: str
    discount: int = 0
    payer_account: int | None = None
    offer: UUID | None = None
    cash_minor: int = 0
    currency: str | None = None
    outlet: UUID | None = None
    hold: UUID | None = None
    fulfilled_at: datetime | None = None
    handed_at: UUID | None = None
    released_at: datetime | None = None
    refunded_at: datetime | None = None
    refundable_until: datetime | None = None

    def is_open(self, *, at: datetime) -> bool:
        """True while a till may take it."""
        return self.state is State.RESERVED and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Secret:
    """What a member's device makes codes from without asking anybody (RFC 6238).

    secret -- base32, of 32 bytes; for HMAC-SHA256.
    digits, step_s -- of a code, and how long one is made the same.
    """

    number: str
    secret: str
    digits: int
    step_s: int


@dataclass(frozen=True, slots=True)
class Code:
    """What a member shows at the till.

    number -- of the redemption; code: of this minute; text: what the QR code says.
    until  -- when it is good no more.
    """

    redemption: UUID
    number: str
    code: str
    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Handed:
    """A reward that a till hands over; `cash_minor` is to be paid there."""

    redemption: UUID
    reward: UUID
    name: str
    kind: str
    quantity: int
    cash_minor: int
    currency: str | None
    outlet: UUID
    at: datetime
