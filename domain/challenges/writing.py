"""Writing: the terms of a challenge as plain JSON, and read from it again. Pure.

What is as by default is left out, so that a rule added later reads old terms as they were meant.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from domain import metrics
from domain.challenges.records import (
    Again,
    Audience,
    Criterion,
    Entry,
    Milestone,
    Mode,
    Personal,
    Reward,
    Span,
    Terms,
)

TERMS_DEFAULT = {field.name: field.default for field in fields(Terms)}


def write(terms: Terms) -> str:
    """The terms as JSON text; the same terms are always the same text."""
    plain = {
        "criteria": [_criterion(one) for one in terms.criteria],
        "reward": _slight(terms.reward),
        "first_day": terms.first_day.isoformat(),
        "last_day": terms.last_day.isoformat(),
    }
    for name, default in TERMS_DEFAULT.items():
        value = getattr(terms, name)
        if name not in plain and value != default:
            plain[name] = _plain(value)
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def read(text: str) -> Terms:
    """The terms that `write` has written."""
    plain = orjson.loads(text)
    words: dict[str, Any] = {
        **plain,
        "criteria": tuple(_read_criterion(one) for one in plain["criteria"]),
        "reward": Reward(**plain["reward"]),
        "first_day": date.fromisoformat(plain["first_day"]),
        "last_day": date.fromisoformat(plain["last_day"]),
    }
    for name, reader in READERS.items():
        if name in plain:
            words[name] = reader(plain[name])
    return Terms(**words)


def _criterion(one: Criterion) -> Mapping[str, Any]:
    plain: dict[str, Any] = {"metric": one.metric, "target": one.target}
    if one.filter != metrics.ANY:
        plain["filter"] = metrics.write_filter(one.filter)
    if one.personal is not None:
        plain["personal"] = _slight(one.personal)
    return plain


def _read_criterion(plain: Mapping[str, Any]) -> Criterion:
    return Criterion(
        metrics.Metric(plain["metric"]),
        plain["target"],
        metrics.read_filter(plain["filter"]) if "filter" in plain else metrics.ANY,
        Personal(**plain["personal"]) if "personal" in plain else None,
    )


def _plain(value: Any) -> Any:
    match value:
        case tuple():
            return [{"percent": one.percent, "reward": _slight(one.reward)} for one in value]
        case Audience():
            return _slight(value)
        case _:
            return value


def _slight(value: Reward | Personal | Audience) -> Mapping[str, Any]:
    """What is said of it, and what is by default left out."""
    said = {field.name: (getattr(value, field.name), field.default) for field in fields(value)}
    return {
        name: sorted(map(str, found)) if isinstance(found, frozenset) else found
        for name, (found, default) in said.items()
        if found != default
    }


def _read_audience(plain: Mapping[str, Any]) -> Audience:
    words = {
        name: frozenset(map(UUID, said) if name == "challenges" else said)
        for name, said in plain.items()
        if isinstance(said, list)
    }
    entry = Entry(plain["entry"]) if "entry" in plain else Entry.OPT_IN
    return Audience(**words, entry=entry, level_min=plain.get("level_min", 0))


def _read_milestones(plain: list[Mapping[str, Any]]) -> tuple[Milestone, ...]:
    return tuple(Milestone(one["percent"], Reward(**one["reward"])) for one in plain)


READERS: Mapping[str, Callable[[Any], Any]] = {
    "milestones": _read_milestones,
    "audience": _read_audience,
    "span": Span,
    "again": Again,
    "mode": Mode,
}
