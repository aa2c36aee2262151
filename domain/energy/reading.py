"""Read a file of any of the formats. Runs in a sandbox: bytes in, bytes out.

Imported there only, because the parsers are heavy; who asks does so by `examining`.
"""

from zoneinfo import ZoneInfo

import orjson

from domain.energy import reading_green_button
from domain.energy.reading_tables import read_csv, read_json
from domain.energy.records import Reading, Unreadable
from domain.energy.slotting import slots_of

HEAD_BYTES = 200


def examine(asked: bytes) -> bytes:
    """Read the file in `asked`; its half hours or its Fault, as JSON."""
    zone, now, content = asked.split(b"\n", 2)
    try:
        reading = read(content, zone=ZoneInfo(zone.decode()), now_s=int(now))
    except Unreadable as unreadable:
        return orjson.dumps({"fault": unreadable.fault})
    slots = [[start, slot.wh, slot.estimated] for start, slot in sorted(reading.slots.items())]
    return orjson.dumps({"meter": reading.meter, "slots": slots})


def read(content: bytes, *, zone: ZoneInfo, now_s: int) -> Reading:
    """The half hours of a file of any of the formats. Raises Unreadable."""
    head = content[:HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        meter, intervals = reading_green_button.read(content)
        return Reading(meter, slots_of(intervals, now_s=now_s))
    reader = read_json if head.startswith((b"{", b"[")) else read_csv
    return Reading(None, slots_of(reader(content, zone=zone), now_s=now_s))
