"""What referrals keep about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"referral", "referral_code", "referral_device"})

REFERRALS = """
SELECT id, referrer, newcomer, state, doubts, joined_at, lapses_at, activity, acted_at, pays_at,
       resolved_at,
       CASE WHEN referrer = $2 THEN referrer_points ELSE newcomer_points END AS points
FROM referral WHERE programme = $1 AND (referrer = $2 OR newcomer = $2) ORDER BY joined_at, id
"""
CODES = "SELECT code, made_at FROM referral_code WHERE programme = $1 AND member = $2"
DEVICES = """
SELECT encode(device, 'hex') AS device, at FROM referral_device
WHERE programme = $1 AND member = $2 ORDER BY at
"""
FORGET = """
WITH code AS (
    DELETE FROM referral_code WHERE programme = $1 AND member = $2
), device AS (
    DELETE FROM referral_device WHERE programme = $1 AND member = $2
)
UPDATE referral SET state = 'REFUSED', resolved_at = $3
WHERE programme = $1 AND newcomer = $2 AND state IN ('WAITING', 'HELD')
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that referrals keep of the member, by table; of others no more than ids."""
    wanted = {"referral": REFERRALS, "referral_code": CODES, "referral_device": DEVICES}
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in wanted.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """The member's code and devices gone; who brought whom stays, by ids.

    What was promised to them is withdrawn with their wallet; the other one is paid all the same.
    The one-way mark that somebody was here stays: it is what keeps an erased member from being
    paid for coming back, and names nobody.
    """
    await tx.run(FORGET, programme, member, at)
