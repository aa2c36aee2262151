"""Telling: what a badge asks for, in plain English. Pure."""

from collections.abc import Mapping

from domain import metrics
from domain.badges.records import Badge, Period, Rule

SECRET = "A secret badge: how it is earned is for its finders to know."
GIVEN = "Given by {programme} for something that its rules do not count."
PERIODS: Mapping[Period, str] = {
    Period.LIFETIME: "",
    Period.MONTH: " in one calendar month",
    Period.DAY: " in one day",
    Period.ACTIVITY: " in one go",
}


def told_level(badge: Badge, level: int) -> str:
    """The badge and the level: "Far (Silver)"; of one that has only one level, its name."""
    return f"{badge.name} ({badge.levels[level - 1]})" if len(badge.levels) > 1 else badge.name


def told_rule(rule: Rule, level: int) -> str:
    """What the level asks for: "42.195 km in one go; counted: runs"."""
    threshold = metrics.told(rule.metric, rule.thresholds[level - 1])
    counted = metrics.told_filter(rule.filter)
    since = f", since {rule.first_day.isoformat()}" if rule.first_day else ""
    return f"{threshold}{PERIODS[rule.period]}; counted: {counted}{since}"


def told_criteria(badge: Badge, level: int, *, programme: str) -> str:
    """What the world is told of how the level is earned."""
    if badge.secret:
        return SECRET
    if badge.rule is None:
        return GIVEN.format(programme=programme)
    return f"{told_rule(badge.rule, level)}."
