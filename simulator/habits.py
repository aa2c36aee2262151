"""Habits: what somebody does on one day, as a device, a partner or a shop would tell it.

Pure: `acts` needs only the person and the day, so a year can be told in any order, and a live
programme goes on where its history ends. Each weekday has its own hours; the season, the weather
and how eager somebody is just then say how often.
"""

import hashlib
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from domain.activities import Proof, Type
from simulator import seasons
from simulator.people import Kind, Person
from simulator.seasons import Weather
from simulator.worlds import World

OUTDOORS = frozenset({Type.RUN, Type.RIDE, Type.WALK, Type.HIKE})
INDOORS = frozenset({Type.STRENGTH, Type.SWIM})
# How often a week, for somebody steady in average weather.
OFTEN: Mapping[Kind, Mapping[Type, float]] = {
    Kind.RUNNER: {Type.RUN: 0.9, Type.WALK: 0.1, Type.STRENGTH: 0.1, Type.SURVEY: 0.03},
    Kind.CYCLIST: {Type.RIDE: 0.8, Type.RUN: 0.1, Type.SURVEY: 0.03},
    Kind.WALKER: {Type.WALK: 0.7, Type.STEPS: 0.3, Type.HIKE: 0.1, Type.SURVEY: 0.05},
    Kind.LIFTER: {Type.STRENGTH: 1.0, Type.RUN: 0.1},
    Kind.SWIMMER: {Type.SWIM: 0.7, Type.WALK: 0.2},
    Kind.HELPER: {Type.VOLUNTEERING: 0.3, Type.WALK: 0.4, Type.SURVEY: 0.06},
    Kind.SHOPPER: {Type.PURCHASE: 0.55, Type.VISIT: 0.25, Type.WALK: 0.1},
    Kind.SAVER: {Type.ENERGY: 0.55, Type.PURCHASE: 0.2, Type.WALK: 0.1},
}
# In a shop's programme, everybody buys something now and then.
BUYS_ANYWAY = 0.15
# (minutes in the middle, how far they stray, metres a second in the middle).
SPORT: Mapping[Type, tuple[float, float, float]] = {
    Type.RUN: (38, 0.35, 2.8),
    Type.RIDE: (75, 0.45, 6.2),
    Type.WALK: (45, 0.4, 1.35),
    Type.HIKE: (180, 0.35, 1.05),
    Type.SWIM: (40, 0.3, 0.75),
    Type.STRENGTH: (55, 0.25, 0.0),
}
WEEKEND_SPORT, WEEKEND_SHOPPING = 1.5, 1.4
STEPS_A_DAY, STEPS_SPREAD = 8_500, 0.35
SPENT_MINOR, SPENT_SPREAD = 2_400, 0.8
SAVED_WH = (200, 2_500)
HELPED_MINUTES = (60, 120, 180, 240)
# Who tells about what; sport comes from the platform of the member's phone.
SOURCES: Mapping[Type, tuple[str, Proof]] = {
    Type.PURCHASE: ("shop", Proof.VERIFIED),
    Type.VISIT: ("shop", Proof.PARTNER),
    Type.ENERGY: ("energy", Proof.VERIFIED),
    Type.VOLUNTEERING: ("volunteering", Proof.VERIFIED),
    Type.SURVEY: ("survey", Proof.PARTNER),
}
MORNING, EVENING = (6.0, 8.5), (17.0, 20.0)
WEEKEND = (9.0, 16.0)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody did, in the units of `activities.Report`.

    source -- who tells: a platform's name, or "partner:" and a slug.
    honest -- False for what a cheat made up; this is ground truth, and is never told.
    """

    person: Person
    type: Type
    started_at: datetime
    ended_at: datetime
    distance_m: int
    quantity: int
    proof: Proof
    source: str
    external_id: str
    device: str | None
    honest: bool = True


def acts(person: Person, day: date, world: World, weather: Weather) -> Sequence[Act]:
    """What the person does on that local day, in the order of time; often nothing."""
    eager = person.life.vigour(day) * person.vigour
    if not eager:
        return []
    dice = person.dice(day)
    chosen = [
        kind
        for kind, often in OFTEN[person.kind].items()
        for _ in range(_times(kind, often / 7 * eager, day, weather, dice))
    ]
    if Type.PURCHASE not in OFTEN[person.kind] and _sells(world):
        chosen += [Type.PURCHASE] * _poisson(BUYS_ANYWAY / 7 * seasons.shopping(day), dice)
    if not chosen:
        return []
    done = list(_in_turn(chosen, person, day, world, dice))
    return sorted(done, key=lambda act: act.started_at)


def source_of(kind: Type, world: World) -> tuple[str, Proof]:
    """Who tells of such an act in that world, and what it proves."""
    trade, proof = SOURCES.get(kind, ("", Proof.DEVICE))
    firm = next((firm.slug for firm in world.firms if firm.trade == trade), None)
    return (f"partner:{firm}", proof) if firm else ("healthkit", Proof.DEVICE)


@cache
def midnight(day: date, world: World) -> datetime:
    """The moment that local day begins, UTC."""
    return datetime.combine(day, time(), ZoneInfo(world.zone)).astimezone(UTC)


def name_of(person: Person, day: date, what: object) -> str:
    """What a source calls an act: a name that tells nothing about it."""
    said = f"{person.world}:{person.number}:{day}:{what}"
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def _times(kind: Type, often: float, day: date, weather: Weather, dice: random.Random) -> int:
    weekend = day.weekday() >= 5
    if kind in OUTDOORS:
        often *= seasons.outdoors(weather)
    elif kind in INDOORS:
        often *= seasons.indoors(day)
    elif kind is Type.PURCHASE:
        often *= seasons.shopping(day)
    elif kind is Type.ENERGY:
        often *= 0.5 + seasons.heating(day)
    if kind in SPORT:
        often *= WEEKEND_SPORT if weekend else 0.8
    elif kind in (Type.PURCHASE, Type.VISIT):
        often *= WEEKEND_SHOPPING if weekend else 0.84
    return min(_poisson(often, dice), 2)


def _in_turn(
    kinds: Sequence[Type], person: Person, day: date, world: World, dice: random.Random
) -> Iterator[Act]:
    """One after the other: nobody is in two places."""
    free = _start(day, world, dice)
    for number, kind in enumerate(kinds):
        minutes, metres, quantity = _size(kind, person, dice)
        start = midnight(day, world) if kind is Type.STEPS else free
        ended_at = start + timedelta(minutes=minutes)
        source, proof = source_of(kind, world)
        yield Act(
            person=person,
            type=kind,
            started_at=start,
            ended_at=ended_at,
            distance_m=metres,
            quantity=quantity,
            proof=proof,
            source=source,
            external_id=name_of(person, day, number),
            device="Watch" if kind in SPORT else None,
        )
        free = max(free, ended_at + timedelta(minutes=dice.randint(10, 90)))


def _size(kind: Type, person: Person, dice: random.Random) -> tuple[float, int, int]:
    """(minutes, metres, the type's own count) of one act."""
    if kind in SPORT:
        middle, spread, speed = SPORT[kind]
        minutes = min(dice.lognormvariate(math.log(middle), spread), middle * 4)
        pace = speed * _fitness(person) * dice.gauss(1, 0.05)
        return minutes, round(minutes * 60 * pace), 0
    if kind is Type.STEPS:
        steps = dice.lognormvariate(math.log(STEPS_A_DAY), STEPS_SPREAD)
        return 24 * 60 - 1, 0, min(round(steps), 40_000)
    if kind is Type.PURCHASE:
        spent = dice.lognormvariate(math.log(SPENT_MINOR), SPENT_SPREAD)
        return 1, 0, min(round(spent), 60_000)
    if kind is Type.ENERGY:
        return 30, 0, dice.randint(*SAVED_WH)
    if kind is Type.VOLUNTEERING:
        minutes = dice.choice(HELPED_MINUTES)
        return minutes, 0, minutes * 60
    return 5, 0, 1


def _fitness(person: Person) -> float:
    """How fast somebody is, 1 in the middle; the young and the keen are faster."""
    return min(max(0.85 + 0.15 * person.vigour, 0.8), 1.25)


def _start(day: date, world: World, dice: random.Random) -> datetime:
    hours = WEEKEND if day.weekday() >= 5 else dice.choice((MORNING, EVENING, EVENING))
    return midnight(day, world) + timedelta(seconds=round(dice.uniform(*hours) * 3600))


def _sells(world: World) -> bool:
    return any(firm.trade == "shop" for firm in world.firms)


def _poisson(mean: float, dice: random.Random) -> int:
    """Knuth's method: fine for the small means of a day."""
    limit, product, count = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        count += 1
    return count
