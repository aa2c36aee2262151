"""Decide where an offer goes: submitted, approved or rejected, paused, resumed, ended.

`partner` says who asks, and only that partner's offers are found; None: an operator.
What a member accepted before a pause or an end is kept until it lapses.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain import programmes
from domain.offers import finding, funding, storing
from domain.offers.drafting import EDITABLE, check_own
from domain.offers.errors import (
    BadOffer,
    BadVerdict,
    OfferHalted,
    OfferNotFunded,
    OfferNotInState,
)
from domain.offers.records import Offer, State
from infra.db import Tx

REASON_CHARACTERS_MAX = 300
RUNNING = frozenset({State.LIVE, State.PAUSED})

# One at a time: another call takes the next.
ENDING = """
SELECT programme, id FROM offer WHERE state IN ('LIVE', 'PAUSED') AND valid_until <= $1
ORDER BY valid_until LIMIT 1
"""


async def submit(
    offer: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Offer:
    """Ask for a decision about a draft that can pay one acceptance at least.

    Refuses, in this order: NoSuchOffer, AnothersOffer, OfferNotInState, BadOffer for one whose
    time is over, OfferNotFunded.
    """
    found = await finding.locked(offer, partner=partner, programme=programme, tx=tx)
    check_own(found, partner)
    _check_state(found, EDITABLE)
    _check_time(found, at)
    if (missing := found.terms.promise - found.left) > 0:
        raise OfferNotFunded(missing)
    return await storing.keep(found, state=State.SUBMITTED, reason=None, tx=tx)


async def approve(offer: UUID, *, programme: int, at: datetime, tx: Tx) -> Offer:
    """Let members see a submitted offer, within its times.

    Refuses, in this order: NoSuchOffer, OfferNotInState, BadOffer for one whose time is over.
    """
    found = await finding.locked(offer, programme=programme, tx=tx)
    _check_state(found, {State.SUBMITTED})
    _check_time(found, at)
    return await storing.keep(found, state=State.LIVE, tx=tx)


async def reject(offer: UUID, *, reason: str, programme: int, tx: Tx) -> Offer:
    """Give a submitted offer back to who made it, and say why. Its points stay in its account.

    Refuses, in this order: BadVerdict, NoSuchOffer, OfferNotInState.
    """
    said = programmes.plain(reason, longest=REASON_CHARACTERS_MAX)
    if not said:
        raise BadVerdict(f"a reason is 1 to {REASON_CHARACTERS_MAX} characters")
    found = await finding.locked(offer, programme=programme, tx=tx)
    _check_state(found, {State.SUBMITTED})
    return await storing.keep(found, state=State.REJECTED, reason=said, tx=tx)


async def pause(offer: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Offer:
    """Show it to nobody for now. Pausing again answers the same, but an operator's pause is then
    one that only an operator ends.

    Refuses, in this order: NoSuchOffer, OfferNotInState.
    """
    found = await finding.locked(offer, partner=partner, programme=programme, tx=tx)
    _check_state(found, RUNNING)
    halted = found.halted or partner is None
    return await storing.keep(found, state=State.PAUSED, halted=halted, tx=tx)


async def resume(offer: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Offer:
    """Go on showing it. Resuming one that is LIVE answers the same.

    Refuses, in this order: NoSuchOffer, OfferNotInState, OfferHalted.
    """
    found = await finding.locked(offer, partner=partner, programme=programme, tx=tx)
    _check_state(found, RUNNING)
    _check_halted(found, partner)
    return await storing.keep(found, state=State.LIVE, halted=False, tx=tx)


async def end(
    offer: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Offer:
    """Show it no more, from any state; what is left goes back at once, and what acceptances hold
    as soon as they have lapsed. Ending again answers the same.

    Refuses, in this order: NoSuchOffer, OfferHalted, then what the ledger refuses.
    """
    found = await finding.locked(offer, partner=partner, programme=programme, tx=tx)
    if found.state is State.ENDED:
        return found
    _check_halted(found, partner)
    return await _end(found, at=at, tx=tx)


async def end_due(at: datetime, tx: Tx) -> int:
    """End one offer whose time is over; 0 when there is none."""
    row = await tx.row(ENDING, at)
    if row is None:
        return 0
    found = await finding.locked(row["id"], programme=row["programme"], tx=tx)
    if found.state in RUNNING:
        await _end(found, at=at, tx=tx)
    return 1


async def _end(offer: Offer, *, at: datetime, tx: Tx) -> Offer:
    emptied = await funding.give_back(offer, at=at, tx=tx)
    return await storing.keep(emptied, state=State.ENDED, halted=False, ended_at=at, tx=tx)


def _check_state(offer: Offer, states: Collection[State]) -> None:
    if offer.state not in states:
        raise OfferNotInState(offer.state)


def _check_time(offer: Offer, at: datetime) -> None:
    if offer.terms.valid_until <= at:
        raise BadOffer("its time is over", "valid_until")


def _check_halted(offer: Offer, partner: UUID | None) -> None:
    if offer.halted and partner is not None:
        raise OfferHalted("an operator has paused it")
