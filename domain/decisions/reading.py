"""Read: decisions and slates as they were written, and the log for those who learn from it."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from domain.decisions.errors import NoSuchDecision
from domain.decisions.records import Chooser, Decision, Response, Slate
from domain.offers import Placement
from infra.db import Row, Tx

COLUMNS = tuple(field.name for field in fields(Decision))

GET = """
SELECT id, programme, slate, member, placement, position, item, subject, about, propensity, value,
       p, model, chooser, exploring, holdout, why, at, expires_at, seen_at, answer, answered_at,
       taken
FROM decision WHERE programme = $1 AND member = $2 AND id = $3
"""
# In one order, so that two answers can never wait for each other.
LOCK = """
SELECT id, programme, slate, member, placement, position, item, subject, about, propensity, value,
       p, model, chooser, exploring, holdout, why, at, expires_at, seen_at, answer, answered_at,
       taken
FROM decision WHERE programme = $1 AND member = $2 AND id = ANY($3::uuid[])
ORDER BY id FOR NO KEY UPDATE
"""
LOCK_SLATE = """
SELECT id, programme, slate, member, placement, position, item, subject, about, propensity, value,
       p, model, chooser, exploring, holdout, why, at, expires_at, seen_at, answer, answered_at,
       taken
FROM decision WHERE programme = $1 AND member = $2 AND slate = $3
ORDER BY id FOR NO KEY UPDATE
"""
LISTED = """
SELECT id, programme, slate, member, placement, position, item, subject, about, propensity, value,
       p, model, chooser, exploring, holdout, why, at, expires_at, seen_at, answer, answered_at,
       taken
FROM decision
WHERE programme = $1 AND member = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
OF_SLATE = """
SELECT id, programme, slate, member, placement, position, item, subject, about, propensity, value,
       p, model, chooser, exploring, holdout, why, at, expires_at, seen_at, answer, answered_at,
       taken
FROM decision WHERE programme = $1 AND slate = $2 ORDER BY position
"""
NEWEST = """
SELECT id, programme, member, placement, at, stays_until, model, chooser, shelf, wanted
FROM slate WHERE programme = $1 AND member = $2 AND placement = $3 ORDER BY at DESC LIMIT 1
"""
CANDIDATES = "SELECT candidates::text FROM slate WHERE programme = $1 AND id = $2"
# What was seen of what was estimated: $1 the programme, $2 since when. Nothing in it is NULL, and
# each row is as wide as the others, so that it can be copied in binary into arrays.
LOG = """
SELECT member, subject, position, propensity, p, value, taken, at, features
FROM decision
WHERE programme = $1 AND at > $2 AND features IS NOT NULL AND seen_at IS NOT NULL
"""


async def get(id: UUID, *, member: UUID, programme: int, tx: Tx) -> Decision:
    """The member's own decision. Raises NoSuchDecision, for another member's too."""
    row = await tx.row(GET, programme, member, id)
    if row is None:
        raise NoSuchDecision("you were shown nothing by it")
    return decision_of(row)


async def listed(
    member: UUID, *, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Decision]:
    """What the member was shown, newest first, from before that decision on."""
    rows = await tx.rows(LISTED, programme, member, before, limit)
    return [decision_of(row) for row in rows]


async def locked(
    ids: Sequence[UUID], *, member: UUID, programme: int, tx: Tx
) -> Sequence[Decision]:
    """Those of `ids` that are the member's, held until `tx` ends. Its member is locked first."""
    return [decision_of(row) for row in await tx.rows(LOCK, programme, member, list(ids))]


async def locked_slate(slate: UUID, *, member: UUID, programme: int, tx: Tx) -> Sequence[Decision]:
    """The decisions of a slate of the member, as `locked`."""
    return [decision_of(row) for row in await tx.rows(LOCK_SLATE, programme, member, slate)]


async def staying(
    member: UUID,
    *,
    placement: Placement,
    count: int,
    shelf: int,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Slate | None:
    """What the member was shown there a moment ago, `count` of it at most; None: choose anew."""
    row = await tx.row(NEWEST, programme, member, placement)
    if row is None or row["stays_until"] <= at or row["shelf"] != shelf or row["wanted"] < count:
        return None
    rows = await tx.rows(OF_SLATE, programme, row["id"])
    return Slate(
        id=row["id"],
        programme=programme,
        member=member,
        placement=placement,
        at=row["at"],
        stays_until=row["stays_until"],
        model=row["model"],
        chooser=Chooser(row["chooser"]),
        decisions=tuple(decision_of(one) for one in rows)[:count],
    )


async def candidates(slate: UUID, *, programme: int, tx: Tx) -> str | None:
    """What a slate was chosen from, as JSON text; None: it is no longer kept."""
    found: str | None = await tx.value(CANDIDATES, programme, slate)
    return found


def decision_of(row: Row) -> Decision:
    """One row of the table as a value."""
    words = {name: row[name] for name in COLUMNS}
    answer = words["answer"]
    return Decision(
        **{
            **words,
            "placement": Placement(words["placement"]),
            "chooser": Chooser(words["chooser"]),
            "answer": None if answer is None else Response(answer),
            "about": tuple(words["about"]),
        }
    )
