"""What rewards hands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RewardKind(StrEnum):
    """What a member gets."""

    VOUCHER = "VOUCHER"  # a code out of a pool
    PRODUCT = "PRODUCT"  # something to fetch
    DONATION = "DONATION"  # points for a cause
    PARTNER_OFFER = "PARTNER_OFFER"  # something less to pay at a partner's
    EXPERIENCE = "EXPERIENCE"  # something to be at
    RAFFLE = "RAFFLE"  # a ticket for a draw


# A till hands these over for the code of whoever has them reserved.
HANDED_OVER = frozenset({RewardKind.PRODUCT, RewardKind.PARTNER_OFFER, RewardKind.EXPERIENCE})


class Owner(StrEnum):
    """Whose reward it is."""

    PARTNER = "PARTNER"
    PROGRAMME = "PROGRAMME"


class State(StrEnum):
    """Where a reward is. It may be had while it is LIVE and within its times."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"  # an operator must look at it
    REJECTED = "REJECTED"  # may be edited and submitted again
    LIVE = "LIVE"
    PAUSED = "PAUSED"  # nobody gets one; what was reserved is honoured
    ENDED = "ENDED"  # likewise, for good


@dataclass(frozen=True, slots=True)
class Text:
    """What a member reads in one language; body may be empty."""

    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a reward.

    url  -- begins with https://.
    alts -- what it shows, in words, by language.
    """

    url: str
    alts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reward is, what it costs, and for whom.

    name        -- for partners and operators, and for members whose language has no text.
    price       -- points; cash_minor: paid at the till beside them, in minor units of `currency`.
    value_minor -- what it is worth to who hands it out, in minor units of `currency`.
    currency    -- ISO 4217; None where neither is said.
    texts       -- by language, such as "pl".
    code        -- how else it is called by, such as by the reward of a challenge; None: by no one.
    tiers, segments -- one of these; empty: any. age_min: years; 0: any age, known or not.
    member_max  -- units at most for a member within member_days of their own days; None: any.
    total_max   -- units at most for all together within total_days of the programme's; None: any.
    valid_until -- None: until it is ended.
    outlets     -- where it is handed over; empty: in any of the partner's.
    cause       -- of giving, for a DONATION.
    reserve_seconds -- how long it waits for who has it reserved.
    refund_days -- how long after it was handed over it may be given back.
    """

    kind: RewardKind
    name: str
    price: int
    valid_from: datetime
    valid_until: datetime | None = None
    texts: Mapping[str, Text] = field(default_factory=dict)
    images: Sequence[Image] = ()
    code: str | None = None
    cash_minor: int = 0
    value_minor: int = 0
    currency: str | None = None
    tiers: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    age_min: int = 0
    member_max: int | None = None
    member_days: int = 1
    total_max: int | None = None
    total_days: int = 1
    outlets: frozenset[UUID] = frozenset()
    cause: UUID | None = None
    reserve_seconds: int = 900
    refund_days: int = 14


@dataclass(frozen=True, slots=True)
class Reward:
    """Something that members may have for points.

    partner  -- in whose outlets it is handed over; None: of no partner in particular.
    version  -- counts its prices: what is set aside keeps the one it was made at.
    stock    -- all units that were ever there; None: there is no end of them.
    reserved -- units set aside for members; redeemed: gone.
    halted   -- an operator has paused it.
    reason   -- why it was rejected.
    """

    id: UUID
    programme: int
    owner: Owner
    partner: UUID | None
    terms: Terms
    state: State
    version: int
    created_at: datetime
    stock: int | None = None
    reserved: int = 0
    redeemed: int = 0
    halted: bool = False
    reason: str | None = None
    ended_at: datetime | None = None

    @property
    def left(self) -> int | None:
        """Units that may still be had; None: there is no end of them."""
        return None if self.stock is None else self.stock - self.reserved - self.redeemed

    def is_in_time(self, *, at: datetime) -> bool:
        """True within its times."""
        until = self.terms.valid_until
        return self.terms.valid_from <= at and (until is None or at < until)


@dataclass(frozen=True, slots=True)
class Version:
    """What a reward cost from `at` on, until the next one."""

    version: int
    price: int
    cash_minor: int
    currency: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Stock:
    """The units of a reward at one outlet, as in Reward; they count there and in all."""

    reward: UUID
    outlet: UUID
    stock: int | None
    reserved: int = 0
    redeemed: int = 0

    @property
    def left(self) -> int | None:
        """Units that may still be had there; None: as many as the reward has."""
        return None if self.stock is None else self.stock - self.reserved - self.redeemed


class Gate(StrEnum):
    """What stands between a member and a reward, in the order in which they are looked at."""

    NOT_LIVE = "NOT_LIVE"  # a draft, paused, or ended
    NOT_YET = "NOT_YET"
    OVER = "OVER"
    TIER = "TIER"
    SEGMENT = "SEGMENT"
    AGE = "AGE"  # too young, or nobody knows
    MEMBER_LIMIT = "MEMBER_LIMIT"  # the member has had as many as they may for now
    TOTAL_LIMIT = "TOTAL_LIMIT"  # all together have
    SOLD_OUT = "SOLD_OUT"


class Taking(StrEnum):
    """What became of units that a member took."""

    TAKEN = "TAKEN"  # set aside
    SETTLED = "SETTLED"  # handed over
    RETURNED = "RETURNED"  # on the shelf again
    LOST = "LOST"  # the member has given it back, and nobody else can have it


@dataclass(frozen=True, slots=True)
class Take:
    """Units that a member took; the id is the redemption's.

    version -- of the reward whose price they have.
    free    -- they were given to the member, so they count for no limit.
    """

    id: UUID
    programme: int
    reward: UUID
    version: int
    member: UUID
    outlet: UUID | None
    quantity: int
    free: bool
    state: Taking
