"""Counting: badges are earned by what members did, and lost with it."""

from datetime import timedelta

import pytest

from domain import badges
from domain.activities import Type
from domain.badges import Period
from domain.metrics import Filter, Metric
from infra.db import Tx
from tests.domain.badges.shelves import a_badge, a_rule, fill, level, tallies, told
from tests.support import facts, given
from tests.support.given import NOON

TODAY = NOON.date()


async def test_given_a_rule_when_a_member_does_more_and_more_then_the_levels_come_with_evidence(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    far = await a_badge(ada.programme, tx=tx)

    await facts.judged(ada, distance_m=9_999, tx=tx)
    nothing = await level(ada, tx=tx)
    second = await facts.judged(ada, distance_m=1, tx=tx)
    bronze = await level(ada, tx=tx)
    third = await facts.judged(ada, distance_m=20_000, tx=tx)

    assert (nothing, bronze, await level(ada, tx=tx)) == (0, 1, 3)
    assert told(ada.id, tx=tx) == [("Given", 1, 0), ("Given", 3, 1)]
    (shown,) = await badges.shelf(ada, day=TODAY, limit=10, tx=tx)
    assert [(g.level, g.given_at, g.evidence) for g in shown.grants] == [
        (1, second.ended_at, _evidence(second, reached=10_000, threshold=10_000)),
        (2, third.ended_at, _evidence(third, reached=30_000, threshold=20_000)),
        (3, third.ended_at, _evidence(third, reached=30_000, threshold=30_000)),
    ]
    assert (shown.badge, shown.level, shown.reached, shown.target) == (far, 3, 30_000, None)


def _evidence(fact, *, reached: int, threshold: int) -> dict[str, object]:
    return {"activity": str(fact.activity), "reached": reached, "threshold": threshold}


async def test_given_a_badge_when_what_earned_it_is_corrected_or_deleted_then_it_goes_with_it(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_badge(ada.programme, tx=tx)
    first = await facts.judged(ada, distance_m=15_000, tx=tx)
    second = await facts.judged(ada, distance_m=15_000, tx=tx)

    shorter = await facts.judged_again(second, distance_m=5_000, tx=tx)
    silver = await level(ada, tx=tx)
    await facts.judged_again(shorter, counts=False, points=0, tx=tx)
    bronze = await level(ada, tx=tx)
    await facts.judged_again(first, counts=False, points=0, tx=tx)
    none = await level(ada, tx=tx)
    back = await facts.judged(ada, distance_m=12_000, tx=tx)

    assert (silver, bronze, none, await level(ada, tx=tx)) == (2, 1, 0, 1)
    assert told(ada.id, tx=tx) == [
        ("Given", 1, 0),
        ("Given", 3, 1),
        ("Revoked", 2, 3),
        ("Revoked", 1, 2),
        ("Revoked", 0, 1),
        ("Given", 1, 0),
    ]
    (again,) = (await badges.shelf(ada, day=TODAY, limit=10, tx=tx))[0].grants
    assert again.evidence == _evidence(back, reached=12_000, threshold=10_000)


async def test_given_a_badge_kept_for_ever_when_its_activities_are_deleted_then_it_stays(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_badge(ada.programme, kept=True, tx=tx)
    run = await facts.judged(ada, distance_m=20_000, tx=tx)

    await facts.judged_again(run, counts=False, points=0, tx=tx)
    await badges.rebuild(programme=ada.programme, tx=tx)
    await fill(tx=tx)

    assert await level(ada, tx=tx) == 2
    assert told(ada.id, tx=tx) == [("Given", 2, 0)]


RULES = {
    "in any one month": (a_rule(10_000, period=Period.MONTH), (6_000, 6_000), 1),
    "in one month, not in two": (a_rule(10_000, period=Period.MONTH), (6_000, 0, 6_000), 0),
    "on any one day": (a_rule(10_000, period=Period.DAY), (10_000,), 1),
    "on one day, not on two": (a_rule(10_000, period=Period.DAY), (6_000, 6_000), 0),
    "in one go": (a_rule(42_195, period=Period.ACTIVITY), (42_195,), 1),
    "in one go, not in two": (a_rule(42_195, period=Period.ACTIVITY), (42_194, 42_194), 0),
    "different days": (a_rule(2, metric=Metric.DAYS), (1, 1), 1),
    "of another type": (a_rule(1, filter=Filter(types=frozenset({Type.SWIM}))), (9_000,), 0),
    "large enough": (a_rule(2, metric=Metric.COUNT, filter=Filter(distance_min_m=5)), (5, 5), 1),
    "too small": (a_rule(2, metric=Metric.COUNT, filter=Filter(distance_min_m=6)), (5, 6), 0),
    "since a day": (a_rule(10_000, first_day=TODAY - timedelta(days=1)), (5_000, 5_000), 1),
    "before that day": (a_rule(10_000, first_day=TODAY), (5_000, 5_000), 0),
}


@pytest.mark.parametrize("case", list(RULES))
async def test_given_a_rule_when_members_do_this_then_they_have_that_level(
    case: str, tx: Tx
) -> None:
    # One activity a day, the last one today; the two of a month are never in two of them.
    rule, distances, expected = RULES[case]
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_badge(ada.programme, rule=rule, tx=tx)
    apart = timedelta(days=31 if len(distances) > 2 else 1)
    last = TODAY if rule.period is not Period.MONTH else TODAY.replace(day=28)

    for place, distance_m in enumerate(reversed(distances)):
        await facts.judged(ada, distance_m=distance_m, day=last - place * apart, tx=tx)

    assert await level(ada, tx=tx) == expected
    before = await tallies(ada.programme, tx=tx)
    await badges.rebuild(programme=ada.programme, tx=tx)
    await fill(tx=tx)
    assert await tallies(ada.programme, tx=tx) == before
    assert await level(ada, tx=tx) == expected


async def test_given_a_marathon_in_one_go_when_it_turns_out_shorter_then_the_next_best_counts(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    rule = a_rule(21_097, 42_195, period=Period.ACTIVITY)
    await a_badge(ada.programme, rule=rule, tx=tx)
    await facts.judged(ada, distance_m=25_000, tx=tx)
    marathon = await facts.judged(ada, distance_m=42_195, tx=tx)

    await facts.judged_again(marathon, distance_m=21_000, tx=tx)

    assert await level(ada, tx=tx) == 1
    (shown,) = await badges.shelf(ada, day=TODAY, limit=10, tx=tx)
    assert (shown.reached, shown.target) == (25_000, 42_195)


async def test_given_activities_of_the_past_when_a_badge_is_made_then_they_count_once(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    await facts.judged(ada, distance_m=10_000, tx=tx)
    draft = badges.Draft(key="far", name="Far", description="Far.", levels=("One",), rule=a_rule(1))
    await badges.define(draft, programme=programme.id, id=ada.id, at=NOON, tx=tx)

    # Before its past is counted nobody has it, and what comes meanwhile is not counted twice.
    await facts.judged(ada, distance_m=500, tx=tx)
    await facts.judged(bob, distance_m=7, tx=tx)
    early = [await level(member, tx=tx) for member in (ada, bob)]
    await fill(tx=tx)
    await facts.judged(bob, distance_m=70, tx=tx)

    assert early == [0, 0]
    assert [await level(member, tx=tx) for member in (ada, bob)] == [1, 1]
    assert {row[0]: row[3] for row in await tallies(programme.id, tx=tx)} == {
        ada.id: 10_500,
        bob.id: 77,
    }


async def test_given_a_retired_badge_when_more_is_done_then_only_what_came_before_counts(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    far = await a_badge(ada.programme, tx=tx)
    run = await facts.judged(ada, distance_m=10_000, tx=tx)
    retired = await badges.retire(far.id, programme=ada.programme, at=NOON, tx=tx)

    await facts.judged(ada, distance_m=50_000, day=TODAY + timedelta(days=2), tx=tx)
    after = await level(ada, tx=tx)
    await facts.judged(ada, distance_m=10_000, day=TODAY - timedelta(days=2), tx=tx)
    late = await level(ada, tx=tx)
    await facts.judged_again(run, counts=False, points=0, tx=tx)

    assert retired.retired_at == NOON
    assert (after, late, await level(ada, tx=tx)) == (1, 2, 1)
