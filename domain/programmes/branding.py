"""Check how a programme wants to show itself. Pure functions."""

import re
from urllib.parse import urlsplit

from domain.programmes.checking import NAME_CHARACTERS_MAX, plain
from domain.programmes.errors import BadBranding
from domain.programmes.records import Branding

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)
URL = re.compile(r"https://[!-~]{1,492}", re.ASCII)
CONTACT_CHARACTERS = range(3, 255)


def sound_branding(branding: Branding) -> Branding:
    """The same in its one spelling; what is empty is None. Raises BadBranding, naming the part."""
    return Branding(
        display_name=_words("display_name", branding.display_name, NAME_CHARACTERS_MAX),
        colour=_colour("colour", branding.colour),
        accent_colour=_colour("accent_colour", branding.accent_colour),
        logo_url=_url("logo_url", branding.logo_url),
        terms_url=_url("terms_url", branding.terms_url),
        support_contact=_contact(branding.support_contact),
    )


def _words(part: str, text: str | None, longest: int) -> str | None:
    sound = plain(text or "", longest=longest)
    if sound is None:
        raise BadBranding(part, f"it is plain text of {longest} characters at most")
    return sound or None


def _colour(part: str, text: str | None) -> str | None:
    if text and not COLOUR.fullmatch(text):
        raise BadBranding(part, "a colour is #RRGGBB")
    return text.upper() if text else None


def _url(part: str, text: str | None) -> str | None:
    if not text:
        return None
    try:
        host = urlsplit(text).hostname if URL.fullmatch(text) else None
        known = urlsplit(text).username is not None
    except ValueError:
        host, known = None, False
    # A name before an @ makes a foreign host look like one's own.
    if not host or known:
        raise BadBranding(part, "a URL begins with https:// and has 500 characters at most")
    return text


def _contact(text: str | None) -> str | None:
    sound = _words("support_contact", text, CONTACT_CHARACTERS[-1])
    if sound is not None and len(sound) not in CONTACT_CHARACTERS:
        raise BadBranding("support_contact", "a contact is 3 characters at least")
    return sound
