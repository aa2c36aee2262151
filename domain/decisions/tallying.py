"""Count: how often an item was chosen, seen and answered, in parts so that nobody waits long."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.decisions.learning import shard_of
from domain.decisions.records import Kind, Tally
from infra.db import Tx

# In one order, since several are counted at once.
COUNT = """
INSERT INTO decision_count AS c (programme, item, shard, chosen, seen, accepted, refused, put_off,
                                 redeemed)
SELECT $1, i.item, $2::smallint, $4 * n, $5 * n, $6 * n, $7 * n, $8 * n, $9 * n
FROM (SELECT item, count(*)::int AS n FROM unnest($3::text[]) AS u (item) GROUP BY item) AS i
ORDER BY i.item
ON CONFLICT (programme, item, shard) DO UPDATE SET
    chosen = c.chosen + excluded.chosen, seen = c.seen + excluded.seen,
    accepted = c.accepted + excluded.accepted, refused = c.refused + excluded.refused,
    put_off = c.put_off + excluded.put_off, redeemed = c.redeemed + excluded.redeemed
"""
TALLIES = """
SELECT item, sum(chosen)::bigint AS chosen, sum(seen)::bigint AS seen,
       sum(accepted)::bigint AS accepted, sum(refused)::bigint AS refused,
       sum(put_off)::bigint AS put_off, sum(redeemed)::bigint AS redeemed
FROM decision_count WHERE programme = $1 AND item = ANY($2::text[]) GROUP BY item
"""
# Enough of them to know that a report tells of nobody in particular.
REACH = """
SELECT count(*)::int FROM (
    SELECT DISTINCT member FROM decision
    WHERE programme = $1 AND subject = $2 AND seen_at IS NOT NULL LIMIT $3
) AS members
"""
_PLACES = (None, Kind.IMPRESSION, Kind.ACCEPT, Kind.REFUSE, Kind.NOT_NOW, Kind.REDEEMED)


async def count(
    items: Sequence[str], kind: Kind | None, *, member: UUID, programme: int, tx: Tx
) -> None:
    """Each of the items once more; kind: None, when it was chosen."""
    more = [int(kind is place) for place in _PLACES]
    await tx.run(COUNT, programme, shard_of(member), list(items), *more)


async def tallies(items: Collection[str], *, programme: int, tx: Tx) -> Mapping[str, Tally]:
    """What became of each item until now; what was never chosen is left out."""
    rows = await tx.rows(TALLIES, programme, list(items)) if items else []
    return {
        row["item"]: Tally(
            chosen=row["chosen"],
            seen=row["seen"],
            accepted=row["accepted"],
            refused=row["refused"],
            put_off=row["put_off"],
            redeemed=row["redeemed"],
        )
        for row in rows
    }


async def reach(subject: UUID, *, programme: int, most: int = 10, tx: Tx) -> int:
    """How many different members have seen the offer or treat; counted up to `most`."""
    found: int = await tx.value(REACH, programme, subject, most)
    return found
