"""What push hands out and takes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from domain.devices import Target
from domain.windows import Channel
from infra.push import Answer

# One row of what waits: programme, order, device.
Key: TypeAlias = tuple[int, UUID, UUID]

# Of the keys and the values together, in UTF-8.
DATA_BYTES_MAX = 128


class Kind(StrEnum):
    """What a push is about; each kind has one profile.

    LIVE -- the state of a running challenge, for a Live Activity; `show` orders them.
    """

    POINTS_EARNED = "points.earned"
    TRANSFER_RECEIVED = "transfer.received"
    CHALLENGE_NEAR = "challenge.near"
    BONUS_OFFER = "bonus.offer"
    BADGE_UNLOCKED = "badge.unlocked"
    NEWS = "news"
    LIVE = "live"


class Lane(IntEnum):
    """Whose turn it is: what is for one member never waits for what is for many."""

    ONE = 0
    MANY = 1


def lane_of(kind: Kind) -> Lane:
    """Whose turn pushes of a kind wait for."""
    return Lane.MANY if kind is Kind.NEWS else Lane.ONE


@dataclass(frozen=True, slots=True)
class Live:
    """What a Live Activity is to show; see Progress. token -- of the activity."""

    challenge: UUID
    token: str = field(repr=False)
    state: Mapping[str, str | int]
    at: datetime
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing to be pushed to one member's devices.

    id         -- the event's (the outbox delivery's), which is the inbox item's too: every device
                  is told by it what it has seen.
    key        -- of the wording, such as "transfers.received"; the device knows its words.
    args       -- of those words, in the wording's order and the member's own notation.
    title, body -- literal words instead of `key`'s, as news have; None: by key.
    data       -- ids and numbers for the app, and nothing personal; 128 bytes at most.
    collapse   -- pushes that share it replace each other on a device; None: nothing does.
    channels   -- Channel.PHONE, Channel.WATCH: which kinds of device are told.
    send_at    -- not before; `expires_at` -- never after. An order that comes again is known until
                  a week after this, so it goes by the event's time and not by the clock.
    label      -- what it is counted under, in A-Z a-z 0-9 and - _ . ~ %; None: nothing.
    live       -- what a Live Activity is to show instead of words; see `show`.
    """

    id: UUID
    member: UUID
    kind: Kind
    key: str
    args: Sequence[str] = ()
    title: str | None = None
    body: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    collapse: str | None = None
    channels: frozenset[Channel]
    send_at: datetime
    expires_at: datetime
    label: str | None = None
    live: Live | None = None

    @property
    def template(self) -> str:
        """What made it: this is stopped when Firebase finds a message of it bad."""
        return self.label or self.key

    @property
    def lane(self) -> Lane:
        """Whose turn it waits for."""
        return lane_of(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a member is in a challenge that one of their phones shows as a Live Activity.

    number -- of its change: the same number says the same.
    state  -- what the activity shows, as JSON values.
    ends   -- True: there is nothing more to come.
    """

    member: UUID
    challenge: UUID
    number: int
    state: Mapping[str, str | int]
    ends: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A push to one device that has been taken to be sent now.

    content  -- what the order said, as `ordering` wrote it down.
    attempts -- which try this is, from 1.
    alone    -- the member's other devices are told by themselves.
    """

    programme: int
    id: UUID
    kind: Kind
    template: str
    label: str | None
    content: Mapping[str, Any]
    expires_at: datetime
    attempts: int
    alone: bool
    target: Target

    @property
    def key(self) -> Key:
        """Its row: programme, order and device."""
        return self.programme, self.id, self.target.id


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one that was taken."""

    due: Due
    answer: Answer


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many pushes of one programme and template wait.

    parked -- of them those that wait for an operator.
    oldest -- when the first of them was ordered.
    """

    programme: int
    template: str
    waiting: int
    parked: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Dead:
    """A push that is not sent unless somebody says so."""

    programme: int
    id: UUID
    device: UUID
    template: str
    attempts: int
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    """A template whose messages Firebase refused, and what it said."""

    programme: int
    template: str
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the pushes under one label; each counts one device.

    gone    -- the device was no more.
    expired -- it could not be sent in time.
    dead    -- it was laid aside.
    """

    ordered: int = 0
    sent: int = 0
    gone: int = 0
    expired: int = 0
    dead: int = 0
