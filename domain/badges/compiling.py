"""Compiling: the rules of a programme's badges, ready to be asked about one activity at a time.

Rules change rarely and activities come by the hundred, so a process keeps what it compiled until
the programme's version says otherwise. An activity meets only the rules that name its type and
its partner; it is not asked how many others there are.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias
from uuid import UUID

from domain.activities import Type
from domain.badges.finding import badge_of
from domain.badges.records import Badge, Rule
from domain.metrics import Fact
from infra.db import Tx

PROGRAMMES_MAX = 1_000
FIRST = UUID(int=0)

VERSION = """
SELECT c.version, EXISTS (
    SELECT FROM badge AS b WHERE b.programme = c.programme AND b.filled_after IS NOT NULL
) AS filling
FROM badge_catalogue AS c WHERE c.programme = $1
"""
# In one statement, so that the rules are those of the version.
LOAD = """
SELECT c.version, b.id, b.programme, b.key, b.name, b.description, b.levels, b.secret, b.kept,
       b.metric, b.filter::text AS filter, b.period, b.thresholds, b.first_day, b.last_day,
       b.created_at, b.retired_at
FROM badge_catalogue AS c JOIN badge AS b ON b.programme = c.programme
WHERE c.programme = $1 AND b.metric IS NOT NULL ORDER BY b.id
"""
# Shared: until this transaction ends, nobody goes on counting the past of these badges.
FILLING = """
SELECT id, filled_after FROM badge WHERE programme = $1 AND filled_after IS NOT NULL
ORDER BY id FOR SHARE
"""
CHANGED = """
INSERT INTO badge_catalogue (programme, version) VALUES ($1, gen_random_uuid())
ON CONFLICT (programme) DO UPDATE SET version = excluded.version
"""

Place: TypeAlias = tuple[Type | None, str | None]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A badge that has a rule, and its rule."""

    badge: Badge
    rule: Rule


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a programme's rules count."""

    version: UUID | None
    by_id: Mapping[UUID, Ruled] = field(default_factory=dict)
    _places: Mapping[Place, Sequence[Ruled]] = field(default_factory=dict)

    def counting(self, fact: Fact) -> Iterable[Ruled]:
        """Those whose rule counts the activity; none when it does not count at all."""
        if not fact.counts:
            return
        partners = (None,) if fact.partner is None else (None, fact.partner)
        for place in product((None, fact.type), partners):
            for one in self._places.get(place, ()):
                if one.rule.counts(fact):
                    yield one


# Programme -> what was compiled last, the programme asked for last at the end.
_compiled: OrderedDict[int, Catalogue] = OrderedDict()


async def catalogue(programme: int, *, tx: Tx) -> tuple[Catalogue, Mapping[UUID, UUID]]:
    """The rules as they are, and how far the past of some badges has been counted: up to which
    member. A badge that is not named there is counted whole."""
    now = await tx.row(VERSION, programme)
    if now is None:
        return Catalogue(None), {}
    found = _compiled.get(programme)
    if found is None or found.version != now["version"]:
        rows = await tx.rows(LOAD, programme)
        version = rows[0]["version"] if rows else now["version"]
        found = compiled([badge_of(row) for row in rows], version=version)
        _compiled[programme] = found
        if len(_compiled) > PROGRAMMES_MAX:
            _compiled.popitem(last=False)
    _compiled.move_to_end(programme)
    filling = await tx.rows(FILLING, programme) if now["filling"] else []
    return found, {row["id"]: row["filled_after"] for row in filling}


def compiled(badges: Iterable[Badge], *, version: UUID | None = None) -> Catalogue:
    """A catalogue of these badges; those without a rule are left out."""
    by_id = {b.id: Ruled(b, b.rule) for b in badges if b.rule is not None}
    places: defaultdict[Place, list[Ruled]] = defaultdict(list)
    for one in by_id.values():
        for type in one.rule.filter.types or [None]:
            for partner in one.rule.filter.partners or [None]:
                places[type, partner].append(one)
    return Catalogue(version, by_id, dict(places))


async def changed(programme: int, *, tx: Tx) -> None:
    """The badges of the programme are others from the end of this transaction on."""
    await tx.run(CHANGED, programme)
