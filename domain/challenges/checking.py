"""Checking: whether what somebody asks of members can be asked at all. Pure.

Every number has a bound, so that whatever is summed up later stays far within 64 bits.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain import metrics, programmes
from domain.challenges import storing
from domain.challenges.errors import (
    BadAudience,
    BadBudget,
    BadChallenge,
    BadCriteria,
    BadMilestones,
    BadMode,
    BadPeriod,
    BadReward,
    BadTarget,
)
from domain.challenges.records import (
    Again,
    Audience,
    Criterion,
    Draft,
    Entry,
    Milestone,
    Mode,
    Reward,
    Span,
    Terms,
)
from domain.metrics import Metric

NAME_CHARACTERS_MAX = 80
DESCRIPTION_CHARACTERS_MAX = 2_000
WORD_CHARACTERS_MAX = 80
CODE_CHARACTERS_MAX = 40
BUDGET_MAX = 1_000_000_000
POINTS_MAX = 1_000_000
CRITERIA_MAX = 5
MILESTONES_MAX = 10
WORDS_MAX = 50
DAYS_MAX = 731
ROLLING_DAYS_MAX = 366
AHEAD = timedelta(days=731)
CUTOFF_HOURS_MAX = 336
WINNERS_MAX = 1_000_000
TEAMS_MAX = 100
TEAM_SIZE_MAX = 1_000
LEVEL_MAX = 1_000
# What one member could reach in two years at the utmost, in the unit of the metric.
TARGET_MAX = {
    Metric.COUNT: 100_000,
    Metric.DISTANCE: 100_000_000,
    Metric.DURATION: DAYS_MAX * 86_400,
    Metric.ELEVATION: 10_000_000,
    Metric.ENERGY: 1_000_000_000,
    Metric.STEPS: 100_000_000,
    Metric.POINTS: 100_000_000,
    Metric.DAYS: DAYS_MAX,
    Metric.PARTNERS: 1_000,
}
# And so many times as much all of them together.
TOGETHER = 100_000


def sound(draft: Draft, *, at: datetime, unpaid: bool = False) -> Draft:
    """The draft with its texts in their usual form.

    unpaid -- among members: there is no reward and no budget.
    Refuses, in this order: BadChallenge, BadPeriod, BadCriteria, for each criterion
    metrics.BadFilter and BadTarget, BadMilestones, BadReward, BadAudience, BadMode, BadBudget.
    """
    name, description = sound_words(draft.name, draft.description)
    terms = draft.terms
    _check_disclosure(draft)
    check_period(terms, at=at)
    _check_criteria(terms)
    _check_milestones(terms.milestones)
    _check_reward(terms.reward, "reward", unpaid=unpaid)
    audience = _sound_audience(terms.audience)
    _check_mode(terms)
    _check_budget(draft)
    terms = replace(
        terms,
        audience=audience,
        milestones=tuple(sorted(terms.milestones, key=lambda one: one.percent)),
    )
    return replace(draft, name=name, description=description, terms=terms)


def sound_words(name: str, description: str) -> tuple[str, str]:
    """A name and a description in their usual form. Raises BadChallenge."""
    name = _text("name", name, longest=NAME_CHARACTERS_MAX)
    if not name:
        raise BadChallenge("a challenge has a name", "name")
    return name, _text("description", description, longest=DESCRIPTION_CHARACTERS_MAX)


def check_period(terms: Terms, *, at: datetime) -> None:
    """Raises BadPeriod."""
    first, last = terms.first_day, terms.last_day
    _, closes_at, _ = _clocks(terms)
    if last < first:
        raise BadPeriod("it ends before it starts", "terms", "last_day")
    if (last - first).days >= DAYS_MAX:
        raise BadPeriod(f"it lasts {DAYS_MAX} days at most", "terms", "last_day")
    if closes_at <= at:
        raise BadPeriod("it is over already", "terms", "last_day")
    if first > at.date() + AHEAD:
        raise BadPeriod("it begins within two years", "terms", "first_day")
    if (terms.rolling_days is not None) != (terms.span is Span.ROLLING):
        raise BadPeriod("rolling days are for a rolling span", "terms", "rolling_days")
    if terms.rolling_days is not None and not 1 <= terms.rolling_days <= ROLLING_DAYS_MAX:
        raise BadPeriod(f"1 to {ROLLING_DAYS_MAX} rolling days", "terms", "rolling_days")
    if terms.again is not Again.NEVER and terms.span is not Span.ROLLING:
        raise BadPeriod("only a rolling challenge begins anew", "terms", "again")


def _clocks(terms: Terms) -> tuple[datetime, datetime, datetime]:
    """As storing.clocks, of days and hours that can be reckoned with. Raises BadPeriod."""
    if not date(2000, 1, 1) <= terms.first_day <= date(2100, 1, 1):
        raise BadPeriod("it begins in our days", "terms", "first_day")
    if not date(2000, 1, 1) <= terms.last_day <= date(2103, 1, 1):
        raise BadPeriod("it ends in our days", "terms", "last_day")
    if not 0 <= terms.cutoff_hours <= CUTOFF_HOURS_MAX:
        raise BadPeriod(f"a cut-off is 0 to {CUTOFF_HOURS_MAX} hours", "terms", "cutoff_hours")
    return storing.clocks(terms)


def _check_disclosure(draft: Draft) -> None:
    at = draft.disclosed_at
    if at is not None and at.date() > draft.terms.last_day:
        raise BadChallenge("it is disclosed before it is over", "disclosed_at")


def _check_criteria(terms: Terms) -> None:
    if not 1 <= len(terms.criteria) <= CRITERIA_MAX:
        raise BadCriteria(f"1 to {CRITERIA_MAX} criteria", "terms", "criteria")
    for place, one in enumerate(terms.criteria):
        path = ("terms", "criteria", str(place))
        metrics.check_filter(one.filter, within=(*path, "filter"))
        _check_target(one, terms, path)


def _check_target(one: Criterion, terms: Terms, path: tuple[str, ...]) -> None:
    together = TOGETHER if terms.mode is not Mode.INDIVIDUAL else 1
    most = TARGET_MAX[one.metric] * together
    if one.metric is Metric.DAYS and together == 1:
        most = _days(terms)
    if not 1 <= one.target <= most:
        raise BadTarget(f"a target of this is 1 to {most}", *path, "target")
    personal = one.personal
    if personal is None:
        return
    if terms.mode is not Mode.INDIVIDUAL:
        raise BadTarget("a group has no past of its own", *path, "personal")
    for field, number, highest in (
        ("percent", personal.percent, 1_000),
        ("weeks", personal.weeks, 52),
        ("at_least", personal.at_least, one.target),
    ):
        if not 1 <= number <= highest:
            raise BadTarget(f"{field} is 1 to {highest}", *path, "personal", field)


def _days(terms: Terms) -> int:
    """Days that one member has in one round, at most."""
    whole = (terms.last_day - terms.first_day).days + 1
    longest = {Span.WEEK: 7, Span.MONTH: 31, Span.ROLLING: terms.rolling_days or whole}
    return min(whole, longest.get(terms.span, whole))


def _check_milestones(milestones: Collection[Milestone]) -> None:
    if len(milestones) > MILESTONES_MAX:
        raise BadMilestones(f"{MILESTONES_MAX} milestones at most", "terms", "milestones")
    seen: set[int] = set()
    for place, one in enumerate(milestones):
        path = ("terms", "milestones", str(place))
        if not 1 <= one.percent <= 99:
            raise BadMilestones("a milestone lies at 1 to 99 percent", *path, "percent")
        if one.percent in seen:
            raise BadMilestones("two milestones lie at one place", *path, "percent")
        seen.add(one.percent)
        _check_reward(one.reward, "milestones", str(place), "reward")


def _check_reward(reward: Reward, *path: str, unpaid: bool = False) -> None:
    path = ("terms", *path)
    if reward == Reward() and not unpaid:
        raise BadReward("a reward gives something", *path)
    for field, number in (("points", reward.points), ("tier_credit", reward.tier_credit)):
        if not 0 <= number <= (0 if unpaid else POINTS_MAX):
            raise BadReward(f"{field} are 0 to {POINTS_MAX}", *path, field)
    for field, word in (("badge", reward.badge), ("unit", reward.unit)):
        if word is not None and not programmes.plain(word, longest=CODE_CHARACTERS_MAX):
            raise BadReward(f"a {field} is 1 to {CODE_CHARACTERS_MAX} characters", *path, field)
    if reward.level is not None and (reward.badge is None or not 1 <= reward.level <= 100):
        raise BadReward("a level is one of a badge", *path, "level")


def _sound_audience(audience: Audience) -> Audience:
    words = {name: getattr(audience, name) for name in ("segments", "tiers", "areas", "badges")}
    for name in ("segments", "tiers", "areas", "badges", "challenges"):
        if len(getattr(audience, name)) > WORDS_MAX:
            raise BadAudience(f"{WORDS_MAX} {name} at most", "terms", "audience", name)
    for name, said in words.items():
        words[name] = frozenset(
            programmes.plain(one, longest=WORD_CHARACTERS_MAX) or "" for one in said
        )
        if "" in words[name]:
            raise BadAudience(f"{name} are 1 to 80 characters each", "terms", "audience", name)
    if not 0 <= audience.level_min <= LEVEL_MAX:
        raise BadAudience(f"a level is 0 to {LEVEL_MAX}", "terms", "audience", "level_min")
    return replace(audience, **words)


def _check_mode(terms: Terms) -> None:
    grouped = terms.mode is not Mode.INDIVIDUAL
    if grouped and terms.span is not Span.FIXED:
        raise BadMode("a group has the days of the challenge", "terms", "span")
    if terms.mode is Mode.COMPETITIVE and terms.audience.entry is Entry.AUTOMATIC:
        raise BadMode("whoever competes chooses a team", "terms", "audience", "entry")
    if terms.winners_max is not None:
        if grouped or terms.span is not Span.FIXED:
            raise BadMode("the first win where all have the same days", "terms", "winners_max")
        if not 1 <= terms.winners_max <= WINNERS_MAX:
            raise BadMode(f"1 to {WINNERS_MAX} winners", "terms", "winners_max")
    if not 1 <= terms.teams_max <= TEAMS_MAX:
        raise BadMode(f"1 to {TEAMS_MAX} teams win", "terms", "teams_max")
    if not 2 <= terms.team_size_max <= TEAM_SIZE_MAX:
        raise BadMode(f"a team is 2 to {TEAM_SIZE_MAX}", "terms", "team_size_max")


def _check_budget(draft: Draft) -> None:
    price = draft.terms.price
    if not price and draft.budget:
        raise BadBudget("where no points are given there is no budget", "budget")
    if not price <= draft.budget <= BUDGET_MAX:
        raise BadBudget(f"a budget is {price} to {BUDGET_MAX} points here", "budget")


def _text(field: str, text: str, *, longest: int) -> str:
    plain = programmes.plain(text, longest=longest)
    if plain is None:
        raise BadChallenge(f"a {field} is plain text of {longest} characters at most", field)
    return plain
