"""Exactness: whatever comes in whatever order, progress and pay are those that the facts give."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as cases
from hypothesis import strategies as st

from domain import challenges, ledger, metrics, programmes
from domain.activities import Type
from domain.challenges import (
    Again,
    Audience,
    Challenge,
    Criterion,
    Entry,
    Milestone,
    Mode,
    Reward,
    Span,
    progress,
)
from domain.challenges.waiting import share_out
from domain.ledger import ReturnPolicy
from domain.members import Member
from domain.metrics import Fact, Filter, Metric
from domain.partners import Partner
from infra.db import Tx
from tests.domain.challenges.making import DAY, TODAY, a_payer, has, live, now
from tests.support import facts, given
from tests.support.given import NOON

RUNS = Filter(types=frozenset({Type.RUN}))
LAST = TODAY + 20 * DAY
SOME = Reward(points=100)
TERMS: Mapping[str, Mapping[str, Any]] = {
    "since joining": {
        "criteria": (Criterion(Metric.DISTANCE, 9_000), Criterion(Metric.COUNT, 2, RUNS)),
        "milestones": (Milestone(20, Reward(points=3)), Milestone(70, Reward(points=5))),
    },
    "days of a week": {
        "criteria": (Criterion(Metric.DAYS, 2, RUNS),),
        "span": Span.WEEK,
        "from_joining": False,
    },
    "again once done": {
        "criteria": (Criterion(Metric.DISTANCE, 5_000),),
        "span": Span.ROLLING,
        "rolling_days": 4,
        "again": Again.ON_COMPLETION,
        "from_joining": False,
    },
    "again and again": {
        "criteria": (Criterion(Metric.COUNT, 2),),
        "span": Span.ROLLING,
        "rolling_days": 3,
        "again": Again.ON_EXPIRY,
        "from_joining": False,
        "milestones": (Milestone(50, Reward(points=1)),),
    },
    "without asking": {
        "criteria": (Criterion(Metric.POINTS, 100), Criterion(Metric.PARTNERS, 1)),
        "audience": Audience(Entry.AUTOMATIC),
    },
    "together": {
        "criteria": (Criterion(Metric.DISTANCE, 12_000),),
        "mode": Mode.COOPERATIVE,
        "from_joining": False,
    },
}
STEP = st.tuples(
    st.integers(0, 5),  # which activity; the first four are of one member, the others of another
    st.booleans() | st.just(True),  # whether it counts
    st.integers(0, 7_000),  # metres
    st.sampled_from([Type.RUN, Type.RUN, Type.RIDE]),
    st.integers(0, 9),  # on which day
    st.integers(0, 1_300),  # at which minute
    st.sampled_from(["file", "partner:north", "partner:south"]),
    st.integers(0, 90),  # points
)
# Members join before the batch of that number, and the first leaves and comes back after it.
PLAN = st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([None, 0, 1, 2]))


@pytest.fixture
async def alone(tx: Tx) -> dict[str, Challenge]:
    """Challenges in which each is for themselves; made once, each example has its own members."""
    club = await given.a_programme(tx=tx, return_policy=ReturnPolicy.WITHIN_BALANCE)
    payer = await a_payer(club, holding=1_000_000, tx=tx)
    return {name: await challenge(payer, name, tx) for name in TERMS if name != "together"}


async def challenge(payer: Partner, name: str, tx: Tx) -> Challenge:
    words = {"name": name, "budget": 100_000, "last_day": LAST, "reward": SOME}
    return await live(payer, tx, **words, **TERMS[name])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@cases(st.lists(st.lists(STEP, min_size=1, max_size=5), min_size=1, max_size=4), PLAN)
async def test_given_any_history_when_it_came_in_batches_then_all_is_as_if_reckoned_from_scratch(
    tx: Tx, alone: dict[str, Challenge], batches: Sequence[Any], plan: tuple[int, int, int | None]
) -> None:
    some = next(iter(alone.values()))
    club = await programmes.by_id(some.programme, tx=tx)
    asked = {
        **alone,
        "together": await challenge(await a_payer(club, holding=100_000, tx=tx), "together", tx),
    }
    people = [await given.a_member(club, zone="UTC", tx=tx) for _ in range(2)]
    newest = [facts.fact(people[n // 4], revision=0, day=TODAY, minute=700 + n) for n in range(6)]

    for number, batch in enumerate(batches):
        for member, joins in zip(people, plan, strict=False):
            if number == min(joins, len(batches) - 1):
                await join_all(asked, member, tx)
        await facts.play(*told(batch, newest), tx=tx)
        if number == plan[2] and number >= plan[0]:
            await leave_and_return(asked["since joining"], people[0], tx)
            await leave_and_return(asked["again and again"], people[0], tx)
    while await share_out(NOON, tx):
        pass

    for one in asked.values():
        await compare(one, [member.id for member in people], tx)
    await balance(list(asked.values()), people, tx)


def told(batch: Sequence[Any], newest: list[Fact]) -> list[Any]:
    """The events of a batch; `newest` becomes what they say. All of it is told twice."""
    events: list[Any] = []
    for which, counts, metres, type, days, minute, source, points in batch:
        before = newest[which]
        day = TODAY + days * DAY
        started_at = facts.fact(before.member, day=day, minute=minute).started_at
        newest[which] = replace(
            before,
            revision=before.revision + 1,
            counts=counts,
            distance_m=metres,
            type=type,
            day=day,
            minute=minute,
            started_at=started_at,
            ended_at=started_at + timedelta(minutes=30),
            source=source,
            points=points,
        )
        judged, earned = facts.happened(newest[which])
        events += [judged, *([earned] if counts else [])]
    return [*events, *events]


async def join_all(asked: Mapping[str, Challenge], member: Member, tx: Tx) -> None:
    for name, one in asked.items():
        if name != "without asking":
            await challenges.join(one.id, member=member, at=NOON, tx=tx)


async def leave_and_return(one: Challenge, member: Member, tx: Tx) -> None:
    await challenges.leave(one.id, member=member, at=NOON, tx=tx)
    await challenges.join(one.id, member=member, at=NOON + timedelta(hours=3), tx=tx)


ROUNDS = """
SELECT member, round, reached, percent, completed_at, completed_by, state FROM challenge_round
WHERE challenge = $1 AND member = ANY($2::uuid[])
"""
COUNTS = """
SELECT member, round, activity, worth FROM contribution
WHERE challenge = $1 AND member = ANY($2::uuid[]) AND counts
"""
STANDS = """
SELECT member, round, coalesce(percent, 100) AS percent, points FROM challenge_reward
WHERE challenge = $1 AND member = ANY($2::uuid[]) AND state = 'PAID'
"""
PLACES = """
SELECT member, since, joined_at FROM participation
WHERE challenge = $1 AND member = ANY($2::uuid[]) AND open
"""


async def compare(one: Challenge, people: Sequence[UUID], tx: Tx) -> None:
    """The rows of a challenge with what its members' facts give, reckoned in one go."""
    rounds = {}
    for place in await tx.rows(PLACES, one.id, people):
        known = await metrics.facts_of(
            [place["member"]], programme=one.programme, since=date.min, until=date.max, tx=tx
        )
        for made in progress.rounds(
            one.terms,
            known.get(place["member"], ()),
            since=place["since"],
            joined_at=place["joined_at"],
        ):
            rounds[place["member"], made.window.number] = made
    stored = {(row["member"], row["round"]): row for row in await tx.rows(ROUNDS, one.id, people)}
    zero = [0] * len(one.terms.criteria)
    assert {key for key, row in stored.items() if list(row["reached"]) != zero} == set(rounds)
    for key, made in rounds.items():
        row, found = stored[key], made.progress
        assert (tuple(row["reached"]), row["percent"]) == (found.reached, found.percent)
        assert (row["completed_at"], row["completed_by"]) == (
            found.completed_at,
            found.completed_by,
        )
        whole = level(one, key[1], rounds, key[0]) == 100
        assert (row["state"] == "COMPLETED") == whole
    counted = {
        (*key, each.activity, each.worth)
        for key, made in rounds.items()
        for each in made.contributions
    }
    rows = await tx.rows(COUNTS, one.id, people)
    assert {(r["member"], r["round"], r["activity"], tuple(r["worth"])) for r in rows} == counted
    wanted = {(*key, *pay) for key in rounds for pay in payable(one, key, rounds)}
    assert {tuple(row.values()) for row in await tx.rows(STANDS, one.id, people)} == wanted


