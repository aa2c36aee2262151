"""Pending: points that were promised and cannot be spent before they mature.

A promise and the posting it becomes have one id, so neither a second promise nor a posting
beside it can give the points twice. Withdrawing one is allowed under every return policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.ledger.items import ISSUANCE
from domain.ledger.outcomes import Outcome, Result
from domain.ledger.posting import announce, column, sound_amount, sound_month
from infra.db import Tx

PROMISE = """
SELECT outcome, moved
FROM ledger.promise($1, $2, $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[],
                    $7::smallint[], $8::timestamptz[], $9::uuid[], $10::text[])
"""
MATURE = """
SELECT outcome, moved, credit_balance, credit_seq, account
FROM ledger.mature($1, $2, $3::uuid[])
"""
CANCEL = "SELECT outcome, moved, account FROM ledger.cancel($1, $2, $3::uuid[])"


@dataclass(frozen=True, slots=True)
class Promise:
    """Points that an account will get.

    source     -- the system account they will come from.
    month      -- lot month, as for Item; one that has passed by then becomes the current one.
    matures_at -- when they are posted by themselves; None: only by `mature`.
    meta       -- kept with the promise, and with the posting it becomes.
    """

    id: UUID
    account: int
    amount: int
    source: int = ISSUANCE
    month: int | None = None
    matures_at: datetime | None = None
    actor: UUID | None = None
    meta: Mapping[str, Any] | None = None


async def promise(
    promises: Sequence[Promise], *, book: int, at: datetime, tx: Tx
) -> Sequence[Result]:
    """Promise points; the result of each, in the same order. Nothing is spendable yet.

    Outcomes: DONE, ALREADY_DONE (also when it has matured or was posted), KEY_REUSED,
    OUTSIDE_WINDOW, INVALID, NO_ACCOUNT.
    """
    if not promises:
        return []
    row = await tx.row(
        PROMISE,
        book,
        at,
        [one.id for one in promises],
        [one.account for one in promises],
        [sound_amount(one.amount) for one in promises],
        [one.source for one in promises],
        column([sound_month(one.month) for one in promises]),
        column([one.matures_at for one in promises]),
        column([one.actor for one in promises]),
        column([None if one.meta is None else orjson.dumps(one.meta).decode() for one in promises]),
    )
    assert row is not None, "the function answers with one row"
    results = [
        Result(one.id, Outcome(outcome), moved, None, None, None, None)
        for one, outcome, moved in zip(promises, row["outcome"], row["moved"], strict=True)
    ]
    announce(
        {
            one.account
            for one, result in zip(promises, results, strict=True)
            if result.outcome is Outcome.DONE
        },
        book=book,
        tx=tx,
    )
    return results


async def mature(ids: Sequence[UUID], *, book: int, at: datetime, tx: Tx) -> Sequence[Result]:
    """Post promised points now, each under its promise's id.

    Outcomes: those of a posting, and PENDING_NOT_OPEN for a promise that is unknown or cancelled.
    """
    if not ids:
        return []
    row = await tx.row(MATURE, book, at, list(ids))
    assert row is not None, "the function answers with one row"
    results = [
        Result(id, Outcome(outcome), moved, None, balance, None, seq)
        for id, outcome, moved, balance, seq in zip(
            ids,
            row["outcome"],
            row["moved"],
            row["credit_balance"],
            row["credit_seq"],
            strict=True,
        )
    ]
    announce(_changed(row["account"], results), book=book, tx=tx)
    return results


async def cancel(ids: Sequence[UUID], *, book: int, at: datetime, tx: Tx) -> Sequence[Result]:
    """Withdraw promises that have not matured; `moved` is what will not come.

    Outcomes: DONE, ALREADY_DONE, PENDING_NOT_OPEN (unknown, or matured).
    """
    if not ids:
        return []
    row = await tx.row(CANCEL, book, at, list(ids))
    assert row is not None, "the function answers with one row"
    results = [
        Result(id, Outcome(outcome), moved, None, None, None, None)
        for id, outcome, moved in zip(ids, row["outcome"], row["moved"], strict=True)
    ]
    announce(_changed(row["account"], results), book=book, tx=tx)
    return results


def _changed(accounts: Sequence[int], results: Sequence[Result]) -> set[int]:
    return {
        account
        for account, result in zip(accounts, results, strict=True)
        if result.outcome is Outcome.DONE
    }
