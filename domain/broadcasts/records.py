"""What broadcasts hands out, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

NAME_CHARACTERS_MAX = 80
TITLE_CHARACTERS_MAX = 60
BODY_CHARACTERS_MAX = 600
LOCALES_MAX = 20
PACE_MAX = 600_000
AHEAD_MAX = timedelta(days=366)


class AudienceKind(StrEnum):
    """Whom a broadcast is for."""

    ALL = "ALL"
    SEGMENT = "SEGMENT"
    TIER = "TIER"


class State(StrEnum):
    """Where a broadcast is. DONE and CANCELLED stay."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Audience:
    """All active members, or those of them with a label; `name` is None for all."""

    kind: AudienceKind
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What is said in one language. A push shows as much of it as fits; the inbox has it whole."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is wanted.

    texts -- by locale; whose own is not among them reads the programme's.
    pace_per_minute -- members told in a minute.
    """

    name: str
    audience: Audience
    texts: Mapping[str, Text]
    pace_per_minute: int


@dataclass(frozen=True, slots=True)
class Broadcast:
    """News for many members.

    starts_at -- when it is to start by itself; started_at -- when it did; None: not yet.
    told      -- members it has come to; `pushed` of them on a phone or a watch as well.
    """

    id: UUID
    programme: int
    name: str
    audience: Audience
    texts: Mapping[str, Text]
    pace_per_minute: int
    state: State
    created_at: datetime
    starts_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    told: int
    pushed: int

    @property
    def label(self) -> str:
        """What its pushes are counted and held by."""
        return label_of(self.id)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a broadcast would do if it started now.

    members -- how many it is for; minutes -- how long it would take, rounded up.
    """

    members: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a broadcast. Members are counted in told and pushed, devices in the others.

    delivered, opened -- what apps said of it, which not all of them do.
    """

    told: int
    pushed: int
    ordered: int
    sent: int
    gone: int
    expired: int
    dead: int
    delivered: int
    opened: int


def label_of(id: UUID) -> str:
    """What the pushes of a broadcast are counted and held by."""
    return f"news.{UUID(str(id)).hex}"
