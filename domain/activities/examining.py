"""Examine: ask the sandbox what a file tells, without loading what reads it."""

from datetime import datetime

import orjson

from domain.activities.records import Doubt, Fault, Reading, Type

# What the sandbox runs; a name, so that the parsers are imported there and nowhere else.
EXAMINE = "domain.activities.reading:examine"


def request(content: bytes, stated_type: Type | None) -> bytes:
    """What to send to `examine`."""
    return (stated_type or "").encode() + b"\n" + content


def answer_of(answer: bytes) -> Reading | Fault:
    """What `examine` found. Raises ValueError or LookupError when it is not an answer."""
    found = orjson.loads(answer)
    if "fault" in found:
        return Fault(found["fault"])
    plain = found["reading"]
    return Reading(
        type=Type(plain["type"]),
        started_at=datetime.fromisoformat(plain["started_at"]),
        ended_at=datetime.fromisoformat(plain["ended_at"]),
        moving_s=int(plain["moving_s"]),
        distance_m=int(plain["distance_m"]),
        elevation_m=int(plain["elevation_m"]),
        device=plain["device"],
        score=int(plain["score"]),
        doubts=tuple(Doubt(doubt) for doubt in plain["doubts"]),
        sketch=tuple(int(number) for number in plain["sketch"]),
        cell=plain["cell"],
    )
