"""Run: a file from its first row to its last, going on where an earlier run was interrupted.

Rows are done some thousands at a time, each time in one transaction together with how far the
import is, so that a killed run has done every row before that place and none behind it. With all
or nothing, the whole file is one transaction.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from domain.imports import applying
from domain.imports.errors import BadColumns, ImportBusy, ImportTooOld
from domain.imports.parsing import parser
from domain.imports.records import (
    FAULTS_MAX,
    MESSAGE_CHARACTERS_MAX,
    OPTIONAL,
    REQUIRED,
    Came,
    Fault,
    Kind,
    Report,
    State,
)
from domain.programmes import Programme
from infra import db, ids, tables
from infra.db import Row, Tx

CHUNK = 5_000
# After so many rows of parsing, whatever waits for the database may go on.
BREATH = 100
# The ledger refuses ids that are older than a book allows, 30 days when nothing else is said.
RESUME_WITHIN = timedelta(days=25)

Told: TypeAlias = Callable[[Report], None]
Chunk: TypeAlias = tuple[int, Sequence[applying.Row], Sequence[Fault]]

BEGIN = """
INSERT INTO import_run (programme, id, kind, digest, name, state, started_at)
VALUES ($1, $2, $3, $4, $5, 'RUNNING', $6)
ON CONFLICT (programme, kind, digest) DO UPDATE SET
    state = CASE import_run.state WHEN 'REFUSED' THEN 'RUNNING' ELSE import_run.state END,
    ended_at = CASE import_run.state WHEN 'DONE' THEN import_run.ended_at END
RETURNING id, kind, state, rows_read, rows_done, rows_known, rows_refused, started_at
"""
# Whoever is second finds that it is not where they left it.
ADVANCE = """
UPDATE import_run SET rows_read = rows_read + $4, rows_done = rows_done + $5,
       rows_known = rows_known + $6, rows_refused = rows_refused + $7
