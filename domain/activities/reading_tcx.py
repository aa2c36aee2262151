"""Read Garmin's Training Center XML (TrainingCenterDatabase v1 and v2) by lxml."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from lxml import etree

from domain.activities import sports
from domain.activities.reading_xml import moment, number, text_of, tree_of
from domain.activities.records import Fault, Format, Unreadable
from domain.activities.tracks import Recorder, Track, span_of, utc


def read(content: bytes) -> Track:
    """The track of the file's one activity. Raises Unreadable."""
    root = tree_of(text_of(content))
    activities = list(root.iterfind("./{*}Activities//{*}Activity"))
    if not activities:
        raise Unreadable(Fault.NOT_AN_ACTIVITY, "courses, workouts or nothing")
    if len(activities) > 1:
        raise Unreadable(Fault.MULTISPORT, f"{len(activities)} activities in one file")
    return _track(activities[0])


def _track(activity: etree._Element) -> Track:
    laps = list(activity.iterfind("./{*}Lap"))
    recorder = Recorder()
    for lap in laps:
        _record(lap, recorder)
    samples = recorder.finish()
    moving = _sum(laps, "TotalTimeSeconds")
    start = moment(laps[0].get("StartTime")) if laps else None
    if not len(samples) and recorder.untimed:
        raise Unreadable(Fault.NO_TIMES, "trackpoints without a time")
    span = span_of(samples) or _stated_span(start, moving)
    return Track(
        format=Format.TCX,
        type=sports.from_text(activity.get("Sport")),
        started_at=span[0],
        ended_at=span[1],
        moving_s=moving or None,
        stated_m=_sum(laps, "DistanceMeters") or None,
        elevation_m=None,
        samples=samples,
        device=activity.findtext("./{*}Creator/{*}Name"),
        indoor=False,
        powered=recorder.powered,
        untimed=recorder.untimed,
        reversed_steps=recorder.reversed_steps,
    )


def _stated_span(start: datetime | None, moving: float) -> tuple[datetime, datetime]:
    if start is None or not moving:
        raise Unreadable(Fault.EMPTY, "neither trackpoints nor a lap with a time")
    return utc(start), utc(start) + timedelta(seconds=moving)


def _record(lap: etree._Element, recorder: Recorder) -> None:
    for track in lap.iterfind("./{*}Track"):
        recorder.interrupt()
        for point in track.iterfind("./{*}Trackpoint"):
            watts = number(point.findtext(".//{*}Watts"))
            recorder.powered = recorder.powered or not math.isnan(watts)
            recorder.add(
                moment(point.findtext("./{*}Time")),
                latitude=number(point.findtext("./{*}Position/{*}LatitudeDegrees")),
                longitude=number(point.findtext("./{*}Position/{*}LongitudeDegrees")),
                elevation=number(point.findtext("./{*}AltitudeMeters")),
                distance=number(point.findtext("./{*}DistanceMeters")),
                speed=number(point.findtext("./{*}Extensions//{*}Speed")),
                heart_rate=number(point.findtext("./{*}HeartRateBpm/{*}Value")),
                cadence=_cadence(point),
            )


def _cadence(point: etree._Element) -> float:
    ridden = number(point.findtext("./{*}Cadence"))
    return number(point.findtext(".//{*}RunCadence")) if math.isnan(ridden) else ridden


def _sum(laps: Sequence[etree._Element], name: str) -> float:
    values = (number(lap.findtext(f"./{{*}}{name}")) for lap in laps)
    return sum(value for value in values if value > 0)
