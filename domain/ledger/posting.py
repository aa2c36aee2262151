"""Post: the verbs that move points, each one call of the database's one writer.

Refusals are values here: a Result says what came of an item, and `require` raises for whoever
wants that. Nothing else in the app changes a balance.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import orjson

from domain.ledger.items import POINTS_MAX, Item, Kind
from domain.ledger.lots import NEVER
from domain.ledger.outcomes import Outcome, Result
from infra import observing, signals
from infra.db import Row, Tx

POST = """
SELECT outcome, moved, debit_balance, credit_balance, debit_seq, credit_seq, available
FROM ledger.post($1, $2, $3::uuid[], $4::smallint[], $5::bigint[], $6::bigint[], $7::bigint[],
                 $8::smallint[], $9::uuid[], $10::uuid[], $11::timestamptz[], $12::uuid[],
                 $13::text[])
"""
PREVIEW = """
SELECT outcome, moved, debit_balance, credit_balance, debit_seq, credit_seq, available
FROM ledger.post($1, $2, $3::uuid[], $4::smallint[], $5::bigint[], $6::bigint[], $7::bigint[],
                 $8::smallint[], $9::uuid[], $10::uuid[], $11::timestamptz[], $12::uuid[],
                 $13::text[], p_dry => true)
"""
POST_ONE = """
SELECT outcome, moved, debit_balance, credit_balance, debit_seq, credit_seq, available
FROM ledger.post_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
# A reversal's accounts are its original's; only the database knows them.
SIDES = "SELECT debit, credit FROM ledger.journal WHERE book = $1 AND id = ANY($2::uuid[])"

# By number: calling the enum for each item of a batch costs more than reading the answer.
OUTCOMES = tuple(Outcome)

Columns: TypeAlias = tuple[Any, ...]


async def post(items: Sequence[Item], *, book: int, at: datetime, tx: Tx) -> Sequence[Result]:
    """Post the items in their order; the result of each, in the same order.

    at -- the time of the postings: it says which lots are past, and which ids too old or new.
    Items of one group that lie side by side succeed or fail together; others do not care.
    """
    if not items:
        return []
    row = await tx.row(POST, book, at, *columns(items))
    assert row is not None, "the function answers with one row"
    results = read(items, row)
    count(results)
    announce(await touched(items, results, book=book, tx=tx), book=book, tx=tx)
    return results


async def post_one(item: Item, *, book: int, at: datetime, tx: Tx) -> Result:
    """As `post`, for a single item, by a lighter path."""
    row = await tx.row(
        POST_ONE, book, at, item.id, item.kind, item.debit, item.credit, sound_amount(item.amount),
        sound_month(item.month), item.ref, item.group, item.expires_at, item.actor, _json(item),
    )  # fmt: skip
    assert row is not None, "the function answers with one row"
    result = Result(
        item.id,
        Outcome(row["outcome"]),
        row["moved"],
        row["debit_balance"],
        row["credit_balance"],
        row["debit_seq"],
        row["credit_seq"],
        row["available"],
    )
    count([result])
    announce(await touched([item], [result], book=book, tx=tx), book=book, tx=tx)
    return result


async def preview(items: Sequence[Item], *, book: int, at: datetime, tx: Tx) -> Sequence[Result]:
    """What `post` would answer now, by the same rules; nothing is locked or written."""
    if not items:
        return []
    row = await tx.row(PREVIEW, book, at, *columns(items))
    assert row is not None, "the function answers with one row"
    return read(items, row)


def channel(book: int, account: int) -> str:
    """Where a hint is published after each commit that changed the account."""
    return f"laurel:account:{book}:{account}"


def columns(items: Sequence[Item]) -> Columns:
    """The items as the function's arrays; a column that no item uses is None."""
    return (
        [item.id for item in items],
        [item.kind for item in items],
        [item.debit for item in items],
        [item.credit for item in items],
        [sound_amount(item.amount) for item in items],
        column([sound_month(item.month) for item in items]),
        column([item.ref for item in items]),
        column([item.group for item in items]),
        column([item.expires_at for item in items]),
        column([item.actor for item in items]),
        column([_json(item) for item in items]),
    )


def read(items: Sequence[Item], row: Row) -> list[Result]:
    """The function's arrays as one Result for each item."""
    available = row["available"] or [None] * len(items)
    return [
        Result(item.id, OUTCOMES[outcome], *facts)
        for item, outcome, *facts in zip(
            items,
            row["outcome"],
            row["moved"],
            row["debit_balance"],
            row["credit_balance"],
            row["debit_seq"],
            row["credit_seq"],
            available,
            strict=True,
        )
    ]


def count(results: Sequence[Result]) -> None:
    """Note in the metrics what the ledger answered."""
    observing.posted(Counter(result.outcome.name for result in results))


async def touched(
    items: Sequence[Item], results: Sequence[Result], *, book: int, tx: Tx
) -> Collection[int]:
    """The accounts that the items changed just now; system accounts may be among them."""
    accounts: set[int] = set()
    reversals = []
    for item, result in zip(items, results, strict=True):
        if result.outcome is Outcome.DONE:
            accounts.add(item.debit)
            accounts.add(item.credit)
            if item.kind is Kind.REVERSE:
                reversals.append(item.id)
    if reversals:
        for row in await tx.rows(SIDES, book, reversals):
            accounts.update((row["debit"], row["credit"]))
    return accounts


def announce(accounts: Collection[int], *, book: int, tx: Tx) -> None:
    """Publish a hint for each account, system accounts left out, once `tx` has committed."""
    channels = [channel(book, account) for account in accounts if account > 0]
    if channels:
        tx.after_commit(lambda: signals.publish(channels))


def sound_amount(amount: int) -> int:
    """The amount, or -1 for one that no column could hold, so that it is refused in one place."""
    return amount if 0 <= amount <= POINTS_MAX else -1


def sound_month(month: int | None) -> int | None:
    """The month, or -1 for one that no column could hold."""
    return month if month is None or 0 <= month <= NEVER else -1


def column(values: list[Any]) -> list[Any] | None:
    """The values, or None when there is none among them."""
    return None if values.count(None) == len(values) else values


def _json(item: Item) -> str | None:
    return None if item.meta is None else orjson.dumps(item.meta).decode()
