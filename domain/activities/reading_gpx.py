"""Read GPX 1.0 and 1.1 by gpxpy."""

import math
import re
from collections.abc import Sequence
from typing import Any

import gpxpy
from gpxpy.gpx import GPX, GPXException, GPXTrackPoint

from domain.activities import sports
from domain.activities.reading_xml import number, text_of
from domain.activities.records import Fault, Format, Unreadable
from domain.activities.tracks import NAN, POINTS_MAX, Recorder, Track, span_of

# gpxpy looks for namespaces with an expression that each of these sends to the next "=": many
# of them would take it hours, and no sound file has any.
STRAY_NAMESPACE = re.compile(r"\sxmlns(?!:?[\w.-]*\s*=)")
STRAY_NAMESPACES_MAX = 100
# Fewer than this share of points with a time is a drawing, not a recording.
TIMED_SHARE_MIN = 0.5


def read(content: bytes) -> Track:
    """The track of all segments together. Raises Unreadable."""
    text = text_of(content)
    if text.count("trkpt ") > POINTS_MAX:
        raise Unreadable(Fault.TOO_MANY_POINTS, f"more than {POINTS_MAX}")
    if len(STRAY_NAMESPACE.findall(text)) > STRAY_NAMESPACES_MAX:
        raise Unreadable(Fault.CORRUPT, "namespaces without a name")
    try:
        gpx = gpxpy.parse(text)
    except GPXException as error:
        raise Unreadable(Fault.CORRUPT, str(error)[:200]) from None
    if not gpx.tracks:
        raise Unreadable(Fault.NOT_AN_ACTIVITY, "waypoints or routes, but no track")
    recorder = _recorded(gpx)
    samples = recorder.finish()
    if not len(samples) + recorder.untimed:
        raise Unreadable(Fault.EMPTY, "a track without points")
    if len(samples) < TIMED_SHARE_MIN * (len(samples) + recorder.untimed):
        raise Unreadable(Fault.NO_TIMES, f"{recorder.untimed} points have no time")
    if len(samples) < 2:
        raise Unreadable(Fault.EMPTY, "a single point")
    types = (sports.from_text(track.type) for track in gpx.tracks)
    span = span_of(samples)
    assert span is not None
    return Track(
        format=Format.GPX,
        type=next((type for type in types if type is not None), None),
        started_at=span[0],
        ended_at=span[1],
        moving_s=None,
        stated_m=None,
        elevation_m=None,
        samples=samples,
        device=gpx.creator,
        indoor=False,
        powered=recorder.powered,
        untimed=recorder.untimed,
        reversed_steps=recorder.reversed_steps,
    )


def _recorded(gpx: GPX) -> Recorder:
    recorder = Recorder()
    for track in gpx.tracks:
        for segment in track.segments:
            recorder.interrupt()
            for point in segment.points:
                _add(point, recorder)
    return recorder


def _add(point: GPXTrackPoint, recorder: Recorder) -> None:
    extra = dict(_leaves(point.extensions)) if point.extensions else {}
    if not math.isnan(extra.get("power", NAN)):
        recorder.powered = True
    recorder.add(
        point.time,
        latitude=point.latitude,
        longitude=point.longitude,
        elevation=NAN if point.elevation is None else point.elevation,
        speed=NAN if point.speed is None else point.speed,
        heart_rate=extra.get("hr", NAN),
        cadence=extra.get("cad", extra.get("cadence", NAN)),
    )


def _leaves(elements: Sequence[Any]) -> list[tuple[str, float]]:
    # Every maker nests and prefixes its extensions differently; the last names agree.
    return [
        (leaf.tag.rpartition("}")[2].lower(), number(leaf.text))
        for element in elements
        for leaf in element.iter()
        if isinstance(leaf.tag, str)
    ]
