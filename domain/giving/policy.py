"""Policy: how much a programme lets a member give away."""

from dataclasses import dataclass
from datetime import datetime

from domain import programmes
from domain.programmes import BadPolicy
from infra.db import Tx

POINTS_MAX = 2**53 - 1

POLICY = "SELECT donation_month_max FROM giving_policy WHERE programme = $1"
KEEP = """
INSERT INTO giving_policy (programme, donation_month_max, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (programme) DO UPDATE SET (donation_month_max, changed_at) = ($2, $3)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a programme allows; the defaults hold where it has said nothing.

    donation_month_max -- most points a member gives in a calendar month; None: no limit.
    """

    donation_month_max: int | None = None


async def policy(*, programme: int, tx: Tx) -> Policy:
    """What that programme allows; the defaults when it has said nothing."""
    row = await tx.row(POLICY, programme)
    return Policy() if row is None else Policy(donation_month_max=row["donation_month_max"])


async def set_policy(policy: Policy, *, programme: int, at: datetime, tx: Tx) -> Policy:
    """Let that programme allow this from now on.

    Refuses, in this order: programmes.BadPolicy, programmes.NoSuchProgramme.
    """
    limit = policy.donation_month_max
    if limit is not None and not 1 <= limit <= POINTS_MAX:
        raise BadPolicy("donation_month_max", least=1, most=POINTS_MAX)
    await programmes.by_id(programme, tx=tx)
    await tx.run(KEEP, programme, limit, at)
    return policy
