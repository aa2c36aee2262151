"""Ids: UUIDv7 (RFC 9562), whose first 48 bits are milliseconds since 1970.

Sorted by time, so indexes grow at their right edge, a partition is a range of ids, and an id
tells when it was made. A derived id is the same every time it is made from the same parts:
it is how a server-made posting stays idempotent over a re-run.
"""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def new(at: datetime) -> UUID:
    """A fresh random UUIDv7 of the moment `at`."""
    return _build(at, os.urandom(10))


def derived(at: datetime, *parts: object) -> UUID:
    """The one UUIDv7 that belongs to `parts` at `at`; parts are told apart by their text."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return _build(at, digest[:10])


def made_at(id: UUID) -> datetime:
    """When a UUIDv7 says it was made, to the millisecond."""
    return EPOCH + (id.int >> 80) * MILLISECOND


def is_v7(id: UUID) -> bool:
    """True for a UUID of version 7 and the RFC 9562 variant."""
    return id.version == 7


def _build(at: datetime, tail: bytes) -> UUID:
    milliseconds = (at - EPOCH) // MILLISECOND
    assert 0 <= milliseconds < 1 << 48, "the moment must fit the 48 bits of a UUIDv7"
    bits = milliseconds << 80 | int.from_bytes(tail, "big")
    bits = bits & ~(0xF << 76) | 0x7 << 76
    return UUID(int=bits & ~(0x3 << 62) | 0x2 << 62)
