"""Noting: one row for each thing a member did, of those who agreed to it."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain import members
from domain.interactions.errors import BadItem, BadWeight
from domain.interactions.records import Note, Seen
from infra.db import Tx

# Of a member's consents, the one that lets what they do be learnt from.
PERSONALISATION = "personalisation"
KEY = re.compile(r"[a-z]{1,20}:[^\x00-\x20\x7f]+")
KEY_CHARACTERS_MAX = 80
WEIGHT_MIN, WEIGHT_MAX = 0.001, 1_000.0
HISTORY_MAX = 500
# What is older says little, and is no longer needed for what it was given for.
KEPT = timedelta(days=730)
FORGOTTEN_AT_ONCE = 5_000

ITEMS = "SELECT number, key FROM item WHERE programme = $1 AND key = ANY($2::text[])"
# Only of what is not known yet, for each conflict would use up a number.
ADD_ITEMS = """
INSERT INTO item (programme, key)
SELECT $1, key FROM unnest($2::text[]) AS k (key) ORDER BY key ON CONFLICT DO NOTHING
"""
NOTE = """
INSERT INTO interaction (programme, member, item, weight, at, id)
SELECT $1, n.member, n.item, n.weight, n.at, n.id
FROM unnest($2::uuid[], $3::int[], $4::real[], $5::timestamptz[], $6::uuid[])
     AS n (member, item, weight, at, id)
ORDER BY n.member, n.id
ON CONFLICT DO NOTHING
"""
HISTORY = """
SELECT i.key AS item, n.weight, n.at
FROM (SELECT item, weight, at, id FROM interaction
      WHERE programme = $1 AND member = $2 AND at <= $3 ORDER BY id DESC LIMIT $4) AS n
JOIN item AS i ON i.programme = $1 AND i.number = n.item
ORDER BY n.id DESC
"""
DROP = "DELETE FROM interaction WHERE programme = $1 AND member = $2"
DROP_UNTIL = """
DELETE FROM interaction AS n USING unnest($2::uuid[], $3::timestamptz[]) AS w (member, until)
WHERE n.programme = $1 AND n.member = w.member AND n.at <= w.until
"""
DROP_EACH = """
DELETE FROM interaction AS n USING unnest($2::uuid[], $3::uuid[]) AS w (member, id)
WHERE n.programme = $1 AND n.member = w.member AND n.id = w.id
"""
DROP_OLD = """
DELETE FROM interaction WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM interaction WHERE at < $1 LIMIT $2))
"""


def check(note: Note) -> None:
    """Refuses, in this order: BadItem, BadWeight."""
    if not (KEY.fullmatch(note.item) and len(note.item) <= KEY_CHARACTERS_MAX):
        raise BadItem(note.item)
    if not (math.isfinite(note.weight) and WEIGHT_MIN <= note.weight <= WEIGHT_MAX):
        raise BadWeight(note.weight)


async def note(notes: Sequence[Note], *, programme: int, tx: Tx) -> int:
    """Keep what members did, of those who agreed; how many are new.

    Locks those members, so that a consent that is withdrawn meanwhile takes effect after it: who
    locks other rows as well locks members before them. Refuses what `check` does, and keeps then
    none of them.
    """
    for each in notes:
        check(each)
    if not notes:
        return 0
    agreed = await members.agreeing(
        {each.member for each in notes}, programme=programme, purpose=PERSONALISATION, tx=tx
    )
    kept = [each for each in notes if each.member in agreed]
    if not kept:
        return 0
    numbers = await _numbers({each.item for each in kept}, programme=programme, tx=tx)
    return await tx.run(
        NOTE,
        programme,
        [each.member for each in kept],
        [numbers[each.item] for each in kept],
        [each.weight for each in kept],
        [each.at for each in kept],
        [each.id for each in kept],
    )


async def history(
    member: UUID, *, programme: int, at: datetime, limit: int = HISTORY_MAX, tx: Tx
) -> Sequence[Seen]:
    """What the member did until `at`, the newest first, 500 at most.

    Empty for who did not agree, for nothing of them is kept.
    """
    rows = await tx.rows(HISTORY, programme, member, at, min(limit, HISTORY_MAX))
    return [Seen(**row) for row in rows]


async def withdraw(whose: Mapping[UUID, datetime], *, programme: int, tx: Tx) -> int:
    """Delete all that is kept of members who withdrew their consent, and of who was merged into
    them, who can no longer say it for themselves; how much it was.

    whose -- when each did. Of who has agreed again since, what was done until then goes.
    """
    merged = await members.followers(whose.keys(), programme=programme, tx=tx)
    every = {**whose, **{one: whose[of] for one, of in merged.items()}}
    agreed = await members.agreeing(
        every.keys(), programme=programme, purpose=PERSONALISATION, tx=tx
    )
    until = [at if member in agreed else at + KEPT for member, at in every.items()]
    return await tx.run(DROP_UNTIL, programme, list(every), until)


async def drop(member: UUID, *, programme: int, tx: Tx) -> int:
    """Delete all that is kept of a member; how much it was."""
    return await tx.run(DROP, programme, member)


async def drop_each(which: Sequence[tuple[UUID, UUID]], *, programme: int, tx: Tx) -> int:
    """Delete these interactions, each named by its member and its id; how many there were."""
    if not which:
        return 0
    whose, ids = zip(*which, strict=True)
    return await tx.run(DROP_EACH, programme, list(whose), list(ids))


async def drop_old(*, at: datetime, tx: Tx) -> int:
    """Delete some of what is older than is kept; how much."""
    return await tx.run(DROP_OLD, at - KEPT, FORGOTTEN_AT_ONCE)


async def _numbers(keys: set[str], *, programme: int, tx: Tx) -> dict[str, int]:
    numbers = {row["key"]: row["number"] for row in await tx.rows(ITEMS, programme, sorted(keys))}
    if missing := sorted(keys - numbers.keys()):
        await tx.run(ADD_ITEMS, programme, missing)
        rows = await tx.rows(ITEMS, programme, missing)
        numbers |= {row["key"]: row["number"] for row in rows}
    return numbers
