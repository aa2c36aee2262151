"""What can be asked of members, and what cannot: a row for each fault."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.activities import Proof, Type
from domain.challenges import (
    Again,
    Audience,
    BadAudience,
    BadBudget,
    BadChallenge,
    BadCriteria,
    BadMilestones,
    BadMode,
    BadPeriod,
    BadReward,
    BadTarget,
    Criterion,
    Draft,
    Entry,
    Milestone,
    Mode,
    Personal,
    Reward,
    Span,
    Terms,
    checking,
    writing,
)
from domain.metrics import BadFilter, Filter, Metric
from infra import ids
from infra.errors import Refused
from tests.domain.challenges.making import DAY, FIVE_KM, TODAY, draft, terms
from tests.support.given import NOON

ROLLING = {"span": Span.ROLLING, "rolling_days": 7}
TEN = Reward(points=10)


def asks(metric: Metric, target: int, **said: Any) -> dict[str, Any]:
    return {"criteria": (Criterion(metric, target, **said),)}


def mine(**said: Any) -> dict[str, Any]:
    words = {"percent": 110, "weeks": 4, "at_least": 1_000, **said}
    return asks(Metric.DISTANCE, 50_000, personal=Personal(**words))


def at(*percents: int) -> dict[str, Any]:
    return {"milestones": tuple(Milestone(percent, TEN) for percent in percents)}


def who(**said: Any) -> dict[str, Any]:
    return {"audience": Audience(**said)}


TARGET = "terms.criteria.0.target"
# What is said, how it is refused, and where the fault is.
FAULTS: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("no name", {"name": " "}, BadChallenge, "name"),
    ("a long name", {"name": "x" * 81}, BadChallenge, "name"),
    ("a name of signs", {"name": "a\x00b"}, BadChallenge, "name"),
    ("a long text", {"description": "x" * 2_001}, BadChallenge, "description"),
    ("a secret for ever", {"disclosed_at": NOON + 10 * DAY}, BadChallenge, "disclosed_at"),
    ("ends before it starts", {"last_day": TODAY - DAY}, BadPeriod, "terms.last_day"),
    (
        "is over",
        {"first_day": TODAY - 9 * DAY, "last_day": TODAY - DAY},
        BadPeriod,
        "terms.last_day",
    ),
    ("too long", {"last_day": TODAY + 731 * DAY}, BadPeriod, "terms.last_day"),
    (
        "too far ahead",
        {"first_day": TODAY + 732 * DAY, "last_day": TODAY + 733 * DAY},
        BadPeriod,
        "terms.first_day",
    ),
    ("the first of all days", {"first_day": date.min}, BadPeriod, "terms.first_day"),
    ("the last of all days", {"last_day": date.max}, BadPeriod, "terms.last_day"),
    ("rolling, no days", {"span": Span.ROLLING}, BadPeriod, "terms.rolling_days"),
    ("rolling days, fixed", {"rolling_days": 7}, BadPeriod, "terms.rolling_days"),
    ("zero days", {**ROLLING, "rolling_days": 0}, BadPeriod, "terms.rolling_days"),
    ("more days than a year", {**ROLLING, "rolling_days": 367}, BadPeriod, "terms.rolling_days"),
    ("again, but fixed", {"again": Again.ON_EXPIRY}, BadPeriod, "terms.again"),
    ("a negative cut-off", {"cutoff_hours": -1}, BadPeriod, "terms.cutoff_hours"),
    ("an endless cut-off", {"cutoff_hours": 337}, BadPeriod, "terms.cutoff_hours"),
    ("nothing to do", {"criteria": ()}, BadCriteria, "terms.criteria"),
    ("too much to do", {"criteria": (FIVE_KM,) * 6}, BadCriteria, "terms.criteria"),
    ("a target of zero", asks(Metric.COUNT, 0), BadTarget, TARGET),
    ("a negative target", asks(Metric.DISTANCE, -5_000), BadTarget, TARGET),
    ("an absurd target", asks(Metric.DISTANCE, 100_000_001), BadTarget, TARGET),
    ("a target beyond 64 bits", asks(Metric.STEPS, 2**70), BadTarget, TARGET),
    ("more days than there are", asks(Metric.DAYS, 11), BadTarget, TARGET),
    ("a week of eight days", {**asks(Metric.DAYS, 8), "span": Span.WEEK}, BadTarget, TARGET),
    (
        "the second target",
        {"criteria": (FIVE_KM, Criterion(Metric.COUNT, 0))},
        BadTarget,
        "terms.criteria.1.target",
    ),
    ("no better than nothing", mine(percent=0), BadTarget, "terms.criteria.0.personal.percent"),
    ("a hundredfold", mine(percent=1_001), BadTarget, "terms.criteria.0.personal.percent"),
    ("no past", mine(weeks=0), BadTarget, "terms.criteria.0.personal.weeks"),
    ("a long past", mine(weeks=53), BadTarget, "terms.criteria.0.personal.weeks"),
    ("at least nothing", mine(at_least=0), BadTarget, "terms.criteria.0.personal.at_least"),
    (
        "at least too much",
        mine(at_least=50_001),
        BadTarget,
        "terms.criteria.0.personal.at_least",
    ),
    (
        "a group's own past",
        {**mine(), "mode": Mode.COOPERATIVE},
        BadTarget,
        "terms.criteria.0.personal",
    ),
    (
        "a filter nothing fits",
        asks(Metric.COUNT, 3, filter=Filter(weekdays=frozenset({8}))),
        BadFilter,
        "terms.criteria.0.filter.weekdays",
    ),
    ("a milestone at zero", at(0), BadMilestones, "terms.milestones.0.percent"),
    ("a milestone at the end", at(50, 100), BadMilestones, "terms.milestones.1.percent"),
    ("overlapping milestones", at(25, 50, 50), BadMilestones, "terms.milestones.2.percent"),
    ("eleven milestones", at(*range(1, 12)), BadMilestones, "terms.milestones"),
    (
        "a milestone for nothing",
        {"milestones": (Milestone(50, Reward()),)},
        BadReward,
        "terms.milestones.0.reward",
    ),
    ("no reward", {"reward": Reward()}, BadReward, "terms.reward"),
    ("a negative reward", {"reward": Reward(points=-1)}, BadReward, "terms.reward.points"),
    ("an absurd reward", {"reward": Reward(points=10**6 + 1)}, BadReward, "terms.reward.points"),
    (
        "negative tier credit",
        {"reward": Reward(points=1, tier_credit=-1)},
        BadReward,
        "terms.reward.tier_credit",
    ),
    ("a badge of no name", {"reward": Reward(badge="")}, BadReward, "terms.reward.badge"),
    ("a unit of no name", {"reward": Reward(unit=" ")}, BadReward, "terms.reward.unit"),
    ("a level of nothing", {"reward": Reward(points=1, level=1)}, BadReward, "terms.reward.level"),
    (
        "too many labels",
        who(areas=frozenset(map(str, range(51)))),
        BadAudience,
        "terms.audience.areas",
    ),
    ("an empty label", who(tiers=frozenset({" "})), BadAudience, "terms.audience.tiers"),
    ("a negative level", who(level_min=-1), BadAudience, "terms.audience.level_min"),
    ("a group each week", {"mode": Mode.COOPERATIVE, "span": Span.WEEK}, BadMode, "terms.span"),
    (
        "a team by itself",
        {"mode": Mode.COMPETITIVE, **who(entry=Entry.AUTOMATIC)},
        BadMode,
        "terms.audience.entry",
    ),
    ("winners of weeks", {"winners_max": 3, "span": Span.WEEK}, BadMode, "terms.winners_max"),
    (
        "winners in a group",
        {"winners_max": 3, "mode": Mode.COOPERATIVE},
        BadMode,
        "terms.winners_max",
    ),
    ("no winner", {"winners_max": 0}, BadMode, "terms.winners_max"),
    ("a million and one", {"winners_max": 1_000_001}, BadMode, "terms.winners_max"),
    ("no team wins", {"teams_max": 0}, BadMode, "terms.teams_max"),
    ("a team of one", {"team_size_max": 1}, BadMode, "terms.team_size_max"),
    ("below one completion", {"budget": 99}, BadBudget, "budget"),
    ("below its milestones", {"budget": 119, **at(25, 50)}, BadBudget, "budget"),
    ("an absurd budget", {"budget": 1_000_000_001}, BadBudget, "budget"),
    ("a budget for a badge", {"reward": Reward(badge="early")}, BadBudget, "budget"),
    # Two faults: the one that is looked for first is told.
    ("name, period", {"name": "", "last_day": TODAY - DAY}, BadChallenge, "name"),
    (
        "period, target",
        {"last_day": TODAY - DAY, **asks(Metric.COUNT, 0)},
        BadPeriod,
        "terms.last_day",
    ),
    ("target, budget", {**asks(Metric.COUNT, 0), "budget": 1}, BadTarget, TARGET),
    (
        "milestone, reward",
        {**at(0), "reward": Reward()},
        BadMilestones,
        "terms.milestones.0.percent",
    ),
    (
        "audience, mode",
        {**who(level_min=-1), "winners_max": 0},
        BadAudience,
        "terms.audience.level_min",
    ),
    ("mode, budget", {"winners_max": 0, "budget": 1}, BadMode, "terms.winners_max"),
]


@pytest.mark.parametrize(
    ("said", "refusal", "path"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_what_cannot_be_asked_is_refused_where_it_is_said(
    said: dict[str, Any], refusal: type[Refused], path: str
) -> None:
    with pytest.raises(refusal) as refused:
        checking.sound(draft(**said), at=NOON)

    assert type(refused.value) is refusal
    assert ".".join(refused.value.path) == path


SOUND: list[tuple[str, dict[str, Any]]] = [
    ("one day", {"last_day": TODAY}),
    ("two years", {"last_day": TODAY + 730 * DAY}),
    ("just one completion", {"budget": 100}),
    ("just one with milestones", {"budget": 120, **at(25, 50)}),
    ("only a badge", {"reward": Reward(badge="early", level=2), "budget": 0}),
    ("only tier credit", {"reward": Reward(tier_credit=5), "budget": 0}),
    ("every day", asks(Metric.DAYS, 10)),
    ("a thousand members' metres", {**asks(Metric.DISTANCE, 10**9), "mode": Mode.COOPERATIVE}),
    ("one's own past", mine()),
    ("teams", {"mode": Mode.COMPETITIVE, "teams_max": 3, "team_size_max": 2}),
    ("anew and anew", {**ROLLING, "again": Again.ON_COMPLETION}),
    ("the first ten", {"winners_max": 10, "cutoff_hours": 0}),
]


@pytest.mark.parametrize("said", [row[1] for row in SOUND], ids=[row[0] for row in SOUND])
def test_what_can_be_asked_is_taken_as_it_is(said: dict[str, Any]) -> None:
    asked = draft(**said)

    assert checking.sound(asked, at=NOON) == asked


def test_texts_are_trimmed_and_milestones_sorted() -> None:
    asked = draft(name=" Fünf ", **at(50, 25), **who(areas=frozenset({" Graz "})))

    sound = checking.sound(asked, at=NOON)

    assert (sound.name, sound.terms.audience.areas) == ("Fünf", frozenset({"Graz"}))
    assert [one.percent for one in sound.terms.milestones] == [25, 50]


def test_among_members_there_is_no_reward_and_no_budget() -> None:
    bare = Draft(name="We two", terms=terms(reward=Reward()))

    assert checking.sound(bare, at=NOON, unpaid=True) == bare
    with pytest.raises(BadReward):
        checking.sound(replace(bare, terms=terms()), at=NOON, unpaid=True)


REWARDS = st.builds(
    Reward,
    points=st.integers(0, 100),
    badge=st.none() | st.text(max_size=5),
    level=st.none() | st.integers(1, 3),
    unit=st.none() | st.text(max_size=5),
    tier_credit=st.integers(0, 9),
)
FILTERS = st.builds(
    Filter,
    types=st.frozensets(st.sampled_from(Type)),
    partners=st.frozensets(st.text(max_size=3), max_size=2),
    distance_min_m=st.integers(0, 9),
    proof_min=st.sampled_from(Proof),
    weekdays=st.frozensets(st.integers(1, 7)),
    cells=st.frozensets(st.integers(0, 2**63 - 1), max_size=2),
)
CRITERIA = st.builds(
    Criterion,
    metric=st.sampled_from(Metric),
    target=st.integers(1, 9),
    filter=FILTERS,
    personal=st.none() | st.builds(Personal, st.integers(1, 9), st.integers(1, 9), st.just(1)),
)
AUDIENCES = st.builds(
    Audience,
    entry=st.sampled_from(Entry),
    segments=st.frozensets(st.text(max_size=3), max_size=2),
    areas=st.frozensets(st.text(max_size=3), max_size=2),
    level_min=st.integers(0, 9),
    challenges=st.frozensets(st.just(ids.new(NOON)), max_size=1),
    badges=st.frozensets(st.text(max_size=3), max_size=2),
)
TERMS = st.builds(
    Terms,
    criteria=st.lists(CRITERIA, min_size=1, max_size=2).map(tuple),
    reward=REWARDS,
    first_day=st.just(TODAY),
    last_day=st.dates(TODAY, TODAY + timedelta(days=9)),
    milestones=st.lists(st.builds(Milestone, st.integers(1, 99), REWARDS), max_size=2).map(tuple),
    audience=AUDIENCES,
    span=st.sampled_from(Span),
    rolling_days=st.none() | st.integers(1, 9),
    again=st.sampled_from(Again),
    mode=st.sampled_from(Mode),
    from_joining=st.booleans(),
    cutoff_hours=st.integers(0, 99),
    winners_max=st.none() | st.integers(1, 9),
    teams_max=st.integers(1, 9),
    team_size_max=st.integers(2, 9),
)


@drawn(TERMS)
def test_terms_are_read_as_they_were_written(asked: Terms) -> None:
    text = writing.write(asked)

    assert writing.read(text) == asked
    assert writing.write(writing.read(text)) == text
