"""Show: a code for the till, which is good once and for two minutes."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from domain.members import Member
from domain.moments import coding, reading
from domain.moments.coding import DIGITS
from domain.moments.errors import MomentOver
from domain.moments.records import Code, MomentState
from infra.db import Tx

CODE_LASTS = timedelta(seconds=120)
# That one number is taken is unlikely; that all are does not happen.
NUMBERS = 3

LOCK = """
SELECT id, programme, member, session, treat, outlet, state, day, cost, hold, offered_at,
       expires_at, resolved_at, secret
FROM moment WHERE programme = $1 AND member = $2 AND id = $3 FOR NO KEY UPDATE
"""
# It replaces the one before.
SET = """
UPDATE moment SET code_until = $4, code = (
    SELECT n.number FROM unnest($3::text[]) WITH ORDINALITY AS n (number, place)
    WHERE NOT EXISTS (SELECT FROM moment AS m WHERE m.programme = $1 AND m.code = n.number)
    ORDER BY n.place LIMIT 1)
WHERE programme = $1 AND id = $2
RETURNING code
"""


async def redemption_code(moment: UUID, *, member: Member, at: datetime, tx: Tx) -> Code:
    """A code for what the member is offered; any earlier one is good no more.

    Refuses, in this order: NoSuchMoment, MomentOver.
    """
    row = await tx.row(LOCK, member.programme, member.id, moment)
    found = reading.one(row)
    assert row is not None, "it was found"
    if not found.is_open(at=at):
        over = found.state if found.state is not MomentState.OFFERED else MomentState.EXPIRED
        raise MomentOver(over)
    until = min(at + CODE_LASTS, found.expires_at).replace(microsecond=0)
    numbers = [f"{secrets.randbelow(10**DIGITS):0{DIGITS}}" for _ in range(NUMBERS)]
    number: str = await tx.value(SET, member.programme, moment, numbers, until)
    text = coding.text_of(number, moment=moment, until=until, secret=bytes(row["secret"]))
    return Code(moment, number, text, until)
