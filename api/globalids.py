"""Global ids: one opaque name for each thing a client may ask for again.

A letter for the type, then the thing's own key, in base64url. Opaque is not secret: who may see
a thing is decided when it is looked up, never by whether its id can be guessed.
"""

import base64
from dataclasses import dataclass
from enum import StrEnum, unique
from uuid import UUID

import strawberry

from api.cursors import decoded


@unique
class Kind(StrEnum):
    """The types that have global ids, by their letter."""

    MEMBER = "M"
    PROGRAMME = "P"
    ACTIVITY = "A"
    ENTRY = "E"
    FRIEND = "F"
    REQUEST_RECEIVED = "R"
    REQUEST_SENT = "S"
    TRANSFER = "T"
    OPERATOR = "O"
    DEED = "D"
    PARTNER = "Q"
    KEY = "K"
    SHOP = "W"
    OPPORTUNITY = "N"
    SHIFT = "V"
    HOURS = "H"
    POINT_REQUEST = "L"
    CAUSE = "U"
    DONATION = "Z"
    SHARE_TARGET = "X"
    CLUB = "c"
    CLUB_INVITATION = "i"
    CLUB_MEMBER = "m"
    ACROSS_FRIEND = "a"
    ACROSS_REQUEST = "q"
    REFERRAL = "r"
    HOUSEHOLD = "h"
    MERGE = "g"
    CLAIM = "C"
    ENERGY_FILE = "G"
    PLACE = "Y"
    SURVEY = "B"
    BOARD = "l"
    STREAK = "s"
    BADGE = "b"
    GRANT = "w"
    CHALLENGE = "I"
    CONTEST = "n"
    OUTLET = "p"
    TREAT = "v"
    MOMENT = "x"
    SESSION = "j"
    BONUS_CAMPAIGN = "y"
    DEVICE = "d"
    TEMPLATE = "f"
    INBOX_ITEM = "e"
    BROADCAST = "k"
    REWARD = "t"
    REDEMPTION = "u"
    VOUCHER_POOL = "o"
    RAFFLE = "z"
    RAFFLE_TICKET = "J"
    OFFER = "1"
    DECISION = "2"


@dataclass(frozen=True, slots=True)
class Name:
    """A global id, read."""

    kind: Kind
    key: bytes

    @property
    def uuid(self) -> UUID | None:
        """The key as a UUID; None when it is none."""
        return UUID(bytes=self.key) if len(self.key) == 16 else None


def of(kind: Kind, key: UUID | bytes) -> strawberry.ID:
    """The global id of one thing."""
    raw = kind.value.encode() + (key.bytes if isinstance(key, UUID) else key)
    return strawberry.ID(base64.urlsafe_b64encode(raw).decode().rstrip("="))


def read(id: str) -> Name | None:
    """What a global id names; None when it is not one of ours."""
    raw = decoded(id)
    if not raw or raw[:1].decode("latin-1") not in set(Kind):
        return None
    return Name(Kind(raw[:1].decode()), raw[1:])


def uuid_of(id: str, kind: Kind) -> UUID | None:
    """The UUID in a global id of that kind; None for every other text."""
    name = read(id)
    return name.uuid if name is not None and name.kind is kind else None
