"""Check what is said about a reward before anything is kept. Pure functions."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain import members, programmes, purchases
from domain.rewards.errors import BadTerms
from domain.rewards.records import HANDED_OVER, Image, RewardKind, Terms, Text

NAME_CHARACTERS_MAX = 80
BODY_CHARACTERS_MAX = 2_000
ALT_CHARACTERS_MAX = 160
TEXTS_MAX = 40
IMAGES_MAX = 10
LABELS_MAX = 50
OUTLETS_MAX = 500
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
URL = re.compile(r"https://[!-~]{1,492}", re.ASCII)
PRICE_MAX = 100_000_000
MINOR_MAX = 10**11
AGE_MAX = 120
MEMBER_MAX = 10_000
TOTAL_MAX = 100_000_000
DAYS_MAX = 366
RESERVE_SECONDS = (60, 30 * 86_400)
REFUND_DAYS_MAX = 366
LASTS_MAX = timedelta(days=3_660)


def sound_terms(terms: Terms, *, at: datetime) -> Terms:
    """The terms as they are kept. Refuses BadTerms: `name`, `code`, `texts`, `images`, `price`,
    `cash_minor`, `value_minor`, `currency`, `tiers`, `segments`, `age_min`, `member_max`,
    `member_days`, `total_max`, `total_days`, `outlets`, `cause`, `reserve_seconds`, `refund_days`,
    `valid_until`, in this order."""
    name = programmes.plain(terms.name, longest=NAME_CHARACTERS_MAX)
    if not name:
        raise BadTerms(f"a name is 1 to {NAME_CHARACTERS_MAX} characters", "name")
    if terms.code is not None and not CODE.fullmatch(terms.code):
        raise BadTerms("a code is 1 to 40 small letters, digits, - and _", "code")
    texts, images = _texts(terms.texts), _images(terms.images)
    _check(terms.price, "price", most=PRICE_MAX)
    _check_money(terms)
    tiers, segments = _labels(terms.tiers, "tiers"), _labels(terms.segments, "segments")
    _check(terms.age_min, "age_min", least=0, most=AGE_MAX)
    _check(terms.member_max, "member_max", most=MEMBER_MAX)
    _check(terms.member_days, "member_days", most=DAYS_MAX)
    _check(terms.total_max, "total_max", most=TOTAL_MAX)
    _check(terms.total_days, "total_days", most=DAYS_MAX)
    _check_places(terms)
    least, most = RESERVE_SECONDS
    _check(terms.reserve_seconds, "reserve_seconds", least=least, most=most)
    _check(terms.refund_days, "refund_days", least=0, most=REFUND_DAYS_MAX)
    _check_times(terms, at)
    return replace(terms, name=name, texts=texts, images=images, tiers=tiers, segments=segments)


def _check(number: int | None, field: str, *, least: int = 1, most: int) -> None:
    if number is not None and not least <= number <= most:
        raise BadTerms(f"it is a whole number from {least} to {most}", field)


def _check_money(terms: Terms) -> None:
    _check(terms.cash_minor, "cash_minor", least=0, most=MINOR_MAX)
    if terms.cash_minor and terms.kind not in HANDED_OVER:
        raise BadTerms("only what a till hands over is paid there too", "cash_minor")
    _check(terms.value_minor, "value_minor", least=0, most=MINOR_MAX)
    if terms.currency is None:
        if terms.cash_minor or terms.value_minor:
            raise BadTerms("money is in a currency", "currency")
        return
    try:
        purchases.sound_currency(terms.currency)
    except purchases.BadCurrency as refused:
        raise BadTerms("a currency is three capitals of ISO 4217", "currency") from refused


def _check_places(terms: Terms) -> None:
    if len(terms.outlets) > OUTLETS_MAX:
        raise BadTerms(f"there are at most {OUTLETS_MAX} outlets", "outlets")
    if terms.outlets and terms.kind not in HANDED_OVER:
        raise BadTerms("only what is handed over has outlets", "outlets")
    if (terms.cause is not None) != (terms.kind is RewardKind.DONATION):
        raise BadTerms("a donation is for a cause, and nothing else is", "cause")


def _check_times(terms: Terms, at: datetime) -> None:
    until = terms.valid_until
    if until is not None and not max(terms.valid_from, at) < until <= terms.valid_from + LASTS_MAX:
        demand = "a reward ends after it begins, not in the past, and within ten years"
        raise BadTerms(demand, "valid_until")


def _texts(texts: Mapping[str, Text]) -> Mapping[str, Text]:
    if len(texts) > TEXTS_MAX:
        raise BadTerms(f"there are at most {TEXTS_MAX} languages", "texts")
    sound = {}
    for language, text in texts.items():
        title = programmes.plain(text.title, longest=NAME_CHARACTERS_MAX)
        body = _paragraphs(text.body)
        if not title or body is None:
            demand = f"a title is 1 to {NAME_CHARACTERS_MAX} characters, a body at most"
            raise BadTerms(f"{demand} {BODY_CHARACTERS_MAX}", "texts")
        sound[_language(language, "texts")] = Text(title, body)
    return sound


def _paragraphs(text: str) -> str | None:
    """Plain text whose lines may be many; None when it is too long or not plain."""
    lines = [programmes.plain(line, longest=BODY_CHARACTERS_MAX) for line in text.splitlines()]
    told = "\n".join(line for line in lines if line is not None)
    return None if None in lines or len(told) > BODY_CHARACTERS_MAX else told


def _images(images: Sequence[Image]) -> Sequence[Image]:
    if len(images) > IMAGES_MAX:
        raise BadTerms(f"there are at most {IMAGES_MAX} images", "images")
    return tuple(_image(one) for one in images)


def _image(image: Image) -> Image:
    if not URL.fullmatch(image.url):
        demand = "a URL begins with https:// and has 500 characters at most"
        raise BadTerms(demand, "images")
    if not 0 < len(image.alts) <= TEXTS_MAX:
        raise BadTerms("what a picture shows is said in one language at least", "images")
    sound = {}
    for language, alt in image.alts.items():
        words = programmes.plain(alt, longest=ALT_CHARACTERS_MAX)
        if not words:
            demand = f"what a picture shows is said in 1 to {ALT_CHARACTERS_MAX} characters"
            raise BadTerms(demand, "images")
        sound[_language(language, "images")] = words
    return Image(image.url, sound)


def _language(tag: str, field: str) -> str:
    try:
        return programmes.sound_locale(tag)
    except programmes.BadLocale as refused:
        raise BadTerms("a language is a BCP 47 tag, such as pl", field) from refused


def _labels(names: Collection[str], field: str) -> frozenset[str]:
    longest = members.NAME_CHARACTERS_MAX
    sound = [programmes.plain(name, longest=longest) for name in names]
    if len(sound) > LABELS_MAX or not all(sound):
        demand = f"there are at most {LABELS_MAX}, each of 1 to {longest} characters"
        raise BadTerms(demand, field)
    return frozenset(name for name in sound if name)
