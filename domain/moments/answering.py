"""Answer: a member does not want what they are offered, or lets it expire."""

from datetime import datetime, timedelta
from uuid import UUID

from domain import decisions, members
from domain.decisions import Kind
from domain.members import Member
from domain.moments import events, holding
from domain.moments.errors import MomentOver, NoSuchMoment
from domain.moments.records import Moment, MomentState
from domain.moments.wording import text_of
from infra.db import Tx
from infra.outbox import emit

CODES_KEPT = timedelta(days=1)
CHUNK = 500

# One at a time, since each locks what it is of: another call takes the next.
EXPIRING = """
SELECT programme, id FROM moment WHERE state = 'OFFERED' AND expires_at <= $1
ORDER BY expires_at LIMIT 1
"""
# What was shown at a till is told apart from what never was, for a day.
FORGET_CODES = """
UPDATE moment SET code = NULL, code_until = NULL
WHERE (programme, id) IN (
    SELECT programme, id FROM moment WHERE code IS NOT NULL AND code_until <= $1
    ORDER BY code_until LIMIT $2 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


async def refuse(moment: UUID, *, member: Member, at: datetime, tx: Tx) -> Moment:
    """The member does not want it, and is asked no more today. Refusing again answers the same.

    Refuses, in this order: NoSuchMoment, MomentOver.
    """
    # As whoever makes an offer, who locks the member first.
    await members.lock([member.id], programme=member.programme, tx=tx)
    held = await holding.locked(moment, programme=member.programme, tx=tx)
    if held is None or held[0].member != member.id:
        raise NoSuchMoment("you have no such offer")
    found, treat = held
    if found.state is MomentState.REFUSED:
        return found
    if not found.is_open(at=at):
        raise MomentOver(found.state if found.resolved_at else MomentState.EXPIRED)
    refused = MomentState.REFUSED
    now = await holding.release(found, treat, state=refused, at=at, tx=tx)
    emit(
        events.Refused(
            programme=found.programme,
            subject=found.member,
            object=moment,
            at=at,
            treat=treat.id,
            kind=treat.terms.kind,
        ),
        tx=tx,
    )
    who, programme = found.member, found.programme
    await decisions.mark(moment, Kind.REFUSE, member=who, programme=programme, at=at, tx=tx)
    return now


async def expire_due(at: datetime, tx: Tx) -> int:
    """Let go of one offer whose time is over; 0 when there is none."""
    row = await tx.row(EXPIRING, at)
    if row is None:
        return 0
    held = await holding.locked(row["id"], programme=row["programme"], tx=tx)
    assert held is not None, "moments are never deleted"
    found, treat = held
    # It may have been redeemed at its last moment, while we waited.
    if found.state is MomentState.OFFERED:
        await holding.release(found, treat, state=MomentState.EXPIRED, at=at, tx=tx)
        member = await members.get(found.member, programme=found.programme, tx=tx)
        emit(
            events.Expired(
                programme=found.programme,
                subject=found.member,
                object=found.id,
                at=at,
                treat=treat.id,
                kind=treat.terms.kind,
                title=text_of(treat.terms, locale=member.locale).title,
            ),
            tx=tx,
        )
    return 1


async def forget_codes(at: datetime, tx: Tx) -> int:
    """Forget codes a day after they were good; how many."""
    return len(await tx.rows(FORGET_CODES, at - CODES_KEPT, CHUNK))
