"""Suggesting: pairs of members who may be one person, for an operator to look at."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain import members, programmes
from domain.duplicates.errors import NoSuchSuggestion
from domain.duplicates.records import Reason, Suggestion
from domain.duplicates.scoring import scored
from infra.db import Row, Tx

SEARCH_BATCH = 200
PROGRAMMES_MAX = 1_000

# Where a page ended: the score and the two.
Cursor: TypeAlias = tuple[int, UUID, UUID]

# One that was dismissed stays so, whatever is found again.
NOTE = """
INSERT INTO duplicate_suggestion (programme, a, b, score, reasons, found_at)
SELECT $1, s.a, s.b, s.score, string_to_array(s.reasons, ','), $6
FROM unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::text[]) AS s (a, b, score, reasons)
ON CONFLICT (programme, a, b) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
WHERE duplicate_suggestion.state = 'OPEN'
"""
SUGGESTED = """
SELECT a, b, score, reasons, found_at FROM duplicate_suggestion
WHERE programme = $1 AND state = 'OPEN'
  AND ($2::smallint IS NULL OR (score, a, b) < ($2, $3::uuid, $4::uuid))
ORDER BY score DESC, a DESC, b DESC LIMIT $5
"""
DISMISS = """
UPDATE duplicate_suggestion SET state = 'DISMISSED' WHERE programme = $1 AND a = $2 AND b = $3
"""
PLACE = "SELECT after FROM duplicate_search WHERE programme = $1 FOR UPDATE"
MOVE_ON = """
INSERT INTO duplicate_search (programme, after) VALUES ($1, $2)
ON CONFLICT (programme) DO UPDATE SET after = excluded.after
"""


async def seek(ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx) -> int:
    """Look for duplicates of these members, and note what is worth a look; how many pairs."""
    found = {}
    for one in await members.alike(ids, programme=programme, tx=tx):
        judged = scored(one)
        if judged is not None:
            found[min(one.a, one.b), max(one.a, one.b)] = judged
    pairs = sorted(found)
    scores = [found[pair][0] for pair in pairs]
    reasons = [",".join(found[pair][1]) for pair in pairs]
    firsts, seconds = [a for a, _ in pairs], [b for _, b in pairs]
    await tx.run(NOTE, programme, firsts, seconds, scores, reasons, at)
    return len(pairs)


async def suggested(
    *, programme: int, after: Cursor | None, limit: int, tx: Tx
) -> Sequence[Suggestion]:
    """Open suggestions, the likeliest first, from the one after `after` on."""
    score, a, b = after or (None, None, None)
    rows = await tx.rows(SUGGESTED, programme, score, a, b, limit)
    return [_suggestion(row) for row in rows]


async def dismiss(a: UUID, b: UUID, *, programme: int, tx: Tx) -> None:
    """These two are not one person, and are never suggested again. Again is fine.

    Refuses: NoSuchSuggestion.
    """
    if not await tx.run(DISMISS, programme, min(a, b), max(a, b)):
        raise NoSuchSuggestion("nobody has suggested these two")


async def search(at: datetime, tx: Tx) -> int:
    """Look at the next members of each programme, and begin anew at the end; 0: done for now."""
    for programme in await programmes.every(limit=PROGRAMMES_MAX, tx=tx):
        after = await tx.value(PLACE, programme.id)
        page = await members.listed(programme=programme.id, after=after, limit=SEARCH_BATCH, tx=tx)
        await seek([one.id for one in page], programme=programme.id, at=at, tx=tx)
        full = len(page) == SEARCH_BATCH
        await tx.run(MOVE_ON, programme.id, page[-1].id if full else None)
    return 0


def _suggestion(row: Row) -> Suggestion:
    return Suggestion(**{**row, "reasons": tuple(Reason(one) for one in row["reasons"])})
