"""Suppress: what a member has refused is hidden from them for a while, and its like shown less."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from infra.db import Tx

REFUSED_FOR = timedelta(days=30)
NOT_NOW_FOR = timedelta(days=1)
# Each refusal of one of a kind makes the others so much less likely to be taken.
WEAKER = 0.7
FORGOTTEN_AT_ONCE = 500

STANDING = """
SELECT item, hidden, times FROM suppression
WHERE programme = $1 AND member = $2 AND until > $3
ORDER BY until DESC LIMIT 500
"""
# What is over begins anew; what is hidden for a month is not shown again by a "not now".
ADD = """
INSERT INTO suppression AS s (programme, member, item, hidden, times, until)
SELECT $1, $2, i.item, $4, 1, $5 FROM unnest($3::text[]) AS i (item) ORDER BY i.item
ON CONFLICT (programme, member, item) DO UPDATE SET
    hidden = excluded.hidden OR (s.hidden AND s.until > $6),
    times = CASE WHEN s.until > $6 THEN least(s.times + 1, 100)::smallint ELSE 1 END,
    until = greatest(s.until, excluded.until)
"""
LIFT = """
DELETE FROM suppression WHERE programme = $1 AND member = $2 AND item = ANY($3::text[])
"""
FORGET = """
DELETE FROM suppression WHERE (programme, member, item) IN (
    SELECT programme, member, item FROM suppression WHERE until <= $1
    ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """What a member wants to see not at all, or less, now.

    times -- how often each item, or kind, was refused lately.
    """

    hidden: frozenset[str] = frozenset()
    times: Mapping[str, int] = field(default_factory=dict)

    def weight(self, about: Collection[str]) -> float:
        """What is left of the probability that something about these is taken."""
        return float(WEAKER ** max((self.times.get(one, 0) for one in about), default=0))


async def standing(member: UUID, *, programme: int, at: datetime, tx: Tx) -> Suppressed:
    """What holds for the member now."""
    rows = await tx.rows(STANDING, programme, member, at)
    return Suppressed(
        hidden=frozenset(row["item"] for row in rows if row["hidden"]),
        times={row["item"]: row["times"] for row in rows},
    )


async def hide(
    item: str, *, about: Sequence[str], member: UUID, programme: int, at: datetime, tx: Tx
) -> None:
    """The member refused it: it is hidden, and there is less of what it is about. Its member is
    locked."""
    until = at + REFUSED_FOR
    await tx.run(ADD, programme, member, [item], True, until, at)
    await tx.run(ADD, programme, member, sorted(set(about)), False, until, at)


async def put_off(item: str, *, member: UUID, programme: int, at: datetime, tx: Tx) -> None:
    """Not now, perhaps tomorrow. Its member is locked."""
    await tx.run(ADD, programme, member, [item], True, at + NOT_NOW_FOR, at)


async def lift(about: Sequence[str], *, member: UUID, programme: int, tx: Tx) -> None:
    """Whoever takes one of a kind has nothing against the kind."""
    await tx.run(LIFT, programme, member, list(about))


async def forget_due(at: datetime, tx: Tx) -> int:
    """Delete some of what is over; how much."""
    return await tx.run(FORGET, at, FORGOTTEN_AT_ONCE)
