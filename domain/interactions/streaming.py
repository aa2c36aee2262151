"""Streaming: all interactions of a programme as bytes, member after member, for training."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from infra import copying
from infra.db import Tx

# Sorted by the key that holds all of the columns, so nothing is sorted and no table is read.
ROWS = """
SELECT member, item, weight, at FROM interaction
WHERE programme = $1 AND at >= $2 AND at < $3 ORDER BY member, id
"""
KEYS = "SELECT number, key FROM item WHERE programme = $1 AND number = ANY($2::int[])"


async def stream(
    take: Callable[[bytes], Awaitable[None]],
    *,
    programme: int,
    since: datetime,
    until: datetime,
    tx: Tx,
) -> int:
    """Hand over what was done from `since` on and before `until`, as infra.copying writes it, in
    rows of 50 bytes; how many.

    Columns: member (uuid), item (int4), weight (float4), at (int8: microseconds since 2000 UTC).
    A member's rows follow each other, the oldest first.
    """
    return await copying.out(ROWS, programme, since, until, take=take, tx=tx)


async def keys(numbers: Sequence[int], *, programme: int, tx: Tx) -> Mapping[int, str]:
    """The keys of items by their numbers, which mean nothing elsewhere."""
    return {row["number"]: row["key"] for row in await tx.rows(KEYS, programme, list(numbers))}
