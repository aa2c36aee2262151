"""Offer: at most one treat at the end of an activity, with its unit and points set aside, and a
note of what was chosen from and why."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import orjson

from domain import decisions, members, outlets
from domain.members import Member
from domain.moments import holding, preferring, searching
from domain.moments.choosing import CHOOSER, Candidate
from domain.moments.events import TreatOffered
from domain.moments.records import Moment, MomentState, Offer, Session
from domain.moments.searching import Past
from domain.moments.wording import text_of
from infra import ids
from infra.db import Tx
from infra.outbox import emit
from infra.recommending import Answer

LASTS = timedelta(minutes=30)
OFFERS_DAY_MAX = 3

ADD = """
INSERT INTO moment (programme, id, member, session, treat, outlet, state, day, cost, hold,
                    offered_at, expires_at, secret)
VALUES ($1, $2, $3, $4, $5, $6, 'OFFERED', $7, $8, $9, $10, $11, $12)
"""
NOTE = """
INSERT INTO moment_decision (programme, session, member, at, chooser, outcome, moment, candidates)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb)
"""


class Outcome(StrEnum):
    """What came of a decision, and why."""

    OFFERED = "OFFERED"
    LATE = "LATE"  # the end was told too late
    NO_PLACE = "NO_PLACE"  # nobody knows where the member is, or may
    HAS_OFFER = "HAS_OFFER"  # another one is open
    REFUSED_TODAY = "REFUSED_TODAY"  # they did not want what they were offered today
    ENOUGH_TODAY = "ENOUGH_TODAY"
    NOTHING_NEAR = "NOTHING_NEAR"  # nothing that is open, in stock, paid for and within limits
    NOT_WORTH_IT = "NOT_WORTH_IT"  # nothing that was worth an offer
    GONE = "GONE"  # others were faster


async def offer(
    session: Session,
    *,
    member: Member,
    fresh: bool,
    answer: Answer | None = None,
    at: datetime,
    tx: Tx,
) -> Offer | None:
    """What the member is offered at the end of their session; None: nothing.

    fresh  -- False: the end was told too late. The member is locked.
    answer -- what those who estimate say of what is near; None: they were not asked, or are away.
    """
    assert session.ended_at is not None, "it is over"
    day = await members.local_day(member, at=at, tx=tx)
    earlier = await searching.past(member.id, programme=member.programme, at=at, tx=tx)
    why = _unwanted(session, earlier, fresh=fresh, day=day)
    if why is not None or session.cell is None:
        await _note(session, why or Outcome.NO_PLACE, None, (), CHOOSER, at, tx)
        return None
    seconds = int((session.ended_at - session.started_at).total_seconds())
    found = await searching.candidates(
        session, cell=session.cell, seconds=seconds, earlier=earlier, day=day, at=at, tx=tx
    )
    context = searching.context(session, seconds=seconds, earlier=earlier, at=at)
    answer = await _allowed(answer, member, tx)
    warm = answer is not None and await decisions.is_warm(member.programme, tx=tx)
    preferred = preferring.prefer(context, found, answer=answer, warm=warm, seed=session.id.int)
    by = CHOOSER if answer is None else f"decisions-{preferred.chooser.lower()}"
    outcome = Outcome.NOT_WORTH_IT if found else Outcome.NOTHING_NEAR
    for chosen in preferred.choices:
        made = await _made(session, chosen[0], member=member, day=day, at=at, tx=tx)
        if made is not None:
            await _note(session, Outcome.OFFERED, made.moment.id, found, by, at, tx)
            await preferring.log(made.moment, preferred, chosen, answer, member=member, tx=tx)
            return made
        outcome = Outcome.GONE
    await _note(session, outcome, None, found, by, at, tx)
    return None


def _unwanted(
    session: Session, earlier: Sequence[Past], *, fresh: bool, day: date
) -> Outcome | None:
    """Why the member is not to be asked at all; None: they may be."""
    today = [one for one in earlier if one.day == day]
    if not fresh:
        return Outcome.LATE
    if session.cell is None:
        return Outcome.NO_PLACE
    if any(one.state is MomentState.OFFERED for one in earlier):
        return Outcome.HAS_OFFER
    if any(one.state is MomentState.REFUSED for one in today):
        return Outcome.REFUSED_TODAY
    return Outcome.ENOUGH_TODAY if len(today) >= OFFERS_DAY_MAX else None


async def _allowed(answer: Answer | None, member: Member, tx: Tx) -> Answer | None:
    """The answer, unless the member has withdrawn their consent since it was asked for."""
    agreed = answer is not None and await decisions.agreed(member, tx=tx)
    return answer if agreed else None


async def _made(
    session: Session, chosen: Candidate, *, member: Member, day: date, at: datetime, tx: Tx
) -> Offer | None:
    """The offer, or None where somebody else was faster."""
    id = ids.derived(at, "moments.moment", session.programme, session.id)
    programme, expires_at = session.programme, at + LASTS
    held = await holding.reserve(
        chosen, moment=id, programme=programme, expires_at=expires_at, at=at, tx=tx
    )
    if held is None:
        return None
    state, who = MomentState.OFFERED, (member.id, session.id)
    what = (chosen.treat, chosen.outlet)
    moment = Moment(id, programme, *who, *what, state, day, chosen.cost, held.hold, at, expires_at)
    times = (day, chosen.cost, held.hold, at, expires_at, os.urandom(32))
    await tx.run(ADD, programme, id, *who, *what, *times)
    outlet = await outlets.get(chosen.outlet, programme=programme, tx=tx)
    text = text_of(held.treat.terms, locale=member.locale)
    emit(
        TreatOffered(
            programme=programme,
            subject=member.id,
            object=id,
            at=at,
            treat=chosen.treat,
            kind=chosen.kind,
            title=text.title,
            body=text.body,
            outlet=chosen.outlet,
            outlet_name=outlet.name,
            expires_at=expires_at,
        ),
        tx=tx,
    )
    return Offer(moment, chosen.kind, text.title, text.body, outlet)


async def _note(
    session: Session,
    outcome: Outcome,
    moment: UUID | None,
    found: Sequence[Candidate],
    chooser: str,
    at: datetime,
    tx: Tx,
) -> None:
    told = orjson.dumps([asdict(one) for one in found], default=str).decode()
    who = (session.programme, session.id, session.member, at)
    await tx.run(NOTE, *who, chooser, outcome, moment, told)
