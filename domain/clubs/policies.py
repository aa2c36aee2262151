"""Policies: what each programme lets its clubs do."""

from dataclasses import fields

from domain.clubs.errors import BadClubPolicy
from domain.clubs.records import CLUBS_MOST, KEEP_MONTHS_MOST, MEMBERS_MOST, POINTS_MAX, Policy
from infra.db import Tx

POLICY = """
SELECT members_max, clubs_max, owner_day_max, owner_month_max, treasurer_day_max,
       treasurer_month_max, keep_months
FROM club_policy WHERE programme = $1
"""
SET_POLICY = """
INSERT INTO club_policy (programme, members_max, clubs_max, owner_day_max, owner_month_max,
                         treasurer_day_max, treasurer_month_max, keep_months)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (programme) DO UPDATE SET
    members_max = excluded.members_max, clubs_max = excluded.clubs_max,
    owner_day_max = excluded.owner_day_max, owner_month_max = excluded.owner_month_max,
    treasurer_day_max = excluded.treasurer_day_max,
    treasurer_month_max = excluded.treasurer_month_max, keep_months = excluded.keep_months
"""
NAMES = tuple(field.name for field in fields(Policy))


async def policy(programme: int, *, tx: Tx) -> Policy:
    """What the programme allows; the defaults where it has said nothing."""
    row = await tx.row(POLICY, programme)
    return Policy() if row is None else Policy(**row)


async def set_policy(policy: Policy, *, programme: int, tx: Tx) -> Policy:
    """Change what clubs may do from now on; clubs that are above a limit stay as they are.

    Refuses BadClubPolicy, which names the first field that is out of bounds.
    """
    bounds = {
        "members_max": (2, MEMBERS_MOST),
        "clubs_max": (1, CLUBS_MOST),
        "owner_day_max": (1, POINTS_MAX),
        "owner_month_max": (policy.owner_day_max, POINTS_MAX),
        "treasurer_day_max": (1, POINTS_MAX),
        "treasurer_month_max": (policy.treasurer_day_max, POINTS_MAX),
        "keep_months": (1, KEEP_MONTHS_MOST),
    }
    for name, (least, most) in bounds.items():
        if not least <= getattr(policy, name) <= most:
            raise BadClubPolicy(name, least=least, most=most)
    await tx.run(SET_POLICY, programme, *(getattr(policy, name) for name in NAMES))
    return policy
