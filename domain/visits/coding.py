"""Coding: the code that a place shows, which changes every half minute. Pure functions.

    <place>.<step>.<mac>

step -- half minutes since 1970, as in TOTP (RFC 6238). mac -- HMAC-SHA256 under the place's own
secret, cut to 80 bits (RFC 2104 allows half of the hash or 80 bits). A photograph of the code is
worth nothing a minute later.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.visits.errors import BadVisitCode

STEP_S = 30
# The step that is shown and the one before: who scans at its end still gets in.
STEPS_VALID = 2
MAC_BYTES = 10
SHAPE = re.compile(r"([A-Z2-7]{26})\.(\d{1,12})\.([A-Z2-7]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it was read; it proves nothing before it is checked."""

    place: UUID
    step: int
    mac: str


def code_of(place: UUID, *, secret: bytes, at: datetime) -> str:
    """What the place shows at `at`: capitals, digits and dots, which make a small QR code."""
    step = int(at.timestamp()) // STEP_S
    return f"{_packed(place.bytes)}.{step}.{_mac(place, step, secret)}"


def read(text: str) -> Code:
    """The code in a text. Raises BadVisitCode."""
    shape = SHAPE.fullmatch(text) if len(text) <= 60 else None
    if shape is None:
        raise BadVisitCode("this is no code of a place")
    place, step, mac = shape.groups()
    return Code(UUID(bytes=base64.b32decode(place + "======")), int(step), mac)


def check(code: Code, *, secret: bytes, at: datetime) -> None:
    """Raises BadVisitCode unless the place shows the code at `at`, or did a moment ago."""
    age = int(at.timestamp()) // STEP_S - code.step
    right = hmac.compare_digest(code.mac, _mac(code.place, code.step, secret))
    if not right or not 0 <= age < STEPS_VALID:
        raise BadVisitCode("the code is not what the place shows now; scan it again")


def _mac(place: UUID, step: int, secret: bytes) -> str:
    made = hmac.new(secret, f"visit.{place}.{step}".encode(), hashlib.sha256).digest()
    return _packed(made[:MAC_BYTES])


def _packed(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=")
