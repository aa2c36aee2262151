"""Defining: the badges of a programme, their words, and their end.

What a badge asks for never changes: who has it has earned just that. Another rule is another
badge, and the old one is retired.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import orjson

from domain import ledger, metrics, programmes
from domain.badges.compiling import FIRST, changed
from domain.badges.errors import BadBadge, BadgeKeyTaken, NoSuchBadge, TooManyBadges
from domain.badges.finding import known, several
from domain.badges.records import (
    BADGES_MAX,
    DESCRIPTION_CHARACTERS_MAX,
    LEVEL_CHARACTERS_MAX,
    LEVELS_MAX,
    NAME_CHARACTERS_MAX,
    THRESHOLD_MAX,
    Badge,
    Period,
    Rule,
)
from domain.metrics import DISTINCT, Metric
from infra.db import Tx

KEY = re.compile(r"[a-z0-9](-?[a-z0-9])*", re.ASCII)
KEY_CHARACTERS = (2, 40)
RULE = ("rule",)
# Where a day ends last: members there may be a day ahead of the programme.
FURTHEST = timedelta(hours=14)

COUNT = "SELECT count(*) FROM badge WHERE programme = $1"
ADD = """
INSERT INTO badge (programme, id, key, name, description, levels, secret, kept, metric, filter,
                   period, thresholds, first_day, filled_after, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonb, $11, $12, $13, $14, $15)
"""
REWORD = """
UPDATE badge SET name = $3, description = $4, levels = $5 WHERE programme = $1 AND id = $2
"""
RETIRE = """
UPDATE badge SET retired_at = $3, last_day = CASE WHEN metric IS NOT NULL THEN $4::date END
WHERE programme = $1 AND id = $2 AND retired_at IS NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an operator says about a badge; the words are as for Badge."""

    key: str
    name: str
    description: str
    levels: tuple[str, ...]
    rule: Rule | None = None
    secret: bool = False
    kept: bool = False


async def define(draft: Draft, *, programme: int, id: UUID, at: datetime, tx: Tx) -> Badge:
    """A new badge. What members did since its first day is counted in the time that follows.

    id -- the same id again with the same words answers the same.
    Refuses, in this order: BadBadge (key, name, description, levels, thresholds, metric,
    period), metrics.BadFilter, ledger.KeyReused, TooManyBadges, BadgeKeyTaken.
    """
    draft = _sound(draft)
    # Also the lock under which the programme's badges are counted.
    await changed(programme, tx=tx)
    first = (await several([id], programme=programme, tx=tx)).get(id)
    if first is not None:
        if Draft(**{name: getattr(first, name) for name in Draft.__slots__}) != draft:
            raise ledger.KeyReused
        return first
    if await tx.value(COUNT, programme) >= BADGES_MAX:
        raise TooManyBadges(limit=BADGES_MAX)
    if await known([draft.key], programme=programme, tx=tx):
        raise BadgeKeyTaken(f"there is a badge {draft.key} already")
    words = (draft.key, draft.name, draft.description, list(draft.levels))
    kinds = (draft.secret, draft.kept)
    await tx.run(ADD, programme, id, *words, *kinds, *_columns(draft.rule), at)
    return Badge(
        id=id,
        programme=programme,
        created_at=at,
        **{name: getattr(draft, name) for name in Draft.__slots__},
    )


async def reword(
    id: UUID,
    *,
    name: str,
    description: str,
    levels: tuple[str, ...],
    programme: int,
    tx: Tx,
) -> Badge:
    """The badge under other words; it asks for the same, and has as many levels.

    Refuses, in this order: NoSuchBadge, BadBadge (name, description, levels).
    """
    badge = await _one(id, programme=programme, tx=tx)
    name, description, levels = _words(name, description, levels)
    if len(levels) != len(badge.levels):
        raise BadBadge("levels", f"this badge has {len(badge.levels)} levels, and keeps them")
    await tx.run(REWORD, programme, id, name, description, list(levels))
    await changed(programme, tx=tx)
    return replace(badge, name=name, description=description, levels=levels)


async def retire(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Badge:
    """Nobody earns the badge by what they do after this day; who has it keeps it. Again is fine.

    What they did until then still counts, however late it is told of, corrected or deleted.
    Refuses NoSuchBadge.
    """
    await _one(id, programme=programme, tx=tx)
    await tx.run(RETIRE, programme, id, at, (at + FURTHEST).date())
    await changed(programme, tx=tx)
    return await _one(id, programme=programme, tx=tx)


async def _one(id: UUID, *, programme: int, tx: Tx) -> Badge:
    found = (await several([id], programme=programme, tx=tx)).get(id)
    if found is None:
        raise NoSuchBadge("there is no such badge")
    return found


def _sound(draft: Draft) -> Draft:
    least, most = KEY_CHARACTERS
    if not least <= len(draft.key) <= most or not KEY.fullmatch(draft.key):
        raise BadBadge("key", f"a key is {least} to {most} small letters, digits and hyphens")
    name, description, levels = _words(draft.name, draft.description, draft.levels)
    if draft.rule is not None:
        check_rule(draft.rule, levels=len(levels))
    return replace(draft, name=name, description=description, levels=levels)


def check_rule(rule: Rule, *, levels: int) -> None:
    """Refuse a rule that is not sound for a badge with so many levels: BadBadge (thresholds,
    metric, period), metrics.BadFilter, in this order."""
    for field, fault in _faults(rule, levels=levels):
        raise BadBadge(field, fault, within=RULE)
    metrics.check_filter(rule.filter, within=(*RULE, "filter"))


def _faults(rule: Rule, *, levels: int) -> Iterable[tuple[str, str]]:
    """Where the rule is not sound, and why, in the order of its words."""
    limits = rule.thresholds
    if len(limits) != levels:
        yield "thresholds", "a rule has one threshold for each level"
    if any(not 1 <= limit <= THRESHOLD_MAX for limit in limits):
        yield "thresholds", f"a threshold is 1 to {THRESHOLD_MAX}"
    if any(low >= high for low, high in pairwise(limits)):
        yield "thresholds", "each level asks for more than the one before"
    if rule.metric is Metric.COUNT and rule.period is Period.ACTIVITY:
        yield "metric", "one activity is always one; ask for its size instead"
    if rule.metric in DISTINCT and rule.period in (Period.ACTIVITY, Period.DAY):
        yield "period", "different days or partners take a month or longer"


def _words(
    name: str, description: str, levels: tuple[str, ...]
) -> tuple[str, str, tuple[str, ...]]:
    name = _text("name", name, longest=NAME_CHARACTERS_MAX)
    description = _text("description", description, longest=DESCRIPTION_CHARACTERS_MAX)
    if not 1 <= len(levels) <= LEVELS_MAX:
        raise BadBadge("levels", f"a badge has 1 to {LEVELS_MAX} levels")
    sound = tuple(_text("levels", level, longest=LEVEL_CHARACTERS_MAX) for level in levels)
    if len(set(sound)) < len(sound):
        raise BadBadge("levels", "no two levels have the same name")
    return name, description, sound


def _text(field: str, text: str, *, longest: int) -> str:
    plain = programmes.plain(text, longest=longest)
    if not plain:
        raise BadBadge(field, f"1 to {longest} characters of plain text")
    return plain


def _columns(rule: Rule | None) -> tuple[object, ...]:
    if rule is None:
        return (None,) * 6
    filter = orjson.dumps(metrics.write_filter(rule.filter)).decode()
    return rule.metric, filter, rule.period, list(rule.thresholds), rule.first_day, FIRST