def level(one: Challenge, number: int, rounds: Mapping[Any, Any], member: Any) -> int:
    """Percent of a round: of one member, or of all where they do it together."""
    if one.terms.mode is Mode.COOPERATIVE:
        some = [made for (_, round), made in rounds.items() if round == number]
        reached = [sum(each) for each in zip(*(m.progress.reached for m in some), strict=True)]
        return progress.percent_of(reached, some[0].targets)
    return int(rounds[member, number].progress.percent)


def payable(one: Challenge, key: Any, rounds: Mapping[Any, Any]) -> list[tuple[int, int]]:
    """What should stand: percent and points."""
    percent = level(one, key[1], rounds, key[0])
    passed = [(m.percent, m.reward.points) for m in one.terms.milestones if m.percent <= percent]
    return passed + ([(100, one.terms.reward.points)] if percent == 100 else [])


async def balance(asked: Sequence[Challenge], people: Sequence[Member], tx: Tx) -> None:
    """What members have is what stands for them; what is gone from an escrow is what it spent."""
    stands = 0
    for one in asked:
        fresh = await now(one, tx)
        assert await has(one, tx) == fresh.left == one.budget - fresh.spent
        rows = await tx.rows(STANDS, one.id, [member.id for member in people])
        stands += sum(row["points"] for row in rows)
    wallets = await ledger.balances([m.account for m in people], book=people[0].book, tx=tx)
    assert sum(one.balance for one in wallets.values()) == stands
