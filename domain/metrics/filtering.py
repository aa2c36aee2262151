"""Filtering: which filters are sound, and how they are kept."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.activities import Proof, Type
from domain.metrics.errors import BadFilter
from domain.metrics.records import Filter

# More of one kind than anybody means; a filter is read with every activity it could fit.
SAID_MAX = 50
SOURCE_CHARACTERS_MAX = 120
CELLS_MAX = 2_000
DISTANCE_M_MAX = 10_000_000
DURATION_S_MAX = 3 * 86_400
ELEVATION_M_MAX = 100_000
QUANTITY_MAX = 2**53
DAY_MINUTES = 24 * 60
LIMITS = {
    "distance_min_m": DISTANCE_M_MAX,
    "duration_min_s": DURATION_S_MAX,
    "elevation_min_m": ELEVATION_M_MAX,
    "quantity_min": QUANTITY_MAX,
}
# How each word is kept where it is not as it is; a word that is left out is the default.
READERS: Mapping[str, Callable[[Any], Any]] = {
    "types": lambda said: frozenset(map(Type, said)),
    "sources": frozenset,
    "partners": frozenset,
    "proof_min": Proof,
    "weekdays": frozenset,
    "cells": frozenset,
}


def check_filter(filter: Filter, *, within: tuple[str, ...] = ()) -> None:
    """Refuse a filter that is not sound: BadFilter, with the path of the first fault.

    within -- where the filter itself is, and so what its paths begin with.
    """
    for path, message in _faults(filter):
        raise BadFilter((*within, path), message)


def write_filter(filter: Filter) -> dict[str, Any]:
    """The filter as plain JSON, only with the words that it says."""
    default = Filter()
    return {
        name: sorted(said) if isinstance(said, frozenset) else said
        for name in Filter.__slots__
        if (said := getattr(filter, name)) != getattr(default, name)
    }


def read_filter(kept: Mapping[str, Any]) -> Filter:
    """What `write_filter` made, as a filter again."""
    return Filter(
        **{name: READERS[name](said) if name in READERS else said for name, said in kept.items()}
    )


def _faults(filter: Filter) -> Iterable[tuple[str, str]]:
    """The paths of what is not sound, with why, in the order of the words."""
    for name, many in (("types", filter.types), ("sources", filter.sources)):
        if len(many) > SAID_MAX:
            yield name, f"at most {SAID_MAX} of them"
    if any(not 1 <= len(source) <= SOURCE_CHARACTERS_MAX for source in filter.sources):
        yield "sources", f"a source is 1 to {SOURCE_CHARACTERS_MAX} characters"
    if len(filter.partners) > SAID_MAX:
        yield "partners", f"at most {SAID_MAX} of them"
    for name, most in LIMITS.items():
        if not 0 <= getattr(filter, name) <= most:
            yield name, f"a least size is 0 to {most}"
    if not filter.weekdays <= frozenset(range(1, 8)):
        yield "weekdays", "a weekday is 1, Monday, to 7, Sunday"
    yield from _window_faults(filter.from_minute, filter.until_minute)
    if len(filter.cells) > CELLS_MAX:
        yield "cells", f"at most {CELLS_MAX} cells"
    if not all(map(_is_cell, filter.cells)):
        yield "cells", "a cell is an H3 index of resolution 8"


def _window_faults(since: int | None, until: int | None) -> Iterable[tuple[str, str]]:
    if (since is None) != (until is None):
        yield "until_minute", "a time of day needs both its ends"
    if since is None or until is None:
        return
    if not 0 <= since < DAY_MINUTES:
        yield "from_minute", "a time of day begins between 00:00 and 23:59"
    if not 0 < until <= DAY_MINUTES:
        yield "until_minute", "a time of day ends between 00:01 and 24:00"
    if since == until:
        yield "until_minute", "a time of day must have some length"


def _is_cell(cell: int) -> bool:
    """True for an H3 index of mode 1 (a cell) and resolution 8, by its bits alone.

    Bit layout after h3geo.org, "H3 index": 1 reserved, 4 mode, 3 reserved, 4 resolution, 7 base
    cell, 15 digits of 3; the unused digits are 7.
    """
    digits = [cell >> 3 * place & 0b111 for place in range(15)]
    return (
        0 <= cell < 1 << 63
        and cell >> 56 == 0b1000
        and cell >> 52 & 0xF == 8
        and cell >> 45 & 0x7F < 122
        and all(digit == 7 for digit in digits[:7])
        and all(digit < 7 for digit in digits[7:])
    )
