"""Check what a device says about itself. Pure functions."""

import re
from dataclasses import replace

from domain import programmes
from domain.devices.errors import BadDeviceName, BadInstallation, BadKind, BadLiveToken, BadVersion
from domain.devices.records import NAME_CHARACTERS_MAX, About, DeviceKind, Platform

# 17 bytes in base64url, of which the first has 0111 in its upper half: the Firebase Installation
# ID as the SDKs of Firebase make it.
INSTALLATION = re.compile(r"[c-f][A-Za-z0-9_-]{21}", re.ASCII)
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,39}", re.ASCII)
LIVE_TOKEN = re.compile(r"(?:[0-9a-f]{2}){32,200}", re.ASCII)


def sound(about: About) -> About:
    """What a device says, in its one spelling.

    Raises, in this order: BadInstallation, BadKind, BadVersion, BadDeviceName,
    programmes.BadLocale, programmes.BadZone.
    """
    if about.installation is not None and not INSTALLATION.fullmatch(about.installation):
        raise BadInstallation("an installation is the 22 characters of its Firebase ID")
    if about.platform is Platform.WEB and about.kind is DeviceKind.WATCH:
        raise BadKind("no watch runs a browser that can be pushed to")
    if not VERSION.fullmatch(about.app_version):
        raise BadVersion("a version is such as 4.2.1-beta")
    return replace(
        about,
        name=_sound_name(about.name),
        locale=programmes.sound_locale(about.locale),
        zone=None if about.zone is None else programmes.sound_zone(about.zone),
    )


def sound_live_token(text: str) -> str:
    """The token of a Live Activity in lower case. Raises BadLiveToken."""
    token = text.lower() if len(text) <= 400 else ""
    if not LIVE_TOKEN.fullmatch(token):
        raise BadLiveToken("a Live Activity's push token is 32 to 200 bytes in hexadecimal")
    return token


def _sound_name(text: str | None) -> str | None:
    if text is None:
        return None
    name = programmes.plain(text, longest=NAME_CHARACTERS_MAX)
    if not name:
        raise BadDeviceName(f"a name is 1 to {NAME_CHARACTERS_MAX} characters of plain text")
    return name
