"""Telling: a challenge in plain words, as partners preview it and members read it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.activities import Type
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
from domain.challenges.telling import rules
from domain.metrics import Filter, Metric

EARLIER = UUID(int=7)
PLAIN = Terms(
    criteria=(Criterion(Metric.DISTANCE, 50_000),),
    reward=Reward(points=500),
    first_day=date(2026, 11, 1),
    last_day=date(2026, 11, 30),
)


def test_a_plain_challenge() -> None:
    assert list(rules(PLAIN)) == [
        "Reach 50 km.",
        "Your own local days from 1 November 2026 to 30 November 2026 count.",
        "Only what you begin after joining counts.",
        "What arrives late counts until 2 days after the last day has ended everywhere.",
        "You take part once you have joined.",
        "When it is complete you get 500 points.",
    ]


def test_a_challenge_with_everything() -> None:
    runs = Filter(types=frozenset({Type.RUN}), distance_min_m=3_000)
    terms = Terms(
        criteria=(
            Criterion(Metric.DISTANCE, 100_000, runs, Personal(110, weeks=4, at_least=5_000)),
            Criterion(Metric.DAYS, 1),
        ),
        reward=Reward(points=1, badge="runner", level=2, unit="SHIRT", tier_credit=20),
        milestones=(Milestone(75, Reward(unit="CAP")), Milestone(50, Reward(points=1_500))),
        audience=Audience(
            entry=Entry.INVITED,
            segments=frozenset({"new", "idle"}),
            tiers=frozenset({"gold"}),
            areas=frozenset({"Graz"}),
            level_min=3,
            challenges=frozenset({EARLIER, UUID(int=8)}),
            badges=frozenset({"starter"}),
        ),
        first_day=date(2026, 11, 1),
        last_day=date(2027, 1, 31),
        span=Span.ROLLING,
        rolling_days=14,
        again=Again.ON_EXPIRY,
        from_joining=False,
        cutoff_hours=5,
        winners_max=1_000,
    )

    assert list(rules(terms, names={EARLIER: "Spring 5k", "starter": "Starter"})) == [
        "Reach all of this: 10 % more than was usual in your last 4 weeks: at least 5 km and at"
        " most 100 km, with runs of at least 3 km; 1 day.",
        "Your progress is what you reached, each part up to its target, out of all targets"
        " together.",
        "You have 14 days from the day you join, between 1 November 2026 and 31 January 2027.",
        "It begins anew the day after your days are over.",
        "What you did in these days before joining counts, too.",
        "What arrives late counts until 5 hours after the last day has ended everywhere.",
        "You take part by accepting an invitation.",
        "It is for members in the segment idle or new.",
        "It is for members of the tier gold.",
        "It is for members who live in Graz.",
        "It is for members of level 3 or higher.",
        "You must have completed Spring 5k and another challenge before.",
        "You must already have the badge Starter.",
        "At 50 % you get 1,500 points.",
        "At 75 % you get the reward CAP.",
        "When it is complete you get 1 point, the badge runner at level 2, the reward SHIRT and"
        " 20 points towards a tier.",
        "Only the first 1,000 to complete it get that, by when the activity ended that completed"
        " it; it is decided once nothing late counts any more.",
    ]


def test_what_is_done_together_and_against_each_other() -> None:
    together = replace(PLAIN, mode=Mode.COOPERATIVE)
    against = replace(PLAIN, mode=Mode.COMPETITIVE, team_size_max=5, teams_max=3)

    assert "All who take part work towards the same target together." in rules(together)
    line = "Teams of at most 5 members compete; the 3 best teams win at the end."
    assert line in rules(against)


def test_rounds_entries_and_ends() -> None:
    weekly = replace(PLAIN, span=Span.WEEK, cutoff_hours=0, winners_max=1)
    by_itself = replace(PLAIN, audience=Audience(entry=Entry.AUTOMATIC))

    assert rules(weekly)[1] == (
        "Each week from Monday to Sunday is a round of its own, from 1 November 2026 to"
        " 30 November 2026."
    )
    assert "What arrives after the last day has ended everywhere counts no more." in rules(weekly)
    assert any(line.startswith("Only the first one to") for line in rules(weekly))
    assert "You take part by your first activity that counts." in rules(by_itself)
    assert not any("joining" in line for line in rules(by_itself))


def test_a_personal_target_of_no_more_and_of_less() -> None:
    lines = [
        rules(replace(PLAIN, criteria=(Criterion(Metric.STEPS, 9_000, personal=personal),)))[0]
        for personal in (Personal(100, weeks=1, at_least=100), Personal(90, weeks=2, at_least=1))
    ]

    assert lines == [
        "Reach as much as was usual in your last week: at least 100 steps and at most 9,000 steps.",
        "Reach 10 % less than was usual in your last 2 weeks: at least 1 step and at most"
        " 9,000 steps.",
    ]
