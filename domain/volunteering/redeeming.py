"""Redeem a statement: hours that the organiser has signed for, brought by the member."""

from datetime import datetime
from uuid import UUID

from domain import partners
from domain.members import Member
from domain.volunteering import stating
from domain.volunteering.claiming import (
    LOCK_MEMBER,
    check_times,
    claimed,
    confirmed,
    referred,
)
from domain.volunteering.errors import StatementNotYours, StatementUsed
from domain.volunteering.keys import valid_keys
from domain.volunteering.publishing import shift_by_id
from domain.volunteering.records import Hours
from infra.db import Tx

USE = """
INSERT INTO volunteer_statement (programme, partner, statement, hours) VALUES ($1, $2, $3, $4)
"""
USED = """
SELECT EXISTS (
    SELECT FROM volunteer_statement WHERE programme = $1 AND partner = $2 AND statement = $3
)
"""


async def redeem(member: Member, *, statement: str, id: UUID, at: datetime, tx: Tx) -> Hours:
    """Let hours count that the organiser has signed for; each statement is good once.

    Refuses, in this order: BadStatement, NoSuchShift, BadStatementSignature, StatementNotYours,
    StatementUsed, BadMinutes, ShiftNotOver, ClaimTooLate, ShiftFull, HoursClosed, HoursOverlap.
    """
    said = stating.read(statement, at=at)
    programme = member.programme
    shift = await shift_by_id(said.shift, programme=programme, tx=tx)
    stating.check(said, await valid_keys(shift.partner, programme=programme, at=at, tx=tx))
    organiser = await partners.get(shift.partner, programme=programme, tx=tx)
    if await referred(said.member, organiser, tx) != member.id:
        raise StatementNotYours("the statement is about another member")
    await tx.run(LOCK_MEMBER, programme, member.id)
    if await tx.value(USED, programme, shift.partner, said.id):
        raise StatementUsed("the statement has been redeemed")
    check_times(shift, said.minutes, said.starts_at, at=at)
    hours = await claimed(shift, member.id, None, id=id, at=at, tx=tx)
    done = await confirmed(hours, shift, said.minutes, said.starts_at, at=at, tx=tx)
    await tx.run(USE, programme, shift.partner, said.id, done.id)
    return done
