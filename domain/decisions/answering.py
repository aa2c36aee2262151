"""Answer: what a member makes of what they are shown, all of it in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain import challenges, members, offers
from domain.decisions import marking, reading
from domain.decisions.errors import (
    DecisionAnswered,
    DecisionOver,
    NoSuchDecision,
    TooManyDecisions,
)
from domain.decisions.records import Decision, Kind, Response
from domain.members import Member
from domain.offers import OfferKind
from infra.db import Tx

AT_ONCE_MAX = 50
FINAL = frozenset({Response.ACCEPT, Response.REFUSE})


async def respond(
    decision: UUID, response: Response, *, member: Member, at: datetime, tx: Tx
) -> Decision:
    """What the member makes of an offer: accepting it gives what it promises, and takes part in
    its challenge. The same answer again changes nothing; "not now" may be followed by another.

    Refuses, in this order: NoSuchDecision, DecisionAnswered, DecisionOver, and to accept it what
    offers.accept and then challenges.join do.
    """
    locked = await members.lock([member.id], programme=member.programme, tx=tx)
    found = await _own(decision, member=member, tx=tx)
    if not found.is_offer:
        raise NoSuchDecision("you were shown no offer by it")
    if found.answer is response:
        return found
    if found.answer in FINAL:
        raise DecisionAnswered(found.answer)
    if at >= found.expires_at:
        raise DecisionOver("it was shown too long ago")
    if response is Response.ACCEPT:
        await _accept(found, member=locked.get(member.id, member), at=at, tx=tx)
    return await marking.answer(found, Kind(response), at=at, tx=tx)


async def seen(
    decisions: Sequence[UUID], *, member: Member, at: datetime, tx: Tx
) -> Sequence[Decision]:
    """The member has seen these, 50 at most; what was seen before is not seen again.

    Refuses, in this order: TooManyDecisions, NoSuchDecision.
    """
    wanted = sorted(set(decisions))
    if len(wanted) > AT_ONCE_MAX:
        raise TooManyDecisions(f"{AT_ONCE_MAX} at most at once")
    who, programme = member.id, member.programme
    await members.lock([who], programme=programme, tx=tx)
    found = await reading.locked(wanted, member=who, programme=programme, tx=tx)
    if len(found) < len(wanted):
        raise NoSuchDecision("you were shown nothing by it")
    new = await marking.see(found, at=at, tx=tx)
    await marking.learn_seen(found, new, tx=tx)
    return await reading.locked(wanted, member=who, programme=programme, tx=tx)


async def mark(
    slate: UUID, kind: Kind, *, member: UUID, programme: int, at: datetime, tx: Tx
) -> bool:
    """What somebody else knows of a slate of one: a treat was seen, refused or handed over.

    False: there is no such slate, since it was forgotten or is another member's. A repeat changes
    nothing. Members are locked first.
    """
    await members.lock([member], programme=programme, tx=tx)
    found = await reading.locked_slate(slate, member=member, programme=programme, tx=tx)
    if len(found) != 1:
        return False
    if kind is Kind.IMPRESSION:
        await marking.learn_seen(found, await marking.see(found, at=at, tx=tx), tx=tx)
    else:
        await marking.answer(found[0], kind, at=at, tx=tx)
    return True


async def _own(decision: UUID, *, member: Member, tx: Tx) -> Decision:
    who, programme = member.id, member.programme
    found = await reading.locked([decision], member=who, programme=programme, tx=tx)
    if not found:
        raise NoSuchDecision("you were shown nothing by it")
    return found[0]


async def _accept(decision: Decision, *, member: Member, at: datetime, tx: Tx) -> None:
    """Whatever the offer gives; the ledger's locks come after all of the members' own."""
    accepted = await offers.accept(
        decision.subject, member=member, decision=decision.id, at=at, tx=tx
    )
    if accepted.kind is OfferKind.CHALLENGE:
        assert accepted.gain.challenge is not None, "an offer of that kind names one"
        await challenges.join(accepted.gain.challenge, member=member, at=at, tx=tx)
