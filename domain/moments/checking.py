"""Check what is said about treats before anything is kept. Pure functions."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from domain import activities, programmes
from domain.moments.errors import BadTreat
from domain.moments.records import Terms, Text

NAME_CHARACTERS_MAX = 80
BODY_CHARACTERS_MAX = 160
TEXTS_MAX = 40
KIND = re.compile(r"[A-Z][A-Z0-9_]{1,29}", re.ASCII)
POINTS_MAX = 1_000_000
SECONDS_MAX = 86_400
MEMBER_MAX = 100
MEMBER_DAYS_MAX = 366
LASTS_MAX = timedelta(days=731)


def sound_terms(terms: Terms, *, at: datetime) -> Terms:
    """The terms as they are kept. Refuses BadTreat: `kind`, `name`, `texts`, `fits`,
    `seconds_min`, `cost`, `worth`, `member_max`, `member_days`, `valid_until`, in this order."""
    if not KIND.fullmatch(terms.kind):
        raise BadTreat("a kind is 2 to 30 capitals, digits and underscores", "kind")
    name = programmes.plain(terms.name, longest=NAME_CHARACTERS_MAX)
    if not name:
        raise BadTreat(f"a name is 1 to {NAME_CHARACTERS_MAX} characters", "name")
    texts = _texts(terms.texts)
    if not terms.fits or not terms.fits <= set(activities.SPORTS):
        raise BadTreat("a treat fits one type of sport at least", "fits")
    _check(terms.seconds_min, "seconds_min", least=0, most=SECONDS_MAX)
    _check(terms.cost, "cost", least=1, most=POINTS_MAX)
    _check(terms.worth, "worth", least=0, most=POINTS_MAX)
    _check(terms.member_max, "member_max", least=1, most=MEMBER_MAX)
    _check(terms.member_days, "member_days", least=1, most=MEMBER_DAYS_MAX)
    begun = max(terms.valid_from, at)
    if not begun < terms.valid_until <= terms.valid_from + LASTS_MAX:
        raise BadTreat("a treat ends after it begins, not in the past, and within two years",
                       "valid_until")  # fmt: skip
    return replace(terms, name=name, texts=texts)


def _check(number: int, field: str, *, least: int, most: int) -> None:
    if not least <= number <= most:
        raise BadTreat(f"it is a whole number from {least} to {most}", field)


def _texts(texts: Mapping[str, Text]) -> Mapping[str, Text]:
    if len(texts) > TEXTS_MAX:
        raise BadTreat(f"there are at most {TEXTS_MAX} languages", "texts")
    sound = {}
    for language, text in texts.items():
        title = programmes.plain(text.title, longest=NAME_CHARACTERS_MAX)
        body = programmes.plain(text.body, longest=BODY_CHARACTERS_MAX)
        if not title or body is None:
            demand = f"a title is 1 to {NAME_CHARACTERS_MAX} characters, a body at most"
            raise BadTreat(f"{demand} {BODY_CHARACTERS_MAX}", "texts")
        try:
            sound[programmes.sound_locale(language)] = Text(title, body)
        except programmes.BadLocale as refused:
            raise BadTreat("a language is a BCP 47 tag, such as pl", "texts") from refused
    return sound
