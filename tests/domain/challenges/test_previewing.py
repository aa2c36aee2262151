"""Preview: what a challenge will come to, told by what some of its members did before."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain import challenges, members
from domain.challenges import (
    Audience,
    Criterion,
    Entry,
    Estimate,
    Milestone,
    Mode,
    Personal,
    Preview,
    Reward,
    Span,
)
from domain.challenges.ending import end_due
from domain.challenges.estimating import exactly
from domain.members import LabelKind, Member
from domain.metrics import Metric
from domain.partners import Partner
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.domain.challenges.making import DAY, OPERATOR, TODAY, a_payer, draft, made
from tests.support import given
from tests.support.facts import judged
from tests.support.given import NOON

LONG_AGO = NOON - 90 * DAY
SOON: dict[str, Any] = {"first_day": TODAY + DAY, "last_day": TODAY + 14 * DAY}
BY_ITSELF = Audience(entry=Entry.AUTOMATIC)


async def test_given_no_members_when_previewed_then_nothing_comes(tx: Tx) -> None:
    told = await _previewed(await given.a_programme(tx=tx), tx)

    assert told.eligible == told.joins == told.completions == told.cost == exactly(0)
    assert (told.sampled, told.earlier, told.enough) == (0, 0, True)


async def test_given_members_without_a_past_when_previewed_then_it_is_unknown(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    for _ in range(3):
        await given.a_member(club, tx=tx)

    told = await _previewed(club, tx, budget=250, audience=BY_ITSELF)

    assert told.eligible == exactly(3)
    assert (told.sampled, told.enough) == (0, None)
    assert told.joins == Estimate(None, 0, 3)
    assert told.completions == Estimate(None, 0, 2), "the budget pays for two"
    assert told.cost == Estimate(None, 0, 250)


async def test_given_a_programme_that_told_nothing_yet_then_no_zero_is_made_of_it(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    await _people(club, 3, tx)

    told = await _previewed(club, tx, audience=BY_ITSELF)

    assert told.sampled == 0
    assert told.completions == Estimate(None, 0, 3)


async def test_given_a_past_when_previewed_then_it_tells_what_comes(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    people = await _people(club, 8, tx)
    for member in people[:4]:
        await _ran(member, 6_000, tx)
    await _ran(people[4], 3_000, tx)

    steps = (Milestone(50, Reward(points=10)),)
    told = await _previewed(club, tx, budget=10_000, audience=BY_ITSELF, milestones=steps)

    assert (told.first_day, told.last_day) == (TODAY - 20 * DAY, TODAY - 7 * DAY)
    assert (told.eligible, told.sampled) == (exactly(8), 8)
    assert (told.joins.expected, told.completions.expected) == (5, 4)
    assert told.cost.expected == 4 * 100 + 5 * 10
    assert told.completions.low < 4 < told.completions.high, "eight members tell little"
    assert told.enough is True


async def test_given_a_small_budget_then_no_more_is_spent_and_that_is_said(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    for member in await _people(club, 30, tx):
        await _ran(member, 6_000, tx)

    told = await _previewed(club, tx, budget=100, audience=BY_ITSELF)

    assert told.enough is False
    assert (told.completions, told.cost) == (exactly(1), exactly(100))


async def test_given_winners_then_only_they_cost(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    for member in await _people(club, 30, tx):
        await _ran(member, 6_000, tx)

    told = await _previewed(club, tx, budget=9_000, audience=BY_ITSELF, winners_max=2)

    assert told.completions.expected == 30
    assert told.cost == exactly(200)


async def test_given_earlier_challenges_then_they_tell_how_many_join(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    people = await _people(club, 10, tx)
    for member in people:
        await _ran(member, 6_000, tx)
    unknown = await _previewed(club, tx)
    await _over(club, people[:5], tx)

    told = await _previewed(club, tx)

    assert (unknown.earlier, unknown.joins) == (0, Estimate(None, 0, 10))
    assert unknown.completions.expected is None
    assert (told.earlier, told.joins.expected, told.completions.expected) == (1, 5, 5)


async def test_given_an_audience_then_only_they_are_looked_at(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    people = await _people(club, 6, tx)
    for member in people[:2]:
        await members.label(member, kind=LabelKind.SEGMENT, name="runners", at=NOON, tx=tx)
    for member in people[1:]:
        await _ran(member, 6_000, tx)

    audience = Audience(entry=Entry.AUTOMATIC, segments=frozenset({"runners"}))
    told = await _previewed(club, tx, audience=audience)
    payer = await a_payer(club, tx=tx)
    waiting = await made(payer, tx, **SOON)
    after = Audience(entry=Entry.AUTOMATIC, challenges=frozenset({waiting.id}))
    nobody = await _previewed(club, tx, payer=payer, audience=after)

    assert (told.eligible, told.completions.expected) == (exactly(2), 1)
    assert nobody.eligible == exactly(0), "nobody has completed the other one"


@pytest.mark.parametrize(("percent", "completions"), [(100, 5), (210, 0)])
async def test_given_personal_targets_then_each_is_their_own(
    percent: int, completions: int, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    for member in await _people(club, 5, tx):
        await _ran(member, 6_000, tx)
        await judged(member, day=TODAY - 25 * DAY, distance_m=6_000, tx=tx)

    own = Criterion(Metric.DISTANCE, 90_000, personal=Personal(percent, weeks=4, at_least=1))
    told = await _previewed(club, tx, audience=BY_ITSELF, criteria=(own,))

    assert told.completions.expected == completions


async def test_given_one_target_for_all_then_all_or_none_complete_it(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    for member in await _people(club, 4, tx):
        await _ran(member, 6_000, tx)
    shared: dict[str, Any] = {"mode": Mode.COOPERATIVE, "audience": BY_ITSELF}

    near, far = [
        await _previewed(club, tx, criteria=(Criterion(Metric.DISTANCE, metres),), **shared)
        for metres in (10_000, 900_000)
    ]

    assert near.completions.expected == 4
    assert far.completions == exactly(0)


async def test_given_teams_then_the_best_ones_bound_the_cost(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    for member in await _people(club, 9, tx):
        await _ran(member, 6_000, tx)

    told = await _previewed(club, tx, mode=Mode.COMPETITIVE, team_size_max=2, teams_max=2)

    assert told.completions == Estimate(None, 0, 4)
    assert told.cost == Estimate(None, 0, 400)


async def test_given_rounds_then_each_can_be_completed(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    for member in await _people(club, 3, tx):
        for back in (9, 16):
            await judged(member, day=TODAY - back * DAY, distance_m=6_000, tx=tx)

    told = await _previewed(club, tx, span=Span.WEEK, audience=BY_ITSELF)

    assert told.completions.expected == 6


async def test_given_the_same_challenge_when_previewed_again_then_it_tells_the_same(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    for member in await _people(club, 5, tx):
        await _ran(member, 6_000, tx)
    one = await made(await a_payer(club, tx=tx), tx, **SOON)

    first, again = [await challenges.preview(one, k=1, at=NOON, tx=tx) for _ in range(2)]

    assert first == again


async def test_given_a_partner_then_what_one_member_did_does_not_show(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    people = await _people(club, 25, tx)
    await members.label(people[0], kind=LabelKind.SEGMENT, name="one", at=NOON, tx=tx)
    for member in people[1:21]:
        await _ran(member, 9_000, tx)
    asked: list[dict[str, Any]] = [
        {"audience": Audience(entry=Entry.AUTOMATIC, segments=frozenset({"one"}))},
        {"audience": BY_ITSELF},
        {
            "audience": BY_ITSELF,
            "span": Span.WEEK,
            "milestones": (Milestone(50, Reward(points=7)),),
        },
        *(
            {"audience": BY_ITSELF, "mode": Mode.COOPERATIVE, "criteria": (Criterion(each, far),)}
            for each, far in ((Metric.DISTANCE, 184_000), (Metric.DISTANCE, 350_000))
        ),
    ]

    before = [await _previewed(club, tx, k=10, budget=9_000, **said) for said in asked]
    await _ran(people[0], 6_000, tx)
    after = [await _previewed(club, tx, k=10, budget=9_000, **said) for said in asked]

    assert after == before
    assert (before[0].eligible, before[0].sampled) == (Estimate(None, 0, 9), 0)
    assert (before[1].eligible, before[1].completions.expected) == (Estimate(25, 20, 29), 25)


async def test_given_few_who_did_anything_then_a_partner_is_not_told_of_them(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    people = await _people(club, 40, tx)
    for member in people[:9]:
        await _ran(member, 9_000, tx)

    told = await _previewed(club, tx, k=10, audience=BY_ITSELF, budget=9_000)

    assert (told.sampled, told.completions) == (0, Estimate(None, 0, 49))
    assert told.enough is True


async def test_given_one_member_more_then_a_partner_does_not_see_them_come(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    await _people(club, 14, tx)
    before = await _previewed(club, tx, k=10)

    await _people(club, 1, tx)
    after = await _previewed(club, tx, k=10)

    assert after == before


async def _previewed(
    club: Programme, tx: Tx, *, payer: Partner | None = None, k: int = 1, **said: Any
) -> Preview:
    one = await made(payer or await a_payer(club, tx=tx), tx, **{**SOON, **said})
    return await challenges.preview(one, k=k, at=NOON, tx=tx)


async def _people(club: Programme, count: int, tx: Tx) -> Sequence[Member]:
    return [await given.a_member(club, at=LONG_AGO, tx=tx) for _ in range(count)]


async def _ran(member: Member, metres: int, tx: Tx) -> None:
    await judged(member, day=TODAY - 10 * DAY, distance_m=metres, tx=tx)


async def _over(club: Programme, joined: Sequence[Member], tx: Tx) -> None:
    """A challenge that these members joined, and that is over."""
    first = LONG_AGO.date() + DAY
    said = draft(budget=0, reward=Reward(tier_credit=1), first_day=first, last_day=first + DAY)
    where: dict[str, Any] = {"programme": club.id, "at": LONG_AGO, "tx": tx}
    one = await challenges.create(said, operator=OPERATOR, id=ids.new(LONG_AGO), **where)
    await challenges.submit(one.id, **where)
    await challenges.approve(one.id, **where)
    for member in joined:
        await challenges.join(one.id, member=member, at=LONG_AGO, tx=tx)
    assert await end_due(LONG_AGO + 9 * DAY, tx)
