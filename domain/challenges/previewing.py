"""Preview: who a challenge is for, and what it will come to, before anybody pays for it.

What members will do is told by what a few of them, drawn by lot, did in days that are over. The
answer says how sure that is, and what it takes for granted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain import members, metrics
from domain.challenges import blurring, finding, rehearsing
from domain.challenges.concealing import MEMBERS_MIN
from domain.challenges.estimating import Estimate, Seen, among, exactly, spread, unknown
from domain.challenges.qualifying import eligible
from domain.challenges.records import Audience, Challenge, Entry, Mode, State, Terms
from domain.challenges.rehearsing import Rehearsal
from domain.members import Drawn, Kind, Member
from infra.db import Tx

# So many tell a share to within 2.5 points; and so many facts are looked at in less than a second.
SAMPLE, FACTS_MAX = 2_000, 60_000
MEMBERS_AT_ONCE = 250
EARLIER_MAX, LISTED_MAX = 10, 100
# Activities of the last two days may still be on their way.
UNTOLD = timedelta(days=2)

TOOK_PART = """
SELECT p.challenge, count(*) AS joined FROM participation AS p
WHERE p.programme = $1 AND p.member = ANY($2::uuid[]) AND p.challenge = ANY($3::uuid[])
  AND p.joined_at IS NOT NULL
GROUP BY p.challenge
"""
ASSUMED = (
    "Members will do what they did in the days that were looked at: no more because of the"
    " challenge, and nothing that another season brings.",
    "Whoever takes part is like all others who may, and does so from the first day on.",
    "Who became a member after those days began is like those who already were.",
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a challenge is expected to come to, each with an interval that holds in 95 % of cases
    where what is assumed holds.

    eligible     -- members who may take part now.
    joins        -- of them, how many will.
    completions  -- how often it will be completed and paid.
    cost         -- points, milestones included; never more than the budget.
    enough       -- False: the budget will not pay for all; None: it may, or may not.
    first_day, last_day -- the past days that were looked at.
    sampled      -- members whose days those were; 0: nobody has any, and nothing is known.
    earlier      -- over challenges, from which it is told how many join.
    """

    eligible: Estimate
    joins: Estimate
    completions: Estimate
    cost: Estimate
    enough: bool | None
    first_day: date
    last_day: date
    sampled: int
    earlier: int
    assumed: Sequence[str] = ASSUMED


async def preview(challenge: Challenge, *, k: int = MEMBERS_MIN, at: datetime, tx: Tx) -> Preview:
    """What it will come to. The same sample is drawn each time for one challenge.

    k -- what is of fewer members is not told, and what is of more in steps of so many; 1: all is
         told as it is, for operators, who may look at every member.
    """
    terms, home = challenge.terms, challenge.programme
    past = rehearsing.moved(terms, before=(at - UNTOLD).date())
    drawn = await _drawn(challenge, at, tx)
    sample = await _eligible(challenge, drawn, at, tx)
    may = _eligible_of(drawn, len(sample), k)
    if len(sample) < k:
        sample = []
    seen = await _rehearsed(past, sample, home, tx)
    steps = sum(one.reward.points for one in terms.milestones)
    often = rehearsing.rounds_max(terms)
    seen = blurring.rehearsed(seen, often=often, most=often * steps, k=k)
    told = [blurring.seen(one, k=k) for one in await _earlier(challenge, sample, tx)]
    earlier = [one for one in told if one is not None]
    joins = _joins(terms, may, seen, earlier)
    completions, cost = _outcome(terms, may, joins, seen)
    return Preview(
        eligible=may,
        joins=joins,
        completions=_paid(completions, challenge),
        cost=cost.at_most(challenge.budget),
        enough=_enough(cost, challenge.budget),
        first_day=past.first_day,
        last_day=past.last_day,
        sampled=seen.sampled,
        earlier=len(earlier),
    )


def _eligible_of(drawn: Drawn, fit: int, k: int) -> Estimate:
    """How many may take part, when so many of those drawn may."""
    if drawn.count == len(drawn.ids):
        return blurring.counted(fit, k=k)
    everybody = blurring.counted(drawn.count, k=k)
    if fit == len(drawn.ids):
        return everybody
    told = blurring.seen(Seen(len(drawn.ids), fit), k=k)
    return among(told, everybody) if told else unknown(everybody.high)


async def _drawn(challenge: Challenge, at: datetime, tx: Tx) -> Drawn:
    audience = challenge.terms.audience
    kind = Kind(audience.segments, audience.tiers, audience.areas)
    lot = int.from_bytes(challenge.id.bytes[-8:], signed=True)
    return await members.draw(
        SAMPLE, kind=kind, lot=lot, programme=challenge.programme, at=at, tx=tx
    )


async def _eligible(challenge: Challenge, drawn: Drawn, at: datetime, tx: Tx) -> Sequence[Member]:
    """Those drawn who may take part, in the order of the lot."""
    known = await members.several(drawn.ids, programme=challenge.programme, tx=tx)
    found = [known[id] for id in drawn.ids]
    may = await eligible(challenge, found, at=at, tx=tx)
    return [one for one in found if one.id in may]


