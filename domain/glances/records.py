"""What glances hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Change(StrEnum):
    """What changes a glance without anybody doing anything."""

    TRANSFER_RETURNS = "transfer.returns"
    OFFER_ENDS = "offer.ends"
    CHALLENGE_ENDS = "challenge.ends"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Points that a friend offers and the member has not answered: the newest of them.

    sender -- their name; "" where they may not be named.
    count  -- how many such there are, ten at most.
    """

    transfer: UUID
    sender: str
    points: int
    count: int
    returns_at: datetime | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The challenge that the member has most of, without having all; of equal ones, the one that
    ends first."""

    challenge: UUID
    name: str
    percent: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class BonusOffer:
    """What the member was offered at the end of an activity, while it may be redeemed."""

    moment: UUID
    title: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Next:
    """The one entry of the timeline: what happens next by itself, and when."""

    change: Change
    at: datetime


@dataclass(frozen=True, slots=True)
class Glance:
    """What a watch shows. None: there is nothing of it.

    points -- what the member can spend.
    unread -- items of the inbox that they have not read.
    """

    points: int
    unread: int
    waiting: Waiting | None = None
    nearest: Nearest | None = None
    offer: BonusOffer | None = None
    next: Next | None = None
