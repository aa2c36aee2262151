"""Clocked: a real FIT file as if its watch had recorded it at another time.

Only what is needed of Garmin's FIT protocol, version 2: every message is walked over, its times
are moved, and the sums at the end are made anew.
"""

import struct
from datetime import datetime, timedelta

from infra.ids import EPOCH

FIT_EPOCH = EPOCH + timedelta(days=7_304)  # 1989-12-31 00:00 UTC
# The last five bits of a time stand alone in short records: they stay as they are.
STEP_S = 32
UNKNOWN = 0xFFFFFFFF
TIMESTAMP = 253
# Other fields that are times, by the number of their message.
TIMES = {0: {4}, 18: {2}, 19: {2}, 34: {5}, 101: {2}}
CRC = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip


def moved(content: bytes, *, began: datetime, to: datetime) -> bytes:
    """The file with all its times moved, so that what began at `began` begins at `to`, within
    half a minute earlier."""
    by_s = int((to - began).total_seconds()) // STEP_S * STEP_S
    head = content[0]
    size = struct.unpack_from("<I", content, 4)[0]
    body = bytearray(content[: head + size])
    formats: dict[int, tuple[str, list[int], int]] = {}
    place = head
    while place < len(body):
        first = body[place]
        place += 1
        if first & 0x80:  # a data message with a short time
            place = _shift(body, place, formats[first >> 5 & 3], by_s)
        elif first & 0x40:
            place = _define(body, place, first, formats)
        else:
            place = _shift(body, place, formats[first & 15], by_s)
    return bytes(body) + struct.pack("<H", _sum(body))


def _define(
    body: bytearray, place: int, first: int, formats: dict[int, tuple[str, list[int], int]]
) -> int:
    """Remember where the times of the messages to come are; where the next message begins."""
    order = ">" if body[place + 1] else "<"
    number = struct.unpack_from(f"{order}H", body, place + 2)[0]
    count, place, offset = body[place + 4], place + 5, 0
    times: list[int] = []
    for _ in range(count):
        field, size = body[place], body[place + 1]
        if size == 4 and (field == TIMESTAMP or field in TIMES.get(number, ())):
            times.append(offset)
        offset, place = offset + size, place + 3
    if first & 0x20:  # fields of the maker's own
        for _ in range(body[place]):
            offset += body[place + 2]
            place += 3
        place += 1
    formats[first & 15] = order, times, offset
    return place


def _shift(body: bytearray, place: int, format: tuple[str, list[int], int], by_s: int) -> int:
    order, times, size = format
    for offset in times:
        said = struct.unpack_from(f"{order}I", body, place + offset)[0]
        if said != UNKNOWN:
            struct.pack_into(f"{order}I", body, place + offset, said + by_s)
    return place + size


def _sum(content: bytes | bytearray) -> int:
    crc = 0
    for byte in content:
        for part in (byte & 15, byte >> 4):
            crc = (crc >> 4) ^ CRC[crc & 15] ^ CRC[part]
    return crc