async def _rehearsed(past: Terms, sample: Sequence[Member], programme: int, tx: Tx) -> Rehearsal:
    """What those of the sample who were members then would have come to."""
    since, until = rehearsing.looked_at(past)
    there = [one.id for one in sample if one.joined_at.date() <= since]
    seen = rehearsing.rehearse(past, {}, sampled=0)
    looked = read = 0
    # A few at a time, so that people of many activities do not make it take long.
    while looked < len(there) and read < FACTS_MAX:
        some = there[looked : looked + MEMBERS_AT_ONCE]
        facts = await metrics.facts_of(some, programme=programme, since=since, until=until, tx=tx)
        seen += rehearsing.rehearse(past, facts, sampled=len(some))
        read += sum(map(len, facts.values()))
        looked += len(some)
    # Where nobody did anything at all, nothing was told yet: that is no history, not a bad one.
    return seen if read else replace(seen, sampled=0)


async def _earlier(challenge: Challenge, sample: Sequence[Member], tx: Tx) -> Sequence[Seen]:
    """How many of the sample joined the programme's last challenges that anybody could join."""
    over = await finding.listed(
        programme=challenge.programme,
        states=(State.ENDED, State.SETTLED),
        before=None,
        limit=LISTED_MAX,
        tx=tx,
    )
    asked = [one for one in over if one.terms.audience == Audience()][:EARLIER_MAX]
    there = {
        one.id: [who.id for who in sample if who.joined_at.date() <= one.terms.first_day]
        for one in asked
    }
    ids = [one.id for one in sample]
    rows = await tx.rows(TOOK_PART, challenge.programme, ids, list(there)) if asked else []
    joined = {row["challenge"]: row["joined"] for row in rows}
    return [Seen(len(who), min(joined.get(id, 0), len(who))) for id, who in there.items() if who]


def _joins(terms: Terms, may: Estimate, seen: Rehearsal, earlier: Sequence[Seen]) -> Estimate:
    match terms.audience.entry:
        case Entry.AUTOMATIC:
            return among(Seen(seen.sampled, seen.active), may)
        case Entry.OPT_IN:
            return spread(earlier, may)
        case Entry.INVITED:
            # Whom they will invite, only they know.
            return unknown(may.high)


def _outcome(
    terms: Terms, may: Estimate, joins: Estimate, seen: Rehearsal
) -> tuple[Estimate, Estimate]:
    """Completions, and what they and the milestones cost, without a look at the budget."""
    match terms.mode:
        case Mode.COMPETITIVE:
            # How large the best teams will be, nothing in the past tells.
            most = min(joins.high, terms.teams_max * terms.team_size_max)
            winners = replace(unknown(most), low=min(joins.low, terms.teams_max))
            return winners, winners.times(terms.reward.points)
        case Mode.COOPERATIVE:
            return _together(terms, joins, seen)
        case Mode.INDIVIDUAL:
            automatic = terms.audience.entry is Entry.AUTOMATIC
            # Whoever takes part by what they do is anybody of whom something counts.
            return _alone(terms, may if automatic else joins, seen)


def _alone(terms: Terms, base: Estimate, seen: Rehearsal) -> tuple[Estimate, Estimate]:
    often = rehearsing.rounds_max(terms)
    completions = among(Seen(seen.sampled, seen.completions, often), base)
    most = often * sum(one.reward.points for one in terms.milestones)
    steps = among(Seen(seen.sampled, seen.milestones, most), base) if most else exactly(0)
    paid = completions.at_most(terms.winners_max or completions.high)
    return completions, paid.times(terms.reward.points) + steps


def _together(terms: Terms, joins: Estimate, seen: Rehearsal) -> tuple[Estimate, Estimate]:
    """Whoever added something is paid for what all of them reach together."""
    paid = joins
    if terms.audience.entry is not Entry.AUTOMATIC:
        paid = among(Seen(seen.sampled, seen.active), joins)
    low, expected, high = rehearsing.together(terms, seen, joins)
    if expected is None:
        paid = replace(paid, expected=None)
    percents = (low, expected or 0, high)
    completions = _each(paid, *(int(percent == 100) for percent in percents))
    return completions, _each(paid, *(points_at(terms, percent) for percent in percents))


def _each(members: Estimate, low: int, expected: int, high: int) -> Estimate:
    known = None if members.expected is None else members.expected * expected
    return Estimate(known, members.low * low, members.high * high)


def points_at(terms: Terms, percent: int) -> int:
    """Points for one member who comes so far in one round."""
    steps = sum(one.reward.points for one in terms.milestones if one.percent <= percent)
    return steps + (terms.reward.points if percent == 100 else 0)


def _paid(completions: Estimate, challenge: Challenge) -> Estimate:
    """Completions that the budget pays for: it closes when it is used up."""
    points = challenge.terms.reward.points
    return completions.at_most(challenge.budget // points) if points else completions


def _enough(cost: Estimate, budget: int) -> bool | None:
    if cost.high <= budget:
        return True
    return False if cost.low > budget else None
