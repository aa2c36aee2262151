"""Cheats: what dishonest members do, in the patterns that programmes see.

Each pattern has one thing in it that gives it away, and none of them knows how it is looked for:
detection is scored on these later, against the truth that is kept apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from domain.activities import Proof, Type
from simulator.habits import Act, midnight, name_of, source_of
from simulator.people import Cheat, Person
from simulator.worlds import World

# A machine does not tire: far more steps than the day before, and always about as many.
SHAKEN_STEPS = (29_000, 33_000)
SHAKEN_DAYS = 0.8
CAR_SPEED_M_S = (13.0, 24.0)
DRIVEN_MINUTES = (25, 70)
DRIVEN_DAYS = 0.35
BOUGHT_MINOR = (8_000, 30_000)
BOUGHT_DAYS = 0.15


def added(person: Person, day: date, world: World, honest: Sequence[Act]) -> Sequence[Act]:
    """What a cheat makes up on that day, beside what they really did."""
    if person.cheat is None or not person.life.vigour(day):
        return []
    match person.cheat:
        case Cheat.SHAKER:
            return list(_shaken(person, day, world))
        case Cheat.DRIVER:
            return list(_driven(person, day, world))
        case Cheat.DOUBLER:
            return list(_doubled(person, day, honest))
        case Cheat.RETURNER:
            return list(_bought(person, day, world))
        case Cheat.RING:
            return []  # Their cheating is in the transfers.


def _shaken(person: Person, day: date, world: World) -> Iterator[Act]:
    dice = person.dice(day, "shaker")
    if dice.random() < SHAKEN_DAYS:
        start = midnight(day, world) + timedelta(hours=1)
        act = _made(person, Type.STEPS, day, world, minutes=5 * 60)
        yield replace(
            act,
            started_at=start,
            ended_at=start + timedelta(hours=5),
            quantity=dice.randint(*SHAKEN_STEPS),
        )


def _driven(person: Person, day: date, world: World) -> Iterator[Act]:
    dice = person.dice(day, "driver")
    if dice.random() < DRIVEN_DAYS:
        minutes = dice.randint(*DRIVEN_MINUTES)
        act = _made(person, Type.RIDE, day, world, minutes=minutes)
        yield replace(act, distance_m=round(minutes * 60 * dice.uniform(*CAR_SPEED_M_S)))


def _doubled(person: Person, day: date, honest: Sequence[Act]) -> Iterator[Act]:
    """The same sport once more, moved a little and from another device."""
    for act in honest:
        if act.distance_m:
            later = timedelta(minutes=7)
            yield replace(
                act,
                started_at=act.started_at + later,
                ended_at=act.ended_at + later,
                distance_m=round(act.distance_m * 1.01),
                source="health-connect",
                device="Phone",
                external_id=name_of(person, day, act.external_id),
                honest=False,
            )


def _bought(person: Person, day: date, world: World) -> Iterator[Act]:
    dice = person.dice(day, "returner")
    if dice.random() < BOUGHT_DAYS:
        act = _made(person, Type.PURCHASE, day, world, minutes=1)
        yield replace(act, quantity=dice.randint(*BOUGHT_MINOR))


def _made(person: Person, kind: Type, day: date, world: World, *, minutes: int) -> Act:
    start = midnight(day, world) + timedelta(hours=12, minutes=person.number % 300)
    source, proof = source_of(kind, world)
    return Act(
        person=person,
        type=kind,
        started_at=start,
        ended_at=start + timedelta(minutes=minutes),
        distance_m=0,
        quantity=0,
        proof=proof if kind is Type.PURCHASE else Proof.DEVICE,
        source=source,
        external_id=name_of(person, day, f"made {kind}"),
        device="Watch" if kind is not Type.PURCHASE else None,
        honest=False,
    )
