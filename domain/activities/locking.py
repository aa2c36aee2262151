"""Locking: whoever judges waits for whoever judges the same member, file or track."""

from collections.abc import Iterable

from infra.db import Tx

# Whoever could be the other copy holds one of these locks or waits for it: the member's, the
# file's, those of the sketch. Sorted, so that two verdicts can never wait for each other.
LOCK_LANES = """
SELECT pg_advisory_xact_lock(lane) FROM (
    SELECT DISTINCT hashtextextended($1::int || ':' || name, 11) AS lane
    FROM unnest($2::text[]) AS n (name) ORDER BY lane
) AS lanes
"""
# Whoever tells shares a source, whoever deletes there has it alone: what is deleted has been told
# or has not.
# And nothing after it reads a whole table: a plan that is made while the tables are small is kept
# until somebody analyses them, and would.
SHARE_SOURCES = """
SELECT set_config('enable_seqscan', 'off', true), pg_advisory_xact_lock_shared(lane) FROM (
    SELECT DISTINCT hashtextextended($1::int || ':' || source, 12) AS lane
    FROM unnest($2::text[]) AS s (source) ORDER BY lane
) AS lanes
"""
TAKE_SOURCE = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::text, 12))"


async def lock(names: Iterable[object], *, programme: int, tx: Tx) -> None:
    """Hold what `names` stand for, such as members' ids, until `tx` ends.

    Before any row of an activity that has been judged is locked.
    """
    await tx.run(LOCK_LANES, programme, [str(name) for name in names])


async def share_sources(sources: Iterable[str], *, programme: int, tx: Tx) -> None:
    """Until `tx` ends nobody deletes at these sources. Before members are locked."""
    await tx.run(SHARE_SOURCES, programme, list(sources))


async def take_source(source: str, *, programme: int, tx: Tx) -> None:
    """Until `tx` ends nobody else tells or deletes at this source. Before members are locked."""
    await tx.run(TAKE_SOURCE, programme, source)
