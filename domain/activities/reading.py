"""Read a file of any of the formats. Runs in a sandbox: bytes in, bytes out.

`request` and `answer_of` are for the side that asks, `examine` is what the sandbox runs.
"""

import struct
from datetime import datetime

import fitdecode
import orjson
from gpxpy.gpx import GPXException

from domain.activities import reading_fit, reading_gpx, reading_tcx
from domain.activities.errors import UnsupportedFormat
from domain.activities.plausibility import read_between_the_lines
from domain.activities.records import Doubt, Fault, Format, Reading, Type, Unreadable
from domain.activities.sniffing import format_of

READERS = {Format.FIT: reading_fit.read, Format.GPX: reading_gpx.read, Format.TCX: reading_tcx.read}
# What the libraries raise on bytes that were never meant to be read. Memory and time that run
# out are none of them: the sandbox tells those apart.
BROKEN = (
    UnsupportedFormat,
    fitdecode.FitError,
    GPXException,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
EXAMINE = f"{__name__}:examine"


def request(content: bytes, stated_type: Type | None) -> bytes:
    """What to send to `examine`."""
    return (stated_type or "").encode() + b"\n" + content


def examine(request: bytes) -> bytes:
    """Read the file in `request`; the Reading or the Fault, as JSON."""
    stated, _, content = request.partition(b"\n")
    try:
        reading = read(content, Type(stated.decode()) if stated else None)
    except Unreadable as unreadable:
        return orjson.dumps({"fault": unreadable.fault})
    return orjson.dumps({"reading": reading})


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
    )


def read(content: bytes, stated_type: Type | None = None) -> Reading:
    """What the file tells. Raises Unreadable, and nothing else, whatever the bytes are."""
    try:
        track = READERS[format_of(content)](content)
        return read_between_the_lines(track, stated_type)
    except BROKEN as error:
        raise Unreadable(Fault.CORRUPT, f"{type(error).__name__}: {error}"[:200]) from None
