"""Strava: an activity as its API shows it (v3, DetailedActivity). Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.activities.health import Session, Unheard, is_text, moment, number, part
from domain.activities.records import Recorder, Type

SOURCE = "strava"
# SportType; what is not here is OTHER, an e-bike's ride among it.
SPORTS = {
    "AlpineSki": Type.SKI,
    "BackcountrySki": Type.SKI,
    "Canoeing": Type.ROW,
    "Crossfit": Type.STRENGTH,
    "GravelRide": Type.RIDE,
    "Handcycle": Type.RIDE,
    "Hike": Type.HIKE,
    "Kayaking": Type.ROW,
    "MountainBikeRide": Type.RIDE,
    "NordicSki": Type.SKI,
    "Ride": Type.RIDE,
    "RollerSki": Type.SKI,
    "Rowing": Type.ROW,
    "Run": Type.RUN,
    "Snowboard": Type.SKI,
    "Snowshoe": Type.HIKE,
    "StandUpPaddling": Type.ROW,
    "Swim": Type.SWIM,
    "TrailRun": Type.RUN,
    "Velomobile": Type.RIDE,
    "VirtualRide": Type.RIDE,
    "VirtualRow": Type.ROW,
    "VirtualRun": Type.RUN,
    "Walk": Type.WALK,
    "WeightTraining": Type.STRENGTH,
    "Wheelchair": Type.WALK,
}
VIRTUAL = "Virtual"
# What the app itself calls the phones it runs on.
PHONES = ("Strava iPhone App", "Strava Android App", "Strava App")


def read(said: Mapping[str, Any]) -> Session:
    """One activity: metres, seconds and times in UTC are Strava's own units. Raises Unheard."""
    id = part(said, "id")
    if isinstance(id, bool) or not isinstance(id, int):
        raise Unheard(("id",), "a whole number")
    sport = part(said, "sport_type") or part(said, "type")
    started_at = moment(said, "start_date")
    try:
        ended_at = started_at + timedelta(seconds=number(said, "elapsed_time"))
    except OverflowError as error:
        raise Unheard(("elapsed_time",), "a length that the calendar has room for") from error
    return Session(
        external_id=str(id),
        type=SPORTS.get(sport, Type.OTHER) if isinstance(sport, str) else Type.OTHER,
        started_at=started_at,
        ended_at=ended_at,
        duration_s=round(number(said, "moving_time")),
        distance_m=round(number(said, "distance")),
        device=_device(said),
        recorder=_recorder(said),
        indoor=part(said, "trainer") is True or str(sport).startswith(VIRTUAL),
    )


def _recorder(said: Mapping[str, Any]) -> Recorder:
    if part(said, "manual") is True:
        return Recorder.MANUAL
    device = _device(said)
    if device is None:
        return Recorder.PLATFORM
    return Recorder.PHONE if device in PHONES else Recorder.DEVICE


def _device(said: Mapping[str, Any]) -> str | None:
    named = part(said, "device_name")
    return str(named) if is_text(named) else None
