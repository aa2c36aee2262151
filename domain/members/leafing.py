"""Leafing: members page by page, in the order of their ids; all of them, or those of a label."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.members.records import LabelKind, Member, member_of
from infra.db import Tx

LEAF = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
       external_ref, state, merged_into
FROM member
WHERE programme = $1 AND state = 'ACTIVE' AND ($2::uuid IS NULL OR id > $2)
ORDER BY id LIMIT $3
"""
# From the label's own index, so that a small segment of many members is read alone.
LEAF_LABEL = """
SELECT m.id, m.programme, m.book, m.account, m.handle, m.name, m.locale, m.zone, m.auto_accept,
       m.joined_at, m.external_ref, m.state, m.merged_into
FROM (
    SELECT DISTINCT l.member FROM member_label AS l
    WHERE l.programme = $1 AND l.kind = $4 AND l.name = $5 AND ($2::uuid IS NULL OR l.member > $2)
      AND l.valid_from <= $6 AND (l.valid_until IS NULL OR l.valid_until > $6)
    ORDER BY l.member
) AS w
JOIN member AS m ON m.programme = $1 AND m.id = w.member AND m.state = 'ACTIVE'
ORDER BY m.id LIMIT $3
"""


async def leaf(
    *,
    programme: int,
    kind: LabelKind | None = None,
    name: str | None = None,
    after: UUID | None,
    limit: int,
    at: datetime,
    tx: Tx,
) -> Sequence[Member]:
    """The next active members after `after`, `limit` at most; of fewer, there are no more.

    kind, name -- only those who are called so at `at`; None: everybody.
    """
    if kind is None:
        rows = await tx.rows(LEAF, programme, after, limit)
    else:
        rows = await tx.rows(LEAF_LABEL, programme, after, limit, kind, name, at)
    return [member_of(row) for row in rows]
