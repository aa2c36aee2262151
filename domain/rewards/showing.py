"""Show: what members see of the catalogue."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.members import Member
from domain.rewards import finding
from domain.rewards.errors import NoSuchReward
from domain.rewards.finding import reward_of
from domain.rewards.records import Reward, RewardKind
from domain.rewards.taking import UNKNOWN
from infra.db import Tx

LIVE = """
SELECT id, programme, owner, partner, kind, code, name, texts::text AS texts,
       images::text AS images, price, cash_minor, value_minor, currency, tiers, segments, age_min,
       member_max, member_days, total_max, total_days, valid_from, valid_until, outlets, cause,
       reserve_seconds, refund_days, state, version, created_at, stock, reserved, redeemed, halted,
       reason, ended_at
FROM reward
WHERE programme = $1 AND state = 'LIVE' AND valid_from <= $2
  AND (valid_until IS NULL OR valid_until > $2)
  AND ($3::text IS NULL OR kind = $3) AND ($4::bigint IS NULL OR price <= $4)
  AND ($5::uuid IS NULL OR id < $5)
ORDER BY id DESC LIMIT $6
"""


async def catalogue(
    *,
    programme: int,
    kind: RewardKind | None = None,
    price_max: int | None = None,
    before: UUID | None,
    limit: int,
    at: datetime,
    tx: Tx,
) -> Sequence[Reward]:
    """What may be had now, newest first, also what this or that member may not have.

    price_max -- points; None: at any price.
    """
    asked = (at, kind, price_max, before, limit)
    return [reward_of(row) for row in await tx.rows(LIVE, programme, *asked)]


async def shown(id: UUID, *, member: Member, tx: Tx) -> Reward:
    """A reward as a member may see it, also one that has ended. Raises NoSuchReward, also for what
    nobody has approved."""
    found = await finding.get(id, programme=member.programme, tx=tx)
    if found.state in UNKNOWN:
        raise NoSuchReward("there is no such reward")
    return found
