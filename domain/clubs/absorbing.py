"""Absorbing: two merged members' clubs as one's, and just that back when they are two again.

Without it nobody could act for the duplicate, and the pool of a club that was theirs would lie
there until its points expire. What they gave stays under their own id; see `closing`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from domain.members import Member
from infra.db import Tx

# As whoever holds one: after the members, before the ledger's accounts.
LOCK = """
SELECT id FROM club WHERE programme = $1 AND closed_at IS NULL AND id IN (
    SELECT club FROM club_member WHERE programme = $1 AND member = ANY($2::uuid[])
) ORDER BY id FOR NO KEY UPDATE
"""
# `had` is whether the survivor was a treasurer before; NULL: they were not in the club.
TAKE = """
WITH gone AS (
    DELETE FROM club_member WHERE programme = $1 AND member = $2
    RETURNING club, treasurer, joined_at
), entered AS (
    INSERT INTO club_member AS m (programme, club, member, treasurer, joined_at)
    SELECT $1, club, $3, treasurer, joined_at FROM gone
    ON CONFLICT (programme, club, member) DO UPDATE
    SET treasurer = m.treasurer OR excluded.treasurer
), owned AS (
    UPDATE club SET owner = $3 WHERE programme = $1 AND owner = $2 RETURNING id
)
SELECT to_jsonb(t)::text AS told FROM (
    SELECT g.club, g.treasurer, g.joined_at, o.id IS NOT NULL AS owned, s.treasurer AS had
    FROM gone AS g LEFT JOIN owned AS o ON o.id = g.club
    LEFT JOIN club_member AS s ON s.programme = $1 AND s.club = g.club AND s.member = $3
    ORDER BY g.club
) AS t
"""
# A club that the two have left since, as one, they have both left.
GIVE = """
WITH back AS (
    SELECT t.club, t.treasurer, t.joined_at, t.owned, t.had
    FROM jsonb_to_recordset($4::text::jsonb)
         AS t (club uuid, treasurer boolean, joined_at timestamptz, owned boolean, had boolean)
    JOIN club_member AS m ON m.programme = $1 AND m.club = t.club AND m.member = $2
), handed AS (
    UPDATE club_member AS m SET member = $3 FROM back AS b
    WHERE m.programme = $1 AND m.club = b.club AND m.member = $2 AND b.had IS NULL
), stays AS (
    UPDATE club_member AS m SET treasurer = b.had FROM back AS b
    WHERE m.programme = $1 AND m.club = b.club AND m.member = $2 AND b.had IS NOT NULL
), entered AS (
    INSERT INTO club_member (programme, club, member, treasurer, joined_at)
    SELECT $1, club, $3, treasurer, joined_at FROM back WHERE had IS NOT NULL
)
UPDATE club AS c SET owner = $3 FROM back AS b
WHERE c.programme = $1 AND c.id = b.club AND c.owner = $2 AND (b.owned OR b.had IS NULL)
"""


async def absorb(survivor: Member, *, duplicate: Member, tx: Tx) -> Sequence[Mapping[str, Any]]:
    """The survivor in the duplicate's clubs, with the better role; what that changed, as plain
    JSON. Both are locked by then, and nothing of the ledger is."""
    await tx.rows(LOCK, survivor.programme, [duplicate.id])
    rows = await tx.rows(TAKE, survivor.programme, duplicate.id, survivor.id)
    return [orjson.loads(row["told"]) for row in rows]


async def give_back(
    moved: Sequence[Mapping[str, Any]], *, survivor: Member, duplicate: Member, tx: Tx
) -> None:
    """Just that goes back, as far as the survivor is still in those clubs."""
    await tx.rows(LOCK, survivor.programme, [survivor.id])
    told = orjson.dumps(moved).decode()
    await tx.run(GIVE, survivor.programme, survivor.id, duplicate.id, told)
