"""Propose: turn a file's rules and multipliers into terms that a replay can run under."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from domain import points
from domain.activities import Type
from domain.points import Measure, Multiplier, Rule, Terms
from domain.replays.errors import BadProposal
from infra.ids import EPOCH

RULE_FIELDS = frozenset(
    {"activity", "measure", "points", "per", "day_max", "week_max", "month_max", "active_from"}
)
MULTIPLIER_FIELDS = frozenset(
    {"name", "activity", "tier", "segment", "percent", "active_from", "active_until"}
)
ENTRIES_MAX = 200
T = TypeVar("T", str, int)


def proposed(said: Mapping[str, Any], *, instead_of: Terms) -> Terms:
    """The terms that `said` proposes: `rules` and `multipliers`, each a list of tables.

    A rule replaces every version of its type, from the beginning or from its `active_from`;
    types that are not named keep their rules. Multipliers that are named replace all others.
    Refuses with BadProposal the first thing that is wrong.
    """
    for name in said.keys() - {"rules", "multipliers"}:
        raise BadProposal((name,), "there are only rules and multipliers")
    rules = [_rule(table, ("rules", n)) for n, table in enumerate(_tables(said, "rules"))]
    versions = _numbered(rules)
    kept = [rule for rule in instead_of.rules if rule.activity not in {r.activity for r in rules}]
    multipliers: Sequence[Multiplier] = instead_of.multipliers
    if "multipliers" in said:
        tables = enumerate(_tables(said, "multipliers"))
        multipliers = [_multiplier(table, n) for n, table in tables]
    return Terms([*kept, *versions], multipliers)


def _tables(said: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    tables = said.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise BadProposal((name,), "must be a list of tables")
    if len(tables) > ENTRIES_MAX:
        raise BadProposal((name,), f"at most {ENTRIES_MAX} are read")
    return tables


def _rule(table: Mapping[str, Any], path: tuple[str | int, ...]) -> Rule:
    _check_fields(table, RULE_FIELDS, path)
    measure = _word(Measure, table, "measure", path)
    given, per = _get(table, "points", int, path), _maybe(table, "per", int, path)
    most = _get(table, "day_max", int, path)
    week_max, month_max = (_maybe(table, name, int, path) for name in ("week_max", "month_max"))
    amounts, limits = (measure, given, 1 if per is None else per), (week_max, month_max)
    activity = _word(Type, table, "activity", path)
    starts = _moment(table, "active_from", path) or EPOCH
    rule = Rule(activity, 1, *amounts, most, starts, *limits)
    try:
        points.check_rule(rule)
    except points.BadRule as refused:
        raise BadProposal((*path, refused.field), str(refused)) from refused
    return rule


def _multiplier(table: Mapping[str, Any], number: int) -> Multiplier:
    path = ("multipliers", number)
    _check_fields(table, MULTIPLIER_FIELDS, path)
    name, percent = _get(table, "name", str, path), _get(table, "percent", int, path)
    tier, segment = (_maybe(table, field, str, path) for field in ("tier", "segment"))
    starts = _moment(table, "active_from", path) or EPOCH
    ends = _moment(table, "active_until", path)
    try:
        points.check_multiplier(name, percent, tier, segment, active_from=starts, active_until=ends)
    except points.BadMultiplier as refused:
        raise BadProposal((*path, refused.field), str(refused)) from refused
    activity = _word(Type, table, "activity", path) if "activity" in table else None
    return Multiplier(number + 1, name, activity, tier, segment, percent, starts, ends)


def _numbered(rules: Sequence[Rule]) -> Sequence[Rule]:
    """The rules of each type as versions 1, 2, 3 by when they begin."""
    counts: Counter[Type] = Counter()
    found = []
    for rule in sorted(rules, key=lambda rule: rule.active_from):
        counts[rule.activity] += 1
        found.append(replace(rule, version=counts[rule.activity]))
    return found


def _check_fields(
    table: Mapping[str, Any], known: frozenset[str], path: tuple[str | int, ...]
) -> None:
    for name in table.keys() - known:
        raise BadProposal((*path, name), f"is none of {', '.join(sorted(known))}")


def _get(table: Mapping[str, Any], name: str, kind: type[T], path: tuple[str | int, ...]) -> T:
    found = _maybe(table, name, kind, path)
    if found is None:
        raise BadProposal((*path, name), "is missing")
    return found


def _maybe(
    table: Mapping[str, Any], name: str, kind: type[T], path: tuple[str | int, ...]
) -> T | None:
    found = table.get(name)
    if found is not None and (not isinstance(found, kind) or isinstance(found, bool)):
        raise BadProposal((*path, name), f"must be {'text' if kind is str else 'a whole number'}")
    return found


def _word(kind: Any, table: Mapping[str, Any], name: str, path: tuple[str | int, ...]) -> Any:
    said = _get(table, name, str, path)
    if said.upper() not in kind.__members__:
        raise BadProposal((*path, name), f"{said} is none of {', '.join(kind)}")
    return kind[said.upper()]


def _moment(table: Mapping[str, Any], name: str, path: tuple[str | int, ...]) -> datetime | None:
    """A time as TOML knows it, or as text in JSON; a date begins at midnight, UTC."""
    said = table.get(name)
    if isinstance(said, str):
        try:
            said = datetime.fromisoformat(said)
        except ValueError as error:
            raise BadProposal((*path, name), "must be a time such as 2026-12-01T00:00Z") from error
    if isinstance(said, date) and not isinstance(said, datetime):
        said = datetime.combine(said, time())
    if said is None:
        return None
    if not isinstance(said, datetime):
        raise BadProposal((*path, name), "must be a time such as 2026-12-01T00:00Z")
    return said if said.tzinfo else said.replace(tzinfo=UTC)
