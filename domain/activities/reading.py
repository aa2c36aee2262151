"""Read a file of any of the formats. Runs in a sandbox: bytes in, bytes out.

Imported there only, because the parsers are heavy; who asks does so by `examining`.
"""

import struct
from dataclasses import replace

import fitdecode
import orjson
from gpxpy.gpx import GPXException
from h3.api import basic_int as h3

from domain.activities import reading_fit, reading_gpx, reading_tcx
from domain.activities.errors import UnsupportedFormat
from domain.activities.plausibility import read_between_the_lines
from domain.activities.records import (
    CELL_RESOLUTION,
    Fault,
    Format,
    Reading,
    Type,
    Unreadable,
)
from domain.activities.sniffing import format_of
from domain.activities.tracks import Samples

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
        reading = read_between_the_lines(track, stated_type)
        return replace(reading, cell=_cell(track.samples))
    except BROKEN as error:
        raise Unreadable(Fault.CORRUPT, f"{type(error).__name__}: {error}"[:200]) from None


def _cell(samples: Samples) -> int | None:
    """The H3 cell (h3geo.org) of the first position; None without any."""
    for latitude, longitude in zip(samples.latitudes, samples.longitudes, strict=True):
        if latitude == latitude and longitude == longitude:
            return int(h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION))
    return None
