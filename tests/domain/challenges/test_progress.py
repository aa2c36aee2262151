"""Progress is reckoned from facts alone: rounds, targets, percent, and when it was complete."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.activities import Type
from domain.challenges import (
    Again,
    Audience,
    Criterion,
    Entry,
    Milestone,
    Personal,
    Reward,
    Span,
    Terms,
    progress,
)
from domain.metrics import Fact, Filter, Metric
from tests.support import facts

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)
START = datetime(2026, 3, 2, tzinfo=UTC)
ADA = UUID(int=7)


def terms(*criteria: Criterion, **said: Any) -> Terms:
    words = {"reward": Reward(points=1), "first_day": MONDAY, "last_day": MONDAY + 60 * DAY}
    return Terms(criteria or (Criterion(Metric.DISTANCE, 5_000),), **{**words, **said})


def run(day: int, metres: int = 3_000, *, minute: int = 600, **words: Any) -> Fact:
    return facts.fact(ADA, day=MONDAY + day * DAY, minute=minute, distance_m=metres, **words)


def reckoned(one: Terms, *done: Fact, since: date = MONDAY, joined_at: datetime = START) -> Any:
    return progress.rounds(one, done, since=since, joined_at=joined_at)


ROLLING: dict[str, Any] = {"span": Span.ROLLING, "rolling_days": 10}
EXPIRY = {**ROLLING, "again": Again.ON_EXPIRY}
# Who takes part since the day after the first: the span, a day, its round and that one's days.
WINDOWS: list[tuple[str, dict[str, Any], int, tuple[int, int, int] | None]] = [
    ("a fixed one, its first day", {}, 0, (1, 0, 60)),
    ("a fixed one, the day after", {}, 61, None),
    ("a fixed one, the day before", {}, -1, None),
    ("rolling, before joining", ROLLING, 0, None),
    ("rolling, from joining", ROLLING, 1, (1, 1, 10)),
    ("rolling, once over", ROLLING, 11, None),
    ("rolling, again", EXPIRY, 11, (2, 11, 20)),
    ("rolling, cut by the end", EXPIRY, 60, (6, 51, 60)),
    ("a week", {"span": Span.WEEK}, 8, (2, 7, 13)),
    ("the week of joining, before it", {"span": Span.WEEK}, 0, (1, 0, 6)),
    ("a month that began before", {"span": Span.MONTH}, 3, (1, 0, 29)),
    ("the next month", {"span": Span.MONTH}, 30, (2, 30, 59)),
    ("a month cut by the end", {"span": Span.MONTH}, 60, (3, 60, 60)),
]


@pytest.mark.parametrize(("name", "said", "day", "found"), WINDOWS, ids=[w[0] for w in WINDOWS])
def test_a_day_lies_in_one_round_or_none(
    name: str, said: dict[str, Any], day: int, found: tuple[int, int, int] | None
) -> None:
    made = progress.window(terms(**said), since=MONDAY + DAY, day=MONDAY + day * DAY)

    wanted = None
    if found is not None:
        number, first, last = found
        wanted = progress.Window(number, MONDAY + first * DAY, MONDAY + last * DAY)
    assert made == wanted


def test_a_week_that_was_over_before_joining_is_nobodys() -> None:
    one = terms(span=Span.WEEK)

    assert progress.window(one, since=MONDAY + 8 * DAY, day=MONDAY + 6 * DAY) is None


def test_overall_progress_is_what_was_reached_up_to_each_target_by_all_targets() -> None:
    one = terms(Criterion(Metric.DISTANCE, 6_000), Criterion(Metric.DAYS, 4))

    (made,) = reckoned(one, run(0, 9_000), run(0, 1_000), run(1, 0))

    assert made.progress.reached == (10_000, 2)
    assert made.progress.percent == (6_000 + 2) * 100 // 6_004
    assert not made.progress.complete


def test_completion_is_when_the_activity_that_brought_the_last_part_ended() -> None:
    one = terms(Criterion(Metric.DISTANCE, 5_000), Criterion(Metric.COUNT, 2))
    first, second, third = run(0, 5_000), run(1, 1_000), run(2, 1_000)

    (made,) = reckoned(one, third, first, second)

    assert made.progress.completed_by == second.activity
    assert made.progress.completed_at == second.ended_at
    assert made.progress.reached_at == third.ended_at


def test_a_hundred_percent_is_not_told_before_it_is_complete() -> None:
    one = terms(Criterion(Metric.DISTANCE, 100_000), Criterion(Metric.COUNT, 10))

    (made,) = reckoned(one, run(0, 100_000))

    assert (made.progress.percent, made.progress.complete) == (99, False)


def test_what_does_not_count_or_came_before_joining_adds_nothing() -> None:
    joined = START + timedelta(hours=10)
    before = run(0, minute=599)

    late = reckoned(terms(), before, run(0, counts=False), joined_at=joined)
    early = reckoned(terms(from_joining=False), before, joined_at=joined)
    automatic = terms(audience=Audience(Entry.AUTOMATIC))

    assert late == []
    assert early[0].progress.reached == (3_000,)
    assert reckoned(automatic, before, joined_at=joined)[0].progress.reached == (3_000,)


def test_different_partners_count_once_each() -> None:
    one = terms(Criterion(Metric.PARTNERS, 3))
    sources = ("partner:north", "partner:south", "partner:north", "file")

    (made,) = reckoned(one, *(run(n, source=source) for n, source in enumerate(sources)))

    assert made.progress.reached == (2,)
    assert len(made.contributions) == 3


def test_a_round_that_begins_on_completion_begins_the_day_after_it() -> None:
    one = terms(again=Again.ON_COMPLETION, **ROLLING)
    surplus = run(1, minute=900)

    first, second = reckoned(one, run(0), run(1), surplus, run(2), since=MONDAY)

    assert first.window == progress.Window(1, MONDAY, MONDAY + DAY)
    assert first.progress.reached == (9_000,)
    assert second.window == progress.Window(2, MONDAY + 2 * DAY, MONDAY + 11 * DAY)
    assert second.progress.reached == (3_000,)


def test_a_round_that_is_not_completed_in_its_days_is_followed_by_none() -> None:
    one = terms(again=Again.ON_COMPLETION, **ROLLING)

    (only,) = reckoned(one, run(0), run(11, 9_000))

    assert only.progress.reached == (3_000,)


OWN = Personal(percent=110, weeks=4, at_least=2_000)
# What was run in the four weeks before, what a round of a week aims at then.
TARGETS = [
    ("nothing before", 0, 2_000),
    ("a usual week of 10 km", 40_000, 11_000),
    ("rounded up", 40_001, 11_001),
    ("never more than the target", 400_000, 50_000),
]


@pytest.mark.parametrize(("name", "before", "target"), TARGETS, ids=[t[0] for t in TARGETS])
def test_a_personal_target_is_so_much_more_than_a_usual_stretch(
    name: str, before: int, target: int
) -> None:
    runs = Filter(types=frozenset({Type.RUN}))
    one = terms(Criterion(Metric.DISTANCE, 50_000, runs, OWN), span=Span.WEEK)
    past = [run(-28, before), run(-29, 9_999), run(-1, 8_888, type=Type.RIDE)]

    (made,) = reckoned(one, *past, run(0))

    assert made.targets == (target,)
    assert progress.baseline(one, MONDAY) == (MONDAY - 28 * DAY, MONDAY - DAY)


def test_targets_of_a_round_that_has_begun_stay() -> None:
    one = terms(Criterion(Metric.DISTANCE, 50_000, personal=OWN), span=Span.WEEK)

    (made,) = progress.rounds(
        one, [run(0, 7_000)], since=MONDAY, joined_at=START, targets={1: (7_000,)}
    )

    assert (made.targets, made.progress.percent) == ((7_000,), 100)


def test_milestones_are_those_up_to_the_percent() -> None:
    one = terms(milestones=tuple(Milestone(p, Reward(points=1)) for p in (75, 25, 50)))

    assert [progress.milestones(one, p) for p in (24, 25, 74, 100)] == [
        (),
        (25,),
        (25, 50),
        (25, 50, 75),
    ]
