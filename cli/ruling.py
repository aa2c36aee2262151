"""Ruling: what activities earn, from the command line."""

from collections.abc import Mapping
from dataclasses import asdict
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
    columns = ("Activity", "Version", "Points", "Per", "Measure", "A day at most", "From")
    rows = (
        (r.activity, r.version, r.points, r.per, r.measure, r.day_max, r.active_from) for r in found
    )
    telling.table(f"Rules of {slug}", columns, rows)


async def put(
    settings: Settings, activity: str, *, slug: str, rule: Mapping[str, Any], as_json: bool
) -> None:
    """Set a rule from now on. Raises Stop, BadRule, RuleInPast, NoSuchProgramme."""
    kind = _word(activities.Type, activity)
    measure = _word(points.Measure, rule["measure"])
    amounts = {name: rule[name] for name in ("points", "per", "day_max")}
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        made = await points.set_rule(
            programme, activity=kind, measure=measure, **amounts, at=clock.now(), tx=tx
        )
    if as_json:
        telling.as_json(asdict(made))
    else:
        telling.answers.print(f"Version {made.version} for {kind} holds from now on.")


def _word(kind: type[Word], said: str) -> Word:
    try:
        return kind(said.upper())
    except ValueError as error:
        raise Stop(f"{said} is none of {', '.join(kind)}.", code=USAGE) from error
