"""Wording: what a reward says in a member's language. Pure."""

from collections.abc import Mapping
from typing import TypeVar

from domain import wording
from domain.rewards.records import Image, Terms, Text

T = TypeVar("T")


def text_of(terms: Terms, *, locale: str) -> Text:
    """The text of the locale, or of its language, or else the reward's name."""
    return _nearest(terms.texts, locale) or Text(terms.name)


def alt_of(image: Image, *, locale: str) -> str:
    """What a picture shows, in the words nearest to the locale; where there are none, in any."""
    return _nearest(image.alts, locale) or next(iter(image.alts.values()), "")


def _nearest(said: Mapping[str, T], locale: str) -> T | None:
    return next((said[tag] for tag in wording.lookup(locale) if tag in said), None)
