"""Policies: what each programme lets its contests do."""

from dataclasses import fields, replace
from datetime import date, datetime

from domain import members, programmes
from domain.contests.errors import (
    BadContestPolicy,
    OverStakeDayLimit,
    OverStakeLimit,
    TooManyContests,
)
from domain.contests.records import OPEN_MOST, PEOPLE_LEAST, PEOPLE_MOST, STAKE_MOST, Policy
from domain.members import Member
from infra.db import Tx

POLICY = """
SELECT people_max, open_max, stake_max, day_max FROM contest_policy WHERE programme = $1
"""
SET_POLICY = """
INSERT INTO contest_policy (programme, people_max, open_max, stake_max, day_max)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (programme) DO UPDATE SET
    people_max = excluded.people_max, open_max = excluded.open_max,
    stake_max = excluded.stake_max, day_max = excluded.day_max
"""
OPEN = """
SELECT count(*) FROM contest_player AS p
JOIN contest AS c ON c.programme = p.programme AND c.id = p.contest
WHERE p.programme = $1 AND p.member = $2 AND p.state = 'PLAYING'
  AND c.state IN ('OPEN', 'RUNNING')
"""
# As for transfers: a row counts for the day that it was staked on, and for the one that it would
# have been staked on had the member always lived where they do now. A move opens no day again.
STAKED = """
SELECT coalesce(sum(stake), 0)::bigint FROM contest_player
WHERE programme = $1 AND member = $2 AND stake > 0 AND day >= $3::date - 2
  AND (day = $3 OR (answered_at AT TIME ZONE $4::text)::date = $3)
"""
NAMES = tuple(field.name for field in fields(Policy))


async def policy(programme: int, *, tx: Tx) -> Policy:
    """What the programme allows; the defaults where it has said nothing."""
    row = await tx.row(POLICY, programme)
    return Policy() if row is None else Policy(**row)


async def limits(programme: int, *, tx: Tx) -> Policy:
    """What holds for members: the policy, and the programme's limits of transfers where they are
    less."""
    allowed, known = await policy(programme, tx=tx), await programmes.by_id(programme, tx=tx)
    return replace(
        allowed,
        stake_max=min(allowed.stake_max, known.transfer_max),
        day_max=min(allowed.day_max, known.transfer_day_max),
    )


async def set_policy(policy: Policy, *, programme: int, tx: Tx) -> Policy:
    """Change what contests may do from now on; those that there are stay as they are.

    Refuses BadContestPolicy, which names the first field that is out of bounds.
    """
    bounds = {
        "people_max": (PEOPLE_LEAST, PEOPLE_MOST),
        "open_max": (1, OPEN_MOST),
        "stake_max": (0, STAKE_MOST),
        "day_max": (policy.stake_max, STAKE_MOST),
    }
    for name, (least, most) in bounds.items():
        if not least <= getattr(policy, name) <= most:
            raise BadContestPolicy(name, least=least, most=most)
    await tx.run(SET_POLICY, programme, *(getattr(policy, name) for name in NAMES))
    return policy


async def check_room(member: Member, allowed: Policy, *, tx: Tx) -> None:
    """Raises TooManyContests when the member, who is locked, is in as many as one may be."""
    if await tx.value(OPEN, member.programme, member.id) >= allowed.open_max:
        raise TooManyContests(limit=allowed.open_max)


async def check_stake(stake: int, allowed: Policy, *, member: Member, at: datetime, tx: Tx) -> date:
    """The day that the stake of a member, who is locked, counts for.

    allowed -- the `limits`. Raises, in this order: OverStakeLimit, OverStakeDayLimit.
    """
    if stake > allowed.stake_max:
        raise OverStakeLimit(limit=allowed.stake_max)
    zone = await members.settled_zone(member, at=at, tx=tx)
    day = members.day_in(zone, at)
    if stake:
        staked = await tx.value(STAKED, member.programme, member.id, day, zone)
        if staked + stake > allowed.day_max:
            raise OverStakeDayLimit(limit=allowed.day_max, left=max(allowed.day_max - staked, 0))
    return day
