"""Samples: GPX files of runs and rides that nobody did, as believable as real ones.

For the demo, the README and tests. The same arguments always give the same bytes.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.activities.records import Type

METRES_A_DEGREE = 111_195.0
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Laurel sample" xmlns="http://www.topografix.com/GPX/1/1"
     xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
<trk><name>{name}</name><type>{type}</type><trkseg>
"""
POINT = """<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><ele>{ele:.1f}</ele><time>{time}</time>\
<extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>{hr:.0f}</gpxtpx:hr>\
<gpxtpx:cad>{cad:.0f}</gpxtpx:cad></gpxtpx:TrackPointExtension></extensions></trkpt>
"""
TAIL = "</trkseg></trk></gpx>\n"


@dataclass(frozen=True, slots=True)
class Habit:
    """How a sport looks from the wrist.

    steadiness    -- how far the speed strays, as a share of it.
    cadence, rate -- strides or turns, and heart beats, a minute, at the usual effort.
    """

    type: Type
    word: str
    steadiness: float
    cadence: float
    rate: float


RUNNING = Habit(Type.RUN, "running", 0.05, 84.0, 148.0)
RIDING = Habit(Type.RIDE, "cycling", 0.12, 82.0, 136.0)


@dataclass(slots=True)
class _Here:
    """Where somebody is, and how they are doing."""

    latitude: float
    longitude: float
    heading: float
    drift_m: tuple[float, float] = (0.0, 0.0)
    mood: float = 0.0
    rate: float = 80.0


def run_gpx(
    start: datetime,
    *,
    distance_m: float = 5_000,
    pace_s_per_km: float = 330,
    seed: int = 0,
    latitude: float = 48.2082,
    longitude: float = 16.3738,
    every_s: int = 2,
) -> bytes:
    """A run of about `distance_m` metres on a loop around that place, with heart rate and cadence.

    every_s -- seconds between two points.
    """
    speed = 1_000 / pace_s_per_km
    return _gpx(RUNNING, start, distance_m, speed, seed, (latitude, longitude), every_s)


def ride_gpx(
    start: datetime,
    *,
    distance_m: float = 20_000,
    speed_kmh: float = 24,
    seed: int = 0,
    latitude: float = 48.2082,
    longitude: float = 16.3738,
    every_s: int = 4,
) -> bytes:
    """A ride of about `distance_m` metres on a loop, as `run_gpx`."""
    return _gpx(RIDING, start, distance_m, speed_kmh / 3.6, seed, (latitude, longitude), every_s)


def _gpx(
    habit: Habit,
    start: datetime,
    distance_m: float,
    speed: float,
    seed: int,
    place: tuple[float, float],
    every_s: int,
) -> bytes:
    dice = random.Random(f"{seed}:{habit.type}:{distance_m}")
    name = f"{'Run' if habit is RUNNING else 'Ride'} of {distance_m / 1_000:.1f} km"
    points = _points(habit, start.astimezone(UTC), distance_m, speed, dice, place, every_s)
    return (HEAD.format(name=name, type=habit.word) + "".join(points) + TAIL).encode()


def _points(
    habit: Habit,
    start: datetime,
    distance_m: float,
    speed: float,
    dice: random.Random,
    place: tuple[float, float],
    every_s: int,
) -> Iterator[str]:
    here = _Here(*place, heading=dice.uniform(0, math.tau))
    hills = dice.uniform(3, 15), dice.uniform(700, 2_500), dice.uniform(0, math.tau)
    metres, seconds = 0.0, 0
    while True:
        climb = hills[0] * math.sin(metres / hills[1] * math.tau + hills[2])
        slope = hills[0] / hills[1] * math.tau * math.cos(metres / hills[1] * math.tau + hills[2])
        yield _point(habit, here, start + timedelta(seconds=seconds), 170 + climb, dice)
        if metres >= distance_m:
            return
        # Legs are slower uphill, and never quite the same from one moment to the next.
        here.mood = 0.9 * here.mood + dice.gauss(0, habit.steadiness * 0.44)
        pace = speed * (1 + here.mood) * (1 - 2.5 * slope)
        step = max(0.4 * speed, min(1.6 * speed, pace)) * every_s
        effort = habit.rate + 60 * slope + 8 * metres / distance_m
        here.rate += (effort - here.rate) * min(1.0, every_s / 40) + dice.gauss(0, 0.8)
        _move(here, min(step, max(1.0, distance_m - metres)), distance_m, dice)
        metres += step
        seconds += every_s


def _move(here: _Here, step: float, distance_m: float, dice: random.Random) -> None:
    # One turn over the whole way, on streets that wind.
    here.heading += math.tau * step / distance_m + dice.gauss(0, 0.04)
    here.latitude += step * math.cos(here.heading) / METRES_A_DEGREE
    narrow = METRES_A_DEGREE * math.cos(math.radians(here.latitude))
    here.longitude += step * math.sin(here.heading) / narrow


def _point(habit: Habit, here: _Here, time: datetime, height: float, dice: random.Random) -> str:
    # A receiver strays slowly, not at each fix anew.
    north, east = (0.97 * metres + dice.gauss(0, 0.25) for metres in here.drift_m)
    here.drift_m = (north, east)
    narrow = METRES_A_DEGREE * math.cos(math.radians(here.latitude))
    return POINT.format(
        lat=here.latitude + north / METRES_A_DEGREE,
        lon=here.longitude + east / narrow,
        ele=height + dice.gauss(0, 0.2),
        time=time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        hr=here.rate,
        cad=habit.cadence * (1 + here.mood / 3) + dice.gauss(0, 1),
    )
