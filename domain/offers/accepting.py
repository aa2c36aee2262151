"""Accept: a member takes an offer, and what it promises is set aside for them; and lets it lapse.

Members are locked first, then offers, then acceptances, then the ledger's accounts.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import ledger, members
from domain.members import Member
from domain.offers import finding, holding, standing
from domain.offers.errors import (
    AcceptedTooOften,
    AlreadyAccepted,
    NoSuchOffer,
    NotForMember,
    OfferClosed,
    UsedUp,
)
from domain.offers.events import Accepted, Lapsed
from domain.offers.holding import acceptance_of
from domain.offers.records import (
    EARNED,
    Acceptance,
    AcceptanceState,
    Offer,
    State,
    WhyNot,
)
from domain.offers.rules import Facts, evaluate
from domain.offers.wording import creative_of
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from infra.outbox import emit

# A recording may come late from a watch; until then the promise stands.
LATE = timedelta(days=3)
LAPSED_AT_ONCE = 200
UNKNOWN = frozenset({State.DRAFT, State.SUBMITTED, State.REJECTED})
REFUSALS: Mapping[WhyNot, type[Refused]] = {
    WhyNot.ACCEPTED: AlreadyAccepted,
    WhyNot.MEMBER_CAP: AcceptedTooOften,
    WhyNot.USED_UP: UsedUp,
}

BY_DECISION = """
SELECT id, programme, offer, version, member, decision, kind, name, points, hundredths, most,
       times, types, within_hours, reward, challenge, state, accepted_at, promised, held, paid,
       hold, turn, until, lapses_at, redemption
FROM offer_acceptance WHERE programme = $1 AND decision = $2
"""
# Of one offer at a time. What an activity has earned and is still to mature is waited for.
LAPSING = """
SELECT a.programme, a.offer FROM offer_acceptance AS a
WHERE a.state = 'OPEN' AND a.lapses_at <= $1 AND NOT EXISTS (
    SELECT FROM offer_payment AS p
    WHERE p.programme = a.programme AND p.acceptance = a.id AND p.state = 'CLAIMED')
ORDER BY a.lapses_at LIMIT 1
"""
LAPSE = """
SELECT a.id FROM offer_acceptance AS a
WHERE a.programme = $1 AND a.offer = $2 AND a.state = 'OPEN' AND a.lapses_at <= $3
  AND NOT EXISTS (
    SELECT FROM offer_payment AS p
    WHERE p.programme = a.programme AND p.acceptance = a.id AND p.state = 'CLAIMED')
