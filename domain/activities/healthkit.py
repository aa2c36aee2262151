"""Healthkit: workouts, steps and sleep as Apple's HealthKit has them. Pure.

The names are those of HKWorkout, HKQuantitySample and HKCategorySample and of the attributes in
Apple's own export: `uuid`, `startDate`, `endDate`, `workoutActivityType` (number or name),
`duration` with `durationUnit`, `totalDistance` with `totalDistanceUnit`, `type`, `value`,
`unit`, `metadata`, `sourceRevision.productType`.
"""

from collections.abc import Mapping
from typing import Any

from domain.activities.health import (
    METRES,
    SECONDS,
    Session,
    Unheard,
    is_text,
    measured,
    moment,
    number,
    part,
    text,
)
from domain.activities.records import Recorder, Type

SOURCE = "healthkit"
# HKWorkoutActivityType; what is not here is OTHER.
WORKOUTS = {
    (13, "Cycling"): Type.RIDE,
    (20, "FunctionalStrengthTraining"): Type.STRENGTH,
    (24, "Hiking"): Type.HIKE,
    (31, "PaddleSports"): Type.ROW,
    (35, "Rowing"): Type.ROW,
    (37, "Running"): Type.RUN,
    (46, "Swimming"): Type.SWIM,
    (50, "TraditionalStrengthTraining"): Type.STRENGTH,
    (52, "Walking"): Type.WALK,
    (60, "CrossCountrySkiing"): Type.SKI,
    (61, "DownhillSkiing"): Type.SKI,
    (67, "Snowboarding"): Type.SKI,
    (70, "WheelchairWalkPace"): Type.WALK,
    (71, "WheelchairRunPace"): Type.RUN,
    (74, "HandCycling"): Type.RIDE,
}
BY_NUMBER = {number: kind for (number, _), kind in WORKOUTS.items()}
BY_NAME = {f"HKWorkoutActivityType{name}": kind for (_, name), kind in WORKOUTS.items()}
STEPS = "HKQuantityTypeIdentifierStepCount"
SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"
# HKCategoryValueSleepAnalysis: asleep, core, deep, REM; 0 is in bed and 2 is awake.
ASLEEP = (1, 3, 4, 5)
WORN = ("Watch",)
CARRIED = ("iPhone", "iPod", "iPad")


def read(said: Mapping[str, Any]) -> Session | None:
    """One sample; None for one that tells nothing, such as time awake. Raises Unheard."""
    name = text(said, "uuid").lower()
    times = moment(said, "startDate"), moment(said, "endDate")
    told = (_device(said), _recorder(said))
    if (kind := part(said, "type")) == STEPS:
        if part(said, "unit") != "count":
            raise Unheard(("unit",), "count")
        return Session(name, Type.STEPS, *times, 0, 0, round(number(said, "value")), *told)
    if kind == SLEEP:
        if part(said, "value") not in ASLEEP:
            return None
        seconds = max(0, int((times[1] - times[0]).total_seconds()))
        return Session(name, Type.SLEEP, *times, 0, 0, seconds, *told)
    if kind is not None:
        raise Unheard(("type",), f"{STEPS}, {SLEEP}, or none for a workout")
    duration_s = measured(said, SECONDS, "duration", unit=("durationUnit",))
    distance_m = measured(said, METRES, "totalDistance", unit=("totalDistanceUnit",))
    indoor = part(said, "metadata", "HKIndoorWorkout") in (True, 1, "1")
    return Session(name, _workout(said), *times, duration_s, distance_m, 0, *told, indoor)


def _workout(said: Mapping[str, Any]) -> Type:
    kind = part(said, "workoutActivityType")
    if isinstance(kind, bool) or not isinstance(kind, int | str):
        raise Unheard(("workoutActivityType",), "a number or name of HKWorkoutActivityType")
    return (BY_NUMBER.get(kind) if isinstance(kind, int) else BY_NAME.get(kind)) or Type.OTHER


def _recorder(said: Mapping[str, Any]) -> Recorder:
    if part(said, "metadata", "HKWasUserEntered") in (True, 1, "1"):
        return Recorder.MANUAL
    product = part(said, "sourceRevision", "productType")
    if isinstance(product, str) and product.startswith(WORN):
        return Recorder.DEVICE
    if isinstance(product, str) and product.startswith(CARRIED):
        return Recorder.PHONE
    return Recorder.PLATFORM


def _device(said: Mapping[str, Any]) -> str | None:
    for path in (("device", "name"), ("sourceRevision", "productType"), ("sourceName",)):
        if is_text(named := part(said, *path)):
            return str(named)
    return None
