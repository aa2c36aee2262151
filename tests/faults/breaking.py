"""Breaking: the ledger with one of its guards taken away, on a copy that nobody else uses.

Each takes away exactly one thing, and says by an assert when the thing was not there to take.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from tests.support import apart
from tests.support.waiting import until

Break: TypeAlias = Callable[[str], Awaitable[None]]

GATE = 20
WAITING = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND objid = $1 AND NOT granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# Only a debit of an account waits at the gate, so that the scene can be set before it.
AT_THE_GATE = f"IF {{debit}} > 0 THEN PERFORM pg_advisory_xact_lock_shared({GATE}); END IF;"
FLATTEN = "a_lots := ARRAY(SELECT unnest(a_lots));"
CHECK_BOOK = "this_month := greatest(ledger.month_of(p_at), book.closed_through + 1);"


async def without_lock(url: str) -> None:
    """post reads accounts without locking them, and stops at the gate before it decides."""
    gate = AT_THE_GATE.format(debit="p_debit[1]")
    await apart.mutate(url, "post", ("FOR NO KEY UPDATE", ""), (FLATTEN, FLATTEN + gate))


async def without_lock_of_one(url: str) -> None:
    """post_one likewise."""
    gate = AT_THE_GATE.format(debit="p_debit")
    await apart.mutate(url, "post_one", ("FOR NO KEY UPDATE", ""), (CHECK_BOOK, CHECK_BOOK + gate))


async def without_unique_seq(url: str) -> None:
    """No index keeps two rows of one account from having one number."""
    async with apart.owner(url) as owner:
        found = await owner.fetch(
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'ledger'"
            " AND indexdef LIKE 'CREATE UNIQUE INDEX % (book, %_seq)%'"
        )
        assert found, "there is no unique index on (book, account, seq) to drop"
        for row in found:
            await owner.execute(f"DROP INDEX ledger.{row['indexname']}")


async def without_kept_refusals(url: str) -> None:
    """Refusals are answered and forgotten."""
    await apart.mutate(url, "post", ("IF has_refusals OR has_returns THEN", "IF false THEN"))
    await apart.mutate(url, "post_one", ("IF rc NOT IN (5, 11) THEN", "IF false THEN"))


async def forgetful(url: str) -> None:
    """post forgets to look whether there are points enough, and whether lots cover them."""
    await apart.mutate(
        url,
        "post",
        ("IF free < m THEN", "IF false THEN"),
        ("IF rest > 0 THEN", "IF false THEN"),
    )


async def without_check(url: str) -> None:
    """The table lets a balance go below zero."""
    async with apart.owner(url) as owner:
        await owner.execute(
            "ALTER TABLE ledger.account DROP CONSTRAINT account_never_negative,"
            " DROP CONSTRAINT account_lots_complete"
        )


async def misaligned(url: str) -> None:
    """post starts its seq columns as empty arrays, the trap that its comment warns of."""
    await apart.mutate(
        url,
        "post",
        ("ds bigint[] := no_bigints", "ds bigint[] := '{}'"),
        # The answer's length is put right, or its reader would see the mistake first.
        (
            "debit_seq := ds;",
            "debit_seq := ds || array_fill(NULL::bigint, ARRAY[n - cardinality(ds)]);",
        ),
    )


@asynccontextmanager
async def gate(url: str, *, count: int) -> AsyncIterator[None]:
    """Hold whoever comes to the gate until `count` are there, then let all of them through."""
    async with apart.owner(url) as keeper:
        await keeper.execute("SELECT pg_advisory_lock($1)", GATE)

        async def all_there() -> bool:
            return int(await keeper.fetchval(WAITING, GATE)) >= count

        async def open_when_all_are_there() -> None:
            await until(all_there)
            await keeper.execute("SELECT pg_advisory_unlock($1)", GATE)

        opening = asyncio.create_task(open_when_all_are_there())
        try:
            yield
            await opening
        finally:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
