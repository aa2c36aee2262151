"""Rehearsing: a challenge in days that are over, and what it would have come to there."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.challenges import (
    Again,
    Audience,
    Criterion,
    Entry,
    Milestone,
    Mode,
    Personal,
    Reward,
    Span,
    Terms,
)
from domain.challenges.estimating import Estimate, exactly
from domain.challenges.rehearsing import (
    Rehearsal,
    looked_at,
    moved,
    rehearse,
    rounds_max,
    together,
)
from domain.metrics import Metric
from tests.support.facts import fact

ADA, BOB = UUID(int=1), UUID(int=2)
TODAY = date(2026, 11, 20)
PLAIN = Terms(
    criteria=(Criterion(Metric.DISTANCE, 10_000),),
    reward=Reward(points=100),
    first_day=date(2026, 12, 1),
    last_day=date(2026, 12, 14),
    milestones=(Milestone(50, Reward(points=5)),),
)


def days(first: str, last: str, **words: object) -> Terms:
    span = {"first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last)}
    return replace(PLAIN, **span, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "first", "last"),
    [
        (days("2026-12-01", "2026-12-14"), "2026-11-03", "2026-11-16"),
        (days("2026-11-19", "2026-11-20"), "2026-11-12", "2026-11-13"),
        (days("2026-01-01", "2026-01-31"), "2026-01-01", "2026-01-31"),
        (days("2027-01-01", "2027-01-31", span=Span.MONTH), "2026-10-01", "2026-10-31"),
        (days("2026-12-01", "2027-02-28", span=Span.MONTH), "2026-08-01", "2026-10-31"),
        (days("2026-12-30", "2027-03-30", span=Span.MONTH), "2026-07-30", "2026-10-30"),
    ],
)
def test_a_challenge_is_moved_to_the_latest_days_most_like_its_own(
    terms: Terms, first: str, last: str
) -> None:
    past = moved(terms, before=TODAY)

    assert (past.first_day.isoformat(), past.last_day.isoformat()) == (first, last)
    if terms.span is not Span.MONTH:
        assert past.first_day.weekday() == terms.first_day.weekday()
        assert past.last_day - past.first_day == terms.last_day - terms.first_day


def test_what_members_did_then_is_put_through_the_rules() -> None:
    past = moved(PLAIN, before=TODAY)
    runs = {
        ADA: [_run(ADA, 3, 6_000), _run(ADA, 4, 5_000)],
        BOB: [_run(BOB, 5, 5_500), _run(BOB, 2, 9_000), _run(BOB, 18, 9_000)],
    }

    seen = rehearse(past, runs, sampled=10)

    assert seen == Rehearsal(10, 2, 1, 10, (16_500,), (11_000**2 + 5_500**2,), (11_000,))


def test_personal_targets_look_back_before_those_days() -> None:
    own = (Criterion(Metric.DISTANCE, 90_000, personal=Personal(150, weeks=2, at_least=1)),)
    past = moved(replace(PLAIN, criteria=own), before=TODAY)
    runs = {ADA: [_run(ADA, 1, 4_000), _run(ADA, 3, 5_900)]}

    assert looked_at(past) == (date(2026, 10, 20), date(2026, 11, 16))
    assert rehearse(past, runs, sampled=1).completions == 0
    runs[ADA].append(_run(ADA, 4, 100))
    assert rehearse(past, runs, sampled=1).completions == 1


def test_who_comes_in_by_an_activity_has_their_days_from_it_on() -> None:
    rolling = replace(PLAIN, span=Span.ROLLING, rolling_days=3)
    runs = {ADA: [_run(ADA, 10, 5_000), _run(ADA, 12, 5_000)]}

    by_itself = replace(rolling, audience=Audience(entry=Entry.AUTOMATIC))

    assert rehearse(moved(rolling, before=TODAY), runs, sampled=1).completions == 0
    assert rehearse(moved(by_itself, before=TODAY), runs, sampled=1).completions == 1


@pytest.mark.parametrize(
    ("terms", "most"),
    [
        (PLAIN, 1),
        (replace(PLAIN, span=Span.WEEK), 3),
        (days("2026-12-07", "2026-12-20", span=Span.WEEK), 2),
        (days("2026-12-01", "2027-02-01", span=Span.MONTH), 3),
        (replace(PLAIN, span=Span.ROLLING, rolling_days=5), 1),
        (replace(PLAIN, span=Span.ROLLING, rolling_days=5, again=Again.ON_EXPIRY), 3),
        (replace(PLAIN, span=Span.ROLLING, rolling_days=5, again=Again.ON_COMPLETION), 14),
    ],
)
def test_how_often_it_can_be_completed(terms: Terms, most: int) -> None:
    assert rounds_max(terms) == most


def test_together_many_reach_what_few_do_not() -> None:
    shared = replace(
        PLAIN, mode=Mode.COOPERATIVE, criteria=(Criterion(Metric.DISTANCE, 1_000_000),)
    )
    seen = Rehearsal(100, 50, 0, 0, (500_000,), (5_000_000_000,), (10_000,))

    assert together(shared, seen, exactly(100)) == (32, 50, 67)
    assert together(shared, seen, exactly(1_000)) == (100, 100, 100)
    assert together(shared, seen, Estimate(None, 0, 1_000)) == (0, None, 100)
    assert together(shared, Rehearsal(0, 0, 0, 0, (0,), (0,), (0,)), exactly(9)) == (0, None, 100)


def _run(member: UUID, day: int, metres: int) -> object:
    return fact(member, day=date(2026, 11, 1) + timedelta(days=day - 1), distance_m=metres)
