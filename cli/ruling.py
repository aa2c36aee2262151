"""Ruling: what activities earn, from the command line."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from cli import telling
from cli.opening import opened
from cli.telling import USAGE, Stop
from domain import activities, points, programmes
from infra import clock, db
from infra.settings import Settings

Word = TypeVar("Word", bound=StrEnum)


async def listed(settings: Settings, *, slug: str, as_json: bool) -> None:
    """Print every version of every rule of a programme."""
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        found = await points.rules(programme.id, tx=tx)
    if as_json:
        telling.as_json([asdict(rule) for rule in found])
        return
    columns = ("Activity", "Version", "Points", "Per", "Measure", "Day", "Week", "Month", "From")
    rows = (
        (r.activity, r.version, r.points, r.per, r.measure, *_limits(r), r.active_from)
        for r in found
    )
    telling.table(f"Rules of {slug}, with the most points of a day ...", columns, rows)


async def put(
    settings: Settings, activity: str, *, slug: str, rule: Mapping[str, Any], as_json: bool
) -> None:
    """Set a rule. Raises Stop, BadRule, RuleInPast, NoSuchProgramme."""
    kind = word(activities.Type, activity)
    measure = word(points.Measure, rule["measure"])
    amounts = {name: rule[name] for name in ("points", "per", "day_max", "week_max", "month_max")}
    starts = moment(rule["active_from"])
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        made = await points.set_rule(
            programme, activity=kind, measure=measure, **amounts, active_from=starts,
            at=clock.now(), tx=tx,
        )  # fmt: skip
    if as_json:
        telling.as_json(asdict(made))
    else:
        since = f"from {made.active_from} on" if starts else "from now on"
        telling.answers.print(f"Version {made.version} for {kind} holds {since}.")


async def multipliers(settings: Settings, *, slug: str, as_json: bool) -> None:
    """Print every multiplier of a programme. Raises NoSuchProgramme."""
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        found = await points.multipliers(programme.id, tx=tx)
    if as_json:
        telling.as_json([asdict(one) for one in found])
        return
    columns = ("No.", "Name", "Percent", "Activity", "Tier", "Segment", "From", "Until")
    rows = (
        (m.number, m.name, m.percent, *_whom(m), m.active_from, m.active_until or "-")
        for m in found
    )
    telling.table(f"Multipliers of {slug}", columns, rows)


async def multiply(
    settings: Settings, name: str, *, slug: str, said: Mapping[str, Any], as_json: bool
) -> None:
    """Set a multiplier. Raises Stop, BadMultiplier, MultiplierInPast, TooManyMultipliers,
    NoSuchProgramme."""
    kind = None if said["activity"] is None else word(activities.Type, said["activity"])
    starts, ends = moment(said["active_from"]), moment(said["active_until"])
    whom = {label: said[label] for label in ("percent", "tier", "segment")}
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        made = await points.set_multiplier(
            programme, name=name, activity=kind, **whom, active_from=starts, active_until=ends,
            at=clock.now(), tx=tx,
        )  # fmt: skip
    if as_json:
        telling.as_json(asdict(made))
    else:
        telling.answers.print(f"Multiplier {made.number} holds from {made.active_from} on.")


async def end(
    settings: Settings, number: int, *, slug: str, until: str | None, as_json: bool
) -> None:
    """End a multiplier. Raises Stop, NoSuchMultiplier, MultiplierEnded, MultiplierInPast,
    NoSuchProgramme."""
    ends = moment(until)
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        ended = await points.end_multiplier(
            programme, number=number, until=ends, at=clock.now(), tx=tx
        )
    if as_json:
        telling.as_json(asdict(ended))
    else:
        telling.answers.print(f"Multiplier {number} ends at {ended.active_until}.")


async def mature(
    settings: Settings, proof: str | None, *, slug: str, hours: int | None, as_json: bool
) -> None:
    """Set how long points wait by proof, or only print it. Raises Stop, BadMaturity,
    NoSuchProgramme."""
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        if proof is not None and hours is not None:
            kind = word(activities.Proof, proof)
            await points.set_maturity(programme, proof=kind, hours=hours, tx=tx)
        found = await points.maturities(programme.id, tx=tx)
    waits = {str(kind): found.get(kind, 0) for kind in activities.Proof}
    if as_json:
        telling.as_json(waits)
    else:
        telling.table(f"How long points wait in {slug}", ("Proof", "Hours"), waits.items())


def word(kind: type[Word], said: str) -> Word:
    """The member of `kind` that was typed. Raises Stop."""
    try:
        return kind(said.upper())
    except ValueError as error:
        raise Stop(f"{said} is none of {', '.join(kind)}.", code=USAGE) from error


def moment(said: str | None) -> datetime | None:
    """A time that was typed, UTC where it does not say otherwise. Raises Stop."""
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError as error:
        raise Stop(f"{said} is no time such as 2026-12-01T00:00Z.", code=USAGE) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _limits(rule: points.Rule) -> tuple[object, ...]:
    return rule.day_max, rule.week_max or "-", rule.month_max or "-"


def _whom(multiplier: points.Multiplier) -> tuple[object, ...]:
    return multiplier.activity or "all", multiplier.tier or "any", multiplier.segment or "any"
