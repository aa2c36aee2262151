"""Health Connect: exercise, step and sleep records as Android's Health Connect has them. Pure.

The names are those of ExerciseSessionRecord, StepsRecord and SleepSessionRecord: `metadata` with
`id`, `clientRecordId`, `recordingMethod` and `device`, `startTime`, `endTime`, `exerciseType`,
`count`, `stages`; beside a session its aggregated `distance.inMeters` and `duration` in seconds.
"""

from collections.abc import Mapping
from typing import Any

from domain.activities.health import Session, Unheard, is_text, moment, number, part, text
from domain.activities.records import Recorder, Type

SOURCE = "health-connect"
# ExerciseSessionRecord.EXERCISE_TYPE_*; what is not here is OTHER.
EXERCISES = {
    8: Type.RIDE,  # BIKING
    9: Type.RIDE,  # BIKING_STATIONARY
    37: Type.HIKE,
    46: Type.ROW,  # PADDLING
    53: Type.ROW,
    54: Type.ROW,  # ROWING_MACHINE
    56: Type.RUN,
    57: Type.RUN,  # RUNNING_TREADMILL
    61: Type.SKI,
    62: Type.SKI,  # SNOWBOARDING
    63: Type.HIKE,  # SNOWSHOEING
    70: Type.STRENGTH,
    73: Type.SWIM,  # SWIMMING_OPEN_WATER
    74: Type.SWIM,  # SWIMMING_POOL
    79: Type.WALK,
    81: Type.STRENGTH,  # WEIGHTLIFTING
    82: Type.WALK,  # WHEELCHAIR
}
INDOOR = frozenset({9, 54, 57})
# SleepSessionRecord.STAGE_TYPE_*: sleeping, light, deep, REM.
ASLEEP = frozenset({2, 4, 5, 6})
MANUAL_ENTRY = 3
# Device.TYPE_*: watch, ring, head-mounted, fitness band, chest strap; phone.
WORN, PHONE = frozenset({1, 4, 5, 6, 7}), 2
STAGES_MAX = 2_000


def read(said: Mapping[str, Any]) -> Session | None:
    """One record; None for a night without sleep. Raises Unheard."""
    name = text(said, "metadata", "clientRecordId" if _has_own(said) else "id")
    times = moment(said, "startTime"), moment(said, "endTime")
    told = (_device(said), _recorder(said))
    if "count" in said:
        return Session(name, Type.STEPS, *times, 0, 0, round(number(said, "count")), *told)
    if "stages" in said:
        seconds = _asleep(said)
        return Session(name, Type.SLEEP, *times, 0, 0, seconds, *told) if seconds else None
    kind = part(said, "exerciseType")
    if isinstance(kind, bool) or not isinstance(kind, int):
        raise Unheard(("exerciseType",), "a number of EXERCISE_TYPE; or `count`, or `stages`")
    distance_m = 0
    if part(said, "distance") is not None:
        distance_m = round(number(said, "distance", "inMeters"))
    duration_s = 0 if part(said, "duration") is None else round(number(said, "duration"))
    sport = EXERCISES.get(kind, Type.OTHER)
    return Session(name, sport, *times, duration_s, distance_m, 0, *told, kind in INDOOR)


def _has_own(said: Mapping[str, Any]) -> bool:
    return is_text(part(said, "metadata", "clientRecordId"))


def _asleep(said: Mapping[str, Any]) -> int:
    stages = said["stages"]
    if not isinstance(stages, list) or len(stages) > STAGES_MAX:
        raise Unheard(("stages",), f"a list of {STAGES_MAX} stages at most")
    seconds = 0.0
    for stage in stages:
        if not isinstance(stage, dict):
            raise Unheard(("stages",), "each stage is an object")
        length = moment(stage, "endTime") - moment(stage, "startTime")
        if part(stage, "stage") in ASLEEP:
            seconds += max(0.0, length.total_seconds())
    return round(seconds)


def _recorder(said: Mapping[str, Any]) -> Recorder:
    if part(said, "metadata", "recordingMethod") == MANUAL_ENTRY:
        return Recorder.MANUAL
    kind = part(said, "metadata", "device", "type")
    if isinstance(kind, int) and kind in WORN:
        return Recorder.DEVICE
    return Recorder.PHONE if kind == PHONE else Recorder.PLATFORM


def _device(said: Mapping[str, Any]) -> str | None:
    words = (part(said, "metadata", "device", name) for name in ("manufacturer", "model"))
    return " ".join(str(word) for word in words if is_text(word)) or None
