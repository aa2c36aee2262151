"""Reports: what became of a challenge, and how its points went."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from domain import challenges, members
from domain.challenges import Audience, By, Challenge, Entry, Milestone, Report, Reward
from domain.challenges.reporting import called
from domain.members import LabelKind, Member, Tally
from infra.db import Tx
from tests.domain.challenges.making import DAY, TODAY, a_payer, fund, live, made, now
from tests.domain.challenges.playing import delete, join, run
from tests.support import given
from tests.support.given import NOON

ZONE = "Europe/Vienna"
HALF = (Milestone(50, Reward(points=10)),)


async def test_given_nobody_in_it_when_reported_then_all_is_zero(tx: Tx) -> None:
    one = await made(await a_payer(await given.a_programme(tx=tx), tx=tx), tx)

    told = await challenges.report(one, tx=tx)

    assert told == Report(0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert (told.cost, told.cost_per_completion) == (0, None)


async def test_given_a_challenge_when_reported_then_each_is_counted_once(tx: Tx) -> None:
    one, people = await _played(tx, 5)
    ada, bob, eve, finn, _ = people
    for metres in (3_000, 4_000):
        await run(ada, tx, distance_m=metres, started_at=NOON)
    await run(bob, tx, distance_m=3_000, started_at=NOON)
    gone = await run(eve, tx, distance_m=9_000, started_at=NOON)
    await delete(gone, tx)
    await challenges.leave(one.id, member=finn, at=NOON, tx=tx)

    told = await challenges.report(one, tx=tx)

    assert told == Report(
        offered=0,
        joined=5,
        active=2,
        completed=1,
        left=1,
        completions=1,
        paid=110 + 10 + 110,
        returned=110,
        unpaid=0,
    )
    assert (told.cost, told.cost_per_completion) == (120, 120)
    assert told.cost == (await now(one, tx)).spent


async def test_given_an_escrow_that_cannot_pay_then_that_is_told_and_costs_nothing(
    tx: Tx,
) -> None:
    one, people = await _played(tx, 3, budget=250, milestones=())
    for member in people:
        await run(member, tx, started_at=NOON)

    told = await challenges.report(one, tx=tx)

    assert (told.completed, told.paid, told.cost) == (2, 200, 200)


async def test_given_invited_members_then_those_who_have_not_come_are_told(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    payer = await a_payer(club, tx=tx)
    one = await live(payer, tx, audience=Audience(entry=Entry.INVITED))
    people = [await given.a_member(club, tx=tx) for _ in range(3)]
    await challenges.offer(one, [member.id for member in people], at=NOON, tx=tx)
    await join(one, people[0], tx)
    await challenges.refuse(one.id, member=people[1], at=NOON, tx=tx)

    told = await challenges.report(one, tx=tx)

    assert (told.offered, told.joined) == (2, 1)


@pytest.mark.parametrize("by", [By.TIER, By.TOWN, By.SEGMENT, By.WEEK])
async def test_given_nine_members_when_broken_down_then_nothing_is_told(by: By, tx: Tx) -> None:
    one, people = await _played(tx, 9)
    for member in people:
        await members.label(member, kind=LabelKind.TIER, name="gold", at=NOON, tx=tx)
        await members.label(member, kind=LabelKind.SEGMENT, name="new", at=NOON, tx=tx)

    shown = await challenges.breakdown(one, by=by, zone=ZONE, exact=True, at=NOON + DAY, tx=tx)

    assert (shown.groups, shown.rest) == ({}, None)


async def test_given_groups_when_broken_down_then_few_are_put_together(tx: Tx) -> None:
    one, people = await _played(tx, 23)
    for member in people[:12]:
        await members.label(member, kind=LabelKind.TIER, name="gold", at=NOON, tx=tx)
    for member in people[12:18]:
        await members.label(member, kind=LabelKind.TIER, name="iron", at=NOON, tx=tx)
    for member in (people[0], people[15]):
        await run(member, tx, started_at=NOON)

    tiers = await challenges.breakdown(one, by=By.TIER, zone=ZONE, exact=True, at=NOON + DAY, tx=tx)
    weeks = await challenges.breakdown(one, by=By.WEEK, zone=ZONE, exact=True, at=NOON + DAY, tx=tx)

    assert tiers.groups == {"gold": Tally(12, 1, 110)}
    assert tiers.rest == Tally(11, 1, 110), "six of iron, and five of none"
    monday = (TODAY - TODAY.weekday() * DAY).isoformat()
    assert weeks.groups == {monday: Tally(23, 2, 220)}


async def test_given_a_partner_who_asks_again_when_broken_down_then_one_member_does_not_show(
    tx: Tx,
) -> None:
    one, people = await _played(tx, 23)
    for member in people[:12]:
        await run(member, tx, started_at=NOON)
    asked: dict[str, Any] = {"by": By.WEEK, "zone": ZONE, "at": NOON + DAY}

    before = await challenges.breakdown(one, **asked, tx=tx)
    await run(people[12], tx, started_at=NOON)
    after = await challenges.breakdown(one, **asked, tx=tx)

    monday = (TODAY - TODAY.weekday() * DAY).isoformat()
    assert before.groups == {monday: Tally(20, 10, 1_100)}
    assert after == before


async def test_given_all_but_few_in_a_segment_then_it_is_not_told(tx: Tx) -> None:
    one, people = await _played(tx, 22)
    for member in people[:20]:
        await members.label(member, kind=LabelKind.SEGMENT, name="known", at=NOON, tx=tx)
    for member in people[:11]:
        await members.label(member, kind=LabelKind.SEGMENT, name="new", at=NOON, tx=tx)

    shown = await challenges.breakdown(
        one, by=By.SEGMENT, zone=ZONE, exact=True, at=NOON + DAY, tx=tx
    )

    assert shown.groups == {"new": Tally(11, 0, 0)}


async def test_given_many_members_when_broken_down_then_every_one_is_in_it(
    tx: Tx,
) -> None:
    one, people = await _played(tx, 12)
    for member in people:
        await members.label(member, kind=LabelKind.TIER, name="gold", at=NOON, tx=tx)

    parts = await called(one, by=members.By.TIER, at_once=5, at=NOON + DAY, tx=tx)

    assert parts == ({"gold": Tally(12, 0, 0)}, Tally(12, 0, 0))


async def test_given_points_that_came_and_went_when_burnt_down_then_each_day_tells(
    tx: Tx,
) -> None:
    one, people = await _played(tx, 3, budget=400, milestones=())
    await run(people[0], tx, started_at=NOON, at=NOON)
    gone = await run(people[1], tx, started_at=NOON, at=NOON)
    await delete(gone, tx, at=NOON + 2 * DAY)

    told = await challenges.burn_down(
        await now(one, tx), days=10, zone=ZONE, at=NOON + 3 * DAY, tx=tx
    )

    assert [(day.day, day.funded, day.paid, day.returned, day.left) for day in told.days] == [
        (TODAY, 400, 200, 0, 200),
        (TODAY + DAY, 0, 0, 0, 200),
        (TODAY + 2 * DAY, 0, 0, 100, 300),
        (TODAY + 3 * DAY, 0, 0, 0, 300),
    ]
    assert told.days[-1].left == (await now(one, tx)).left
    assert told.exhaustion is None, "three days are no pace"
    late = await challenges.burn_down(await now(one, tx), days=2, zone=ZONE, at=NOON, tx=tx)
    assert len(late.days) == 2


async def test_given_a_week_of_it_when_burnt_down_then_the_end_is_told(tx: Tx) -> None:
    one, people = await _played(tx, 9, budget=1_000, milestones=(), last_day=TODAY + 30 * DAY)
    for number, member in enumerate(people[:8]):
        at = NOON + timedelta(days=number)
        await run(member, tx, started_at=at, at=at)

    told = await challenges.burn_down(
        await now(one, tx), days=92, zone=ZONE, at=NOON + 8 * DAY, tx=tx
    )

    assert told.exhaustion is not None
    assert told.exhaustion.expected == TODAY + 9 * DAY


async def test_given_a_challenge_that_is_spent_then_the_day_is_told(tx: Tx) -> None:
    one, people = await _played(tx, 2, budget=100, milestones=())
    for member in people:
        await run(member, tx, started_at=NOON)

    told = await challenges.burn_down(await now(one, tx), days=5, zone=ZONE, at=NOON, tx=tx)

    assert told.exhaustion == challenges.Exhaustion(TODAY, TODAY, TODAY)


async def test_given_a_draft_when_burnt_down_then_only_its_funds_are_told(tx: Tx) -> None:
    one = await made(await a_payer(await given.a_programme(tx=tx), tx=tx), tx)
    empty = await challenges.burn_down(one, days=5, zone=ZONE, at=NOON, tx=tx)
    half = await fund(one, 300, tx)

    told = await challenges.burn_down(half, days=5, zone=ZONE, at=NOON, tx=tx)

    assert [day.left for day in empty.days] == [0]
    assert [(day.funded, day.left) for day in told.days] == [(300, 300)]
    assert told.exhaustion is None


async def _played(tx: Tx, count: int, **said: object) -> tuple[Challenge, Sequence[Member]]:
    """A challenge that has begun, with so many members in it."""
    club = await given.a_programme(tx=tx)
    words = {"budget": 5_000, "milestones": HALF, **said}
    one = await live(await a_payer(club, tx=tx), tx, **words)
    people = [await given.a_member(club, tx=tx) for _ in range(count)]
    for member in people:
        await join(one, member, tx)
    return one, people
