"""Keeping: members' streaks in their rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import orjson

from domain.streaks.folding import Folded
from domain.streaks.pasts import Past
from infra.db import Row, Tx

# A member and a streak.
Pair: TypeAlias = tuple[UUID, UUID]

KEEPINGS = """
SELECT k.member, k.streak, k.first, k.marks, k.closed, k.bought
FROM unnest($2::uuid[], $3::uuid[]) AS n (member, streak)
JOIN streak_keeping AS k ON k.programme = $1 AND k.member = n.member AND k.streak = n.streak
"""
OF_MEMBER = """
SELECT member, streak, first, marks, closed, bought FROM streak_keeping
WHERE programme = $1 AND member = $2
"""
KEEP = """
INSERT INTO streak_keeping (programme, member, streak, first, marks, closed, bought, length, best,
                            freezes, rolls_at)
SELECT $1, n.member, n.streak, n.first, decode(n.marks, 'hex'), n.closed, n.bought, n.length,
       n.best, n.freezes, n.rolls_at
FROM json_to_recordset($2::json) AS n (
    member uuid, streak uuid, first date, marks text, closed date, bought date[], length int,
    best int, freezes int, rolls_at timestamptz)
ON CONFLICT (programme, member, streak) DO UPDATE
SET first = excluded.first, marks = excluded.marks, closed = excluded.closed,
    bought = excluded.bought, length = excluded.length, best = excluded.best,
    freezes = excluded.freezes, rolls_at = excluded.rolls_at
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A member's streak as it is to be kept.

    rolls_at -- when the next period may be missed; None: nothing is lost by that.
    """

    member: UUID
    streak: UUID
    past: Past
    folded: Folded
    rolls_at: datetime | None


async def keepings(pairs: Sequence[Pair], *, programme: int, tx: Tx) -> Mapping[Pair, Past]:
    """What is known of these; one of which nothing is known is left out."""
    if not pairs:
        return {}
    columns = [member for member, _ in pairs], [streak for _, streak in pairs]
    rows = await tx.rows(KEEPINGS, programme, *columns)
    return {(row["member"], row["streak"]): past_of(row) for row in rows}


async def of_member(member: UUID, *, programme: int, tx: Tx) -> Mapping[UUID, Past]:
    """What is known of the member's periods, by streak."""
    rows = await tx.rows(OF_MEMBER, programme, member)
    return {row["streak"]: past_of(row) for row in rows}


async def keep(kept: Collection[Kept], *, programme: int, tx: Tx) -> None:
    """Write these down."""
    rows = [
        {
            "member": str(one.member),
            "streak": str(one.streak),
            "first": one.past.first,
            "marks": one.past.marks.hex(),
            "closed": one.past.closed,
            "bought": one.past.bought,
            "length": one.folded.length,
            "best": one.folded.best,
            "freezes": one.folded.freezes,
            "rolls_at": one.rolls_at,
        }
        for one in sorted(kept, key=lambda one: (one.member, one.streak))
    ]
    if rows:
        await tx.run(KEEP, programme, orjson.dumps(rows).decode())


def past_of(row: Row) -> Past:
    """What is known of a member's periods, from its row."""
    return Past(row["first"], row["marks"], row["closed"], tuple(row["bought"]))
