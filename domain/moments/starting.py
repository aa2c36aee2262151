"""Start: an activity begins, as a phone or a watch tells it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import activities, ledger, members, programmes
from domain.activities import Type
from domain.members import Member
from domain.moments import bonuses, sessions
from domain.moments.bonuses import Bonus
from domain.moments.errors import ActivityUnderWay, BadSessionClock
from domain.moments.records import Session
from domain.visits import Position
from infra.db import Tx

DEVICE_CHARACTERS_MAX = 80
# A clock may be wrong by so much; a start may have waited for a network for so long.
AHEAD = timedelta(minutes=2)
LATE = timedelta(hours=12)

ADD = """
INSERT INTO activity_session (programme, id, member, type, device, started_at, cell, cell_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
# What was forgotten must not stand in the way of what is done now.
FORGET = """
UPDATE activity_session SET ended_at = started_at + $4::interval, ending = 'FORGOTTEN'
WHERE programme = $1 AND member = $2 AND ended_at IS NULL
  AND started_at <= $3::timestamptz - $4::interval
"""


@dataclass(frozen=True, slots=True)
class Started:
    """A session, and the chance that came with it; None: none."""

    session: Session
    bonus: Bonus | None


async def start(
    member: Member,
    *,
    type: Type,
    started_at: datetime,
    device: str | None = None,
    position: Position | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Started:
    """The member is at it, and may have a bonus opportunity for it.

    device   -- what it calls itself.
    position -- used for its cell only, and not at all without the member's consent.
    id       -- the same id again with the same words answers with the session as it stands now.
    Refuses, in this order: activities.NotASport, BadSessionClock, outlets.BadPosition,
    ledger.KeyReused, ActivityUnderWay.
    """
    if type not in activities.SPORTS:
        raise activities.NotASport("only what is done with the body is under way")
    if not at - LATE <= started_at <= at + AHEAD:
        raise BadSessionClock("it begins now, or has within twelve hours", "started_at")
    begun = min(started_at, at)
    # Two devices that begin at once come one after the other.
    await members.lock([member.id], programme=member.programme, tx=tx)
    cell = await sessions.cell_of(position, member=member, tx=tx)
    first = await sessions.find(id, member=member, tx=tx)
    if first is not None:
        if (first.type, first.started_at) != (type, begun):
            raise ledger.KeyReused
        return Started(first, await bonuses.of_session(id, programme=member.programme, tx=tx))
    await tx.run(FORGET, member.programme, member.id, at, sessions.FORGOTTEN_AFTER)
    if await sessions.under_way(member.id, programme=member.programme, at=at, tx=tx) is not None:
        raise ActivityUnderWay("another activity is under way")
    name = programmes.plain(device or "", longest=DEVICE_CHARACTERS_MAX) or None
    session = Session(id, member.programme, member.id, type, name, begun, cell=cell)
    seen = None if cell is None else at
    await tx.run(ADD, member.programme, id, member.id, type, name, begun, cell, seen)
    return Started(session, await bonuses.open_bonus(session, member=member, at=at, tx=tx))
