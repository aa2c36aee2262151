"""Devices: the installations of an app that members may be pushed to, and watches that sign in.

It knows whose a device is, how it is reached and what proves it; it does not know what is sent
there. What a device says of its locale and zone feeds nothing by itself.
"""

from domain.devices.absorbing import absorb, give_back
from domain.devices.approving import (
    LOOKS_MAX,
    TRIES_MAX,
    approve,
    refuse,
    try_code,
    waiting,
)
from domain.devices.asking import INTERVAL_S, LIVES, Asked, ask, read_code
from domain.devices.believing import BELIEVED_SECONDS, believe, believed
from domain.devices.errors import (
    BadDeviceName,
    BadInstallation,
    BadKind,
    BadLiveToken,
    BadVersion,
    InstallationUsed,
    NoSuchCode,
    NoSuchDevice,
    NotLive,
    TokenUnknown,
    TooManyCodes,
    TooManyDevices,
    TooManyLive,
)
from domain.devices.following import follow_live, live_ended, live_targets, unfollow_live
from domain.devices.granting import Outcome, Poll, poll
from domain.devices.proving import bearer, is_token
from domain.devices.reading import find, listed
from domain.devices.records import (
    DEVICES_MAX,
    LIVE_MAX,
    About,
    Cursor,
    Device,
    DeviceKind,
    Holder,
    LiveTarget,
    Place,
    Platform,
    SignIn,
    Target,
    Waiting,
    session_of,
)
from domain.devices.registering import refresh, register
from domain.devices.removing import forget_silent, remove, sign_out
from domain.devices.targeting import gone, installed, targets
from domain.programmes import BadLocale, BadZone

__all__ = [
    "BELIEVED_SECONDS",
    "DEVICES_MAX",
    "INTERVAL_S",
    "LIVES",
    "LIVE_MAX",
    "LOOKS_MAX",
    "TRIES_MAX",
    "About",
    "Asked",
    "BadDeviceName",
    "BadInstallation",
    "BadKind",
    "BadLiveToken",
    "BadLocale",
    "BadVersion",
    "BadZone",
    "Cursor",
    "Device",
    "DeviceKind",
    "Holder",
    "InstallationUsed",
    "LiveTarget",
    "NoSuchCode",
    "NoSuchDevice",
    "NotLive",
    "Outcome",
    "Place",
    "Platform",
    "Poll",
    "SignIn",
    "Target",
    "TokenUnknown",
    "TooManyCodes",
    "TooManyDevices",
    "TooManyLive",
    "Waiting",
    "absorb",
    "approve",
    "ask",
    "bearer",
    "believe",
    "believed",
    "find",
    "follow_live",
    "forget_silent",
    "give_back",
    "gone",
    "installed",
    "is_token",
    "listed",
    "live_ended",
    "live_targets",
    "poll",
    "read_code",
    "refresh",
    "refuse",
    "register",
    "remove",
    "session_of",
    "sign_out",
    "targets",
    "try_code",
    "unfollow_live",
    "waiting",
]
