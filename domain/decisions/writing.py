"""Write: a slate and its decisions, how likely each was, and what they were chosen from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from uuid import UUID

import orjson

from domain.decisions import tallying
from domain.decisions.choosing import Candidate, Choice
from domain.decisions.records import DIMENSIONS, Chooser, Decision, Slate
from domain.members import Member
from domain.offers import Placement
from infra import ids
from infra.db import Tx

STAYS = timedelta(minutes=10)
ANSWERED_WITHIN = timedelta(days=1)
# A letter is read when there is time for it.
LETTER_ANSWERED_WITHIN = timedelta(days=14)
KEPT_MAX = 60

ADD_SLATE = """
INSERT INTO slate (programme, id, member, placement, chooser, model, shelf, wanted, at, stays_until,
                   candidates)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::jsonb)
"""
ADD = """
INSERT INTO decision (programme, id, slate, member, placement, position, item, subject, about,
                      propensity, value, p, model, chooser, exploring, holdout, why, features, at,
                      expires_at)
SELECT $1, r.id, $2, $3, $4, r.position, r.item, r.subject, r.about, r.propensity, r.value, r.p,
       $5, $6, r.exploring, $7, r.why, r.features, $8, $9
FROM jsonb_to_recordset($10::text::jsonb) AS r (
    id uuid, position smallint, item text, subject uuid, about text[], propensity float8,
    value float8, p float8, exploring boolean, why text, features real[])
ORDER BY r.position
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A slate before it is written.

    wanted -- how many were asked for; shelf: the version of all that there was.
    """

    id: UUID
    member: Member
    placement: Placement
    wanted: int
    shelf: int
    chooser: Chooser
    model: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice with what is kept of it. features -- None: nobody estimated."""

    choice: Choice
    subject: UUID
    about: Sequence[str]
    why: str
    features: Sequence[float] | None


@dataclass(frozen=True, slots=True)
class Considered:
    """A candidate. out -- why it could not be chosen; None: it could.

    weight -- what refusals made its probability weaker by; 1: nothing.
    """

    candidate: Candidate
    out: str | None
    weight: float = 1.0


async def write(
    made: Made,
    chosen: Sequence[Chosen],
    considered: Sequence[Considered],
    *,
    holdout: bool,
    lasts: timedelta | None = None,
    at: datetime,
    tx: Tx,
) -> Slate:
    """The slate as it is now kept. lasts -- until when it is answered at the latest."""
    letter = made.placement is Placement.EMAIL
    lasts = lasts or (LETTER_ANSWERED_WITHIN if letter else ANSWERED_WITHIN)
    programme, member = made.member.programme, made.member.id
    decisions = [_decision(made, one, holdout=holdout, at=at, lasts=lasts) for one in chosen]
    slate = Slate(
        id=made.id,
        programme=programme,
        member=member,
        placement=made.placement,
        at=at,
        stays_until=at + STAYS,
        model=made.model,
        chooser=made.chooser,
        decisions=tuple(decisions),
    )
    await _add(made, slate, chosen, considered, tx)
    items = [one.item for one in decisions]
    if items:
        await tallying.count(items, None, member=member, programme=programme, tx=tx)
    return slate


async def _add(
    made: Made, slate: Slate, chosen: Sequence[Chosen], considered: Sequence[Considered], tx: Tx
) -> None:
    programme, member, placement = slate.programme, slate.member, slate.placement
    of = (slate.chooser, slate.model, made.shelf, made.wanted, slate.at, slate.stays_until)
    await tx.run(ADD_SLATE, programme, slate.id, member, placement, *of, _told(considered))
    if not slate.decisions:
        return
    first = slate.decisions[0]
    pairs = zip(slate.decisions, chosen, strict=True)
    told = orjson.dumps([_row(decision, one) for decision, one in pairs], default=str)
    by = (slate.model, slate.chooser, first.holdout, slate.at, first.expires_at)
    await tx.run(ADD, programme, slate.id, member, placement, *by, told.decode())


def _decision(
    made: Made, chosen: Chosen, *, holdout: bool, at: datetime, lasts: timedelta
) -> Decision:
    choice, programme = chosen.choice, made.member.programme
    return Decision(
        id=ids.derived(at, "decisions.decision", programme, made.id, choice.position),
        programme=programme,
        slate=made.id,
        member=made.member.id,
        placement=made.placement,
        position=choice.position,
        item=choice.candidate.item,
        subject=chosen.subject,
        about=tuple(chosen.about),
        propensity=choice.propensity,
        value=choice.candidate.value,
        p=choice.candidate.p,
        model=made.model,
        chooser=made.chooser,
        exploring=choice.exploring,
        holdout=holdout,
        why=chosen.why,
        at=at,
        expires_at=at + lasts,
    )


def _row(decision: Decision, chosen: Chosen) -> dict[str, object]:
    features = chosen.features
    sound = features is not None and len(features) == DIMENSIONS and all(map(isfinite, features))
    return {
        "id": decision.id,
        "position": decision.position,
        "item": decision.item,
        "subject": decision.subject,
        "about": decision.about,
        "propensity": decision.propensity,
        "value": decision.value,
        "p": decision.p,
        "exploring": decision.exploring,
        "why": decision.why,
        # What is no number would be in every sum for ever.
        "features": features if sound else None,
    }


def _told(considered: Sequence[Considered]) -> str:
    """The first of them, the best known before the others, as they are kept for 90 days."""
    return orjson.dumps(
        [
            {
                "item": one.candidate.item,
                "p": round(one.candidate.p, 6),
                "spread": round(one.candidate.spread, 6),
                "margin": one.candidate.margin,
                "cost": one.candidate.cost,
                "fresh": one.candidate.fresh,
                "weight": round(one.weight, 6),
                "out": one.out,
            }
            for one in considered[:KEPT_MAX]
        ]
    ).decode()
