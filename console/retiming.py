"""Retime: move a recorded FIT activity in time, as if it had been recorded lately.

The demonstration plays files that real watches wrote years ago, before any programme had rules.
Every moment in the file is moved by the same span; track, distances, heart rate stay as they are.

FIT as described in Garmin's Flexible and Interoperable Data Transfer (FIT) Protocol: a header,
definition and data messages of the shapes they define, and a checksum.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
# Between these every moment of a file fits the numbers that FIT takes for dates.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
TIMESTAMP = 253
RECORD = 20
# The fields of the type date_time or local_date_time beside `timestamp`, by message.
MOMENTS = {0: {4}, 18: {2}, 19: {2}, 34: {5}, 101: {2}}
# A compressed header says the last five bits of a time only.
COMPRESSED_SECONDS = 32
UNKNOWN = 0xFFFFFFFF
# Below it a number is seconds since the device was switched on, not a date.
DATES_FROM = 0x10000000
CHECKSUMS = (
    *(0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401),
    *(0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400),
)


class NotFit(ValueError):
    """The bytes are no single, whole FIT file."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What data messages of one local number look like.

    message -- the global number of its kind.
    size    -- of a message's content in bytes.
    moments -- where in it a time of four bytes stands.
    order   -- how struct calls its byte order.
    """

    message: int
    size: int
    moments: tuple[int, ...]
    order: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in a file: where it stands, in a message of which shape, seconds since EPOCH."""

    place: int
    shape: Shape
    seconds: int


def ended_at(content: bytes) -> datetime:
    """When the last point was recorded. Raises NotFit."""
    points = [one.seconds for one in _moments(content) if one.shape.message == RECORD]
    if not points:
        raise NotFit("no recorded points")
    return EPOCH + timedelta(seconds=max(points))


def retimed(content: bytes, *, ends_at: datetime) -> bytes:
    """The same activity, moved so that it ends within half a minute before `ends_at`.

    Raises NotFit.
    """
    moved = int((ends_at - ended_at(content)).total_seconds())
    moved -= moved % COMPRESSED_SECONDS
    copy = bytearray(content)
    for one in _moments(content):
        struct.pack_into(f"{one.shape.order}I", copy, one.place, one.seconds + moved)
    struct.pack_into("<H", copy, len(copy) - 2, checksum(copy[:-2]))
    return bytes(copy)


def checksum(content: bytes | bytearray) -> int:
    """The CRC of a FIT file, 16 bits, over everything before it."""
    crc = 0
    for byte in content:
        for nibble in (byte & 0xF, byte >> 4):
            crc = crc >> 4 ^ CHECKSUMS[crc & 0xF] ^ CHECKSUMS[nibble]
    return crc


def _moments(content: bytes) -> Iterator[Moment]:
    if len(content) < 16 or content[8:12] != b".FIT":
        raise NotFit("no FIT header")
    place, size = content[0], struct.unpack_from("<I", content, 4)[0]
    end = place + size
    if len(content) != end + 2:
        raise NotFit("not one whole file")
    shapes: dict[int, Shape] = {}
    try:
        while place < end:
            header, place = content[place], place + 1
            if header & 0xC0 == 0x40:
                shapes[header & 0x0F], place = _defined(content, place, header)
                continue
            shape = shapes[header >> 5 & 0x3 if header & 0x80 else header & 0x0F]
            for moment in shape.moments:
                (seconds,) = struct.unpack_from(f"{shape.order}I", content, place + moment)
                if DATES_FROM <= seconds < UNKNOWN:
                    yield Moment(place + moment, shape, seconds)
            place += shape.size
    except (IndexError, KeyError, struct.error) as error:
        raise NotFit("broken within its messages") from error


def _defined(content: bytes, place: int, header: int) -> tuple[Shape, int]:
    """The shape that a definition message gives, and where the next message begins."""
    order = ">" if content[place + 1] else "<"
    (message,) = struct.unpack_from(f"{order}H", content, place + 2)
    fields, place = content[place + 4], place + 5
    size, moments = 0, []
    named = MOMENTS.get(message, set()) | {TIMESTAMP}
    for _ in range(fields):
        number, length = content[place], content[place + 1]
        if number in named and length == 4:
            moments.append(size)
        size, place = size + length, place + 3
    if header & 0x20:
        for _ in range(content[place]):
            size += content[place + 2]
            place += 3
        place += 1
    return Shape(message, size, tuple(moments), order), place
