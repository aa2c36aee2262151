"""Sessions: read and write activities under way.

A place is a cell of resolution 8 and nothing finer, kept for a day at most, of members only who
have agreed to the purpose "place".
"""

from datetime import datetime, timedelta
from uuid import UUID

from domain import members, outlets
from domain.activities import Type
from domain.members import Member
from domain.moments.records import Ending, Session
from domain.visits import Position
from infra.db import Row, Tx

PURPOSE = "place"
FORGOTTEN_AFTER = timedelta(hours=24)
PLACE_KEPT = timedelta(hours=24)
CHUNK = 500

FIND = """
SELECT id, programme, member, type, device, started_at, ended_at, ending, cell
FROM activity_session WHERE programme = $1 AND member = $2 AND id = $3
"""
UNDER_WAY = """
SELECT id, programme, member, type, device, started_at, ended_at, ending, cell
FROM activity_session
WHERE programme = $1 AND member = $2 AND ended_at IS NULL AND started_at > $3
"""
# A day after it began nobody is at it any more.
END_FORGOTTEN = """
UPDATE activity_session SET ended_at = started_at + $2::interval, ending = 'FORGOTTEN'
WHERE (programme, id) IN (
    SELECT programme, id FROM activity_session
    WHERE ended_at IS NULL AND started_at <= $1::timestamptz - $2::interval
    ORDER BY started_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""
# Which outlets were near tells where the member was, so they go with the cell ...
FORGET_CELLS = """
WITH forgotten AS (
    UPDATE activity_session SET cell = NULL, cell_at = NULL
    WHERE (programme, id) IN (
        SELECT programme, id FROM activity_session
        WHERE cell IS NOT NULL AND cell_at <= $1 ORDER BY cell_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    RETURNING programme, id
), near AS (
    UPDATE moment_decision AS d SET candidates = NULL FROM forgotten AS f
    WHERE d.programme = f.programme AND d.session = f.id AND d.candidates IS NOT NULL
)
SELECT id FROM forgotten
"""
# ... and after a day at the latest.
FORGET_CANDIDATES = """
UPDATE moment_decision SET candidates = NULL
WHERE (programme, session) IN (
    SELECT programme, session FROM moment_decision
    WHERE candidates IS NOT NULL AND at <= $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
)
RETURNING session
"""


async def under_way(member: UUID, *, programme: int, at: datetime, tx: Tx) -> Session | None:
    """What the member is at; None: nothing that they have not forgotten to end."""
    row = await tx.row(UNDER_WAY, programme, member, at - FORGOTTEN_AFTER)
    return None if row is None else session_of(row)


async def find(id: UUID, *, member: Member, tx: Tx) -> Session | None:
    """The member's own session with that id; None when there is none."""
    row = await tx.row(FIND, member.programme, member.id, id)
    return None if row is None else session_of(row)


async def cell_of(position: Position | None, *, member: Member, tx: Tx) -> int | None:
    """The cell of a position; None where there is none, or the member does not allow it.

    Refuses outlets.BadPosition.
    """
    if position is None:
        return None
    cell = outlets.cell_of(position)
    return cell if await allowed(member, tx=tx) else None


async def allowed(member: Member, *, tx: Tx) -> bool:
    """Whether the member's place may be used now."""
    said = await members.consents(member, tx=tx)
    return any(one.purpose == PURPOSE and one.given for one in said)


async def end_forgotten(at: datetime, tx: Tx) -> int:
    """End what nobody has ended for a day; how many."""
    return len(await tx.rows(END_FORGOTTEN, at, FORGOTTEN_AFTER, CHUNK))


async def forget_places(at: datetime, tx: Tx) -> int:
    """Forget where members were a day ago, and what was near; how many rows."""
    cells = await tx.rows(FORGET_CELLS, at - PLACE_KEPT, CHUNK)
    return len(cells) + len(await tx.rows(FORGET_CANDIDATES, at - PLACE_KEPT, CHUNK))


def session_of(row: Row) -> Session:
    """One row of the table as a value."""
    ending = row["ending"]
    words = {**row, "type": Type(row["type"]), "ending": ending and Ending(ending)}
    return Session(**words)
