"""Close a cause, and pay out what it was given."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import ledger, programmes
from domain.giving.donating import locked
from domain.giving.errors import BadReference, CauseStillOpen, NothingToPayOut
from domain.giving.events import CauseClosed
from domain.giving.reading import payouts
from domain.giving.records import Cause, Payout
from infra.db import Tx
from infra.outbox import emit

REFERENCE_CHARACTERS_MAX = 140

CLOSE = "UPDATE cause SET closed_at = $3 WHERE programme = $1 AND id = $2"
ADD = """
WITH paid AS (
    UPDATE cause SET paid_out = paid_out + $4 WHERE programme = $1 AND id = $3
)
INSERT INTO payout (programme, id, cause, points, reference, operator, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def close(cause: UUID, *, programme: int, at: datetime, tx: Tx) -> Cause:
    """Take no more donations for the cause. Closing again answers the same.

    Refuses: NoSuchCause.
    """
    found = await locked(cause, programme=programme, tx=tx)
    if found.closed_at is not None:
        return found
    await tx.run(CLOSE, programme, cause, at)
    told = CauseClosed(
        programme=programme, subject=cause, object=cause, at=at, points=found.donated
    )
    emit(told, tx=tx)
    return replace(found, closed_at=at)


async def pay_out(
    cause: UUID,
    *,
    programme: int,
    reference: str,
    operator: UUID,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Payout:
    """Redeem all that waits in a closed cause's account, against a payment made elsewhere.

    reference -- of that payment; it is kept with the posting.
    id        -- the posting's; paying out again with the same id answers the same.
    Points that expired while they waited are not in it.
    Refuses, in this order: BadReference, NoSuchCause, ledger.KeyReused, CauseStillOpen,
    NothingToPayOut, then what else the ledger refuses.
    """
    said = programmes.plain(reference, longest=REFERENCE_CHARACTERS_MAX)
    if not said:
        raise BadReference(f"a reference is 1 to {REFERENCE_CHARACTERS_MAX} characters")
    found = await locked(cause, programme=programme, tx=tx)
    first = next((p for p in await payouts(cause, programme=programme, tx=tx) if p.id == id), None)
    if first is not None:
        if first.reference != said:
            raise ledger.KeyReused
        return first
    if found.closed_at is None:
        raise CauseStillOpen("close the cause first")
    points = (await ledger.balance(found.account, book=found.book, at=at, tx=tx)).available
    if points <= 0:
        raise NothingToPayOut("the cause's account is empty")
    payout = Payout(id, programme, cause, points, said, operator, at)
    await _redeem(payout, found, tx)
    return payout


async def _redeem(payout: Payout, cause: Cause, tx: Tx) -> None:
    spent = ledger.spend(
        payout.points,
        account=cause.account,
        id=payout.id,
        actor=payout.operator,
        meta={"why": "payout", "cause": str(cause.id), "reference": payout.reference},
    )
    ledger.require(await ledger.post_one(spent, book=cause.book, at=payout.at, tx=tx))
    place, who = (payout.programme, payout.id, payout.cause), (payout.operator, payout.at)
    await tx.run(ADD, *place, payout.points, payout.reference, *who)
