"""Policies: what each programme pays for a referral, and its guards."""

from dataclasses import fields

from domain.referrals.errors import BadReferralPolicy
from domain.referrals.records import POINTS_MAX, Policy
from infra.db import Row, Tx

POLICY = """
SELECT referrer_points, newcomer_points, window_days, hold_days, referrer_age_days,
       referrer_month_max, day_max, month_max
FROM referral_policy WHERE programme = $1
"""
# Makes the row that is missing and locks the one that is there: caps are counted under it.
LOCK_POLICY = """
INSERT INTO referral_policy (programme, referrer_points, newcomer_points, window_days, hold_days,
                             referrer_age_days, referrer_month_max, day_max, month_max)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (programme) DO UPDATE SET programme = excluded.programme
RETURNING referrer_points, newcomer_points, window_days, hold_days, referrer_age_days,
          referrer_month_max, day_max, month_max
"""
SET_POLICY = """
INSERT INTO referral_policy (programme, referrer_points, newcomer_points, window_days, hold_days,
                             referrer_age_days, referrer_month_max, day_max, month_max)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (programme) DO UPDATE SET
    referrer_points = excluded.referrer_points, newcomer_points = excluded.newcomer_points,
    window_days = excluded.window_days, hold_days = excluded.hold_days,
    referrer_age_days = excluded.referrer_age_days,
    referrer_month_max = excluded.referrer_month_max, day_max = excluded.day_max,
    month_max = excluded.month_max
"""
NAMES = tuple(field.name for field in fields(Policy))


async def policy(programme: int, *, tx: Tx) -> Policy:
    """What the programme pays and guards; the defaults where it has said nothing."""
    row = await tx.row(POLICY, programme)
    return Policy() if row is None else Policy(**row)


async def locked_policy(programme: int, *, tx: Tx) -> Policy:
    """The same, and nobody else counts the programme's caps before `tx` ends.

    Before any referral is locked, and both before anything of the ledger.
    """
    row: Row | None = await tx.row(LOCK_POLICY, programme, *_columns(Policy()))
    assert row is not None, "an upsert has a row"
    return Policy(**row)


async def set_policy(policy: Policy, *, programme: int, tx: Tx) -> Policy:
    """Change what referrals pay from now on; what was promised stays promised.

    Refuses BadReferralPolicy, which names the first field that is out of bounds.
    """
    bounds = {
        "referrer_points": (0, POINTS_MAX),
        "newcomer_points": (0 if policy.referrer_points else 1, POINTS_MAX),
        "window_days": (1, 365),
        "hold_days": (0, 90),
        "referrer_age_days": (0, 365),
        "referrer_month_max": (1, 1_000_000),
        "day_max": (1, POINTS_MAX),
        "month_max": (policy.day_max, POINTS_MAX),
    }
    for name, (least, most) in bounds.items():
        if not least <= getattr(policy, name) <= most:
            raise BadReferralPolicy(name, least=least, most=most)
    await tx.run(SET_POLICY, programme, *_columns(policy))
    return policy


def _columns(policy: Policy) -> list[int]:
    return [getattr(policy, name) for name in NAMES]
