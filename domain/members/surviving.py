"""Surviving: which of two people's values a merged member keeps. Pure.

Recency, then completeness, as in master data management (Loshin, Master Data Management, 2009,
chapter 10): what was said last counts, and what was said counts more than nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Known:
    """What is known, and since when."""

    value: Any
    since: datetime


def taken_over(
    survivor: Mapping[str, Known], duplicate: Mapping[str, Known]
) -> Mapping[str, Known]:
    """The duplicate's values that the survivor should have, by field.

    Those the survivor lacks, and those that are newer; at one moment the fuller one, and the
    survivor's own when they are equally full. What is the same is not taken.
    """
    return {
        field: there
        for field, there in duplicate.items()
        if not _is_empty(there.value) and _is_better(there, survivor.get(field))
    }


def _is_better(there: Known, here: Known | None) -> bool:
    if here is None or _is_empty(here.value):
        return True
    if here.value == there.value:
        return False
    if here.since != there.since:
        return there.since > here.since
    return _fullness(there.value) > _fullness(here.value)


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def _fullness(value: Any) -> int:
    return len(value) if isinstance(value, str | list) else 1
