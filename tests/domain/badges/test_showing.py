"""Showing: what members are told of badges, and what they are not."""

from datetime import timedelta

import pytest

from domain import badges
from domain.badges import Origin, Period
from domain.badges.rarity import reckon_rarity
from domain.metrics import Filter, Metric
from infra import ids
from infra.db import Tx
from tests.domain.badges.shelves import a_badge, a_rule
from tests.support import facts, given
from tests.support.given import NOON

TODAY = NOON.date()


async def test_given_secret_badges_when_they_are_not_earned_then_only_their_number_is_told(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    far = await a_badge(ada.programme, tx=tx)
    hush = await a_badge(ada.programme, "hush", secret=True, rule=a_rule(5_000), tx=tx)
    await a_badge(ada.programme, "never", secret=True, rule=a_rule(10**9), tx=tx)

    before = await badges.shelf(ada, day=TODAY, limit=10, tx=tx)
    looked_up = await badges.show([far.id, hush.id], member=ada, day=TODAY, tx=tx)
    unknown = await badges.secrets(ada, tx=tx)
    await facts.judged(ada, distance_m=5_000, tx=tx)
    after = await badges.shelf(ada, day=TODAY, limit=10, tx=tx)

    assert [one.badge.key for one in before] == ["far"]
    assert (looked_up.keys(), unknown) == ({far.id}, 2)
    assert [(one.badge.key, one.level) for one in after] == [("far", 0), ("hush", 1)]
    assert await badges.secrets(ada, tx=tx) == 1
    with pytest.raises(badges.NoSuchBadge):
        await badges.show_one(ids.new(NOON), member=ada, day=TODAY, tx=tx)


async def test_given_badges_when_some_are_earned_then_the_shelf_can_be_asked_for_either_in_pages(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    for number in range(3):
        await a_badge(ada.programme, f"b{number}", rule=a_rule(3_000 * (number + 1)), tx=tx)
    old = await a_badge(ada.programme, "old", rule=a_rule(1), tx=tx)
    await badges.retire(old.id, programme=ada.programme, at=NOON - timedelta(days=9), tx=tx)
    await facts.judged(ada, distance_m=6_000, tx=tx)

    held, open_ = [
        [one.badge.key for one in await badges.shelf(ada, held=h, day=TODAY, limit=10, tx=tx)]
        for h in (True, False)
    ]
    (first,) = await badges.shelf(ada, day=TODAY, limit=1, tx=tx)
    rest = await badges.shelf(ada, day=TODAY, after=first.cursor, limit=10, tx=tx)

    assert (held, open_) == (["b0", "b1"], ["b2"])
    assert [first.badge.key, *(one.badge.key for one in rest)] == ["b0", "b1", "b2"]


async def test_given_a_badge_of_a_month_when_looked_at_then_the_progress_is_this_months(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    rule = a_rule(10_000, 50_000, period=Period.MONTH)
    await a_badge(ada.programme, rule=rule, tx=tx)
    last_month = TODAY.replace(day=1) - timedelta(days=1)
    await facts.judged(ada, distance_m=12_000, day=last_month, tx=tx)
    await facts.judged(ada, distance_m=3_000, day=TODAY, tx=tx)

    (shown,) = await badges.shelf(ada, day=TODAY, limit=10, tx=tx)

    assert (shown.level, shown.reached, shown.target) == (1, 3_000, 50_000)


async def test_given_many_members_when_rarity_is_reckoned_then_few_holders_are_not_told_of(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    people = [await given.a_member(programme, tx=tx) for _ in range(20)]
    far = await a_badge(programme.id, tx=tx)
    grants = [
        badges.Grant(
            ids.new(NOON), programme.id, who.id, far.id, 1 + (n < 9), Origin.REWARD, NOON, {}
        )
        for n, who in enumerate(people[:10])
    ]
    await badges.grant(grants, programme=programme.id, tx=tx)

    while await reckon_rarity(NOON, tx):
        pass

    found = await badges.rarities([far.id], programme=programme.id, tx=tx)
    assert {level: (r.holders, r.members, r.percent) for (_, level), r in found.items()} == {
        1: (10, 20, 50),
        2: (9, 20, None),
        3: (0, 20, None),
    }
    assert await reckon_rarity(NOON + timedelta(minutes=59), tx) == 0


def test_what_a_rule_asks_for_is_told_in_plain_words() -> None:
    early = Filter(from_minute=300, until_minute=420)
    rules = [
        a_rule(42_195, period=Period.ACTIVITY),
        a_rule(10, metric=Metric.DAYS, period=Period.MONTH, filter=early),
        a_rule(1_000, metric=Metric.POINTS, first_day=TODAY),
    ]

    assert [badges.told_rule(rule, 1) for rule in rules] == [
        "42.195 km in one go; counted: activities",
        "10 days in one calendar month; counted: activities, from 05:00 to 07:00",
        f"1,000 points; counted: activities, since {TODAY}",
    ]
