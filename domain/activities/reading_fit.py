"""Read FIT, Garmin's binary format that most watches write, by fitdecode."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import fitdecode
from fitdecode import CrcCheck, ErrorHandling, FitDataMessage

from domain.activities import sports
from domain.activities.records import Fault, Format, Type, Unreadable
from domain.activities.tracks import NAN, Recorder, Track, span_of

# FIT keeps positions as parts of half a turn.
DEGREES = 180 / 2**31
# Stops of the timer; what is recorded after one does not follow from what came before.
STOPS = frozenset({"stop", "stop_all", "stop_disable", "stop_disable_all"})


@dataclass(slots=True)
class _File:
    """What has been met of one FIT file; several may be chained in one upload."""

    kind: str | None = None
    device: str | None = None
    sessions: list[FitDataMessage] = field(default_factory=list)
    recorder: Recorder = field(default_factory=Recorder)


def read(content: bytes) -> Track:
    """The track of the first chained file that is an activity. Raises Unreadable."""
    try:
        return _track(_first_activity(content))
    except fitdecode.FitError as error:
        raise Unreadable(Fault.CORRUPT, str(error)[:200]) from None


def _first_activity(content: bytes) -> _File:
    kinds = []
    for file in _files(content):
        if file.kind == "activity":
            return file
        kinds.append(file.kind)
    raise Unreadable(Fault.NOT_AN_ACTIVITY, f"files of {kinds}")


def _files(content: bytes) -> Iterator[_File]:
    file: _File | None = None
    reader = fitdecode.FitReader(
        io.BytesIO(content), check_crc=CrcCheck.RAISE, error_handling=ErrorHandling.IGNORE
    )
    with reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_HEADER:
                file = _File()
            elif frame.frame_type == fitdecode.FIT_FRAME_DATA and file is not None:
                _take(frame, file)
            elif frame.frame_type == fitdecode.FIT_FRAME_CRC and file is not None:
                yield file


def _take(message: FitDataMessage, file: _File) -> None:
    match message.name:
        case "record":
            _take_record(message, file.recorder)
        case "session":
            file.sessions.append(message)
        case "event" if _value(message, "event") == "timer":
            if _value(message, "event_type") in STOPS:
                file.recorder.interrupt()
        case "file_id":
            file.kind = str(_value(message, "type"))
            parts = (
                _value(message, "manufacturer"),
                _value(message, "product_name") or _value(message, "garmin_product"),
            )
            file.device = " ".join(str(part) for part in parts if part is not None) or None


def _take_record(message: FitDataMessage, recorder: Recorder) -> None:
    time = _value(message, "timestamp")
    if not math.isnan(_number(message, "power")):
        recorder.powered = True
    recorder.add(
        # A device that never learned the time counts seconds since it was switched on.
        time if isinstance(time, datetime) else None,
        latitude=_number(message, "position_lat") * DEGREES,
        longitude=_number(message, "position_long") * DEGREES,
        elevation=_number(message, "enhanced_altitude", "altitude"),
        distance=_number(message, "distance"),
        speed=_number(message, "enhanced_speed", "speed"),
        heart_rate=_number(message, "heart_rate"),
        cadence=_number(message, "cadence"),
    )


def _track(file: _File) -> Track:
    sessions = [s for s in file.sessions if _value(s, "sport") != "transition"]
    sport = _one_sport(sessions)
    sub_sports = {str(_value(session, "sub_sport")) for session in sessions}
    samples = file.recorder.finish()
    if not len(samples) and file.recorder.untimed:
        raise Unreadable(Fault.NO_TIMES, "records without an absolute time")
    span = (span_of(samples) if len(samples) >= 2 else None) or _stated_span(sessions)
    return Track(
        format=Format.FIT,
        type=sport,
        started_at=span[0],
        ended_at=span[1],
        moving_s=_sum(sessions, "total_timer_time"),
        stated_m=_sum(sessions, "total_distance"),
        elevation_m=_sum(sessions, "total_ascent"),
        samples=samples,
        device=file.device,
        indoor=bool(sub_sports & sports.FIT_INDOOR),
        powered=file.recorder.powered,
        untimed=file.recorder.untimed,
        reversed_steps=file.recorder.reversed_steps,
    )


def _one_sport(sessions: list[FitDataMessage]) -> Type | None:
    names = {str(_value(session, "sport")) for session in sessions}
    if len(names) > 1 or "multisport" in names:
        raise Unreadable(Fault.MULTISPORT, ", ".join(sorted(names)))
    if names & sports.FIT_MOTOR:
        raise Unreadable(Fault.NOT_AN_ACTIVITY, ", ".join(names))
    if not sessions:
        return None
    return sports.from_fit(_value(sessions[0], "sport"), _value(sessions[0], "sub_sport"))


def _stated_span(sessions: list[FitDataMessage]) -> tuple[datetime, datetime]:
    if not sessions:
        raise Unreadable(Fault.EMPTY, "neither records nor a session")
    start = _value(sessions[0], "start_time")
    if not isinstance(start, datetime):
        raise Unreadable(Fault.NO_TIMES, "a session without an absolute time")
    elapsed = _sum(sessions, "total_elapsed_time") or _sum(sessions, "total_timer_time")
    if not elapsed:
        raise Unreadable(Fault.EMPTY, "a session without a duration")
    return start, start + timedelta(seconds=elapsed)


def _sum(sessions: list[FitDataMessage], name: str) -> float | None:
    known = [value for s in sessions if not math.isnan(value := _number(s, name))]
    return sum(known) if known else None


def _number(message: FitDataMessage, *names: str) -> float:
    for name in names:
        value = _value(message, name)
        if isinstance(value, int | float):
            return float(value)
    return NAN


def _value(message: FitDataMessage, name: str) -> Any:
    return message.get_value(name, fallback=None)
