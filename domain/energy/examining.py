"""Examine: ask the sandbox what a file of readings tells, without loading what reads it."""

from datetime import datetime

import orjson

from domain.energy.records import Fault, Reading, Slot

# What the sandbox runs; a name, so that the parsers are imported there and nowhere else.
EXAMINE = "domain.energy.reading:examine"


def request(content: bytes, *, zone: str, at: datetime) -> bytes:
    """What to send to `examine`."""
    return f"{zone}\n{int(at.timestamp())}\n".encode() + content


def answer_of(answer: bytes) -> Reading | Fault:
    """What `examine` found. Raises ValueError or LookupError when it is not an answer."""
    found = orjson.loads(answer)
    if "fault" in found:
        return Fault(found["fault"])
    slots = {int(start): Slot(int(wh), bool(guess)) for start, wh, guess in found["slots"]}
    return Reading(found["meter"], slots)
