"""Decide: what a member is shown at one placement, written down with how likely it was.

Whoever estimates says what they know of all offers; what may be shown is looked at after that, and
the choice is made of what is left. Without estimates it is the plain list, so that there is always
an answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from domain import members, offers
from domain.decisions import choosing, explaining, learning, planning, reading, writing
from domain.decisions.choosing import Candidate, Choice
from domain.decisions.planning import Plan
from domain.decisions.records import KIND, OFFER, Chooser, Slate
from domain.decisions.writing import Chosen, Considered
from domain.members import Member
from domain.offers import Entry
from infra import ids
from infra.db import Tx
from infra.recommending import Answer, Scored

LOOKED_AT_MAX = 300
# Nobody estimates yet what came a moment ago; so many of them are looked at all the same.
FRESH_MAX = 20
FRESH_FOR = timedelta(days=14)
HELD_OUT, HIDDEN = "HOLDOUT", "HIDDEN"


@dataclass(frozen=True, slots=True)
class _Looked:
    """An offer that was looked at. out -- why it may not be shown; None: it may."""

    entry: Entry
    scored: Scored | None
    candidate: Candidate
    out: str | None


async def decide(plan: Plan, *, answer: Answer | None, at: datetime, tx: Tx) -> Slate:
    """What the member is shown, chosen now, or a moment ago and still the same.

    answer -- to the plan's question; None: nobody was asked, or nobody answered.
    """
    if plan.slate is not None:
        return plan.slate
    member, programme = plan.member, plan.member.programme
    locked = await members.lock([member.id], programme=programme, tx=tx)
    version = plan.shelved.shelf.version
    # Somebody else may have asked at the same time, on the member's other device.
    meanwhile = await reading.staying(
        member.id,
        placement=plan.placement,
        count=plan.count,
        shelf=version,
        programme=programme,
        at=at,
        tx=tx,
    )
    if meanwhile is not None and await planning.still(meanwhile, member, tx=tx):
        return meanwhile
    if answer is not None and not await planning.agreed(member, tx=tx):
        # They have withdrawn it since they were asked about.
        answer = None
    looked = await _looked(plan, locked.get(member.id, member), answer, at=at, tx=tx)
    warm = answer is not None and await learning.is_warm(programme, tx=tx)
    chooser = _chooser(plan, answer, warm=warm)
    slate = ids.new(at)
    choices = _choices(plan, chooser, [one for one in looked if one.out is None], seed=slate.int)
    found = {one.candidate.item: one for one in looked}
    model = "" if answer is None else answer.model
    made = writing.Made(slate, plan.member, plan.placement, plan.count, version, chooser, model)
    chosen = [_chosen(one, found[one.candidate.item]) for one in choices]
    considered = [
        Considered(one.candidate, one.out, plan.suppressed.weight(_about(one.entry)))
        for one in looked
    ]
    return await writing.write(made, chosen, considered, holdout=plan.held_out, at=at, tx=tx)


def _chooser(plan: Plan, answer: Answer | None, *, warm: bool) -> Chooser:
    if plan.held_out or plan.question is None or answer is None:
        return Chooser.PLAIN
    return Chooser.LEARNT if warm else Chooser.RULE


def _choices(
    plan: Plan, chooser: Chooser, open: Sequence[_Looked], *, seed: int
) -> Sequence[Choice]:
    """The choice; where something was estimated, of that first, and of the rest if it is too
    little: only of what was estimated anything is learnt."""
    if chooser is Chooser.LEARNT:
        known = [one.candidate for one in open if one.scored or one.candidate.fresh]
        rest = [one.candidate for one in open if not (one.scored or one.candidate.fresh)]
        some = known if len(known) >= plan.count else [*known, *rest]
        return choosing.choose(some, count=plan.count, seed=seed)
    by_hand = set(plan.shelved.settings.plain)
    places = {one.offer: place for place, one in enumerate(plan.shelved.plain[plan.placement])}
    weights = {one.entry.offer: plan.suppressed.weight(_about(one.entry)) for one in open}

    def plain(one: _Looked) -> tuple[float, int]:
        return -weights[one.entry.offer], places[one.entry.offer]

    def ruled(one: _Looked) -> tuple[bool, bool, float, float, int]:
        """What somebody listed by hand, then by what it is expected to bring, then the others."""
        listed = one.entry.offer in by_hand
        worth = 0.0 if listed or one.scored is None else one.candidate.value
        return not listed, not listed and one.scored is None, -worth, *plain(one)

    if chooser is Chooser.PLAIN:
        ordered = sorted(open, key=plain)
        return choosing.plainly([one.candidate for one in ordered], count=plan.count)
    candidates = [one.candidate for one in sorted(open, key=ruled)]
    estimated = sum(one.scored is not None or one.entry.offer in by_hand for one in open)
    some = candidates[:estimated] if estimated >= plan.count else candidates
    return choosing.by_rule(some, count=plan.count, seed=seed)


async def _looked(
    plan: Plan, member: Member, answer: Answer | None, *, at: datetime, tx: Tx
) -> Sequence[_Looked]:
    """All that is looked at, and what stands in the way of each."""
    scored = {} if answer is None else {one.item: one for one in answer.scored}
    entries = _entries(plan, scored, at=at)
    asked = {one.offer for one in entries if _out(plan, one) is None}
    standings = await offers.available(
        asked, member=member, placement=plan.placement, facts=plan.facts, at=at, tx=tx
    )
    looked = []
    for entry in entries:
        out = _out(plan, entry)
        if out is None:
            standing = standings.get(entry.offer)
            out = "CLOSED" if standing is None else standing.why_not
        item = f"{OFFER}{entry.offer}"
        one = _candidate(entry, scored.get(item), plan, at=at)
        looked.append(_Looked(entry, scored.get(item), one, out))
    return looked


def _entries(plan: Plan, scored: Mapping[str, Scored], *, at: datetime) -> Sequence[Entry]:
    """What is estimated, then what is new, then the plain list; each once."""
    listed = plan.shelved.listed(plan.placement, at=at)
    shown = {f"{OFFER}{one.offer}": one for one in listed}
    estimated = [shown[item] for item in scored if item in shown]
    fresh = islice((one for one in listed if at - one.created_at < FRESH_FOR), FRESH_MAX)
    every = dict.fromkeys([*estimated, *fresh, *listed[:LOOKED_AT_MAX]])
    return list(every)[:LOOKED_AT_MAX]


def _out(plan: Plan, entry: Entry) -> str | None:
    """What keeps it from this member whatever the offer says."""
    member = plan.member
    if f"{OFFER}{entry.offer}" in plan.suppressed.hidden:
        return HIDDEN
    held = planning.held_out_of(member.id, programme=member.programme, offer=entry)
    return HELD_OUT if held else None


def _candidate(entry: Entry, scored: Scored | None, plan: Plan, *, at: datetime) -> Candidate:
    p, spread = choosing.PRIOR_P, choosing.PRIOR_SPREAD
    if scored is not None:
        p, spread = choosing.sound(scored.p, scored.spread)
    fresh = at - entry.created_at < FRESH_FOR
    weaker = p * plan.suppressed.weight(_about(entry))
    item = f"{OFFER}{entry.offer}"
    return Candidate(item, weaker, spread, float(entry.margin), float(entry.cost), fresh)


def _about(entry: Entry) -> tuple[str, ...]:
    """What a refusal of it makes weaker."""
    return f"{KIND}{entry.kind}", *entry.about


def _chosen(choice: Choice, looked: _Looked) -> Chosen:
    fresh, exploring, about = looked.candidate.fresh, choice.exploring, looked.entry.about
    return Chosen(
        choice=choice,
        subject=looked.entry.offer,
        about=_about(looked.entry),
        why=explaining.why(looked.scored, about=about, fresh=fresh, exploring=exploring),
        features=None if looked.scored is None else tuple(looked.scored.features),
    )
