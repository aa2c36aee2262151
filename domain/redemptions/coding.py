"""Coding: the codes that a member's phone makes by itself, and how a till reads them. Pure.

A code is a TOTP (RFC 6238): HMAC-SHA256 under the redemption's own secret over the number of the
minute, cut to eight digits as in RFC 4226, section 5.3. Phone and server need a clock and nothing
else in common, so the phone may be offline. What is shown, typed or scanned is eighteen digits:
the ten of the redemption's number, then the code. Digits alone make the smallest QR code.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from domain.redemptions.errors import BadRedemptionCode

NUMBER_DIGITS = 10
CODE_DIGITS = 8
SECRET_BYTES = 32
STEP_S = 60
# The step of now and the one before: a code is good for two minutes at most.
STEPS_GOOD = 2
# A code of a minute this near was made by the right device: late, or its clock is wrong.
STEPS_NEAR = 10
CHARACTERS_MAX = 60
TEXT = re.compile(r"([0-9]{10})([0-9]{8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """A code as it was read; it proves nothing before it is checked."""

    number: str
    code: str


class Standing(Enum):
    """What a code is worth now."""

    GOOD = "GOOD"
    EXPIRED = "EXPIRED"  # right, for a minute that is over or has not come
    WRONG = "WRONG"


def step_of(at: datetime) -> int:
    """The number of the minute since 1970: T of RFC 6238."""
    return int(at.timestamp()) // STEP_S


def code_of(secret: bytes, *, step: int) -> str:
    """The eight digits of that step."""
    mac = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha256).digest()
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def good_until(at: datetime) -> datetime:
    """Until when the code that is made at `at` is good."""
    return datetime.fromtimestamp((step_of(at) + STEPS_GOOD) * STEP_S, UTC)


def read(text: str) -> Said:
    """The code in what a till has scanned or somebody has typed, in groups or not.

    Raises BadRedemptionCode.
    """
    plain = text.translate({ord(blank): None for blank in " -."})
    found = TEXT.fullmatch(plain) if len(text) <= CHARACTERS_MAX else None
    if found is None:
        raise BadRedemptionCode("this is no code")
    return Said(found[1], found[2])


def standing(code: str, *, secret: bytes, at: datetime) -> Standing:
    """What the code is worth; all candidates are compared, in a time that tells nothing."""
    now = step_of(at)
    steps = range(max(now - STEPS_NEAR, 0), now + STEPS_NEAR + 1)
    same = {step for step in steps if hmac.compare_digest(code_of(secret, step=step), code)}
    if same & set(range(now - STEPS_GOOD + 1, now + 1)):
        return Standing.GOOD
    return Standing.EXPIRED if same else Standing.WRONG


def written(secret: bytes) -> str:
    """The secret as apps take it: base32 (RFC 4648), without padding."""
    return base64.b32encode(secret).decode().rstrip("=")
