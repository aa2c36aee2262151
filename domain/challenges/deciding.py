"""Decide where a challenge goes: submitted, approved or rejected, paused, resumed, ended early,
cancelled.

`partner` says whose challenge it is to those verbs that partners have, too: another's is as if
there were none. None: an operator asks.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from domain import programmes
from domain.challenges import announcing, checking, finding, funding, knowing, storing
from domain.challenges.announcing import tell
from domain.challenges.drafting import check_own
from domain.challenges.errors import (
    BadPeriod,
    BadVerdict,
    Halted,
    NoSuchChallenge,
    NotFunded,
    NotInThisState,
)
from domain.challenges.records import Challenge, Owner, State
from infra.db import Tx

REASON_CHARACTERS_MAX = 300
EARLY = frozenset({State.DRAFT, State.SUBMITTED, State.REJECTED, State.APPROVED})
OPEN = frozenset({State.LIVE, State.PAUSED})


async def submit(
    challenge: UUID, *, programme: int, partner: UUID | None = None, at: datetime, tx: Tx
) -> Challenge:
    """Ask for a decision about a draft, whose whole budget lies in its escrow.

    Refuses, in this order: NoSuchChallenge, PartnersOwn, NotInThisState, checking.BadPeriod,
    what knowing.check_known refuses, NotFunded.
    """
    found = await finding.locked(challenge, programme=programme, partner=partner, tx=tx)
    check_own(found, partner)
    _check_state(found, funding.EDITABLE)
    checking.check_period(found.terms, at=at)
    await knowing.check_known(
        found.terms, programme=programme, partner=partner, itself=challenge, at=at, tx=tx
    )
    if missing := found.budget - found.funded:
        raise NotFunded(missing)
    submitted = await storing.keep(found, state=State.SUBMITTED, reason=None, tx=tx)
    tell(announcing.Submitted, submitted, at=at, tx=tx)
    return submitted


async def approve(challenge: UUID, *, programme: int, at: datetime, tx: Tx) -> Challenge:
    """Let a submitted challenge begin on its first day, or now when that has come.

    Refuses, in this order: NoSuchChallenge, NotInThisState, BadPeriod.
    """
    found = await finding.locked(challenge, programme=programme, tx=tx)
    _check_state(found, {State.SUBMITTED})
    checking.check_period(found.terms, at=at)
    approved = await storing.keep(found, state=State.APPROVED, tx=tx)
    tell(announcing.Approved, approved, at=at, tx=tx)
    opens_at, _, _ = storing.clocks(found.terms)
    return await open_now(approved, at=at, tx=tx) if opens_at <= at else approved


async def reject(
    challenge: UUID, *, reason: str, programme: int, at: datetime, tx: Tx
) -> Challenge:
    """Give a submitted challenge back to who made it, and say why. Its points stay in its escrow
    until it is submitted again or cancelled.

    Refuses, in this order: BadVerdict, NoSuchChallenge, NotInThisState.
    """
    said = programmes.plain(reason, longest=REASON_CHARACTERS_MAX)
    if not said:
        raise BadVerdict(f"a reason is 1 to {REASON_CHARACTERS_MAX} characters")
    found = await finding.locked(challenge, programme=programme, tx=tx)
    _check_state(found, {State.SUBMITTED})
    rejected = await storing.keep(found, state=State.REJECTED, reason=said, tx=tx)
    tell(announcing.Rejected, rejected, at=at, tx=tx, reason=said)
    return rejected


async def pause(
    challenge: UUID, *, programme: int, partner: UUID | None = None, at: datetime, tx: Tx
) -> Challenge:
    """Let nobody join and pay nothing for now. Pausing again answers the same, but an operator's
    pause is then one that only an operator ends.

    Refuses, in this order: NoSuchChallenge, NotInThisState.
    """
    found = await finding.locked(challenge, programme=programme, partner=partner, tx=tx)
    _check_state(found, OPEN)
    halted = found.halted or partner is None
    if found.state is State.PAUSED and halted == found.halted:
        return found
    paused = await storing.keep(found, state=State.PAUSED, halted=halted, tx=tx)
    if found.state is State.LIVE:
        tell(announcing.Paused, paused, at=at, tx=tx)
    return paused


async def resume(
    challenge: UUID, *, programme: int, partner: UUID | None = None, at: datetime, tx: Tx
) -> Challenge:
    """Go on. Resuming one that is LIVE answers the same.

    Refuses, in this order: NoSuchChallenge, NotInThisState, Halted.
    """
    found = await finding.locked(challenge, programme=programme, partner=partner, tx=tx)
    _check_state(found, OPEN)
    if found.state is State.LIVE:
        return found
    _check_halted(found, partner)
    resumed = await storing.keep(found, state=State.LIVE, halted=False, tx=tx)
    tell(announcing.Resumed, resumed, at=at, tx=tx)
    return resumed


async def end(
    challenge: UUID,
    *,
    last_day: date | None = None,
    programme: int,
    partner: UUID | None = None,
    at: datetime,
    tx: Tx,
) -> Challenge:
    """Let it end on an earlier day. Whoever is at it has that day to its end, wherever they are.

    last_day -- not before today in UTC; None: today.
    Refuses, in this order: NoSuchChallenge, NotInThisState, Halted, BadPeriod.
    """
    found = await finding.locked(challenge, programme=programme, partner=partner, tx=tx)
    _check_state(found, OPEN)
    _check_halted(found, partner)
    today = at.date()
    day = today if last_day is None else last_day
    earliest = max(today, found.terms.first_day)
    if not earliest <= day <= found.terms.last_day:
        raise BadPeriod(f"it ends from {earliest} to {found.terms.last_day}", "last_day")
    if day == found.terms.last_day:
        return found
    terms = replace(found.terms, last_day=day)
    return await storing.keep(found, terms=terms, tx=tx)


async def cancel(
    challenge: UUID, *, programme: int, partner: UUID | None = None, at: datetime, tx: Tx
) -> Challenge:
    """Give up a challenge that has not begun; all its points go back to who paid them. Cancelling
    again answers the same.

    Refuses, in this order: NoSuchChallenge, NotInThisState, then what the ledger refuses.
    """
    found = await finding.locked(challenge, programme=programme, partner=partner, tx=tx)
    if found.state is State.CANCELLED:
        return found
    _check_state(found, EARLY)
    emptied = await funding.give_back(found, at=at, tx=tx)
    cancelled = await storing.keep(emptied, state=State.CANCELLED, tx=tx)
    returned = cancelled.returned - found.returned
    tell(announcing.Cancelled, cancelled, at=at, tx=tx, returned=returned)
    return cancelled


async def open_now(challenge: Challenge, *, at: datetime, tx: Tx) -> Challenge:
    """A held, approved challenge, LIVE: its first day has begun somewhere."""
    assert challenge.state is State.APPROVED, "only what is approved begins"
    opened = await storing.keep(challenge, state=State.LIVE, live_at=at, tx=tx)
    tell(announcing.Opened, opened, at=at, tx=tx)
    return opened


def _check_state(challenge: Challenge, states: Collection[State]) -> None:
    # What members do among themselves is for contests alone to steer, and nobody else's to see.
    if challenge.owner is Owner.MEMBER:
        raise NoSuchChallenge("there is no such challenge")
    if challenge.state not in states:
        raise NotInThisState(challenge.state)


def _check_halted(challenge: Challenge, partner: UUID | None) -> None:
    if challenge.halted and partner is not None:
        raise Halted("an operator has paused it")
