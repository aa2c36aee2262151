"""End: an activity ends, and at most one treat is offered, all in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import members
from domain.members import Member
from domain.moments import offering, reading, sessions
from domain.moments.errors import BadSessionClock, NoSuchSession, SessionEnded
from domain.moments.records import Ending, Offer, Session
from domain.moments.starting import AHEAD
from domain.visits import Position
from infra.db import Tx
from infra.recommending import Answer

# Whoever tells of an end later than this has gone home.
FRESH = timedelta(minutes=15)

# A place from the start is as old as it is: its day is not begun anew.
END = """
UPDATE activity_session
SET ended_at = $3, ending = 'MEMBER', cell = $4::bigint,
    cell_at = CASE WHEN $4::bigint IS NOT NULL THEN coalesce($5, cell_at) END
WHERE programme = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that is over, and what its member is offered; None: nothing."""

    session: Session
    offer: Offer | None


async def end(
    session: UUID,
    *,
    member: Member,
    ended_at: datetime,
    position: Position | None = None,
    answer: Answer | None = None,
    at: datetime,
    tx: Tx,
) -> Ended:
    """The activity is over. Ending it again at the same time answers with the same offer.

    position -- as for `start`; where there is none, the activity ended where it began, unless the
                member has withdrawn their consent since.
    answer   -- to the question that `ask` had, outside any transaction; None: no answer.
    Refuses, in this order: outlets.BadPosition, NoSuchSession, SessionEnded, BadSessionClock.
    """
    locked = await members.lock([member.id], programme=member.programme, tx=tx)
    cell = await sessions.cell_of(position, member=member, tx=tx)
    found = await sessions.find(session, member=member, tx=tx)
    if found is None:
        raise NoSuchSession("you have no such activity")
    if found.ended_at is not None:
        if (found.ending, found.ended_at) != (Ending.MEMBER, min(ended_at, at)):
            raise SessionEnded("it has ended already")
        return Ended(found, await reading.of_session(session, member=member, tx=tx))
    if ended_at > at + AHEAD:
        raise BadSessionClock("it cannot end in the future", "ended_at")
    over = min(ended_at, at)
    if over < found.started_at:
        raise BadSessionClock("it ends after it began", "ended_at")
    seen = None if cell is None else over
    if cell is None and found.cell is not None and await sessions.allowed(member, tx=tx):
        cell = found.cell
    ended = replace(found, ended_at=over, ending=Ending.MEMBER, cell=cell)
    await tx.run(END, member.programme, session, over, cell, seen)
    fresh = at - over <= FRESH
    who = locked.get(member.id, member)
    offered = await offering.offer(ended, member=who, fresh=fresh, answer=answer, at=at, tx=tx)
    return Ended(ended, offered)
