"""Crossing: points go from one book to another, through clearing, by two local postings.

The first leg is posted in the caller's transaction together with a row that says where the
points go; the second, a credit that cannot fail for funds, is posted under the same id in the
other book after the first has committed, at once or by the recovery job. There is no moment in
which both books are locked, and no two-phase commit.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import structlog

from domain.ledger.outcomes import Outcome, Result
from domain.ledger.posting import announce, channel, sound_amount
from infra import db, signals
from infra.db import Tx

CROSS = """
SELECT outcome, moved, debit_balance, debit_seq, available
FROM ledger.cross($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
ARRIVE = "SELECT books, accounts FROM ledger.arrive($1, 1, $2, $3)"
RECOVER = "SELECT books, accounts FROM ledger.arrive($1, $2)"

_log = structlog.get_logger(__name__)


async def cross(
    amount: int,
    *,
    account: int,
    book: int,
    to_account: int,
    to_book: int,
    id: UUID,
    at: datetime,
    tx: Tx,
    to_amount: int | None = None,
    actor: UUID | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Result:
    """Send `amount` points of `book` to an account of `to_book`; the result of the first leg.

    to_amount -- what arrives, in the other book's unit; None: as much as left.
    What arrives expires no later than the soonest of what left. Outcomes are those of a move;
    NO_ACCOUNT also when there is no such account in the other book.
    """
    to_amount = amount if to_amount is None else to_amount
    plain = None if meta is None else orjson.dumps(meta).decode()
    row = await tx.row(
        CROSS, book, at, id, account, sound_amount(amount), to_book, to_account,
        sound_amount(to_amount), actor, plain,
    )  # fmt: skip
    assert row is not None, "the function answers with one row"
    outcome, moved = Outcome(row["outcome"]), row["moved"]
    left, seq, available = row["debit_balance"], row["debit_seq"], row["available"]
    result = Result(id, outcome, moved, left, None, seq, None, available)
    if result.outcome is Outcome.DONE:
        announce([account], book=book, tx=tx)
        tx.after_commit(lambda: _arrive(id, book=book, at=at))
    return result


async def recover(*, limit: int, at: datetime, tx: Tx) -> int:
    """Post the second leg of at most `limit` crossings that wait for it; how many arrived."""
    row = await tx.row(RECOVER, at, limit)
    assert row is not None, "the function answers with one row"
    channels = {channel(*pair) for pair in zip(row["books"], row["accounts"], strict=True)}
    if channels:
        tx.after_commit(lambda: signals.publish(channels))
    return len(row["books"])


# What fails here is left to the recovery job: the first leg has committed.
async def _arrive(id: UUID, *, book: int, at: datetime) -> None:
    try:
        async with db.transaction() as tx:
            row = await tx.row(ARRIVE, at, book, id)
            assert row is not None, "the function answers with one row"
    except (db.PostgresError, *db.Unavailable) as error:
        _log.warning("ledger.crossing.waits", id=str(id), error=type(error).__name__)
        return
    await signals.publish(
        [channel(*pair) for pair in zip(row["books"], row["accounts"], strict=True)]
    )
