"""Standing: what stands between a member and offers, asked after they were ranked and before they
are shown. Reads only; accepting asks the same again with the rows held."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import challenges
from domain.members import Member
from domain.offers import finding, knowing, needing
from domain.offers.knowing import ASKED
from domain.offers.records import PAID, Offer, OfferKind, Placement, Standing, WhyNot
from domain.offers.rules import Facts, evaluate, leaves
from infra.db import Row, Tx

# What the member has had of each offer within its days; nothing of most.
HAD = """
SELECT o.id, a.open, a.times, e.shown
FROM offer AS o
LEFT JOIN LATERAL (
    SELECT bool_or(a.state IN ('OPEN', 'TAKEN')) AS open,
           count(*) FILTER (
               WHERE a.accepted_at > $4::timestamptz - make_interval(days => o.member_days)
           )::int AS times
    FROM offer_acceptance AS a
    WHERE a.programme = o.programme AND a.member = $2 AND a.offer = o.id
) AS a ON true
LEFT JOIN LATERAL (
    SELECT sum(e.times)::int AS shown FROM offer_exposure AS e
    WHERE e.programme = o.programme AND e.member = $2 AND e.offer = o.id
      AND e.day > ($4::timestamptz AT TIME ZONE 'UTC')::date - o.member_days
) AS e ON true
WHERE o.programme = $1 AND o.id = ANY($3::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Had:
    """What a member has had of an offer.

    open -- an acceptance that still stands; times: acceptances within its days; shown: how often
            they were shown it within its days.
    """

    open: bool = False
    times: int = 0
    shown: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """What all the answers are given from.

    rewards, challenges -- those that the member may have, or join.
    """

    facts: Facts
    had: Mapping[UUID, Had]
    rewards: frozenset[UUID] = frozenset()
    challenges: frozenset[UUID] = frozenset()


async def available(
    ids: Collection[UUID],
    *,
    member: Member,
    placement: Placement | None = None,
    facts: Facts | None = None,
    at: datetime,
    tx: Tx,
) -> Mapping[UUID, Standing]:
    """Where the member stands with each of these offers, by offer; those that there are not are
    left out.

    placement -- where they would be shown; None: wherever.
    facts -- of the member, where they are known already; None: what the rules ask is read here.
    Two statements for however many offers; more only for what their rules ask, and where some are
    about rewards or challenges.
    """
    offers = await finding.several(ids, programme=member.programme, tx=tx)
    open = [one for one in offers.values() if one.is_open(at=at)]
    if facts is None:
        facts = await known(open, member=member, at=at, tx=tx)
    had = await had_of([one.id for one in open], member=member, at=at, tx=tx)
    gains = [one.terms.gain for one in open]
    wanted = {gain.challenge for gain in gains if gain.challenge is not None}
    joinable = await challenges.joinable(wanted, member=member, at=at, tx=tx)
    cheaper = {gain.reward for gain in gains if gain.reward is not None}
    attainable = await needing.attainable(cheaper, member=member, at=at, tx=tx)
    world = World(facts, had, rewards=attainable, challenges=joinable)
    return {
        id: Standing(one, why_not(one, world, placement=placement, at=at))
        for id, one in offers.items()
    }


async def known(offers: Collection[Offer], *, member: Member, at: datetime, tx: Tx) -> Facts:
    """What the rules of these offers ask about the member."""
    asked = ASKED & frozenset(kind for one in offers for kind in leaves(one.terms.rule))
    found = await knowing.facts([member], at=at, asked=asked, tx=tx)
    return found[member.id]


async def had_of(
    ids: Collection[UUID], *, member: Member, at: datetime, tx: Tx
) -> Mapping[UUID, Had]:
    """What the member has had of these offers."""
    rows = await tx.rows(HAD, member.programme, member.id, list(ids), at) if ids else []
    return {row["id"]: _had(row) for row in rows}


def why_not(
    offer: Offer, world: World, *, placement: Placement | None, at: datetime
) -> WhyNot | None:
    """The first thing that stands in the way, in the order of WhyNot; None: nothing. Pure."""
    had = world.had.get(offer.id, Had())
    if not offer.is_open(at=at):
        return WhyNot.CLOSED
    if placement is not None and placement not in offer.terms.placements:
        return WhyNot.PLACEMENT
    if not evaluate(offer.terms.rule, world.facts):
        return WhyNot.RULE
    spent = refusal(offer, had)
    if spent is not None:
        return spent
    gain = offer.terms.gain
    if offer.terms.kind is OfferKind.DISCOUNT and gain.reward not in world.rewards:
        return WhyNot.REWARD
    if offer.terms.kind is OfferKind.CHALLENGE and gain.challenge not in world.challenges:
        return WhyNot.CHALLENGE
    return None


def refusal(offer: Offer, had: Had, *, showing: bool = True) -> WhyNot | None:
    """What of its limits is reached: the member's own first. Pure.

    showing -- False: it was shown already, and is about to be accepted.
    """
    terms = offer.terms
    if had.open:
        return WhyNot.ACCEPTED
    if terms.accept_max is not None and had.times >= terms.accept_max:
        return WhyNot.MEMBER_CAP
    if showing and terms.shown_max is not None and had.shown >= terms.shown_max:
        return WhyNot.SHOWN_CAP
    all_told = terms.total_max is not None and offer.accepted >= terms.total_max
    broke = terms.kind in PAID and offer.left < terms.promise
    return WhyNot.USED_UP if all_told or broke else None


def _had(row: Row) -> Had:
    return Had(bool(row["open"]), row["times"] or 0, row["shown"] or 0)
