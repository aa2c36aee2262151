"""Open mHealth: data points of its schemas physical-activity, step-count and sleep-duration. Pure.

schemas.openmhealth.org, versions 1.x to 3.x (IEEE 1752 took them over): a `header` with `id`,
`schema_id` and `acquisition_provenance`, a `body` with the measure and its
`effective_time_frame.time_interval`, which has two ends, or one end and a duration.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
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
from domain.activities.sports import from_text

SOURCE = "open-mhealth"
SCHEMAS = ("physical-activity", "step-count", "sleep-duration")
FRAME = ("body", "effective_time_frame", "time_interval")


def read(said: Mapping[str, Any]) -> Session:
    """One data point. Raises Unheard."""
    name = text(said, "header", "id")
    if part(said, "header", "schema_id", "namespace") not in ("omh", "ieee"):
        raise Unheard(("header", "schema_id", "namespace"), "omh or ieee")
    schema = part(said, "header", "schema_id", "name")
    if schema not in SCHEMAS:
        raise Unheard(("header", "schema_id", "name"), f"one of {', '.join(SCHEMAS)}")
    times = _interval(said)
    told = (_device(said), _recorder(said))
    if schema == "step-count":
        return Session(name, Type.STEPS, *times, 0, 0, _steps(said), *told)
    if schema == "sleep-duration":
        place = ("body", "sleep_duration")
        number(said, *place, "value")
        seconds = measured(said, SECONDS, *place, "value", unit=(*place, "unit"))
        return Session(name, Type.SLEEP, *times, 0, 0, seconds, *told)
    kind = from_text(text(said, "body", "activity_name")) or Type.OTHER
    distance_m, duration_s = (
        measured(said, units, "body", field, "value", unit=("body", field, "unit"))
        for field, units in (("distance", METRES), ("duration", SECONDS))
    )
    return Session(name, kind, *times, duration_s, distance_m, 0, *told)


def _interval(said: Mapping[str, Any]) -> tuple[datetime, datetime]:
    length = part(said, *FRAME, "duration")
    if length is None:
        return moment(said, *FRAME, "start_date_time"), moment(said, *FRAME, "end_date_time")
    number(said, *FRAME, "duration", "value")
    unit = (*FRAME, "duration", "unit")
    seconds = measured(said, SECONDS, *FRAME, "duration", "value", unit=unit)
    try:
        if part(said, *FRAME, "start_date_time") is not None:
            start = moment(said, *FRAME, "start_date_time")
            return start, start + timedelta(seconds=seconds)
        end = moment(said, *FRAME, "end_date_time")
        return end - timedelta(seconds=seconds), end
    except OverflowError as error:
        raise Unheard((*FRAME, "duration"), "a duration that the calendar has room for") from error


def _steps(said: Mapping[str, Any]) -> int:
    if not isinstance(part(said, "body", "step_count"), dict):
        return round(number(said, "body", "step_count"))
    if part(said, "body", "step_count", "unit") != "steps":
        raise Unheard(("body", "step_count", "unit"), "steps")
    return round(number(said, "body", "step_count", "value"))


def _recorder(said: Mapping[str, Any]) -> Recorder:
    modality = part(said, "header", "acquisition_provenance", "modality")
    modality = modality or part(said, "header", "modality")
    return Recorder.MANUAL if modality == "self-reported" else Recorder.PLATFORM


def _device(said: Mapping[str, Any]) -> str | None:
    named = part(said, "header", "acquisition_provenance", "source_name")
    return str(named) if is_text(named) else None
