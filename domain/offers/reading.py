"""Reading: rules as JSON, strictly: a word that is not known is refused, not passed over. Pure.

`read` takes what `write` gives, and what an operator says; a text that was kept once is read once
for each process.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from domain import programmes
from domain.activities import Type
from domain.offers.errors import BadRule
from domain.offers.rules import (
    Aged,
    Did,
    Either,
    Every,
    InSegment,
    InTier,
    MemberSince,
    Near,
    Not,
    Rule,
    Speaks,
    When,
)

DEPTH_MAX = 6
NODES_MAX = 50
NAMES_MAX = 50
NAME_CHARACTERS_MAX = 80
CELLS_MAX = 1_000
OUTLETS_MAX = 20
WITHIN_M = (100, 2_000)
AGE_MAX = 150
MEMBER_DAYS_MAX = 36_600
DID_TIMES_MAX = 1_000
DID_DAYS_MAX = 90
DAY_MINUTES = 1_440
# Coarser than a town, and finer than what is kept of a place, nobody asks.
RESOLUTIONS = range(5, 9)
CACHED_MAX = 10_000


def read(plain: Any) -> Rule:
    """The rule that plain JSON says. Refuses BadRule with where it is wrong, the first there is."""
    return _Reader().rule(plain, (), depth=1)


@lru_cache(maxsize=CACHED_MAX)
def read_text(text: str) -> Rule:
    """The rule that was written as this text."""
    return read(orjson.loads(text))


def write(rule: Rule) -> Any:
    """The rule as plain JSON."""
    return _WRITERS[type(rule)](rule)


def write_text(rule: Rule) -> str:
    """The rule as JSON text: one text for one rule."""
    return orjson.dumps(write(rule), option=orjson.OPT_SORT_KEYS).decode()


class _Reader:
    """Reads one tree, and counts what is in it."""

    def __init__(self) -> None:
        self._nodes = 0

    def rule(self, plain: Any, path: tuple[str, ...], *, depth: int) -> Rule:
        """The rule at that path."""
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise BadRule(path, f"a rule has at most {NODES_MAX} parts")
        if depth > DEPTH_MAX:
            raise BadRule(path, f"a rule is at most {DEPTH_MAX} deep")
        if not isinstance(plain, Mapping) or len(plain) != 1:
            raise BadRule(path, "a rule says exactly one thing")
        ((word, said),) = plain.items()
        within = (*path, str(word))
        if word in ("all", "any"):
            parts = tuple(
                self.rule(one, (*within, str(place)), depth=depth + 1)
                for place, one in enumerate(_list(said, within, most=NODES_MAX))
            )
            if word == "any" and not parts:
                raise BadRule(within, "one of nothing never holds")
            return Every(parts) if word == "all" else Either(parts)
        if word == "not":
            return Not(self.rule(said, within, depth=depth + 1))
        if word not in _READERS:
            raise BadRule(path, f"a rule is one of {', '.join(('all', 'any', 'not', *_READERS))}")
        return _READERS[word](said, within)


def _aged(said: Any, path: tuple[str, ...]) -> Aged:
    words = _words(said, path, "min", "max")
    least = _number(words, path, "min", least=0, most=AGE_MAX, default=None)
    most = _number(words, path, "max", least=0, most=AGE_MAX, default=None)
    if least is None and most is None:
        raise BadRule(path, "an age has an end at least")
    if least is not None and most is not None and least > most:
        raise BadRule((*path, "max"), "an age ends after it begins")
    return Aged(least, most)


def _since(said: Any, path: tuple[str, ...]) -> MemberSince:
    words = _words(said, path, "days")
    return MemberSince(_needed(words, path, "days", least=1, most=MEMBER_DAYS_MAX))


def _did(said: Any, path: tuple[str, ...]) -> Did:
    words = _words(said, path, "types", "times", "days")
    types = _list(words.get("types") or [], (*path, "types"), most=len(Type))
    if not all(isinstance(one, str) and one in Type.__members__.values() for one in types):
        raise BadRule((*path, "types"), "there is no such type of activity")
    times = _number(words, path, "times", least=1, most=DID_TIMES_MAX, default=1)
    assert times is not None, "it has a default"
    days = _needed(words, path, "days", least=1, most=DID_DAYS_MAX)
    return Did(times, days, frozenset(types))


def _near(said: Any, path: tuple[str, ...]) -> Near:
    words = _words(said, path, "cells", "outlets", "withinM")
    cells = _list(words.get("cells") or [], (*path, "cells"), most=CELLS_MAX)
    outlets = _list(words.get("outlets") or [], (*path, "outlets"), most=OUTLETS_MAX)
    if not cells and not outlets:
        raise BadRule(path, "a place is a cell or an outlet at least")
    least, most = WITHIN_M
    within_m = _number(words, path, "withinM", least=least, most=most, default=1_000)
    assert within_m is not None, "it has a default"
    found = frozenset(_cell(one, (*path, "cells")) for one in cells)
    return Near(found, frozenset(_uuid(one, (*path, "outlets")) for one in outlets), within_m)


def _when(said: Any, path: tuple[str, ...]) -> When:
    words = _words(said, path, "weekdays", "fromMinute", "untilMinute")
    days = _list(words.get("weekdays") or [], (*path, "weekdays"), most=7)
    if not all(type(one) is int and 1 <= one <= 7 for one in days):
        raise BadRule((*path, "weekdays"), "a weekday is 1, Monday, to 7")
    begins = _number(words, path, "fromMinute", least=0, most=DAY_MINUTES - 1, default=0)
    ends = _number(words, path, "untilMinute", least=1, most=DAY_MINUTES, default=DAY_MINUTES)
    assert begins is not None, "it has a default"
    assert ends is not None, "it has a default"
    if begins == ends:
        raise BadRule((*path, "untilMinute"), "a window has a length")
    return When(frozenset(days), begins, ends)


def _speaks(said: Any, path: tuple[str, ...]) -> Speaks:
    found = set()
    for one in _list(said, path, least=1, most=NAMES_MAX):
        try:
            found.add(programmes.sound_locale(one if isinstance(one, str) else ""))
        except programmes.BadLocale as refused:
            raise BadRule(path, "a language is a BCP 47 tag, such as pl") from refused
    return Speaks(frozenset(found))


def _names(said: Any, path: tuple[str, ...]) -> frozenset[str]:
    found = set()
    for one in _list(said, path, least=1, most=NAMES_MAX):
        name = programmes.plain(one if isinstance(one, str) else "", longest=NAME_CHARACTERS_MAX)
        if not name:
            raise BadRule(path, f"a name is 1 to {NAME_CHARACTERS_MAX} characters of plain text")
        found.add(name)
    return frozenset(found)


def _cell(text: Any, path: tuple[str, ...]) -> int:
    """The library is loaded by the first who asks for a cell."""
    from h3.api import basic_int as h3

    try:
        cell = int(text, 16) if isinstance(text, str) else 0
    except ValueError:
        cell = 0
    sound = 0 < cell < 1 << 63 and h3.is_valid_cell(cell)
    if not sound or h3.get_resolution(cell) not in RESOLUTIONS:
        raise BadRule(path, "a cell is one of the H3 grid, of resolution 5 to 8, in hexadecimal")
    return cell


def _uuid(text: Any, path: tuple[str, ...]) -> UUID:
    try:
        return UUID(text)
    except (AttributeError, TypeError, ValueError) as refused:
        raise BadRule(path, "that is no id") from refused


def _words(said: Any, path: tuple[str, ...], *known: str) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise BadRule(path, f"it says {', '.join(known)}")
    for word in said:
        if word not in known:
            raise BadRule((*path, str(word)), f"it is not known; it says {', '.join(known)}")
    return said


def _list(said: Any, path: tuple[str, ...], *, least: int = 0, most: int) -> Sequence[Any]:
    if not isinstance(said, Sequence) or isinstance(said, str):
        raise BadRule(path, "it is a list")
    if not least <= len(said) <= most:
        raise BadRule(path, f"it is a list of {least} to {most}")
    return said


def _number(
    words: Mapping[str, Any],
    path: tuple[str, ...],
    word: str,
    *,
    least: int,
    most: int,
    default: int | None,
) -> int | None:
    said = words.get(word)
    if said is None:
        return default
    if type(said) is not int or not least <= said <= most:
        raise BadRule((*path, word), f"it is a whole number from {least} to {most}")
    return said


def _needed(
    words: Mapping[str, Any], path: tuple[str, ...], word: str, *, least: int, most: int
) -> int:
    found = _number(words, path, word, least=least, most=most, default=None)
    if found is None:
        raise BadRule((*path, word), "it must be said")
    return found


_READERS: Mapping[str, Callable[[Any, tuple[str, ...]], Rule]] = {
    "tier": lambda said, path: InTier(_names(said, path)),
    "segment": lambda said, path: InSegment(_names(said, path)),
    "age": _aged,
    "memberSince": _since,
    "activity": _did,
    "place": _near,
    "time": _when,
    "locale": _speaks,
}
_WRITERS: Mapping[type[Any], Callable[[Any], Any]] = {
    Every: lambda rule: {"all": [write(one) for one in rule.rules]},
    Either: lambda rule: {"any": [write(one) for one in rule.rules]},
    Not: lambda rule: {"not": write(rule.rule)},
    InTier: lambda rule: {"tier": sorted(rule.names)},
    InSegment: lambda rule: {"segment": sorted(rule.names)},
    Aged: lambda rule: {"age": {"min": rule.least, "max": rule.most}},
    MemberSince: lambda rule: {"memberSince": {"days": rule.days}},
    Did: lambda rule: {
        "activity": {"types": sorted(rule.types), "times": rule.times, "days": rule.days}
    },
    Near: lambda rule: {
        "place": {
            "cells": [f"{cell:x}" for cell in sorted(rule.cells)],
            "outlets": sorted(map(str, rule.outlets)),
            "withinM": rule.within_m,
        }
    },
    When: lambda rule: {
        "time": {
            "weekdays": sorted(rule.weekdays),
            "fromMinute": rule.from_minute,
            "untilMinute": rule.until_minute,
        }
    },
    Speaks: lambda rule: {"locale": sorted(rule.languages)},
}
