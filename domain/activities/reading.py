"""Read a file of any of the formats. Runs in a sandbox: bytes in, bytes out.

Imported there only, because the parsers are heavy; who asks does so by `examining`.
"""

import struct

import fitdecode
import orjson
from gpxpy.gpx import GPXException

from domain.activities import reading_fit, reading_gpx, reading_tcx
from domain.activities.errors import UnsupportedFormat
from domain.activities.plausibility import read_between_the_lines
from domain.activities.records import Fault, Format, Reading, Type, Unreadable
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


def examine(request: bytes) -> bytes:
    """Read the file in `request`; the Reading or the Fault, as JSON."""
    stated, _, content = request.partition(b"\n")
    try:
        reading = read(content, Type(stated.decode()) if stated else None)
    except Unreadable as unreadable:
        return orjson.dumps({"fault": unreadable.fault})
    return orjson.dumps({"reading": reading})


def read(content: bytes, stated_type: Type | None = None) -> Reading:
    """What the file tells. Raises Unreadable, and nothing else, whatever the bytes are."""
    try:
        track = READERS[format_of(content)](content)
        return read_between_the_lines(track, stated_type)
    except BROKEN as error:
        raise Unreadable(Fault.CORRUPT, f"{type(error).__name__}: {error}"[:200]) from None
