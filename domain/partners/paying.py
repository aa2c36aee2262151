"""Paying: what partners have paid for in advance, booked by operators against a payment made
elsewhere, and what of it is paid out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain import ledger, programmes
from domain.partners.errors import BadPoints, BadReference, ReferenceUsed
from domain.partners.finding import one
from domain.partners.records import Partner
from infra.db import Tx

POINTS_MAX = 1_000_000_000
REFERENCE_CHARACTERS_MAX = 140

# Held until the payment is booked, so that the same reference cannot be booked twice at once.
LOCK = """
SELECT id, programme, slug, name, state, book, account, registered_at
FROM partner WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
FIND = """
SELECT id, programme, partner, kind, points, reference, operator, at
FROM partner_payment WHERE programme = $1 AND id = $2
"""
# Another partner's payment may be booked between the look and this; the constraint then decides.
ADD = """
INSERT INTO partner_payment (programme, id, partner, kind, points, reference, operator, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT ON CONSTRAINT partner_payment_reference DO NOTHING
RETURNING id
"""
PAYMENTS = """
SELECT id, programme, partner, kind, points, reference, operator, at
FROM partner_payment WHERE programme = $1 AND partner = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""


class PaymentKind(StrEnum):
    """Which way a payment went."""

    TOP_UP = "TOP_UP"
    WITHDRAWAL = "WITHDRAWAL"


@dataclass(frozen=True, slots=True)
class Payment:
    """Points that came into a partner's prepaid account, or left it.

    reference -- of the payment made elsewhere; each is booked once.
    """

    id: UUID
    programme: int
    partner: UUID
    kind: PaymentKind
    points: int
    reference: str
    operator: UUID
    at: datetime


async def top_up(
    partner: UUID,
    points: int,
    *,
    programme: int,
    reference: str,
    operator: UUID,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Payment:
    """Put points that a partner has paid for into its prepaid account; they never expire there.

    id -- the posting's; the same id again with the same words answers the same.
    Refuses, in this order: BadPoints, BadReference, NoSuchPartner, ledger.KeyReused,
    ReferenceUsed, then what else the ledger refuses: KeyExpired.
    """
    kind = PaymentKind.TOP_UP
    wanted = Payment(id, programme, partner, kind, points, reference, operator, at)
    return await _book(wanted, tx)


async def withdraw(
    partner: UUID,
    points: int,
    *,
    programme: int,
    reference: str,
    operator: UUID,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Payment:
    """Take points that a partner has not used out of its prepaid account, against money that was
    paid back to it.

    As `top_up`, and refuses in the same order; last, ledger.InsufficientPoints.
    """
    kind = PaymentKind.WITHDRAWAL
    wanted = Payment(id, programme, partner, kind, points, reference, operator, at)
    return await _book(wanted, tx)


async def payments(
    partner: UUID, *, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Payment]:
    """What was paid by and to a partner, newest first, from the one before `before` on."""
    rows = await tx.rows(PAYMENTS, programme, partner, before, limit)
    return [Payment(**{**row, "kind": PaymentKind(row["kind"])}) for row in rows]


async def _book(wanted: Payment, tx: Tx) -> Payment:
    if not 0 < wanted.points <= POINTS_MAX:
        raise BadPoints(f"points must be between 1 and {POINTS_MAX}")
    reference = programmes.plain(wanted.reference, longest=REFERENCE_CHARACTERS_MAX)
    if not reference:
        raise BadReference(f"a reference is 1 to {REFERENCE_CHARACTERS_MAX} characters")
    programme, kind, points = wanted.programme, wanted.kind, wanted.points
    payer = one(await tx.row(LOCK, programme, wanted.partner))
    first = await tx.row(FIND, programme, wanted.id)
    if first is not None:
        made = Payment(**{**first, "kind": PaymentKind(first["kind"])})
        asked = (payer.id, kind, points, reference)
        if (made.partner, made.kind, made.points, made.reference) != asked:
            raise ledger.KeyReused
        return made
    who = (wanted.operator, wanted.at)
    if await tx.row(ADD, programme, wanted.id, payer.id, kind, points, reference, *who) is None:
        raise ReferenceUsed("a payment with that reference has been booked")
    item = _item(wanted, payer, reference)
    posted = await ledger.post_one(item, book=payer.book, at=wanted.at, tx=tx)
    ledger.require(posted, needed=points)
    return Payment(wanted.id, programme, payer.id, kind, points, reference, *who)


def _item(wanted: Payment, payer: Partner, reference: str) -> ledger.Item:
    meta = {"why": "partner", "partner": str(payer.id), "reference": reference}
    if wanted.kind is PaymentKind.WITHDRAWAL:
        target = ledger.ISSUANCE
        return ledger.spend(
            wanted.points,
            account=payer.account,
            id=wanted.id,
            target=target,
            actor=wanted.operator,
            meta=meta,
        )
    return ledger.issue(
        wanted.points,
        account=payer.account,
        id=wanted.id,
        month=ledger.NEVER,
        actor=wanted.operator,
        meta=meta,
    )
