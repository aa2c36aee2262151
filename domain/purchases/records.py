"""What purchases hands out, and what shops tell it in one form."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID


class Payment(StrEnum):
    """How an order stands with its shop; only a PAID one counts."""

    UNPAID = "UNPAID"  # not paid, only authorised, failed, or a test
    PAID = "PAID"  # paid; some of it may have been refunded since
    REFUNDED = "REFUNDED"  # refunded whole
    CANCELLED = "CANCELLED"
    DELETED = "DELETED"  # the shop no longer knows it


class Kind(StrEnum):
    """The shop systems whose webhooks are understood."""

    SHOPIFY = "SHOPIFY"
    WOOCOMMERCE = "WOOCOMMERCE"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order, after its discounts, in minor units of the order's currency.

    line      -- the shop's id of the line, unique in the order.
    product   -- what the shop calls the thing: its SKU, else the product's id; may be empty.
    net_minor -- without tax, for all pieces together.
    """

    line: str
    product: str
    quantity: int
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, in the words of the shop; each may be missing.

    customer     -- the shop's id of the customer.
    loyalty      -- the loyalty number that was given with the order.
    email_sha256 -- hash of the address in lower case, where the shop has verified it.
    """

    customer: str | None = None
    loyalty: str | None = None
    email_sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An order as a whole, as it stood at `updated_at`.

    ordered_at -- when it was placed.
    total_minor, refunded_minor -- all that was asked for and given back, tax and shipping
                  included, where the shop does not tell refunds by line; else 0 and 0.
    """

    order: str
    updated_at: datetime
    payment: Payment
    currency: str
    ordered_at: datetime
    lines: tuple[Line, ...]
    shipping_minor: int = 0
    shipping_tax_minor: int = 0
    total_minor: int = 0
    refunded_minor: int = 0
    buyer: Buyer = Buyer()


@dataclass(frozen=True, slots=True)
class Refund:
    """What was given back at once. A refund never changes; its id is unique in the order.

    lines          -- ids of lines, and how many pieces of each; a line may come twice.
    loose_minor    -- what was given back beyond its lines, without tax; less than 0 when less
                      was given back than the lines say.
    shipping_minor -- of the shipping, without tax.
    """

    order: str
    refund: str
    lines: tuple[tuple[str, int], ...] = ()
    loose_minor: int = 0
    loose_tax_minor: int = 0
    shipping_minor: int = 0
    shipping_tax_minor: int = 0


@dataclass(frozen=True, slots=True)
class Deletion:
    """The shop removed the order."""

    order: str


Message: TypeAlias = Snapshot | Refund | Deletion


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Where a snapshot stands among those of its order: the greatest is the newest.

    digest -- of all that the snapshot said; decides where nothing else does.
    """

    updated_at: datetime
    rank: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """All that was heard of one order, whatever came first: see `converging`.

    version -- of the snapshot, which may have lost its buyer since; None as long as it is.
    """

    snapshot: Snapshot | None = None
    version: Version | None = None
    refunds: tuple[Refund, ...] = ()
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """What of a purchase counts in a programme.

    currency -- ISO 4217; orders in another one count for nothing.
    taxes, shipping -- True when they count like goods.
    """

    currency: str
    taxes: bool = False
    shipping: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop that sends its orders.

    id     -- the name of its webhook address.
    slug   -- what programmes' rules and reports call it.
    domain -- the host its webhooks must come from.
    """

    id: UUID
    programme: int
    slug: str
    kind: Kind
    domain: str
    open: bool


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order, and what came of it.

    source        -- "shop:<slug>" or "partner:<slug>".
    payment       -- None until the order itself is known: a refund may come first.
    member        -- None while nobody knows whose it is.
    counted_minor -- what is paid and kept, as it counts now.
    activity      -- what it earns by; None until it has counted once.
    """

    programme: int
    source: str
    order: str
    payment: Payment | None
    currency: str | None
    ordered_at: datetime | None
    member: UUID | None
    counted_minor: int
    activity: UUID | None
