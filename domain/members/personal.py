"""What members keep about one member: for their export, and gone when they are erased.

The member's row stays, without a name, for what others did with them. Consents stay as well:
they name nobody, and prove what was allowed when.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from infra.db import Tx

TABLES = frozenset(
    {
        "consent",
        "household_member",
        "member",
        "member_change",
        "member_contact",
        "member_identity",
        "member_label",
        "member_link",
        "member_zone",
        "profile_value",
    }
)

# One statement, so that all of it is of one moment.
TOLD = """
SELECT k.name, k.rows::text AS rows FROM (
    SELECT 'member' AS name, (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT id, handle, name, locale, zone, auto_accept, external_ref, state, merged_into,
               joined_at
        FROM member WHERE programme = $1 AND id = $2) AS t) AS rows
    UNION ALL SELECT 'member_zone', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT valid_from, zone FROM member_zone
        WHERE programme = $1 AND member = $2 ORDER BY valid_from) AS t)
    UNION ALL SELECT 'member_identity', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT issuer, subject, since FROM member_identity
        WHERE programme = $1 AND member = $2 ORDER BY since) AS t)
    UNION ALL SELECT 'member_link', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT source, ref, since FROM member_link
        WHERE programme = $1 AND member = $2 ORDER BY since) AS t)
    UNION ALL SELECT 'member_contact', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT kind, value, verified_at, since FROM member_contact
        WHERE programme = $1 AND member = $2 ORDER BY since) AS t)
    UNION ALL SELECT 'member_label', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT kind, name, valid_from, valid_until FROM member_label
        WHERE programme = $1 AND member = $2 ORDER BY valid_from) AS t)
    UNION ALL SELECT 'profile_value', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(t))),
                                                       '[]') FROM (
        SELECT key, kind, words, number, day, chosen, yes, set_at FROM profile_value
        WHERE programme = $1 AND member = $2 ORDER BY key) AS t)
    UNION ALL SELECT 'member_change', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT field, before, after, actor, at FROM member_change
        WHERE programme = $1 AND member = $2 ORDER BY number) AS t)
    UNION ALL SELECT 'consent', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT purpose, version, given, channel, at FROM consent
        WHERE programme = $1 AND member = $2 ORDER BY number) AS t)
    UNION ALL SELECT 'household_member', (SELECT coalesce(jsonb_agg(t), '[]') FROM (
        SELECT household, role, state, invited_by, at FROM household_member
        WHERE programme = $1 AND member = $2 ORDER BY at) AS t)
) AS k ORDER BY k.name
"""
# The loyalty number on an old card leads nowhere any more.
NAMELESS = """
UPDATE member SET state = 'ERASED', merged_into = NULL, name = '', locale = 'und', zone = 'UTC',
    handle = 'former-' || right(replace(id::text, '-', ''), 20), auto_accept = false,
    external_ref = loyalty_number(gen_random_uuid())
WHERE programme = $1 AND id = $2
"""
FORGET = """
WITH zones AS (
    DELETE FROM member_zone
    WHERE programme = $1 AND member = $2 AND valid_from > '-infinity'
), zone AS (
    UPDATE member_zone SET zone = 'UTC'
    WHERE programme = $1 AND member = $2 AND valid_from = '-infinity'
), identities AS (
    DELETE FROM member_identity WHERE programme = $1 AND member = $2
), links AS (
    DELETE FROM member_link WHERE programme = $1 AND member = $2
), contacts AS (
    DELETE FROM member_contact WHERE programme = $1 AND member = $2
), labels AS (
    DELETE FROM member_label WHERE programme = $1 AND member = $2
), told AS (
    DELETE FROM profile_value WHERE programme = $1 AND member = $2
)
DELETE FROM member_change WHERE programme = $1 AND member = $2
"""
# Without its head a household is none: all of it goes, invitations too.
LEAVE_HOUSEHOLDS = """
WITH headed AS (
    SELECT household FROM household_member
    WHERE programme = $1 AND member = $2 AND role = 'HEAD'
), inhabitants AS (
    DELETE FROM household_member WHERE programme = $1
      AND (member = $2 OR invited_by = $2 AND state = 'INVITED'
           OR household IN (SELECT household FROM headed))
)
SELECT array_agg(household) FROM headed
"""
DROP_HOUSEHOLDS = "DELETE FROM household WHERE programme = $1 AND id = ANY($2::uuid[])"
FORGET_INVITER = """
UPDATE household_member SET invited_by = NULL WHERE programme = $1 AND invited_by = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that members keep about the member, by table."""
    rows = await tx.rows(TOLD, programme, member)
    return {row["name"]: orjson.loads(row["rows"]) for row in rows}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Leave a nameless member who is ERASED; nobody is called or reached as they were."""
    headed = await tx.value(LEAVE_HOUSEHOLDS, programme, member)
    await tx.run(DROP_HOUSEHOLDS, programme, headed or [])
    await tx.run(FORGET_INVITER, programme, member)
    await tx.run(FORGET, programme, member)
    await tx.run(NAMELESS, programme, member)
