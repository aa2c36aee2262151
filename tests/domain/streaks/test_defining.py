"""Streaks are defined, counted from their first day, changed from some day on, and retired."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain import badges, ledger, metrics, streaks
from domain.metrics import Filter, Metric
from domain.streaks import Cadence, Lapse, Milestone
from domain.streaks.recounting import catch_up
from domain.streaks.writing import read, write
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.streaks.streaking import (
    DAY,
    NOON,
    TODAY,
    a_streak,
    calendar,
    count,
    draft,
    now,
    rolled,
    run_on,
    runs,
    terms,
    told,
)
from tests.support import given
from tests.support.facts import judged

BROKEN = "UPDATE streak_keeping SET marks = '\\x01', length = 1, best = 1 WHERE member = $1"
WRONG = "UPDATE streak_amount SET amount = amount + 1 WHERE member = $1"

FAULTS: list[tuple[str, dict[str, Any], dict[str, Any], type[Refused], tuple[str, ...]]] = [
    ("name", {"name": " "}, {}, streaks.BadStreak, ("name",)),
    ("description", {"description": "x" * 501}, {}, streaks.BadStreak, ("description",)),
    ("grace", {"grace_hours": 25}, {}, streaks.BadStreak, ("grace_hours",)),
    ("long ago", {"first_day": date(2020, 1, 6)}, {}, streaks.BadStreak, ("first_day",)),
    ("no Monday", {"cadence": Cadence.WEEKLY, "first_day": TODAY - timedelta(TODAY.weekday() - 1)},
     {}, streaks.BadStreak, ("first_day",)),
    ("nothing", {}, {"minimum": 0}, streaks.BadStreak, ("terms", "minimum")),
    ("two days a day", {}, {"metric": Metric.DAYS, "minimum": 2}, streaks.BadStreak,
     ("terms", "minimum")),
    ("filter", {}, {"filter": Filter(from_minute=3)}, metrics.BadFilter,
     ("terms", "filter", "until_minute")),
    ("freezes", {}, {"freezes_max": 31}, streaks.BadStreak, ("terms", "freezes_max")),
    ("no way to one", {}, {"freezes_max": 1}, streaks.BadStreak, ("terms", "freezes_max")),
    ("none to earn", {}, {"freeze_every": 3}, streaks.BadStreak, ("terms", "freeze_every")),
    ("all and a size", {}, {"lapse_size": 1}, streaks.BadStreak, ("terms", "lapse_size")),
    ("all of a share", {}, {"lapse": Lapse.SHARE, "lapse_size": 100}, streaks.BadStreak,
     ("terms", "lapse_size")),
    ("repair never", {}, {"repair_price": 5}, streaks.BadStreak, ("terms", "repair_periods")),
    ("repair for nothing", {}, {"repair_periods": 5}, streaks.BadStreak,
     ("terms", "repair_periods")),
    ("overlapping", {}, {"milestones": (Milestone(3, 1), Milestone(3, 2))}, streaks.BadStreak,
     ("terms", "milestones", "1", "length")),
    ("empty", {}, {"milestones": (Milestone(3),)}, streaks.BadStreak, ("terms", "milestones", "0")),
    ("badge", {}, {"milestones": (Milestone(3, badge="gold", level=1),)}, badges.NoSuchBadge, ()),
    # Two faults: the one that is looked for first is told.
    ("name, minimum", {"name": ""}, {"minimum": 0}, streaks.BadStreak, ("name",)),
    ("minimum, filter", {}, {"minimum": 0, "filter": Filter(from_minute=3)}, streaks.BadStreak,
     ("terms", "minimum")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "rules", "refusal", "path"), [row[1:] for row in FAULTS], ids=[r[0] for r in FAULTS]
)
async def test_given_a_fault_when_defined_then_refused_in_order_with_its_place(
    words: dict[str, Any],
    rules: dict[str, Any],
    refusal: type[Refused],
    path: tuple[str, ...],
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    said = replace(draft(), terms=terms(**rules), **words)

    with pytest.raises(refusal) as refused:
        await streaks.define(said, programme=club.id, id=ids.new(NOON), at=NOON, tx=tx)

    assert refused.value.path == path
    assert await streaks.every(club.id, tx=tx) == []


async def test_given_a_streak_when_defined_again_then_the_same_or_refused_for_other_words(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    id = ids.new(NOON)
    first = await streaks.define(draft(), programme=club.id, id=id, at=NOON, tx=tx)

    again = await streaks.define(draft(), programme=club.id, id=id, at=NOON + DAY, tx=tx)

    assert again == first
    with pytest.raises(ledger.KeyReused):
        await streaks.define(draft(minimum=2), programme=club.id, id=id, at=NOON, tx=tx)


async def test_given_fifty_streaks_when_one_more_is_defined_then_refused_until_one_is_retired(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    made = [
        await streaks.define(draft(), programme=club.id, id=ids.new(NOON), at=NOON, tx=tx)
        for _ in range(50)
    ]

    with pytest.raises(streaks.TooManyStreaks):
        await streaks.define(draft(), programme=club.id, id=ids.new(NOON), at=NOON, tx=tx)
    await streaks.retire(made[0].id, programme=club.id, at=NOON, tx=tx)

    await streaks.define(draft(), programme=club.id, id=ids.new(NOON), at=NOON, tx=tx)


async def test_given_what_was_done_before_it_was_defined_when_caught_up_then_it_counts(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, zone="UTC", tx=tx)
    for day in (-3, -2, -1):
        await judged(ada, day=TODAY + day * DAY, minute=660, tx=tx)
    late = await streaks.define(
        draft(milestones=(Milestone(3, points=9),)),
        programme=club.id,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )

    while await catch_up(NOON, tx):
        pass

    there = await now(ada, late, tx)
    assert (there.length, calendar(there, 4)) == (3, "KKKO")
    assert [event.points for event in told(tx, streaks.MilestoneReached)] == [9]


async def test_given_rows_that_are_wrong_when_rebuilt_then_they_are_as_from_scratch(tx: Tx) -> None:
    ada, streak = await a_streak(tx, milestones=(Milestone(2, points=9),))
    for day in (-3, -2, -1):
        await judged(ada, day=TODAY + day * DAY, minute=660, tx=tx)
    await catch_up(NOON, tx)
    right = await now(ada, streak, tx)
    await tx.run(BROKEN, ada.id)
    await tx.run(WRONG, ada.id)

    await streaks.rebuild(programme=ada.programme, tx=tx)
    while await catch_up(NOON, tx):
        pass

    assert await now(ada, streak, tx) == right
    assert right.length == 3
    await count(tx, run_on(ada, 0))
    assert len(told(tx, streaks.MilestoneReached)) == 1


async def test_given_other_terms_when_they_begin_then_each_period_is_judged_by_its_own(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx)
    altered = await streaks.alter(
        streak.id,
        terms=terms(minimum=2),
        since=TODAY - 2 * DAY,
        programme=ada.programme,
        at=NOON - 5 * DAY,
        tx=tx,
    )
    assert [one.since for one in altered.versions] == [streak.first_day, TODAY - 2 * DAY]

    await runs(ada, tx, -4, -3, -2, -1, -1)

    there = await now(ada, streak, tx)
    assert (there.length, calendar(there, 5)) == (1, "KKMKO")


async def test_given_a_retired_streak_when_its_last_day_is_over_then_it_stays_as_it_is(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx)
    await runs(ada, tx, -4, -3, -2)
    await streaks.retire(streak.id, programme=ada.programme, at=NOON - 3 * DAY, tx=tx)

    await rolled(tx, NOON)
    await runs(ada, tx, -1)

    there = await now(ada, streak, tx)
    assert (there.length, there.state, there.due_by) == (3, streaks.Today.OVER, None)


def test_terms_are_read_as_they_were_written() -> None:
    said = terms(
        filter=Filter(weekdays=frozenset({1, 2})),
        freezes_max=2,
        freeze_price=4,
        lapse=Lapse.STEPS,
        lapse_size=2,
        milestones=(Milestone(3, points=1), Milestone(9, badge="gold", level=2, again=True)),
    )
    versions = (
        streaks.Version(TODAY, terms()),
        streaks.Version(TODAY + DAY, said),
    )

    assert read(write(versions)) == versions