ORDER BY a.id LIMIT $4
"""


async def accept(
    offer: UUID,
    *,
    member: Member,
    decision: UUID,
    facts: Facts | None = None,
    at: datetime,
    tx: Tx,
) -> Acceptance:
    """Take an offer on its terms of now; what it promises is set aside on its account.

    decision -- by which the member was shown it; the same again answers the same.
    facts    -- of the member, where they are known; None: what its rule asks is read here.
    One of kind CHALLENGE is only noted here: whoever calls this has the member join.
    Refuses, in this order: members.NoSuchMember, ledger.KeyReused for a decision about something
    else, NoSuchOffer (also one that was never approved), OfferClosed, NotForMember,
    AlreadyAccepted, AcceptedTooOften, UsedUp.
    """
    who = (await members.lock([member.id], programme=member.programme, tx=tx)).get(member.id)
    if who is None or not who.is_active:
        raise members.NoSuchMember("there is no such member")
    first = await acceptance(decision, programme=member.programme, tx=tx)
    if first is not None:
        if (first.offer, first.member) != (offer, member.id):
            raise ledger.KeyReused
        return first
    found = await finding.locked(offer, programme=member.programme, tx=tx)
    await _check(found, who, facts, at=at, tx=tx)
    made = _made(found, who, decision, at)
    await holding.add(made, tx=tx)
    if made.hold is not None:
        await holding.post([holding.hold(made, found, at=at)], book=found.book, at=at, tx=tx)
    emit(_accepted(made), tx=tx)
    return made


async def acceptance(decision: UUID, *, programme: int, tx: Tx) -> Acceptance | None:
    """What came of that decision; None: it was not accepted."""
    row = await tx.row(BY_DECISION, programme, decision)
    return None if row is None else acceptance_of(row)


async def lapse_due(at: datetime, tx: Tx) -> int:
    """Free what was promised to what never came, of one offer; how many acceptances."""
    due = await tx.row(LAPSING, at)
    if due is None:
        return 0
    offer = await finding.locked(due["offer"], programme=due["programme"], tx=tx)
    rows = await tx.rows(LAPSE, offer.programme, offer.id, at, LAPSED_AT_ONCE)
    found = await holding.locked([row["id"] for row in rows], programme=offer.programme, tx=tx)
    await lapse([one for one in found if _is_due(one, at)], offer, at=at, tx=tx)
    return len(rows)


async def lapse(several: Collection[Acceptance], offer: Offer, *, at: datetime, tx: Tx) -> None:
    """End held acceptances of a held offer, and set free what they still hold."""
    items = [item for one in several for item in holding.release(one, offer, at=at)]
    await holding.post(items, book=offer.book, at=at, tx=tx)
    gone: dict[str, Any] = {"state": AcceptanceState.LAPSED, "held": 0, "hold": None}
    changes = [(one, replace(one, **gone)) for one in several]
    await holding.keep(changes, {offer.id: offer}, at=at, tx=tx)
    for one in several:
        emit(_lapsed(one, at), tx=tx)


def _is_due(one: Acceptance, at: datetime) -> bool:
    over = one.lapses_at is not None and one.lapses_at <= at
    return one.state is AcceptanceState.OPEN and over


async def _check(
    offer: Offer, member: Member, facts: Facts | None, *, at: datetime, tx: Tx
) -> None:
    if offer.state in UNKNOWN:
        raise NoSuchOffer("there is no such offer")
    if not offer.is_open(at=at):
        raise OfferClosed("nobody accepts the offer now")
    if facts is None:
        facts = await standing.known([offer], member=member, at=at, tx=tx)
    if not evaluate(offer.terms.rule, facts):
        raise NotForMember("the offer is not for you")
    had = await standing.had_of([offer.id], member=member, at=at, tx=tx)
    why = standing.refusal(offer, had[offer.id], showing=False)
    if why is not None:
        raise REFUSALS[why](f"the offer cannot be accepted: {why.lower()}")


def _made(offer: Offer, member: Member, decision: UUID, at: datetime) -> Acceptance:
    terms, promised = offer.terms, offer.terms.promise
    until = at + timedelta(hours=terms.gain.within_hours) if promised else None
    late = LATE if terms.kind in EARNED else timedelta(0)
    made = Acceptance(
        id=ids.derived(at, "offers.accept", offer.programme, decision),
        programme=offer.programme,
        offer=offer.id,
        version=offer.version,
        member=member.id,
        decision=decision,
        kind=terms.kind,
        name=creative_of(terms, locale=member.locale).title,
        gain=terms.gain,
        state=AcceptanceState.OPEN if promised else AcceptanceState.USED,
        accepted_at=at,
        promised=promised,
        held=promised,
        until=until,
        lapses_at=until and until + late,
    )
    if not promised:
        return made
    return replace(made, hold=holding.next_hold(made, at=at), turn=made.turn + 1)


def _accepted(one: Acceptance) -> Accepted:
    return Accepted(
        programme=one.programme,
        subject=one.member,
        object=one.id,
        at=one.accepted_at,
        offer=one.offer,
        decision=one.decision,
        kind=one.kind,
        name=one.name,
        until=one.until,
    )


def _lapsed(one: Acceptance, at: datetime) -> Lapsed:
    return Lapsed(
        programme=one.programme,
        subject=one.member,
        object=one.id,
        at=at,
        offer=one.offer,
        kind=one.kind,
        name=one.name,
        unused=one.paid == 0,
    )
