"""Vocabulary: what the app itself says, in each of its languages.

Serbian is written in Latin letters, as its readers mostly do on phones, and put into Cyrillic
ones letter by letter for who asks for sr-Cyrl.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from domain.wording.languages import LANGUAGES, SERBIAN_CYRILLIC, lookup

FOLDER = Path(__file__).parent / "texts"
WRITTEN = ("en", "pl", "sv", "sr")
# Symbols of the SI, which are Latin in every script.
SYMBOLS = frozenset({"unit.kilometres", "unit.metres", "unit.minutes", "unit.hours"})
# What stands in a template for something else keeps its letters, but for the words in quotes.
PIECES = re.compile(r"(\{\{[^}]*\}\})")
QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Source:
    """A text as it is written: a template each. What is only counted has no title."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that the app says in one language. somebody -- who has no name here."""

    somebody: str
    texts: Mapping[str, Source]


@cache
def vocabulary(tag: str) -> Vocabulary:
    """The app's own words in one of LANGUAGES."""
    latin = tag != SERBIAN_CYRILLIC.tag
    told = orjson.loads((FOLDER / f"{tag if latin else 'sr'}.json").read_bytes())
    texts = {key: Source(one["title"], one["body"]) for key, one in told["texts"].items()}
    texts |= {key: Source("", body) for key, body in told["units"].items()}
    if latin:
        return Vocabulary(told["somebody"], texts)
    return Vocabulary(
        cyrillic(told["somebody"]),
        {
            key: one if key in SYMBOLS else Source(cyrillic(one.title), cyrillic(one.body))
            for key, one in texts.items()
        },
    )


def nearest(locale: str) -> str | None:
    """Which of LANGUAGES a reader of that locale reads; None: none of them."""
    return next((tag for tag in lookup(locale) if tag in LANGUAGES), None)


def cyrillic(text: str) -> str:
    """Serbian in Cyrillic letters; what a template puts in stays."""
    return "".join(
        QUOTED.sub(lambda found: f"'{_letters(found[1])}'", piece)
        if PIECES.fullmatch(piece)
        else _letters(piece)
        for piece in PIECES.split(text)
    )


def _letters(text: str) -> str:
    letters, one = _script()
    return one.sub(lambda found: letters[found[0]], text)


@cache
def _script() -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Cyrillic by Latin, and what finds a Latin one: two before one, as "nj" is one letter."""
    letters: Mapping[str, str] = orjson.loads((FOLDER / "letters.json").read_bytes())
    return letters, re.compile("|".join(letters))
