"""What devices hands out, and its limits."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

DEVICES_MAX = 20
NAME_CHARACTERS_MAX = 60
# Silent for so long, a device is left out of broadcasts, and then forgotten.
FRESH = timedelta(days=30)
KEPT = timedelta(days=270)
# iOS ends a Live Activity after eight hours, and shows a handful at a time.
LIVE_MAX = 5
LIVE_LASTS = timedelta(hours=8)

# Where a page ended: the time and the id of its last device.
Cursor: TypeAlias = tuple[datetime, UUID]
# The programme and the id of a device.
Place: TypeAlias = tuple[int, UUID]


class Platform(StrEnum):
    """What an app runs on."""

    IOS = "IOS"
    ANDROID = "ANDROID"
    WEB = "WEB"


class DeviceKind(StrEnum):
    """What a device is to its member."""

    PHONE = "PHONE"
    WATCH = "WATCH"
    TV = "TV"


@dataclass(frozen=True, slots=True)
class About:
    """What a device says about itself. Its locale and zone feed nothing by themselves: texts and
    days go by what the member has said.

    installation -- its Firebase Installation ID; None: it is not to be pushed to.
    name         -- what its owner calls it.
    zone         -- an IANA name; None: unsaid.
    """

    platform: Platform
    kind: DeviceKind
    app_version: str
    locale: str
    installation: str | None = None
    zone: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in that a device came with: when that is ended, the device goes.

    session -- what the issuer calls it; None: it names none.
    """

    issuer: str
    subject: str
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One installation of an app, or a watch that signed in by a code, and whose it is.

    signed_in -- True: it has a token of its own, by which it asks without the phone.
    seen_at   -- when it last said something, to the day.
    """

    id: UUID
    programme: int
    member: UUID
    about: About
    signed_in: bool
    registered_at: datetime
    seen_at: datetime

    @property
    def cursor(self) -> Cursor:
        """Where the next page starts after this one."""
        return self.registered_at, self.id


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that waits for its member's word, as it says what it is."""

    about: About
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """A device that can be pushed to.

    id           -- of the device; another one when the installation has moved to another member.
    installation -- its Firebase Installation ID.
    """

    id: UUID
    programme: int
    member: UUID
    installation: str
    platform: Platform
    kind: DeviceKind
    locale: str

    @property
    def place(self) -> Place:
        """Its programme and id."""
        return self.programme, self.id


@dataclass(frozen=True, slots=True)
class LiveTarget:
    """A Live Activity that shows a running challenge on a member's phone.

    token -- of the activity, for `apns.live_activity_token`.
    """

    target: Target
    challenge: UUID
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a device's token.

    programme -- its slug. since -- when the device was signed in.
    """

    device: UUID
    member: UUID
    programme: str
    issuer: str
    subject: str
    since: datetime


def session_of(device: UUID) -> str:
    """What the sign-in of a device by its own token is called among its member's sessions."""
    return f"device:{device}"
