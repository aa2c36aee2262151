"""Leave a programme."""

from datetime import datetime

from domain.members.errors import NoSuchMember
from domain.members.events import Left
from domain.members.records import Member, member_of
from infra.db import Tx
from infra.outbox import emit

LEAVE = """
UPDATE member SET state = 'LEFT' WHERE programme = $1 AND id = $2 AND state = 'ACTIVE'
RETURNING id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
          external_ref, state, merged_into
"""


async def leave(member: Member, *, at: datetime, tx: Tx) -> Member:
    """The member, gone: nobody finds them and they cannot sign in, until they join again.

    Their points stay theirs until they expire. Refuses: NoSuchMember, also for one who has left.
    """
    row = await tx.row(LEAVE, member.programme, member.id)
    if row is None:
        raise NoSuchMember("there is no such member")
    emit(Left(programme=member.programme, subject=member.id, object=member.id, at=at), tx=tx)
    return member_of(row)
