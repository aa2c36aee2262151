"""Tell in plain English what a rule gave and why. Pure functions."""

import math
from collections.abc import Sequence

from domain.activities import Type
from domain.points.reckoning import FACTOR_MAX, Reckoning, factor
from domain.points.records import Measure, Multiplier, Rule

# One, and several, of what a type counts by itself, where that is not time.
COUNTED = {
    Type.STEPS: ("step", "steps"),
    Type.SHARE: ("opening of a shared link", "openings of a shared link"),
    Type.SURVEY: ("survey", "surveys"),
    Type.REFERRAL: ("referral", "referrals"),
    Type.VISIT: ("visit", "visits"),
}
TIMED = frozenset({Type.SLEEP, Type.VOLUNTEERING})


def told(rule: Rule, reckoning: Reckoning, multipliers: Sequence[Multiplier] = ()) -> str:
    """The reckoning as a sum, with its multipliers and with what each limit left."""
    above, below = factor(multipliers)
    exact = reckoning.measured * rule.points * above % (rule.per * below) == 0
    times = "".join(f" x {m.percent} % ({m.name})" for m in multipliers)
    if _bounded(multipliers):
        times += f", at most {FACTOR_MAX} times,"
    text = f"{_sum(rule, reckoning.measured)}{times} = {points(reckoning.wanted)}"
    text += "" if exact else ", rounded down"
    left = reckoning.wanted
    limits = (
        (rule.day_max, "day", reckoning.day_took),
        (rule.week_max, "week", reckoning.week_took),
        (rule.month_max, "month", reckoning.month_took),
    )
    for most, period, took in limits:
        left -= took
        if took:
            text += f"; the limit of {most} a {period} left {points(left)}"
    return text


def points(count: int) -> str:
    """So many points, in words."""
    return f"{count} point" if count == 1 else f"{count} points"


def _bounded(multipliers: Sequence[Multiplier]) -> bool:
    product = math.prod(multiplier.percent for multiplier in multipliers)
    return product > FACTOR_MAX * math.prod([100] * len(multipliers))


def _sum(rule: Rule, measured: int) -> str:
    rate, name = points(rule.points), rule.activity.lower().replace("_", " ")
    match rule.measure:
        case Measure.ACTIVITIES:
            return f"1 {name} x {rate}"
        case Measure.METRES:
            return f"{_metres(measured)} {name} x {rate} per {_metres_per(rule.per)}"
        case Measure.SECONDS:
            return f"{_seconds(measured)} {name} x {rate} per {_seconds_per(rule.per)}"
        case Measure.QUANTITY:
            return _counted(rule, measured, rate=rate, name=name)


def _counted(rule: Rule, measured: int, *, rate: str, name: str) -> str:
    if rule.activity in TIMED:
        return f"{_seconds(measured)} {name} x {rate} per {_seconds_per(rule.per)}"
    if rule.activity is Type.ENERGY:
        return f"{_watt_hours(measured)} saved x {rate} per {_watt_hours(rule.per)}"
    if rule.activity is Type.PURCHASE:
        # Which currency, and so where its point stands, only the shop's order tells.
        return f"{measured} smallest units spent x {rate} per {rule.per}"
    one, several = COUNTED.get(rule.activity, (name, name))
    per = one if rule.per == 1 else f"{rule.per} {several}"
    return f"{measured} {one if measured == 1 else several} x {rate} per {per}"


def _metres_per(per: int) -> str:
    return "km" if per == 1_000 else _metres(per)


def _seconds_per(per: int) -> str:
    return {60: "min", 3_600: "hour"}.get(per) or _seconds(per)


def _metres(count: int) -> str:
    return f"{count} m" if count < 1_000 else f"{_thousands(count)} km"


def _watt_hours(count: int) -> str:
    return f"{count} Wh" if count < 1_000 else f"{_thousands(count)} kWh"


def _thousands(count: int) -> str:
    thousands, rest = divmod(count, 1_000)
    return f"{thousands}.{rest:03}".rstrip("0").ljust(len(str(thousands)) + 2, "0")


def _seconds(count: int) -> str:
    minutes, seconds = divmod(count, 60)
    parts = ([f"{minutes} min"] if minutes else []) + (
        [f"{seconds} s"] if seconds or not minutes else []
    )
    return " ".join(parts)
