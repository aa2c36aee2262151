"""Records of a push: what is asked of the way to Firebase, and what it answers.

Plain values without any logic; importing them loads nothing of Firebase.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class BadMessage(Exception):
    """Firebase would refuse this message, or it is larger than we allow ourselves.

    path -- the field of Message that is at fault, with a key or an index after a dot.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path, self.message = path, message


class Platform(StrEnum):
    """Whose way the message goes behind Firebase."""

    IOS = "IOS"
    ANDROID = "ANDROID"
    WEB = "WEB"


class Priority(StrEnum):
    """HIGH wakes a sleeping device; NORMAL waits until it is awake anyway."""

    HIGH = "high"
    NORMAL = "normal"


class Level(StrEnum):
    """How much a message may interrupt: Apple's interruption levels, without the critical one."""

    PASSIVE = "passive"
    ACTIVE = "active"
    TIME_SENSITIVE = "time-sensitive"


@dataclass(frozen=True, slots=True)
class LiveUpdate:
    """The next state of an iOS Live Activity, in place of a notification.

    token -- of this activity on this device; state -- what its widget shows: JSON values.
    at -- when the state was true: a device drops what is older than what it shows.
    stale_at -- when the widget should say that it may be out of date; ends -- the last update.
    """

    token: str
    state: Mapping[str, object]
    at: datetime
    stale_at: datetime | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message for one installation of an app.

    id -- of the event: devices show what has one id once, on the phone or on the watch.
    target -- a Firebase Installation ID. template -- what made it: what is stopped when it is bad.
    title_key, body_key -- of texts that the app has, `body_args` their arguments in order; or
        `title` and `body` as they are to be shown. Never both kinds.
    data -- for the app; `id` and `v` are added. label -- for Firebase's own statistics.
    collapse -- what a newer message replaces on the device; `id` when None.
    alone -- the member's other device has a target of its own, so nothing is bridged to it.
    relevance -- 0 to 1, for the order within a summary.
    """

    id: str
    target: str
    platform: Platform
    template: str
    ttl_s: int
    title_key: str | None = None
    body_key: str | None = None
    body_args: Sequence[str] = ()
    title: str | None = None
    body: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    priority: Priority = Priority.NORMAL
    level: Level = Level.ACTIVE
    relevance: float = 0.5
    collapse: str | None = None
    thread: str | None = None
    category: str | None = None
    sound: str | None = None
    channel: str | None = None
    label: str | None = None
    alone: bool = False
    live: LiveUpdate | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A message as it is sent.

    body -- the whole request. expires_at -- after this nobody is to try any more.
    encoded -- the library's own object, for the transport that is made of the library.
    """

    id: str
    target: str
    platform: Platform
    template: str
    expires_at: datetime
    body: bytes
    encoded: object
    dry_run: bool = False


class Outcome(StrEnum):
    """What became of a message, in words for whoever keeps the queue.

    GONE and MISMATCHED -- the target is no more, or never was ours: delete it.
    BAD_TARGET -- no such target can be; delete it where `Answer.known_good`.
    BAD_MESSAGE -- our mistake: lay it aside, and stop its template.
    APPLE_PAUSED -- Apple does not believe us: none of Apple's go for now.
    THROTTLED -- all of us are too fast; DEVICE_THROTTLED -- for this one device.
    LATER -- it could not be done now; it may have arrived nevertheless.
    """

    SENT = "SENT"
    GONE = "GONE"
    MISMATCHED = "MISMATCHED"
    BAD_TARGET = "BAD_TARGET"
    BAD_MESSAGE = "BAD_MESSAGE"
    APPLE_PAUSED = "APPLE_PAUSED"
    THROTTLED = "THROTTLED"
    DEVICE_THROTTLED = "DEVICE_THROTTLED"
    LATER = "LATER"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one message.

    name -- Firebase's, of a message that it took. template -- whose message was bad.
    retry_after_s -- the soonest that another try makes sense; None where none does.
    error -- the code and the words of Firebase, or of what was in the way.
    known_good -- a message of this template was taken before, so only the target can be wrong.
    sends -- how often Firebase may have seen it: 0 where a pause kept it back. A new connection in
        place of one that went away is not counted.
    """

    outcome: Outcome
    name: str | None = None
    retry_after_s: float | None = None
    error: str | None = None
    template: str | None = None
    known_good: bool = False
    sends: int = 1


class FcmTransport(Protocol):
    """A way to Firebase. It keeps nothing: whoever calls keeps what is to be sent again."""

    async def send(self, built: Built, *, attempt: int = 1) -> Answer:
        """Send one message now; every failure is an answer.

        attempt -- which try of this message it is, from 1: each one waits longer for the next. An
            answer without a send was no try.
        """
        ...
