"""Cursors: places in a list, which say for themselves that we made them for this list.

A cursor is a position behind a keyed hash over the list's name, its owner and the position: one
of another list, of another member, or altered, is refused before any query runs.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.faults import Fault, FaultCode
from infra.ids import EPOCH, MILLISECOND

TAG_BYTES = 9
CURSOR_CHARACTERS_MAX = 100
MICROSECOND = MILLISECOND / 1000


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and reads cursors under one installation's secret."""

    key: bytes

    @classmethod
    def of(cls, secret: str) -> "Cursors":
        """Cursors under `secret`, of any length."""
        return cls(hashlib.sha256(b"laurel cursor" + secret.encode()).digest())

    def make(self, position: bytes, *, of: str, owner: UUID) -> str:
        """The cursor for `position` in the list called `of` of that owner."""
        whole = self._tag(position, of, owner) + position
        return base64.urlsafe_b64encode(whole).decode().rstrip("=")

    def read(self, cursor: str, *, of: str, owner: UUID) -> bytes:
        """The position a cursor stands for. Raises Fault with BAD_CURSOR."""
        whole = decoded(cursor) or b""
        position = whole[TAG_BYTES:]
        if not position or self._tag(position, of, owner) != whole[:TAG_BYTES]:
            raise bad_cursor()
        return position

    def _tag(self, position: bytes, of: str, owner: UUID) -> bytes:
        said = of.encode() + b"\0" + owner.bytes + position
        return hashlib.blake2b(said, key=self.key, digest_size=TAG_BYTES).digest()


def bad_cursor() -> Fault:
    """What a cursor gets that is not ours, or not of this list."""
    return Fault(FaultCode.BAD_CURSOR, "This cursor does not belong to this list.")


def decoded(text: str) -> bytes | None:
    """The bytes of unpadded base64url, in their one and only spelling; else None."""
    if not text.isascii() or len(text) > CURSOR_CHARACTERS_MAX:
        return None
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return plain if base64.urlsafe_b64encode(plain).decode().rstrip("=") == text else None


def from_number(number: int) -> bytes:
    """A position that is a whole number."""
    return number.to_bytes(8, "big")


def to_number(position: bytes) -> int:
    """The number again. Raises Fault with BAD_CURSOR."""
    if len(position) != 8:
        raise bad_cursor()
    return int.from_bytes(position, "big")


def from_moment(at: datetime, id: UUID) -> bytes:
    """A position that is a time, to the microsecond, and an id that breaks ties."""
    return from_number((at - EPOCH) // MICROSECOND) + id.bytes


def to_moment(position: bytes) -> tuple[datetime, UUID]:
    """The time and the id again. Raises Fault with BAD_CURSOR."""
    if len(position) != 24:
        raise bad_cursor()
    return EPOCH + to_number(position[:8]) * MICROSECOND, UUID(bytes=position[8:])
