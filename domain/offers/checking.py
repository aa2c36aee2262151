"""Check what is said about an offer before anything is kept. Pure functions."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from domain import activities, programmes
from domain.offers import reading
from domain.offers.errors import BadOffer, BadRule
from domain.offers.records import EARNED, Creative, Gain, OfferKind, Terms

NAME_CHARACTERS_MAX = 80
BODY_CHARACTERS_MAX = 300
URL_CHARACTERS_MAX = 500
CREATIVES_MAX = 40
ABOUT_MAX = 20
# As interactions keep them: what sort of thing it is, and which.
ABOUT = re.compile(r"[a-z][a-z_]{1,19}:[^\x00-\x1f\x7f]{1,60}")
POINTS_MAX = 1_000_000
HUNDREDTHS = (101, 1_000)
TIMES_MAX = 100
# The ledger holds for 31 days at most, of which some are for what comes late.
WITHIN_HOURS_MAX = 600
ACCEPT_MAX = 100
SHOWN_MAX = 1_000
MEMBER_DAYS_MAX = 366
TOTAL_MAX = 1_000_000_000
HOLDOUT_PERCENT_MAX = 50
RULE_CHARACTERS_MAX = 50_000
LASTS_MAX = timedelta(days=731)


def sound_terms(terms: Terms, *, at: datetime) -> Terms:
    """The terms as they are kept. Refuses BadOffer: `name`, `creatives`, `placements`, `about`,
    `margin`, `cost`, what is said of the gain (see `sound_gain`), `accept_max`, `shown_max`,
    `member_days`, `total_max`, `holdout_percent`, `valid_until`, in this order; then BadRule."""
    name = programmes.plain(terms.name, longest=NAME_CHARACTERS_MAX)
    if not name:
        raise BadOffer(f"a name is 1 to {NAME_CHARACTERS_MAX} characters", "name")
    creatives = _creatives(terms.creatives)
    if not terms.placements:
        raise BadOffer("an offer is shown in one place at least", "placements")
    if len(terms.about) > ABOUT_MAX or not all(map(ABOUT.fullmatch, terms.about)):
        demand = f"at most {ABOUT_MAX} keys, such as product:coffee"
        raise BadOffer(f"an offer is about {demand}", "about")
    _check(terms.margin, "margin", least=0, most=POINTS_MAX)
    _check(terms.cost, "cost", least=0, most=POINTS_MAX)
    gain = sound_gain(terms.kind, terms.gain)
    _limit(terms.accept_max, "accept_max", most=ACCEPT_MAX)
    _limit(terms.shown_max, "shown_max", most=SHOWN_MAX)
    _check(terms.member_days, "member_days", least=1, most=MEMBER_DAYS_MAX)
    _limit(terms.total_max, "total_max", most=TOTAL_MAX)
    _check(terms.holdout_percent, "holdout_percent", least=0, most=HOLDOUT_PERCENT_MAX)
    begun = max(terms.valid_from, at)
    if not begun < terms.valid_until <= terms.valid_from + LASTS_MAX:
        raise BadOffer("an offer ends after it begins, not in the past, and within two years",
                       "valid_until")  # fmt: skip
    # A tree that somebody built by hand is held to what may be read.
    rule = reading.read(reading.write(terms.rule))
    if len(reading.write_text(rule)) > RULE_CHARACTERS_MAX:
        raise BadRule((), f"a rule is at most {RULE_CHARACTERS_MAX} characters of JSON")
    about = tuple(dict.fromkeys(terms.about))
    return replace(terms, name=name, creatives=creatives, gain=gain, rule=rule, about=about)


def sound_gain(kind: OfferKind, gain: Gain) -> Gain:
    """The gain with nothing in it that its kind does not need. Refuses BadOffer: `points`,
    `hundredths`, `most`, `times`, `types`, `within_hours`, `reward`, `challenge`, in this order
    and where the kind needs them."""
    if kind is OfferKind.CHALLENGE:
        return Gain(challenge=_needed(gain.challenge, "challenge"))
    if kind is OfferKind.CONTENT:
        return Gain()
    words: dict[str, Any] = {"within_hours": gain.within_hours}
    if kind is not OfferKind.MULTIPLIER:
        _check(gain.points, "points", least=1, most=POINTS_MAX)
        words["points"] = gain.points
    else:
        least, most = HUNDREDTHS
        _check(gain.hundredths, "hundredths", least=least, most=most)
        _check(gain.most, "most", least=1, most=POINTS_MAX)
        words |= {"hundredths": gain.hundredths, "most": gain.most}
    if kind in EARNED:
        _check(gain.times, "times", least=1, most=TIMES_MAX)
        if gain.points * gain.times > POINTS_MAX:
            raise BadOffer(f"an acceptance gives at most {POINTS_MAX} points", "times")
        if not gain.types or not gain.types <= set(activities.Type):
            raise BadOffer("it is for one type of activity at least", "types")
        words |= {"times": gain.times, "types": gain.types}
    _check(gain.within_hours, "within_hours", least=1, most=WITHIN_HOURS_MAX)
    if kind is OfferKind.DISCOUNT:
        words["reward"] = _needed(gain.reward, "reward")
    return Gain(**words)


def _needed(id: Any, field: str) -> Any:
    if id is None:
        raise BadOffer("an offer of this kind says which", field)
    return id


def _check(number: int, field: str, *, least: int, most: int) -> None:
    if not least <= number <= most:
        raise BadOffer(f"it is a whole number from {least} to {most}", field)


def _limit(number: int | None, field: str, *, most: int) -> None:
    if number is not None:
        _check(number, field, least=1, most=most)


def _creatives(creatives: Mapping[str, Creative]) -> Mapping[str, Creative]:
    if len(creatives) > CREATIVES_MAX:
        raise BadOffer(f"there are at most {CREATIVES_MAX} languages", "creatives")
    sound = {}
    for language, one in creatives.items():
        title = programmes.plain(one.title, longest=NAME_CHARACTERS_MAX)
        body = programmes.plain(one.body, longest=BODY_CHARACTERS_MAX)
        alt = programmes.plain(one.alt, longest=BODY_CHARACTERS_MAX)
        if not title or body is None or alt is None:
            demand = f"a title is 1 to {NAME_CHARACTERS_MAX} characters, other texts at most"
            raise BadOffer(f"{demand} {BODY_CHARACTERS_MAX}", "creatives")
        if one.image and not alt:
            raise BadOffer("an image says what is on it, for whoever cannot see it", "creatives")
        for url in (one.image, one.action):
            if url is not None and not _is_https(url):
                raise BadOffer("an address is https, with a host", "creatives")
        try:
            tag = programmes.sound_locale(language)
        except programmes.BadLocale as refused:
            raise BadOffer("a language is a BCP 47 tag, such as pl", "creatives") from refused
        sound[tag] = Creative(title, body, one.image, alt, one.action)
    return sound


def _is_https(url: str) -> bool:
    if len(url) > URL_CHARACTERS_MAX or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
