"""Exactness: whatever comes in whatever order, the badges are those that the facts give."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import given as cases
from hypothesis import strategies as st

from domain import badges, members, metrics
from domain.activities import Type
from domain.badges import Period, Rule
from domain.members import Member
from domain.metrics import Fact, Filter, Metric
from infra.db import Tx
from tests.domain.badges.shelves import a_badge, a_rule, fill, tallies
from tests.support import facts, given
from tests.support.given import NOON

# The second of a month, so that the days around it are of two months.
SECOND = NOON.date().replace(day=2)
RUNS = Filter(types=frozenset({Type.RUN}))
NORTH = Filter(partners=frozenset({"north"}))
RULES = {
    "metres": a_rule(5_000, 9_000, 15_000),
    "runs-a-month": a_rule(1, 2, 3, metric=Metric.COUNT, period=Period.MONTH, filter=RUNS),
    "metres-a-day": a_rule(3_000, 6_000, period=Period.DAY, filter=Filter(distance_min_m=1_000)),
    "in-one-go": a_rule(2_000, 4_000, 5_000, period=Period.ACTIVITY),
    "days": a_rule(1, 2, 3, metric=Metric.DAYS, filter=RUNS),
    "partners-a-month": a_rule(1, 2, metric=Metric.PARTNERS, period=Period.MONTH),
    "points": a_rule(50, 150, metric=Metric.POINTS, first_day=SECOND),
    "north": a_rule(1, 2, metric=Metric.COUNT, filter=NORTH),
}
STEP = st.tuples(
    st.integers(0, 4),  # which activity; the first three are of one member, the others of another
    st.booleans(),  # whether it counts
    st.integers(0, 6_000),  # metres
    st.sampled_from([Type.RUN, Type.RIDE]),
    st.integers(-3, 3),  # on which day
    st.sampled_from(["file", "partner:north", "partner:south"]),
    st.integers(0, 90),  # points
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@cases(st.lists(st.lists(STEP, min_size=1, max_size=5), min_size=1, max_size=4), st.booleans())
async def test_given_any_history_when_it_came_in_batches_then_the_badges_are_those_of_the_facts(
    tx: Tx, batches, late
) -> None:
    async with tx.savepoint():
        await _compare(batches, late, tx)


async def _compare(batches, late, tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    owners = [ada, ada, ada, bob, bob]
    newest = [facts.fact(owner, day=SECOND, minute=600 + n) for n, owner in enumerate(owners)]
    newest = [replace(fact, revision=0) for fact in newest]
    for key in RULES if not late else ():
        await a_badge(programme.id, key, rule=RULES[key], tx=tx)

    for batch in batches:
        told = []
        for which, *words in batch:
            newest[which] = _next(newest[which], *words)
            judged, earned = facts.happened(newest[which])
            told += [judged, *([earned] if newest[which].counts else [])]
        people = await members.lock([one.id for one in owners], programme=programme.id, tx=tx)
        changes = await metrics.note(
            [*told, *told[:2]], people=people, programme=programme.id, tx=tx
        )
        await badges.count(changes, programme=programme.id, tx=tx)
    for key in RULES if late else ():
        await a_badge(programme.id, key, rule=RULES[key], tx=tx)

    held = await badges.held([ada.id, bob.id], programme=programme.id, tx=tx)
    found = await tallies(programme.id, tx=tx)
    for member in (ada, bob):
        assert held.get(member.id, {}) == await _expected(member, tx)
    await badges.rebuild(programme=programme.id, tx=tx)
    await fill(tx=tx)
    assert await tallies(programme.id, tx=tx) == found
    again = await badges.held([ada.id, bob.id], programme=programme.id, tx=tx)
    assert again == held


def _next(
    fact: Fact, counts: bool, distance_m: int, type: Type, days: int, source: str, points: int
) -> Fact:
    return replace(
        fact,
        revision=fact.revision + 1,
        counts=counts,
        distance_m=distance_m,
        type=type,
        day=SECOND + timedelta(days=days),
        source=source,
        points=points,
    )


async def _expected(member: Member, tx: Tx) -> dict[str, int]:
    """The levels by the plainest reckoning: all facts, bucket by bucket."""
    known = await metrics.facts_of(
        [member.id], programme=member.programme, since=date.min, until=date.max, tx=tx
    )
    levels = {key: _level(known.get(member.id, ()), rule) for key, rule in RULES.items()}
    return {key: level for key, level in levels.items() if level}


def _level(known, rule: Rule) -> int:
    buckets = defaultdict(list)
    for fact in known:
        if metrics.matches(fact, rule.filter) and (rule.first_day or date.min) <= fact.day:
            buckets[_bucket(fact, rule.period)].append(fact)
    best = max((metrics.total(some, rule.metric) for some in buckets.values()), default=0)
    return sum(best >= threshold for threshold in rule.thresholds)


def _bucket(fact: Fact, period: Period) -> object:
    return {
        Period.LIFETIME: None,
        Period.MONTH: (fact.day.year, fact.day.month),
        Period.DAY: fact.day,
        Period.ACTIVITY: fact.activity,
    }[period]
