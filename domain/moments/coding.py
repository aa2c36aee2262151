"""Coding: the number that a member shows at a till, and the signed text of its QR code. Pure.

    <number>.<until>.<mac>

number -- twelve digits. until -- seconds since 1970. mac -- HMAC-SHA256 under the moment's own
secret, cut to 80 bits (RFC 2104 allows half of the hash or 80 bits). Whoever types the number has
no signature; that a guess is hopeless is then due to how few guesses there are.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from domain.moments.errors import BadRedemptionCode

DIGITS = 12
MAC_BYTES = 10
NUMBER = re.compile(r"[0-9]{12}", re.ASCII)
TEXT = re.compile(r"([0-9]{12})\.([0-9]{1,11})\.([A-Z2-7]{16})", re.ASCII)
CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class Said:
    """A code as it was read; it proves nothing before it is checked.

    until, mac -- None where only the number was typed.
    """

    number: str
    until: int | None = None
    mac: str | None = None


def text_of(number: str, *, moment: UUID, until: datetime, secret: bytes) -> str:
    """What the QR code says: digits, capitals and dots, which make a small one."""
    seconds = int(until.timestamp())
    return f"{number}.{seconds}.{_mac(number, moment, seconds, secret)}"


def read(text: str) -> Said:
    """The code in what a till has scanned or somebody has typed, in groups or not.

    Raises BadRedemptionCode.
    """
    if len(text) > CHARACTERS_MAX:
        raise BadRedemptionCode("this is no code")
    if found := TEXT.fullmatch(text.strip()):
        return Said(found[1], int(found[2]), found[3])
    number = text.translate({ord(blank): None for blank in " -"})
    if NUMBER.fullmatch(number) is None:
        raise BadRedemptionCode("this is no code")
    return Said(number)


def check(said: Said, *, moment: UUID, until: datetime, secret: bytes) -> None:
    """Raises BadRedemptionCode where it is signed, and not by us, or for another time."""
    if said.mac is None or said.until is None:
        return
    right = hmac.compare_digest(said.mac, _mac(said.number, moment, said.until, secret))
    if not right or datetime.fromtimestamp(said.until, UTC) != until.replace(microsecond=0):
        raise BadRedemptionCode("there is no such code")


def _mac(number: str, moment: UUID, until: int, secret: bytes) -> str:
    told = f"moment.{moment}.{number}.{until}".encode()
    made = hmac.new(secret, told, hashlib.sha256).digest()
    return base64.b32encode(made[:MAC_BYTES]).decode()
