"""What moments hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.activities import Type
from domain.outlets import Outlet


class Owner(StrEnum):
    """Who pays for a treat."""

    PARTNER = "PARTNER"  # out of its prepaid account
    PROGRAMME = "PROGRAMME"  # with new points


class State(StrEnum):
    """Where a treat is. It is offered while it is LIVE and within its times."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"  # an operator must look at it
    REJECTED = "REJECTED"  # may be edited and submitted again
    LIVE = "LIVE"
    PAUSED = "PAUSED"  # nobody is offered it; what was offered is honoured
    ENDED = "ENDED"  # and what was left has gone back


@dataclass(frozen=True, slots=True)
class Text:
    """What a member reads in one language; body may be empty."""

    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a treat is, and for whom.

    kind        -- DRINK, PROTEIN_DRINK, SNACK, or the programme's own word: capitals, digits and
                   underscores.
    name        -- for partners and operators, and for members whose language has no text.
    texts       -- by language, such as "pl".
    fits        -- the types of activity at whose end it is offered.
    seconds_min -- the shortest activity it is for.
    cost        -- points that a redemption costs who pays for it.
    worth       -- what a redemption is worth to them, in points; less `cost` it is the margin.
    member_max  -- how often at most a member gets it within member_days of their own days.
    """

    kind: str
    name: str
    fits: frozenset[Type]
    cost: int
    valid_from: datetime
    valid_until: datetime
    texts: Mapping[str, Text] = field(default_factory=dict)
    seconds_min: int = 0
    worth: int = 0
    member_max: int = 1
    member_days: int = 1


@dataclass(frozen=True, slots=True)
class Treat:
    """Something small that a partner hands over at the end of an activity.

    book, account -- its own account in the ledger, out of which it is paid.
    funded   -- points that came into it; held: set aside for open offers; captured: paid for
                redemptions; returned: gone back to who paid.
    halted   -- an operator has paused it.
    reason   -- why it was rejected.
    """

    id: UUID
    programme: int
    owner: Owner
    partner: UUID
    terms: Terms
    state: State
    book: int
    account: int
    created_at: datetime
    funded: int = 0
    held: int = 0
    captured: int = 0
    returned: int = 0
    halted: bool = False
    reason: str | None = None
    ended_at: datetime | None = None

    @property
    def left(self) -> int:
        """Points that may still be offered."""
        return self.funded - self.held - self.captured - self.returned


@dataclass(frozen=True, slots=True)
class Stock:
    """The units of a treat at one outlet.

    stock -- all that were ever there; reserved: for open offers; redeemed: handed over.
    """

    treat: UUID
    outlet: UUID
    stock: int
    reserved: int
    redeemed: int

    @property
    def left(self) -> int:
        """Units that may still be offered."""
        return self.stock - self.reserved - self.redeemed


class Ending(StrEnum):
    """How an activity under way ended."""

    MEMBER = "MEMBER"
    FORGOTTEN = "FORGOTTEN"  # by itself, a day after it began


@dataclass(frozen=True, slots=True)
class Session:
    """An activity while it is done, as a device tells it; what is earned comes from its recording.

    cell -- where the member was last, an H3 cell of resolution 8 (h3geo.org), for a day at most;
            None: not known, or not allowed.
    """

    id: UUID
    programme: int
    member: UUID
    type: Type
    device: str | None
    started_at: datetime
    ended_at: datetime | None = None
    ending: Ending | None = None
    cell: int | None = None


class MomentState(StrEnum):
    """What became of an offer."""

    OFFERED = "OFFERED"
    REDEEMED = "REDEEMED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Moment:
    """A treat that a member was offered at the end of an activity, at one outlet.

    day  -- the member's local date.
    cost -- points held for it in the treat's account.
    """

    id: UUID
    programme: int
    member: UUID
    session: UUID
    treat: UUID
    outlet: UUID
    state: MomentState
    day: date
    cost: int
    hold: UUID
    offered_at: datetime
    expires_at: datetime
    resolved_at: datetime | None = None

    def is_open(self, *, at: datetime) -> bool:
        """True while it may be redeemed."""
        return self.state is MomentState.OFFERED and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Offer:
    """A moment with what a member reads of it."""

    moment: Moment
    kind: str
    title: str
    body: str
    outlet: Outlet


@dataclass(frozen=True, slots=True)
class Code:
    """What a member shows at the till.

    number -- twelve digits, for whoever types it.
    text   -- what the QR code says: the number, when it ends, and a signature.
    """

    moment: UUID
    number: str
    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Redemption:
    """A treat that was handed over."""

    moment: UUID
    treat: UUID
    outlet: UUID
    name: str
    kind: str
    cost: int
    at: datetime
