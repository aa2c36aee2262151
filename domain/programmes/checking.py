"""Check the words people give: names, locales, time zones. Pure functions."""

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

from domain.programmes.errors import BadLocale, BadName, BadZone

NAME_CHARACTERS_MAX = 80

# Language, script, region and variants of RFC 5646; extensions are of no use to us.
LOCALE = re.compile(
    r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|\d{3}))?"
    r"((?:-(?:[A-Za-z\d]{5,8}|\d[A-Za-z\d]{3}))*)",
    re.ASCII,
)
LOCALE_CHARACTERS_MAX = 35
# Names of the database that are not places.
NOT_ZONES = frozenset({"Factory", "localtime"})
# Controls, lone surrogates (which no UTF-8 text can hold), line and paragraph separators.
UNSOUND_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
# They turn the direction of the text around them: a name could disguise what stands beside it.
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str, *, longest: int) -> str | None:
    """`text` in NFC without outer blanks; None when it is too long or not plain text.

    longest -- in code points, after normalising.
    """
    # Normalising takes time; a text far too long is not worth it.
    if len(text) > longest * 4:
        return None
    sound = unicodedata.normalize("NFC", text).strip()
    if len(sound) > longest:
        return None
    return None if any(map(_is_unsound, sound)) else sound


def sound_name(text: str) -> str:
    """`text` as a name. Raises BadName."""
    name = plain(text, longest=NAME_CHARACTERS_MAX)
    if not name:
        raise BadName(f"a name is 1 to {NAME_CHARACTERS_MAX} characters of plain text")
    return name


def sound_locale(text: str) -> str:
    """`text` as a language tag in its usual spelling, such as "de-AT". Raises BadLocale."""
    parts = LOCALE.fullmatch(text) if len(text) <= LOCALE_CHARACTERS_MAX else None
    if parts is None:
        raise BadLocale('a locale is a BCP 47 language tag, such as "de-AT"')
    language, script, region, variants = parts.groups(default="")
    tags = (language.lower(), script.title(), region.upper())
    return "-".join(tag for tag in tags if tag) + variants.lower()


def sound_zone(text: str) -> str:
    """`text` if it names an IANA time zone. Raises BadZone."""
    if text not in _zones():
        raise BadZone('a zone is an IANA name, such as "Europe/Vienna"')
    return text


def _is_unsound(character: str) -> bool:
    return unicodedata.category(character) in UNSOUND_CATEGORIES or character in BIDI_CONTROLS


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - NOT_ZONES
