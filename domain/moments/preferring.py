"""Prefer: which treat of those near by a member would most likely take, by the same decision as all
offers: who estimates is asked beforehand, and what was chosen is logged with how likely it was.

Nearness is a rule and not an estimate: what is not worth the walk is not chosen, whatever it would
bring. Without an estimate `choose` decides alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import decisions, members, offers
from domain.decisions import KIND, PRIOR_P, PRIOR_SPREAD, TREAT, Choice, Chooser, Chosen, Placement
from domain.decisions import Candidate as Believed
from domain.members import Member
from domain.moments import searching, sessions
from domain.moments.choosing import Candidate, Context, choose, score
from domain.moments.records import Moment, Session
from domain.visits import Position
from infra.db import Tx
from infra.recommending import Answer, Question

# Who has had the last unit is known only when it is tried; then the next best is.
TRIES = 3
# Treats are on no shelf of offers.
NO_SHELF = -1


@dataclass(frozen=True, slots=True)
class Preferred:
    """Candidates in the order in which they are tried, each with how it was chosen."""

    chooser: Chooser
    model: str
    choices: Sequence[tuple[Candidate, Choice]]


async def ask(
    session: UUID,
    *,
    member: Member,
    ended_at: datetime,
    position: Position | None,
    at: datetime,
    tx: Tx,
) -> Question | None:
    """What is to be asked, outside any transaction, before an activity ends; None: nothing, since
    it is not theirs, has ended, is nowhere, or the member has not agreed or is held out.

    Refuses BadPosition.
    """
    cell = await sessions.cell_of(position, member=member, tx=tx)
    found = await sessions.find(session, member=member, tx=tx)
    if found is None or found.ended_at is not None:
        return None
    cell = found.cell if cell is None else cell
    if cell is None or not await decisions.may_learn(member, tx=tx):
        return None
    seconds = max(int((min(ended_at, at) - found.started_at).total_seconds()), 0)
    earlier = await searching.past(member.id, programme=member.programme, at=at, tx=tx)
    day = await members.local_day(member, at=at, tx=tx)
    near = await searching.candidates(
        found, cell=cell, seconds=seconds, earlier=earlier, day=day, at=at, tx=tx
    )
    if not near:
        return None
    return await _question(found, nearest(near), member, at, tx)


def nearest(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Each treat once, where it is nearest. Pure."""
    found: dict[UUID, Candidate] = {}
    for one in sorted(candidates, key=lambda one: (one.distance_m, one.treat, one.outlet)):
        found.setdefault(one.treat, one)
    return list(found.values())


def prefer(
    context: Context,
    candidates: Sequence[Candidate],
    *,
    answer: Answer | None,
    warm: bool,
    seed: int,
) -> Preferred:
    """What is tried, three at most, in this order. Pure.

    answer -- None: nobody estimates; warm: enough is known to go by estimates.
    """
    if answer is None:
        ordered = _by_rule(context, candidates, TRIES)
        believed = [_believed(one, None) for one in ordered]
        choices = decisions.plainly(believed, count=TRIES)
        pairs = list(zip(ordered, choices, strict=True))
        return Preferred(Chooser.PLAIN, "", pairs)
    worth_it = [one for one in nearest(candidates) if score(context, one) > 0]
    ordered = _by_rule(context, worth_it, len(worth_it))
    estimated = {one.item: (one.p, one.spread) for one in answer.scored}
    believed = [_believed(one, estimated.get(f"{TREAT}{one.treat}")) for one in ordered]
    by_item = {f"{TREAT}{one.treat}": one for one in ordered}
    choosing = decisions.choose if warm else decisions.by_rule
    choices = choosing(believed, count=TRIES, seed=seed)
    chooser = Chooser.LEARNT if warm else Chooser.RULE
    pairs = [(by_item[one.candidate.item], one) for one in choices]
    return Preferred(chooser, answer.model, pairs)


async def log(
    moment: Moment,
    preferred: Preferred,
    chosen: tuple[Candidate, Choice],
    answer: Answer | None,
    *,
    member: Member,
    tx: Tx,
) -> None:
    """Write the decision down, under the id of the moment; it is seen as soon as it is made. The
    last that is locked in a transaction.

    What else was near is not kept with it: that would tell where the member was.
    """
    made = decisions.Made(
        id=moment.id,
        member=member,
        placement=Placement.AFTER_ACTIVITY,
        wanted=1,
        shelf=NO_SHELF,
        chooser=preferred.chooser,
        model=preferred.model,
    )
    await decisions.write(
        made,
        [_told(chosen, answer)],
        (),
        holdout=await decisions.held_out(member, tx=tx),
        lasts=moment.expires_at - moment.offered_at + timedelta(days=1),
        at=moment.offered_at,
        tx=tx,
    )
    who, programme, at = moment.member, moment.programme, moment.offered_at
    await decisions.mark(
        moment.id, decisions.Kind.IMPRESSION, member=who, programme=programme, at=at, tx=tx
    )


def _told(chosen: tuple[Candidate, Choice], answer: Answer | None) -> Chosen:
    """What is kept of the choice."""
    one, choice = chosen
    scored = {} if answer is None else {told.item: told for told in answer.scored}
    found = scored.get(choice.candidate.item)
    return Chosen(
        choice=choice,
        subject=one.treat,
        about=(f"{KIND}{one.kind}", f"product:{one.kind.lower()}"),
        why="NOW",
        features=None if found is None else tuple(found.features),
    )


async def _question(
    session: Session, near: Sequence[Candidate], member: Member, at: datetime, tx: Tx
) -> Question:
    """What they would take of these, having just done that."""
    programme = member.programme
    activity = f"activity:{session.type}"
    context: dict[str, float | str] = {"activity": str(session.type)}
    context |= {f"distance_m:{TREAT}{one.treat}": float(one.distance_m) for one in near}
    about: Mapping[str, Sequence[str]] = {
        f"{TREAT}{one.treat}": (activity, f"product:{one.kind.lower()}") for one in near
    }
    facts = (await offers.facts([member], at=at, tx=tx))[member.id]
    return await decisions.ask_about(
        member,
        facts=facts,
        placement=Placement.AFTER_ACTIVITY,
        suppressed=await decisions.standing(member.id, programme=programme, at=at, tx=tx),
        context=context,
        among=list(about),
        about=about,
        at=at,
        tx=tx,
    )


def _by_rule(context: Context, candidates: Sequence[Candidate], count: int) -> list[Candidate]:
    """The best by the rule, one after the other."""
    left, ordered = list(candidates), list[Candidate]()
    while len(ordered) < count and (best := choose(context, left)) is not None:
        ordered.append(best)
        left.remove(best)
    return ordered


def _believed(one: Candidate, estimate: tuple[float, float] | None) -> Believed:
    """What it is believed to bring: what a redemption leaves who pays for it."""
    p, spread = decisions.sound(*estimate) if estimate else (PRIOR_P, PRIOR_SPREAD)
    return Believed(f"{TREAT}{one.treat}", p, spread, float(one.worth - one.cost), 0.0)
