"""Laddering: set and read the ladder of a programme."""

from datetime import datetime

import orjson

from domain.programmes import Programme
from domain.tiers.checking import check_terms, read_terms, write_terms
from domain.tiers.errors import NoSuchLadder
from domain.tiers.records import Ladder, Terms
from infra.db import Row, Tx

# Ladders by programme; one that has another version by now is read anew.
PROGRAMMES_MAX = 1_000
_known: dict[int, Ladder] = {}

LOCK = """
SELECT programme, version, counting, terms::text AS terms, set_at FROM tier_ladder
WHERE programme = $1 FOR UPDATE
"""
# With its time: a version that was rolled back may be followed by another of its number.
VERSION = "SELECT version, set_at FROM tier_ladder WHERE programme = $1"
READ = """
SELECT programme, version, counting, terms::text AS terms, set_at FROM tier_ladder
WHERE programme = $1
"""
# Of two who set the first ladder at once, the later one waits here and is the second version.
ADD = """
INSERT INTO tier_ladder (programme, version, counting, terms, reviewing, set_at)
VALUES ($1, 1, 1, $2::jsonb, true, $3) ON CONFLICT DO NOTHING
"""
SET = """
UPDATE tier_ladder SET version = $2, counting = $3, terms = $4::jsonb, set_at = $5,
    reviewing = true, reviewed_to = NULL
WHERE programme = $1
"""


async def set_ladder(programme: Programme, terms: Terms, *, at: datetime, tx: Tx) -> Ladder:
    """The ladder from now on. Members are looked at anew, each when they do something or when
    their turn comes, some hundreds a minute; what they earned before counts, too.

    The same terms again change nothing. Refuses, in this order: BadLadder, metrics.BadFilter.
    """
    check_terms(terms)
    told = orjson.dumps(write_terms(terms)).decode()
    added = await tx.run(ADD, programme.id, told, at)
    row = await tx.row(LOCK, programme.id)
    assert row is not None, "it was there or has been added"
    before = _ladder(row)
    if not added and before.terms != terms:
        version = before.version + 1
        counting = before.counting if _counts_alike(before.terms, terms) else version
        await tx.run(SET, programme.id, version, counting, told, at)
        return Ladder(programme.id, version, counting, terms, at)
    return before


async def ladder(programme: int, *, tx: Tx) -> Ladder:
    """The ladder of a programme. Raises NoSuchLadder."""
    found = await current(programme, tx=tx)
    if found is None:
        raise NoSuchLadder("the programme has no tiers")
    return found


async def current(programme: int, *, tx: Tx) -> Ladder | None:
    """The ladder of a programme, or None; what is known of this version is not read again."""
    newest = await tx.row(VERSION, programme)
    if newest is None:
        return None
    known = _known.get(programme)
    if known is not None and (known.version, known.set_at) == (newest["version"], newest["set_at"]):
        return known
    row = await tx.row(READ, programme)
    assert row is not None, "a ladder is never removed"
    return _remember(_ladder(row))


def _remember(found: Ladder) -> Ladder:
    if len(_known) >= PROGRAMMES_MAX:
        _known.clear()
    _known[found.programme] = found
    return found


def _counts_alike(one: Terms, two: Terms) -> bool:
    return (one.basis, one.qualifying) == (two.basis, two.qualifying)


def _ladder(row: Row) -> Ladder:
    terms = read_terms(orjson.loads(row["terms"]))
    return Ladder(row["programme"], row["version"], row["counting"], terms, row["set_at"])
