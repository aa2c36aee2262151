"""Absorbing: who two merged members know, as one; and just that back when they are two again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain import members
from domain.members import Member
from infra.db import Tx

# Not taken along: the tie between the two themselves, whom both know, and whom the survivor
# blocked or is blocked by. Both rows of a friendship go together.
PART = """
WITH apart AS (
    SELECT $3::uuid AS friend
    UNION SELECT friend FROM friendship WHERE programme = $1 AND member = $3
    UNION SELECT blocked FROM block WHERE programme = $1 AND blocker = $3
    UNION SELECT blocker FROM block WHERE programme = $1 AND blocked = $3
), parted AS (
    DELETE FROM friendship AS f USING apart AS a
    WHERE f.programme = $1
      AND (f.member = $2 AND f.friend = a.friend OR f.friend = $2 AND f.member = a.friend)
    RETURNING f.member, f.friend, f.since
)
SELECT friend, since FROM parted WHERE member = $2 ORDER BY friend
"""
# From one member to another; the rows of the other side follow.
HAND_OVER = """
WITH handed AS (
    UPDATE friendship
    SET member = CASE member WHEN $2 THEN $3 ELSE member END,
        friend = CASE friend WHEN $2 THEN $3 ELSE friend END
    WHERE programme = $1 AND ((member = $2 AND friend = ANY($4::uuid[]))
                              OR (friend = $2 AND member = ANY($4::uuid[])))
    RETURNING member, friend
)
SELECT friend FROM handed WHERE member = $3 ORDER BY friend
"""
FRIENDS = "SELECT friend FROM friendship WHERE programme = $1 AND member = $2"
REJOIN = """
INSERT INTO friendship (programme, member, friend, since)
SELECT $1, e.member, e.friend, t.since
FROM unnest($3::uuid[], $4::timestamptz[]) AS t (friend, since)
CROSS JOIN LATERAL (VALUES ($2::uuid, t.friend), (t.friend, $2)) AS e (member, friend)
ON CONFLICT DO NOTHING
"""
TAKE_REQUESTS = """
DELETE FROM friend_request WHERE programme = $1 AND (sender = $2 OR receiver = $2)
RETURNING to_jsonb(friend_request)::text AS told
"""
GIVE_REQUESTS = """
INSERT INTO friend_request (programme, sender, receiver, hidden, at)
SELECT $1, r.sender, r.receiver, r.hidden, r.at
FROM jsonb_to_recordset($2::text::jsonb)
     AS r (sender uuid, receiver uuid, hidden boolean, at timestamptz)
ON CONFLICT DO NOTHING
"""
# Whom the duplicate kept away, or who kept it away, stays away; but not the survivor's friends.
TAKE_BLOCKS = """
INSERT INTO block (programme, blocker, blocked, at)
SELECT $1, e.blocker, e.blocked, b.at FROM block AS b
CROSS JOIN LATERAL (
    SELECT CASE b.blocker WHEN $2 THEN $3 ELSE b.blocker END AS blocker,
           CASE b.blocked WHEN $2 THEN $3 ELSE b.blocked END AS blocked
) AS e
WHERE b.programme = $1 AND (b.blocker = $2 OR b.blocked = $2) AND e.blocker <> e.blocked
  AND NOT EXISTS (SELECT FROM friendship AS f WHERE f.programme = $1 AND f.member = e.blocker
                     AND f.friend = e.blocked)
ON CONFLICT DO NOTHING
RETURNING blocker, blocked
"""
DROP_BLOCKS = """
DELETE FROM block AS b USING unnest($2::uuid[], $3::uuid[]) AS g (blocker, blocked)
WHERE b.programme = $1 AND b.blocker = g.blocker AND b.blocked = g.blocked
"""


async def absorb(survivor: Member, *, duplicate: Member, tx: Tx) -> Mapping[str, Any]:
    """What the survivor took over, as plain JSON; the duplicate has no ties any more."""
    programme, ends = survivor.programme, (survivor.programme, duplicate.id, survivor.id)
    parted = await tx.rows(PART, *ends)
    left = [row["friend"] for row in await tx.rows(FRIENDS, programme, duplicate.id)]
    handed = await tx.rows(HAND_OVER, *ends, left)
    blocks = await tx.rows(TAKE_BLOCKS, *ends)
    requests = await tx.rows(TAKE_REQUESTS, programme, duplicate.id)
    return {
        "parted": [[str(row["friend"]), row["since"].isoformat()] for row in parted],
        "handed": [str(row["friend"]) for row in handed],
        "blocks": [[str(row["blocker"]), str(row["blocked"])] for row in blocks],
        "requests": [orjson.loads(row["told"]) for row in requests],
    }


async def give_back(
    moved: Mapping[str, Any], *, survivor: Member, duplicate: Member, tx: Tx
) -> None:
    """Just that goes back, as far as it is still there and its other end still takes part."""
    programme = survivor.programme
    handed = [UUID(id) for id in moved["handed"]]
    await tx.run(HAND_OVER, programme, survivor.id, duplicate.id, handed)
    blockers = [UUID(blocker) for blocker, _ in moved["blocks"]]
    await tx.run(DROP_BLOCKS, programme, blockers, [UUID(b) for _, b in moved["blocks"]])
    others = {UUID(id) for id, _ in moved["parted"]}
    for one in moved["requests"]:
        others |= {UUID(one["sender"]), UUID(one["receiver"])}
    known = await members.several(others, programme=programme, tx=tx)
    here = {id for id, member in known.items() if member.is_active} | {duplicate.id}
    parted = [(UUID(id), since) for id, since in moved["parted"] if UUID(id) in here]
    friends, since = [id for id, _ in parted], [datetime.fromisoformat(said) for _, said in parted]
    await tx.run(REJOIN, programme, duplicate.id, friends, since)
    requests = [
        one
        for one in moved["requests"]
        if UUID(one["sender"]) in here and UUID(one["receiver"]) in here
    ]
    await tx.run(GIVE_REQUESTS, programme, orjson.dumps(requests).decode())
