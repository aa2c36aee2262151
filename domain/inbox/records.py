"""What inbox hands out, and what it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

import orjson

Args: TypeAlias = Mapping[str, str | int | bool]

# One for each inbox, hinted at whenever it is another one than before.
CHANNEL = "laurel:inbox:"


@dataclass(frozen=True, slots=True)
class News:
    """What a member is to be told.

    id         -- of the event that it tells of: the same in a push and in a receipt.
    topic      -- a value of windows.Topic.
    key, args  -- which text of wording, and what is filled in.
    title, body -- what was written for all, word for word; then the key only says what it is.
    refs       -- what it is about, as a kind of thing and its id, for apps to open.
    at         -- when it happened.
    quiet      -- True: it goes to the archive, read. For who wants no items of this topic.
    """

    id: UUID
    member: UUID
    topic: str
    key: str
    at: datetime
    args: Args = field(default_factory=dict)
    title: str | None = None
    body: str | None = None
    refs: Mapping[str, str] = field(default_factory=dict)
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """What a member was told: one entry of their inbox.

    number -- 1, 2, 3 for each member, without a gap, in the order it was told.
    For the rest see News. archived_at -- only of what was read.
    """

    id: UUID
    programme: int
    member: UUID
    number: int
    topic: str
    key: str
    args: Args
    title: str | None
    body: str | None
    refs: Mapping[str, str]
    at: datetime
    read_at: datetime | None
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Box:
    """How a member's inbox stands.

    last   -- the number of the newest item; 0: there never was one.
    unread -- how many are not read.
    """

    last: int
    unread: int


class Kind(StrEnum):
    """What became of a message on a device."""

    DELIVERED = "DELIVERED"
    OPENED = "OPENED"
    DISMISSED = "DISMISSED"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a device says became of a message.

    item   -- the id that came with the message; None: what came is no id of ours.
    at     -- by the device's clock.
    device -- which one; None: it did not say. Nothing depends on it.
    """

    item: UUID | None
    kind: Kind
    at: datetime
    device: UUID | None = None


class Outcome(StrEnum):
    """What became of a receipt.

    RECORDED     -- it counts.
    REPEATED     -- it was told before, maybe by another device, and counts once.
    NO_SUCH_ITEM -- the member was told no such thing, or it was forgotten by now.
    CLOCK_AHEAD  -- by the device's clock it has not happened yet.
    CLOCK_BEHIND -- by the device's clock it happened before what the message tells of.
    """

    RECORDED = "RECORDED"
    REPEATED = "REPEATED"
    NO_SUCH_ITEM = "NO_SUCH_ITEM"
    CLOCK_AHEAD = "CLOCK_AHEAD"
    CLOCK_BEHIND = "CLOCK_BEHIND"


@dataclass(frozen=True, slots=True)
class Interest:
    """What a member made of the messages of one topic: how many, and when last."""

    topic: str
    delivered: int
    opened: int
    dismissed: int
    delivered_at: datetime | None
    opened_at: datetime | None
    dismissed_at: datetime | None


def item_of(row: Mapping[str, Any]) -> Item:
    """One row of the table as a value."""
    plain = {name: orjson.loads(row[name]) for name in ("args", "refs")}
    return Item(**{**row, **plain})


def channel(member: UUID, *, programme: int) -> str:
    """Where Valkey hints that the inbox of a member is another one than before."""
    return f"{CHANNEL}{programme}:{member}"
