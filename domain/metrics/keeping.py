"""Keeping: the facts, one row for each activity, and reading them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from domain.activities import Proof, Type
from domain.metrics.records import Fact
from infra.db import Row, Tx

OF_MEMBERS = """
SELECT programme, member, activity, revision, counts, type, day, minute, started_at, ended_at,
       distance_m, duration_s, elevation_m, quantity, points, proof, source, cell
FROM fact WHERE programme = $1 AND member = ANY($2::uuid[]) AND day BETWEEN $3 AND $4
ORDER BY member, started_at, activity
"""
BY_ACTIVITY = """
SELECT programme, member, activity, revision, counts, type, day, minute, started_at, ended_at,
       distance_m, duration_s, elevation_m, quantity, points, proof, source, cell
FROM fact WHERE programme = $1 AND activity = ANY($2::uuid[])
"""
KEPT = """
SELECT programme, member, activity, revision, counts, type, day, minute, started_at, ended_at,
       distance_m, duration_s, elevation_m, quantity, points, proof, source, cell, doer, word
FROM fact WHERE programme = $1 AND activity = ANY($2::uuid[])
"""
# As one JSON text, which the driver passes on as it is: two dozen arrays take it ten times as
# long. Two writers cannot meet: whoever writes a member's facts holds the member's lock.
KEEP = """
INSERT INTO fact (programme, activity, member, doer, revision, counts, type, day, minute,
                  started_at, ended_at, distance_m, duration_s, elevation_m, quantity, points,
                  word, proof, source, cell)
SELECT $1, n.activity, n.member, n.doer, n.revision, n.counts, n.type, n.day, n.minute,
       n.started_at, n.ended_at, n.distance_m, n.duration_s, n.elevation_m, n.quantity, n.points,
       n.word, n.proof, n.source, n.cell
FROM json_to_recordset($2::json) AS n (
    activity uuid, member uuid, doer uuid, revision int, counts boolean, type text, day date,
    minute smallint, started_at timestamptz, ended_at timestamptz, distance_m int,
    duration_s int, elevation_m int, quantity bigint, points bigint, word int, proof text,
    source text, cell bigint)
ON CONFLICT (programme, activity) DO UPDATE
SET member = excluded.member, revision = excluded.revision, counts = excluded.counts,
    type = excluded.type, day = excluded.day, minute = excluded.minute,
    started_at = excluded.started_at, ended_at = excluded.ended_at,
    distance_m = excluded.distance_m, duration_s = excluded.duration_s,
    elevation_m = excluded.elevation_m, quantity = excluded.quantity, points = excluded.points,
    word = excluded.word, proof = excluded.proof, source = excluded.source, cell = excluded.cell
"""
COLUMNS = tuple(field.name for field in fields(Fact))


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact, and what only its keeping needs.

    doer -- whose activity it was, where it was done by somebody who was merged into its member.
    word -- the last word about its points: twice the revision that earned them, and one more
            once that was taken back. Of two words the higher holds.
    """

    fact: Fact
    doer: UUID
    word: int


async def facts_of(
    members: Collection[UUID], *, programme: int, since: date, until: date, tx: Tx
) -> Mapping[UUID, Sequence[Fact]]:
    """What each member did on local days from `since` to `until`, both inclusive, counted or not.

    In the order it started; whoever did nothing is left out. Ask for few members at a time.
    """
    found: defaultdict[UUID, list[Fact]] = defaultdict(list)
    rows = await tx.rows(OF_MEMBERS, programme, list(members), since, until) if members else []
    for row in rows:
        found[row["member"]].append(fact_of(row))
    return dict(found)


async def facts(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Fact]:
    """What is known of these activities, by activity."""
    rows = await tx.rows(BY_ACTIVITY, programme, list(ids)) if ids else []
    return {row["activity"]: fact_of(row) for row in rows}


async def kept(ids: Collection[UUID], *, programme: int, tx: Tx) -> dict[UUID, Kept]:
    """Like `facts`, for whoever is about to write them."""
    rows = await tx.rows(KEPT, programme, list(ids)) if ids else []
    return {row["activity"]: Kept(fact_of(row), row["doer"], row["word"]) for row in rows}


async def keep(several: Iterable[Kept], *, programme: int, tx: Tx) -> None:
    """Write them. The members must be locked."""
    told = orjson.dumps([_columns(one) for one in several], default=str).decode()
    await tx.run(KEEP, programme, told)


def fact_of(row: Row) -> Fact:
    """One row with the columns of BY_ACTIVITY."""
    return Fact(
        row["programme"],
        row["member"],
        row["activity"],
        row["revision"],
        row["counts"],
        Type(row["type"]),
        row["day"],
        row["minute"],
        row["started_at"],
        row["ended_at"],
        row["distance_m"],
        row["duration_s"],
        row["elevation_m"],
        row["quantity"],
        row["points"],
        Proof(row["proof"]),
        row["source"],
        row["cell"],
    )


def _columns(one: Kept) -> Mapping[str, Any]:
    columns = {name: getattr(one.fact, name) for name in COLUMNS}
    return {**columns, "doer": one.doer, "word": one.word}
