"""Reckon what a rule gives, and say so. Pure functions."""

from dataclasses import dataclass

from domain.points.records import Measure, Rule


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What came out: the measure paid for, points asked for, points given, and why."""

    measured: int
    wanted: int
    given: int
    text: str


def reckon(rule: Rule, *, metres: int, seconds: int, given_today: int) -> Reckoning:
    """What `rule` gives for an activity of that size.

    given_today -- points the rule has given the member for the same local day before.
    Parts of a point are not given.
    """
    measured = {Measure.METRES: metres, Measure.SECONDS: seconds, Measure.ACTIVITIES: 1}[
        rule.measure
    ]
    product = max(measured, 0) * rule.points
    wanted = product // rule.per
    given = min(wanted, max(rule.day_max - given_today, 0))
    text = _text(rule, measured, wanted, rounded=product % rule.per > 0)
    if given < wanted:
        text += f"; the limit of {rule.day_max} a day left {_points(given)}"
    return Reckoning(max(measured, 0), wanted, given, text)


def _text(rule: Rule, measured: int, wanted: int, *, rounded: bool) -> str:
    name, rate = rule.activity.lower().replace("_", " "), _points(rule.points)
    total = _points(wanted) + (", rounded down" if rounded else "")
    if rule.measure is Measure.ACTIVITIES:
        return f"1 {name} x {rate} = {total}"
    show, one = (_metres, "km") if rule.measure is Measure.METRES else (_seconds, "min")
    unit = one if rule.per == {"km": 1_000, "min": 60}[one] else show(rule.per)
    return f"{show(measured)} {name} x {rate} per {unit} = {total}"


def _points(count: int) -> str:
    return f"{count} point" if count == 1 else f"{count} points"


def _metres(count: int) -> str:
    if count < 1_000:
        return f"{count} m"
    thousands, rest = divmod(count, 1_000)
    return f"{thousands}.{rest:03}".rstrip("0").ljust(len(str(thousands)) + 2, "0") + " km"


def _seconds(count: int) -> str:
    minutes, seconds = divmod(count, 60)
    parts = ([f"{minutes} min"] if minutes else []) + (
        [f"{seconds} s"] if seconds or not minutes else []
    )
    return " ".join(parts)
