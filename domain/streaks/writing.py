"""Writing: the terms of a streak as plain JSON, and read from it again. Pure.

What is as by default is left out, so that a rule added later reads old terms as they were meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import orjson

from domain import metrics
from domain.metrics import Metric
from domain.streaks.records import Lapse, Milestone, Terms, Version


def write(versions: Sequence[Version]) -> str:
    """The versions as JSON text."""
    plain = [{"since": one.since, "terms": _terms(one.terms)} for one in versions]
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def read(text: str) -> tuple[Version, ...]:
    """The versions that `write` has written."""
    return tuple(
        Version(date.fromisoformat(one["since"]), _read_terms(one["terms"]))
        for one in orjson.loads(text)
    )


def _terms(terms: Terms) -> Mapping[str, Any]:
    plain = _slight(terms)
    if "filter" in plain:
        plain["filter"] = metrics.write_filter(terms.filter)
    if "milestones" in plain:
        plain["milestones"] = [_slight(one) for one in terms.milestones]
    return plain


def _read_terms(plain: Mapping[str, Any]) -> Terms:
    words = {**plain, "metric": Metric(plain["metric"])}
    if "filter" in plain:
        words["filter"] = metrics.read_filter(plain["filter"])
    if "lapse" in plain:
        words["lapse"] = Lapse(plain["lapse"])
    if "milestones" in plain:
        words["milestones"] = tuple(Milestone(**one) for one in plain["milestones"])
    return Terms(**words)


def _slight(said: Terms | Milestone) -> dict[str, Any]:
    """The words that are not as by default."""
    return {
        field.name: getattr(said, field.name)
        for field in fields(said)
        if getattr(said, field.name) != field.default
    }
