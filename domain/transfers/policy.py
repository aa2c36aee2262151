"""Policy: what a programme allows between friends, beyond the limits it was founded with."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from domain import programmes
from domain.programmes import BadPolicy
from infra.db import Row, Tx

POINTS_MAX = 2**53 - 1

POLICY = """
SELECT pair_day_max, pair_month_max, sender_age_hours, cooling_hours, cooling_holds,
       confirm_above, confirm_minutes, open_offers_max, open_requests_max, request_days,
       screened, screen_hours, screen_points_min, fan_in_max, fan_out_max, returns_max,
       drains_max, near_limit_max, fresh_days, review_days
FROM transfer_policy WHERE programme = $1
"""
KEEP = """
INSERT INTO transfer_policy (
    programme, changed_at, pair_day_max, pair_month_max, sender_age_hours, cooling_hours,
    cooling_holds, confirm_above, confirm_minutes, open_offers_max, open_requests_max,
    request_days, screened, screen_hours, screen_points_min, fan_in_max, fan_out_max,
    returns_max, drains_max, near_limit_max, fresh_days, review_days)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22)
ON CONFLICT (programme) DO UPDATE SET
    (changed_at, pair_day_max, pair_month_max, sender_age_hours, cooling_hours, cooling_holds,
     confirm_above, confirm_minutes, open_offers_max, open_requests_max, request_days, screened,
     screen_hours, screen_points_min, fan_in_max, fan_out_max, returns_max, drains_max,
     near_limit_max, fresh_days, review_days)
    = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
       $21, $22)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a programme allows between friends. The defaults hold where it has said nothing.

    pair_day_max, pair_month_max -- most points from one member to one friend in a local day and
        a calendar month, what comes the other way not counted; None: no such limit.
    sender_age_hours  -- how long somebody must have been a member before they send.
    cooling_hours     -- how long a friendship must have lasted before points go across it.
    cooling_holds     -- True: what is sent earlier waits so long; False: it is refused.
    confirm_above     -- points that go to one friend before the sender must have just signed in,
        once for each friend; 0: for the first already, None: never.
    confirm_minutes   -- how long "just signed in" lasts.
    open_offers_max   -- most transfers of one sender that wait for something.
    open_requests_max -- most open point requests of one member.
    request_days      -- how long a point request stays open.
    screened          -- True: transfers are screened, by the numbers that follow.
    screen_hours      -- how far back the screen looks.
    screen_points_min -- patterns that moved fewer points than this are let be.
    fan_in_max, fan_out_max -- most members who give to one, or get from one, in that time.
    returns_max       -- how often the same points may come back.
    drains_max        -- most fresh senders who each give one receiver nearly all they have.
    near_limit_max    -- most transfers of one sender that stay just below a limit.
    fresh_days        -- how long a new member counts as fresh.
    review_days       -- how long a held transfer waits for an operator before it goes back.
    """

    pair_day_max: int | None = None
    pair_month_max: int | None = None
    sender_age_hours: int = 0
    cooling_hours: int = 0
    cooling_holds: bool = False
    confirm_above: int | None = None
    confirm_minutes: int = 10
    open_offers_max: int = 200
    open_requests_max: int = 20
    request_days: int = 7
    screened: bool = True
    screen_hours: int = 72
    screen_points_min: int = 500
    fan_in_max: int = 12
    fan_out_max: int = 15
    returns_max: int = 3
    drains_max: int = 3
    near_limit_max: int = 4
    fresh_days: int = 7
    review_days: int = 3


# What may be left without a limit.
LIMITLESS = frozenset({"pair_day_max", "pair_month_max", "confirm_above"})
# The least and the most of each number.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "pair_day_max": (1, POINTS_MAX),
    "pair_month_max": (1, POINTS_MAX),
    "sender_age_hours": (0, 8760),
    "cooling_hours": (0, 168),
    "confirm_above": (0, POINTS_MAX),
    "confirm_minutes": (1, 1440),
    "open_offers_max": (1, 1000),
    "open_requests_max": (1, 100),
    "request_days": (1, 28),
    "screen_hours": (1, 168),
    "screen_points_min": (0, POINTS_MAX),
    "fan_in_max": (2, 1000),
    "fan_out_max": (2, 1000),
    "returns_max": (1, 1000),
    "drains_max": (1, 1000),
    "near_limit_max": (2, 1000),
    "fresh_days": (0, 365),
    "review_days": (1, 7),
}
NAMES = tuple(field.name for field in fields(Policy))


async def policy(*, programme: int, tx: Tx) -> Policy:
    """What that programme allows; the defaults when it has said nothing."""
    return policy_of(await tx.row(POLICY, programme))


async def set_policy(policy: Policy, *, programme: int, at: datetime, tx: Tx) -> Policy:
    """Let that programme allow this from now on; what was sent before is left as it is.

    Refuses, in this order: programmes.BadPolicy (the first field that is out of bounds),
    programmes.NoSuchProgramme.
    """
    for name, (least, most) in BOUNDS.items():
        number = getattr(policy, name)
        if number is None and name in LIMITLESS:
            continue
        if number is None or not least <= number <= most:
            raise BadPolicy(name, least=least, most=most)
    await programmes.by_id(programme, tx=tx)
    await tx.run(KEEP, programme, at, *astuple(policy))
    return policy


def policy_of(row: Row | None) -> Policy:
    """One row of the table as a value; other columns of the row are passed over."""
    return Policy() if row is None else Policy(**{name: row[name] for name in NAMES})
