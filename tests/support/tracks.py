"""Tracks: recordings made to measure, for rules that look at one thing at a time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.activities.records import Format, Reading, Type
from domain.activities.tracks import NAN, Recorder, Track, span_of

MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)
METRES_A_DEGREE = 111_195.08


def a_track(
    *,
    kind: Type | None = Type.RUN,
    seconds: int = 1_800,
    speed: float | Callable[[int], float] = 3.0,
    heart_rate: float | Callable[[int], float] = lambda second: 140 + second % 7,
    cadence: float = 84,
    placed: bool = True,
    start: datetime = MORNING,
    **facts: Any,
) -> Track:
    """A way straight north, one sample a second; `facts` replace fields of the Track.

    speed -- metres a second, or what it is at each second.
    """
    recorder = Recorder()
    metres = 0.0
    for second in range(seconds + 1):
        recorder.add(
            start + timedelta(seconds=second),
            latitude=47 + metres / METRES_A_DEGREE if placed else NAN,
            longitude=11.0 if placed else NAN,
            distance=metres,
            heart_rate=heart_rate(second) if callable(heart_rate) else heart_rate,
            cadence=cadence,
        )
        metres += speed(second) if callable(speed) else speed
    span = span_of(recorder.samples)
    assert span is not None
    return Track(
        **{
            "format": Format.FIT,
            "type": kind,
            "started_at": span[0],
            "ended_at": span[1],
            "moving_s": None,
            "stated_m": None,
            "elevation_m": None,
            "samples": recorder.finish(),
            "device": None,
            "indoor": False,
            "powered": False,
            "untimed": 0,
            "reversed_steps": 0,
            **facts,
        }
    )


def a_reading(**facts: Any) -> Reading:
    """A run of half an hour and 5 km without a doubt; `facts` replace its fields."""
    start = facts.get("started_at", MORNING)
    return Reading(
        **{
            "type": Type.RUN,
            "started_at": start,
            "ended_at": start + timedelta(minutes=30),
            "moving_s": 1_800,
            "distance_m": 5_000,
            "elevation_m": 20,
            "device": None,
            "score": 100,
            "doubts": (),
            "sketch": (),
            **facts,
        }
    )
