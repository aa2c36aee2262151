"""Shelving: the live offers as whoever ranks them keeps them, and when such a copy is old."""

from domain.offers.finding import LIVE_MAX
from domain.offers.records import Entry, OfferKind, Placement, Shelf
from infra.db import Row, Tx

VERSION = "SELECT version FROM offer_shelf WHERE programme = $1"
ENTRIES = """
SELECT id, kind, about, margin, cost, placements, valid_from, valid_until, created_at,
       holdout_percent
FROM offer WHERE programme = $1 AND state = 'LIVE' ORDER BY id LIMIT $2
"""


async def shelf(*, programme: int, known: Shelf | None = None, tx: Tx) -> Shelf:
    """The live offers of the programme, those too whose time is still to come or just over.

    known -- what was read before: it is the answer again while nothing has changed, and then the
             question costs one short statement.
    """
    # The version first: entries may then be newer than it says, but never older.
    version = await tx.value(VERSION, programme) or 0
    if known is not None and known.version == version:
        return known
    rows = await tx.rows(ENTRIES, programme, LIVE_MAX)
    return Shelf(version, tuple(map(_entry, rows)))


def _entry(row: Row) -> Entry:
    return Entry(
        offer=row["id"],
        kind=OfferKind(row["kind"]),
        about=tuple(row["about"]),
        margin=row["margin"],
        cost=row["cost"],
        placements=frozenset(map(Placement, row["placements"])),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        created_at=row["created_at"],
        holdout_percent=row["holdout_percent"],
    )