WHERE programme = $1 AND id = $2 AND rows_read = $3 AND state = 'RUNNING'
RETURNING id, kind, state, rows_read, rows_done, rows_known, rows_refused, started_at
"""
LOCK = """
SELECT 1 FROM import_run
WHERE programme = $1 AND id = $2 AND rows_read = $3 AND state = 'RUNNING' FOR UPDATE
"""
END = """
UPDATE import_run SET state = $3, ended_at = $4 WHERE programme = $1 AND id = $2
RETURNING id, kind, state, rows_read, rows_done, rows_known, rows_refused, started_at
"""
KEEP_FAULTS = """
INSERT INTO import_fault (programme, run, number, field, code, message)
SELECT $1, $2, f.number, f.field, f.code, f.message
FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS f (number, field, code, message)
WHERE (SELECT count(*) FROM import_fault WHERE programme = $1 AND run = $2) < $7
ON CONFLICT DO NOTHING
"""
DROP_FAULTS = "DELETE FROM import_fault WHERE programme = $1 AND run = $2"
FAULTS = """
SELECT number, field, code, message FROM import_fault
WHERE programme = $1 AND run = $2 ORDER BY number, field LIMIT $3
"""


class Mode(StrEnum):
    """What to do with the sound rows of a file that has others as well.

    ROWS  -- do them.
    WHOLE -- do none of them.
    DRY   -- do none of them, and none of a file that is sound either: only tell.
    """

    ROWS = "ROWS"
    WHOLE = "WHOLE"
    DRY = "DRY"


class Undone(Exception):
    """Leaves the transaction so that nothing of it stays."""


@dataclass(slots=True)
class Import:
    """One file on its way in."""

    path: Path
    programme: Programme
    report: Report
    at: datetime
    told: Told
    chunk: int

    async def through(self, do: Callable[[Chunk], Awaitable[None]]) -> None:
        """Do one chunk after the other; while one is done, the next one is parsed."""
        chunks = self.chunks()
        chunk = await anext(chunks, None)
        while chunk is not None:
            _, chunk = await asyncio.gather(do(chunk), anext(chunks, None))
            self.told(self.report)

    async def step(self, chunk: Chunk, *, tx: Tx) -> None:
        """Do the rows of one chunk and note how far that is. Raises ImportBusy."""
        read, rows, faults = chunk
        place = (self.programme.id, self.report.id, self.report.rows)
        if await tx.value(LOCK, *place) is None:
            raise ImportBusy("somebody else is importing this file")
        came = Came(0, 0, ())
        if rows:
            came = await applying.apply(
                rows,
                kind=self.report.kind,
                run=self.report.id,
                started_at=self.report.started_at,
                programme=self.programme,
                at=self.at,
                tx=tx,
            )
        refused = sorted([*faults, *came.faults])
        row = await tx.row(ADVANCE, *place, read, came.done, came.known, len(refused))
        assert row is not None, "the row was locked"
        await _keep(refused, self.programme.id, self.report.id, tx)
        known = [*self.report.faults, *refused][:FAULTS_MAX]
        self.report = replace(_report(row), faults=known)

    async def chunks(self) -> AsyncIterator[Chunk]:
        """What is left of the file, some rows at a time, parsed; the database works meanwhile."""
        columns = tuple(tables.columns(self.path))
        parse = parser(
            self.report.kind, columns, programme=self.programme, at=self.report.started_at
        )
        lines = islice(tables.read(self.path), self.report.rows, None)
        while some := list(islice(lines, self.chunk)):
            rows: list[applying.Row] = []
            faults: list[Fault] = []
            for place, line in enumerate(some):
                one = parse(line)
                if isinstance(one, Fault):
                    faults.append(one)
                else:
                    rows.append((line.number, one))
                if place % BREATH == 0:
                    await asyncio.sleep(0)
            yield len(some), rows, faults


async def run(
    path: Path,
    *,
    kind: Kind,
    programme: Programme,
    at: datetime,
    mode: Mode = Mode.ROWS,
    told: Told = lambda report: None,
    chunk: int = CHUNK,
) -> Report:
    """Import a file, or what is left of it; a file that was imported is not imported again.

    told  -- is told how far it is, after each chunk.
    chunk -- how many rows are one transaction, where the file is not; at most 10,000.
    Refuses, in this order: BadFile, BadColumns, ImportTooOld, ImportBusy. What is wrong with a
    row is in the report.
    """
    _check_columns(kind, tables.columns(path))
    report = await _begun(path, kind, programme, at, keep=mode is not Mode.DRY)
    if report.state is State.DONE:
        return report
    if at - report.started_at > RESUME_WITHIN:
        raise ImportTooOld("this import was begun more than 25 days ago")
    one = Import(path, programme, report, at, told, chunk)
    if mode is not Mode.ROWS:
        return await _at_once(one, mode)

    async def do(some: Chunk) -> None:
        async with db.transaction() as tx:
            await one.step(some, tx=tx)

    await one.through(do)
    return await _ended(one, State.DONE)


async def faults(report: Report, *, programme: int, limit: int, tx: Tx) -> Sequence[Fault]:
    """The first faults of an import, in the order of their rows."""
    rows = await tx.rows(FAULTS, programme, report.id, limit)
    return [Fault(row["number"], row["field"], row["code"], row["message"]) for row in rows]


async def _at_once(one: Import, mode: Mode) -> Report:
    """All of the file in one transaction, which stays only when every row is sound."""
    begun = one.report
    try:
        async with _undoable() as tx:
            if mode is Mode.DRY:
                await _note(one, tx)
            await one.through(lambda some: one.step(some, tx=tx))
            if mode is Mode.DRY or one.report.refused:
                raise Undone
            row = await tx.row(END, one.programme.id, begun.id, State.DONE, one.at)
            assert row is not None, "the import was begun"
            return _report(row)
    except Undone:
        pass
    if mode is Mode.DRY:
        return one.report
    found = one.report.faults
    async with db.transaction() as tx:
        await _keep(found, one.programme.id, begun.id, tx)
    one.report = replace(one.report, state=State.REFUSED)
    await _ended(one, State.REFUSED)
    return one.report


@asynccontextmanager
async def _undoable() -> AsyncIterator[Tx]:
    # A file takes longer than a statement of a request may.
    async with db.transaction(statement_timeout_ms=0) as tx:
        yield tx


async def _begun(
    path: Path, kind: Kind, programme: Programme, at: datetime, *, keep: bool
) -> Report:
    digest = tables.digest(path)
    id = ids.derived(at, "imports", programme.id, kind, digest.hex())
    if not keep:
        return Report(ids.new(at), kind, State.RUNNING, 0, 0, 0, 0, at)
    name = path.name[:255]
    async with db.transaction() as tx:
        row = await tx.row(BEGIN, programme.id, id, kind, digest, name, at)
        assert row is not None, "an upsert has a row"
        report = _report(row)
        if report.rows == 0:
            await tx.run(DROP_FAULTS, programme.id, report.id)
        return replace(
            report, faults=await faults(report, programme=programme.id, limit=FAULTS_MAX, tx=tx)
        )


async def _note(one: Import, tx: Tx) -> None:
    """A dry run has a place of its own, which goes with the rest of it."""
    place = (one.programme.id, one.report.id, one.report.kind)
    await tx.row(BEGIN, *place, one.report.id.bytes * 2, one.path.name[:255], one.report.started_at)


async def _ended(one: Import, state: State) -> Report:
    async with db.transaction() as tx:
        row = await tx.row(END, one.programme.id, one.report.id, state, one.at)
        assert row is not None, "the import was begun"
        return replace(_report(row), faults=one.report.faults)


async def _keep(found: Sequence[Fault], programme: int, run: UUID, tx: Tx) -> None:
    if found:
        numbers, fields, codes, messages = zip(*found, strict=True)
        short = [message[:MESSAGE_CHARACTERS_MAX] for message in messages]
        await tx.run(KEEP_FAULTS, programme, run, numbers, fields, codes, short, FAULTS_MAX)


def _check_columns(kind: Kind, columns: Sequence[str]) -> None:
    missing = REQUIRED[kind] - set(columns)
    strange = set(columns) - REQUIRED[kind] - OPTIONAL[kind]
    if missing:
        raise BadColumns(f"the file lacks: {', '.join(sorted(missing))}")
    if strange:
        raise BadColumns(f"nobody knows what to do with: {', '.join(sorted(strange))}")


def _report(row: Row) -> Report:
    return Report(
        row["id"],
        Kind(row["kind"]),
        State(row["state"]),
        row["rows_read"],
        row["rows_done"],
        row["rows_known"],
        row["rows_refused"],
        row["started_at"],
    )
