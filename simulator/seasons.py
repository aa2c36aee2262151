"""Seasons: how light, warm and dry a day is, and what that does to the wish to go out.

Northern hemisphere. Pure: the same world and day always have the same weather.
"""

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta

MIDSUMMER = 196  # the warmest days come some weeks after the longest one
DAYS_A_YEAR = 365.25
# What the season alone does: outdoors, midsummer is three times midwinter.
OUTDOOR_SWING = 0.5
# A wet day after a wet day, and after a dry one; on average every third day is wet.
WET_AFTER_WET, WET_AFTER_DRY = 0.55, 0.22
WET_OUTDOORS = 0.55
# How far back the chain of wet and dry days is followed: its memory is much shorter.
CHAIN_DAYS = 12
RESOLUTION_DAYS = 35
RESOLUTION_BOOST = 0.6
HOLIDAY_WEEKS = frozenset({31, 32, 33, 52})
HOLIDAY_INDOORS = 0.7
SHOPPING_WEEKS = frozenset({47, 48, 49, 50, 51})
SHOPPING_BOOST = 1.6


@dataclass(frozen=True, slots=True)
class Weather:
    """One day: how warm for the year, -1 to 1, and whether it rained."""

    warmth: float
    wet: bool


def weather(world: str, day: date) -> Weather:
    """What the weather of that world was on that day."""
    wet = False
    for ago in range(CHAIN_DAYS, -1, -1):
        dice = random.Random(f"{world}:wet:{day - timedelta(days=ago)}")
        wet = dice.random() < (WET_AFTER_WET if wet else WET_AFTER_DRY)
    return Weather(warmth_of(day), wet)


def warmth_of(day: date) -> float:
    """-1 in the middle of winter, 1 in the middle of summer."""
    return math.cos(2 * math.pi * (day.timetuple().tm_yday - MIDSUMMER) / DAYS_A_YEAR)


def outdoors(weather: Weather) -> float:
    """The factor for what is done under the sky; 1 on an average dry day."""
    return (1 + OUTDOOR_SWING * weather.warmth) * (WET_OUTDOORS if weather.wet else 1.0)


def indoors(day: date) -> float:
    """The factor for sport under a roof: good resolutions in January, holidays in summer."""
    first = (day - date(day.year, 1, 1)).days
    resolution = RESOLUTION_BOOST * max(0.0, 1 - first / RESOLUTION_DAYS)
    return (1 + resolution) * (HOLIDAY_INDOORS if _week(day) in HOLIDAY_WEEKS else 1.0)


def shopping(day: date) -> float:
    """The factor for purchases: the weeks before the end of the year."""
    return SHOPPING_BOOST if _week(day) in SHOPPING_WEEKS else 1.0


def heating(day: date) -> float:
    """How much a home is heated: 0 in summer, 1 in the middle of winter."""
    return max(0.0, -warmth_of(day))


def _week(day: date) -> int:
    return day.isocalendar().week
