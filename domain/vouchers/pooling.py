"""Pool: what is said about the codes of a reward, and how many there are."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from domain import rewards
from domain.rewards import RewardKind
from domain.vouchers.errors import BadWarning, NoSuchPool, NotVouchers
from domain.vouchers.records import Pool, Tally
from infra.db import Tx

WARN_BELOW = 100
WARN_BELOW_MAX = 1_000_000
# Nobody who looks at a catalogue asks whether there are ten thousand or a million.
COUNTED_MAX = 10_000

OPEN = """
INSERT INTO voucher_pool (programme, reward, warn_below, low, looked_at, created_at)
VALUES ($1, $2, $3, false, $4, $4)
ON CONFLICT DO NOTHING
"""
WARN = """
UPDATE voucher_pool SET warn_below = $3 WHERE programme = $1 AND reward = $2
RETURNING programme, reward, warn_below, low, created_at
"""
SEVERAL = """
SELECT programme, reward, warn_below, low, created_at FROM voucher_pool
WHERE programme = $1 AND reward = ANY($2::uuid[])
"""
TALLY = """
SELECT count(*)::int AS loaded,
       count(*) FILTER (WHERE redemption IS NOT NULL)::int AS given,
       count(*) FILTER (WHERE redemption IS NULL AND expires_at <= $3)::int AS expired,
       count(*) FILTER (WHERE redemption IS NULL AND expires_at > $3)::int AS left
FROM voucher WHERE programme = $1 AND upload IN (
    SELECT id FROM voucher_upload WHERE programme = $1 AND reward = $2)
"""
LEFT = """
SELECT r.reward, (
    SELECT count(*) FROM (
        SELECT FROM voucher AS v
        WHERE v.programme = $1 AND v.reward = r.reward AND v.redemption IS NULL
          AND v.expires_at > $3
        LIMIT $4
    ) AS free
)::int AS left
FROM unnest($2::uuid[]) AS r (reward)
"""


async def set_warning(
    reward: UUID, warn_below: int, *, programme: int, at: datetime, tx: Tx
) -> Pool:
    """Warn operators once fewer codes than that are left; 0: never.

    Refuses, in this order: BadWarning, rewards.NoSuchReward, NotVouchers.
    """
    if not 0 <= warn_below <= WARN_BELOW_MAX:
        raise BadWarning(f"a warning comes below 0 to {WARN_BELOW_MAX} codes")
    await opened(reward, programme=programme, at=at, tx=tx)
    row = await tx.row(WARN, programme, reward, warn_below)
    assert row is not None, "it was opened"
    return Pool(**row)


async def opened(reward: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """See to it that the reward has a pool. Refuses rewards.NoSuchReward, NotVouchers."""
    found = await rewards.get(reward, programme=programme, tx=tx)
    if found.terms.kind is not RewardKind.VOUCHER:
        raise NotVouchers("the reward is of another kind")
    await tx.run(OPEN, programme, reward, WARN_BELOW, at)


async def get(reward: UUID, *, programme: int, tx: Tx) -> Pool:
    """The pool of that reward. Raises NoSuchPool."""
    found = await several([reward], programme=programme, tx=tx)
    if reward not in found:
        raise NoSuchPool("this reward has no codes yet")
    return found[reward]


async def several(rewards: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Pool]:
    """The pools of these rewards, by reward; one without a pool is left out."""
    rows = await tx.rows(SEVERAL, programme, list(rewards)) if rewards else []
    return {row["reward"]: Pool(**row) for row in rows}


async def tally(reward: UUID, *, programme: int, at: datetime, tx: Tx) -> Tally:
    """How many codes of each sort there are, to the last one: reads all of the pool, so it is for
    operators only."""
    row = await tx.row(TALLY, programme, reward, at)
    assert row is not None, "an aggregate is always one row"
    return Tally(**row)


async def left(
    rewards: Collection[UUID],
    *,
    programme: int,
    at: datetime,
    tx: Tx,
    most: int = COUNTED_MAX,
) -> Mapping[UUID, int]:
    """How many codes of each reward may still be given, counted up to `most`; one that has no
    pool has none."""
    rows = await tx.rows(LEFT, programme, list(rewards), at, most) if rewards else []
    return {row["reward"]: row["left"] for row in rows}
