"""Read the offers of a member; another's do not exist."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain import members, outlets
from domain.members import Member
from domain.moments import finding
from domain.moments.errors import NoSuchMoment
from domain.moments.holding import moment_of
from domain.moments.records import Moment, Offer
from domain.moments.wording import text_of
from infra.db import Row, Tx

CURRENT = """
SELECT id, programme, member, session, treat, outlet, state, day, cost, hold, offered_at,
       expires_at, resolved_at
FROM moment WHERE programme = $1 AND member = $2 AND state = 'OFFERED' AND expires_at > $3
"""
OF_SESSION = """
SELECT id, programme, member, session, treat, outlet, state, day, cost, hold, offered_at,
       expires_at, resolved_at
FROM moment WHERE programme = $1 AND member = $2 AND session = $3
"""
FIND = """
SELECT id, programme, member, session, treat, outlet, state, day, cost, hold, offered_at,
       expires_at, resolved_at
FROM moment WHERE programme = $1 AND member = $2 AND id = $3
"""
LISTED = """
SELECT id, programme, member, session, treat, outlet, state, day, cost, hold, offered_at,
       expires_at, resolved_at
FROM moment WHERE programme = $1 AND member = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""


async def current(member: UUID, *, programme: int, at: datetime, tx: Tx) -> Offer | None:
    """What the member is offered now; None: nothing."""
    row = await tx.row(CURRENT, programme, member, at)
    if row is None:
        return None
    who = await members.get(member, programme=programme, tx=tx)
    return await told(moment_of(row), member=who, tx=tx)


async def of_session(session: UUID, *, member: Member, tx: Tx) -> Offer | None:
    """What the member was offered at the end of that session, whatever became of it."""
    row = await tx.row(OF_SESSION, member.programme, member.id, session)
    return None if row is None else await told(moment_of(row), member=member, tx=tx)


async def get_moment(id: UUID, *, member: Member, tx: Tx) -> Moment:
    """The member's own moment. Raises NoSuchMoment."""
    return one(await tx.row(FIND, member.programme, member.id, id))


async def moments(member: Member, *, before: UUID | None, limit: int, tx: Tx) -> Sequence[Moment]:
    """What the member was offered, newest first."""
    rows = await tx.rows(LISTED, member.programme, member.id, before, limit)
    return [moment_of(row) for row in rows]


async def told(moment: Moment, *, member: Member, tx: Tx) -> Offer:
    """The moment with what its member reads of it."""
    treat = await finding.get(moment.treat, programme=moment.programme, tx=tx)
    outlet = await outlets.get(moment.outlet, programme=moment.programme, tx=tx)
    text = text_of(treat.terms, locale=member.locale)
    return Offer(moment, treat.terms.kind, text.title, text.body, outlet)


def one(row: Row | None) -> Moment:
    """The moment in a row. Raises NoSuchMoment where there is none."""
    if row is None:
        raise NoSuchMoment("you have no such offer")
    return moment_of(row)
