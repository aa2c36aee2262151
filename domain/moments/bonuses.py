"""Bonuses: the chance that a member gets while an activity is under way."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from domain.members import Member
from domain.moments.campaigning import Campaign, campaign_of
from domain.moments.events import BonusOpened
from domain.moments.records import Session
from infra.db import Row, Tx
from infra.outbox import emit

# A file may come late from a watch; until then the promise stands.
LASTS = timedelta(days=3)
CAMPAIGNS_MAX = 20

OPEN = """
SELECT id, programme, name, fits, seconds_min, metres_min, hundredths, most, share, member_max,
       member_days, valid_from, valid_until, budget, reserved, paid, open, created_at
FROM bonus_campaign
WHERE programme = $1 AND open AND $2 = ANY(fits) AND valid_from <= $3 AND valid_until > $3
  AND reserved + paid + most <= budget
ORDER BY hundredths DESC, most DESC, id LIMIT $4
"""
# How often the member had a chance of each campaign, within the days of each.
HAD = """
SELECT c.id, count(*)::int AS times FROM bonus AS b
JOIN bonus_campaign AS c ON c.programme = b.programme AND c.id = b.campaign
WHERE b.programme = $1 AND b.member = $2 AND c.id = ANY($3::uuid[])
  AND b.opened_at > $4::timestamptz - make_interval(days => c.member_days)
GROUP BY c.id
"""
# Looked at once more when whoever changed it has gone: the last points are promised once.
RESERVE = """
UPDATE bonus_campaign SET reserved = reserved + most
WHERE programme = $1 AND id = $2 AND open AND reserved + paid + most <= budget
RETURNING id
"""
ADD = """
INSERT INTO bonus (programme, session, member, campaign, state, hundredths, most, seconds_min,
                   metres_min, opened_at, lapses_at)
VALUES ($1, $2, $3, $4, 'OPEN', $5, $6, $7, $8, $9, $10)
"""
OF_SESSION = """
SELECT programme, session, member, campaign, state, hundredths, most, seconds_min, metres_min,
       opened_at, lapses_at, activity, revision, posting, points, paid_at
FROM bonus WHERE programme = $1 AND session = $2
"""


class BonusState(StrEnum):
    """What became of a chance."""

    OPEN = "OPEN"
    CLAIMED = "CLAIMED"  # the activity has earned points that wait; the bonus waits with them
    PAID = "PAID"
    LAPSED = "LAPSED"  # the activity did not come, or was not long enough


@dataclass(frozen=True, slots=True)
class Bonus:
    """The chance to earn more by one activity.

    hundredths, most, seconds_min, metres_min -- as in Chance.
    activity, revision -- whose points it adds to.
    points    -- what it adds; 0 until that is known.
    """

    programme: int
    session: UUID
    member: UUID
    campaign: UUID
    state: BonusState
    hundredths: int
    most: int
    seconds_min: int
    metres_min: int
    opened_at: datetime
    lapses_at: datetime
    activity: UUID | None = None
    revision: int | None = None
    posting: UUID | None = None
    points: int = 0
    paid_at: datetime | None = None

    def extra(self, points: int) -> int:
        """What it adds to an activity that earns so many points by itself."""
        return min(points * (self.hundredths - 100) // 100, self.most)


COLUMNS = tuple(field.name for field in fields(Bonus))


async def open_bonus(session: Session, *, member: Member, at: datetime, tx: Tx) -> Bonus | None:
    """The best chance that there is for the session; None: none. The member is locked."""
    rows = await tx.rows(OPEN, member.programme, session.type, at, CAMPAIGNS_MAX)
    found = [one for one in map(campaign_of, rows) if is_drawn(one, session.id)]
    best = await _within_limits(found, member, at, tx)
    if best is None or await tx.row(RESERVE, member.programme, best.id) is None:
        return None
    chance = best.chance
    bonus = Bonus(
        programme=member.programme,
        session=session.id,
        member=member.id,
        campaign=best.id,
        state=BonusState.OPEN,
        hundredths=chance.hundredths,
        most=chance.most,
        seconds_min=chance.seconds_min,
        metres_min=chance.metres_min,
        opened_at=at,
        lapses_at=session.started_at + LASTS,
    )
    words = (bonus.hundredths, bonus.most, bonus.seconds_min, bonus.metres_min)
    who = (bonus.programme, bonus.session, bonus.member, bonus.campaign)
    await tx.run(ADD, *who, *words, at, bonus.lapses_at)
    emit(_opened(bonus, session), tx=tx)
    return bonus


async def of_session(session: UUID, *, programme: int, tx: Tx) -> Bonus | None:
    """The chance that came with a session, whatever became of it."""
    row = await tx.row(OF_SESSION, programme, session)
    return None if row is None else bonus_of(row)


def is_drawn(campaign: Campaign, session: UUID) -> bool:
    """Whether the session is in the campaign's share: the same whenever it is asked."""
    digest = sha256(campaign.id.bytes + session.bytes).digest()
    return int.from_bytes(digest[:8], "big") % 100 < campaign.chance.share


def bonus_of(row: Row) -> Bonus:
    """One row of the table as a value; other columns of the row are passed over."""
    words = {name: row[name] for name in COLUMNS}
    return Bonus(**{**words, "state": BonusState(row["state"])})


async def _within_limits(
    found: Sequence[Campaign], member: Member, at: datetime, tx: Tx
) -> Campaign | None:
    """The first whose limit the member has not reached."""
    if not found:
        return None
    ids = [one.id for one in found]
    rows = await tx.rows(HAD, member.programme, member.id, ids, at)
    had = {row["id"]: row["times"] for row in rows}
    free = (one for one in found if had.get(one.id, 0) < one.chance.member_max)
    return next(free, None)


def _opened(bonus: Bonus, session: Session) -> BonusOpened:
    return BonusOpened(
        programme=bonus.programme,
        subject=bonus.member,
        object=bonus.session,
        at=bonus.opened_at,
        hundredths=bonus.hundredths,
        most=bonus.most,
        seconds_min=bonus.seconds_min,
        metres_min=bonus.metres_min,
        type=session.type,
        lapses_at=bonus.lapses_at,
    )
