"""Adjust: an operator gives or takes points by hand."""

from datetime import datetime
from uuid import UUID

from domain import ledger, members
from domain.members import Member
from domain.points.errors import BadAdjustment
from domain.points.records import Adjustment
from infra.db import Tx

# What more needs than this is no slip of a hand, and several people should look at it.
ADJUSTMENT_MAX = 100_000


async def adjust(
    member: Member, *, points: int, operator: UUID, id: UUID, at: datetime, tx: Tx
) -> Adjustment:
    """Give the member so many points or, negative, take them.

    id -- the idempotency key: the same again changes nothing. Why it was done stands in the
    audit log, not here: the journal is kept for ever and names nobody.
    Refuses, in this order: BadAdjustment, then what the ledger refuses: KeyExpired, KeyReused,
    InsufficientPoints.
    """
    if not 1 <= abs(points) <= ADJUSTMENT_MAX:
        raise BadAdjustment(limit=ADJUSTMENT_MAX)
    locked = await members.lock({member.id}, programme=member.programme, tx=tx)
    wallet = locked[member.id]
    item = ledger.Item(
        id,
        ledger.Kind.MOVE,
        debit=ledger.ADJUSTMENT if points > 0 else wallet.account,
        credit=wallet.account if points > 0 else ledger.ADJUSTMENT,
        amount=abs(points),
        actor=operator,
        meta={"why": "adjustment"},
    )
    try:
        done = ledger.require(await ledger.post_one(item, book=wallet.book, at=at, tx=tx))
    except ledger.InsufficientPoints as refused:
        refused.needed = -points
        raise
    balance = done.credit_balance if points > 0 else done.debit_balance
    assert balance is not None, "a wallet has a row, so a balance"
    return Adjustment(member.id, points, balance)
