"""Tie many pairs at once: friendships that are known already, as from an import or a demo.

Nobody is asked, so this is for those who know that both agreed; members use `request`.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain import members
from domain.friends.events import Befriended
from domain.friends.records import FRIENDS_MAX
from infra.db import Tx
from infra.outbox import emit

# A pair stays out when one of them has blocked the other, or has as many friends as one may. The
# places count each member's new friends, the old ones first.
TIE = """
WITH asked AS (
    SELECT DISTINCT least(p.one, p.other) AS one, greatest(p.one, p.other) AS other
    FROM unnest($2::uuid[], $3::uuid[]) AS p (one, other)
    WHERE p.one <> p.other AND p.one = ANY($5::uuid[]) AND p.other = ANY($5::uuid[])
), fresh AS (
    SELECT a.one, a.other FROM asked AS a
    WHERE NOT EXISTS (SELECT FROM friendship AS f
                      WHERE f.programme = $1 AND f.member = a.one AND f.friend = a.other)
      AND NOT EXISTS (SELECT FROM block AS b
                      WHERE b.programme = $1 AND (b.blocker, b.blocked)
                            IN ((a.one, a.other), (a.other, a.one)))
), sided AS (
    SELECT one AS member, other AS friend FROM fresh
    UNION ALL SELECT other, one FROM fresh
), placed AS (
    SELECT s.member, s.friend, row_number() OVER (PARTITION BY s.member ORDER BY s.friend)
        + (SELECT count(*) FROM friendship AS f
           WHERE f.programme = $1 AND f.member = s.member) AS place
    FROM sided AS s
), fitting AS (
    SELECT p.member, p.friend FROM placed AS p
    JOIN placed AS q ON q.member = p.friend AND q.friend = p.member
    WHERE greatest(p.place, q.place) <= $6
), answered AS (
    DELETE FROM friend_request AS r USING fitting AS f
    WHERE r.programme = $1 AND r.sender = f.member AND r.receiver = f.friend
)
INSERT INTO friendship (programme, member, friend, since)
SELECT $1, member, friend, $4 FROM fitting
RETURNING member, friend
"""


async def tie(pairs: Collection[tuple[UUID, UUID]], *, programme: int, at: datetime, tx: Tx) -> int:
    """Make the members of each pair friends; how many pairs were not so before.

    Left out are pairs with themselves, with somebody who is no active member of the programme,
    with a block between them, and those beyond the most friends one may have.
    """
    if not pairs:
        return 0
    everybody = {id for pair in pairs for id in pair}
    found = await members.lock(everybody, programme=programme, tx=tx)
    active = [id for id, member in found.items() if member.is_active]
    ones, others = zip(*pairs, strict=True)
    rows = await tx.rows(TIE, programme, list(ones), list(others), at, active, FRIENDS_MAX)
    for row in rows:
        ids = {"subject": row["member"], "object": row["friend"]}
        emit(Befriended(programme=programme, **ids, at=at), tx=tx)
    return len(rows) // 2
