"""Decide where a treat goes: submitted, approved or rejected, paused, resumed, ended.

`partner` says who asks, and only what is in that partner's outlets is found; None: an operator.
What was offered to a member before a pause or an end is honoured until the offer expires.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain import programmes
from domain.moments import finding, funding, storing
from domain.moments.drafting import EDITABLE, check_own
from domain.moments.errors import (
    BadTreat,
    BadVerdict,
    Halted,
    NotFunded,
    TreatNotInState,
)
from domain.moments.records import State, Treat
from infra.db import Tx

REASON_CHARACTERS_MAX = 300
RUNNING = frozenset({State.LIVE, State.PAUSED})

# One at a time: another call takes the next.
ENDING = """
SELECT programme, id FROM treat WHERE state IN ('LIVE', 'PAUSED') AND valid_until <= $1
ORDER BY valid_until LIMIT 1
"""


async def submit(
    treat: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Treat:
    """Ask for a decision about a draft that can pay one redemption at least.

    Refuses, in this order: NoSuchTreat, PartnersOwn, TreatNotInState, BadTreat for one whose time
    is over, NotFunded.
    """
    found = await finding.locked(treat, partner=partner, programme=programme, tx=tx)
    check_own(found, partner)
    _check_state(found, EDITABLE)
    _check_time(found, at)
    if (missing := found.terms.cost - found.left) > 0:
        raise NotFunded(missing)
    return await storing.keep(found, state=State.SUBMITTED, reason=None, tx=tx)


async def approve(treat: UUID, *, programme: int, at: datetime, tx: Tx) -> Treat:
    """Let a submitted treat be offered, within its times.

    Refuses, in this order: NoSuchTreat, TreatNotInState, BadTreat for one whose time is over.
    """
    found = await finding.locked(treat, programme=programme, tx=tx)
    _check_state(found, {State.SUBMITTED})
    _check_time(found, at)
    return await storing.keep(found, state=State.LIVE, tx=tx)


async def reject(treat: UUID, *, reason: str, programme: int, tx: Tx) -> Treat:
    """Give a submitted treat back to who made it, and say why. Its points stay in its account.

    Refuses, in this order: BadVerdict, NoSuchTreat, TreatNotInState.
    """
    said = programmes.plain(reason, longest=REASON_CHARACTERS_MAX)
    if not said:
        raise BadVerdict(f"a reason is 1 to {REASON_CHARACTERS_MAX} characters")
    found = await finding.locked(treat, programme=programme, tx=tx)
    _check_state(found, {State.SUBMITTED})
    return await storing.keep(found, state=State.REJECTED, reason=said, tx=tx)


async def pause(treat: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Treat:
    """Offer it to nobody for now. Pausing again answers the same, but an operator's pause is then
    one that only an operator ends.

    Refuses, in this order: NoSuchTreat, TreatNotInState.
    """
    found = await finding.locked(treat, partner=partner, programme=programme, tx=tx)
    _check_state(found, RUNNING)
    halted = found.halted or partner is None
    return await storing.keep(found, state=State.PAUSED, halted=halted, tx=tx)


async def resume(treat: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Treat:
    """Go on offering it. Resuming one that is LIVE answers the same.

    Refuses, in this order: NoSuchTreat, TreatNotInState, Halted.
    """
    found = await finding.locked(treat, partner=partner, programme=programme, tx=tx)
    _check_state(found, RUNNING)
    _check_halted(found, partner)
    return await storing.keep(found, state=State.LIVE, halted=False, tx=tx)


async def end(
    treat: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Treat:
    """Offer it no more, from any state; what is left goes back at once, and what open offers hold
    as soon as they have expired. Ending again answers the same.

    Refuses, in this order: NoSuchTreat, Halted, then what the ledger refuses.
    """
    found = await finding.locked(treat, partner=partner, programme=programme, tx=tx)
    if found.state is State.ENDED:
        return found
    _check_halted(found, partner)
    return await _end(found, at=at, tx=tx)


async def end_due(at: datetime, tx: Tx) -> int:
    """End one treat whose time is over; 0 when there is none."""
    row = await tx.row(ENDING, at)
    if row is None:
        return 0
    found = await finding.locked(row["id"], programme=row["programme"], tx=tx)
    if found.state in RUNNING:
        await _end(found, at=at, tx=tx)
    return 1


async def _end(treat: Treat, *, at: datetime, tx: Tx) -> Treat:
    emptied = await funding.give_back(treat, at=at, tx=tx)
    return await storing.keep(emptied, state=State.ENDED, halted=False, ended_at=at, tx=tx)


def _check_state(treat: Treat, states: Collection[State]) -> None:
    if treat.state not in states:
        raise TreatNotInState(treat.state)


def _check_time(treat: Treat, at: datetime) -> None:
    if treat.terms.valid_until <= at:
        raise BadTreat("its time is over", "valid_until")


def _check_halted(treat: Treat, partner: UUID | None) -> None:
    if treat.halted and partner is not None:
        raise Halted("an operator has paused it")
