"""Upload: a file of codes into a pool, some thousands at a time, each time in one transaction
together with how far the file is.

A run that was killed has done every row before that place and none behind it, and the same file
goes on there; a file that was uploaded is not uploaded again. The codes go in as arrays and not by
COPY, which can neither pass over a code that is there nor write to a table behind the wall.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from domain.programmes import Programme
from domain.vouchers import parsing, pooling
from domain.vouchers.errors import UploadBusy
from domain.vouchers.parsing import Read
from domain.vouchers.records import FAULTS_MAX, Fault, Upload, UploadState, Why
from infra import db, ids, tables
from infra.db import Row, Tx, Wall

CHUNK = 20_000
# After so many rows of parsing, whatever waits for the database may go on.
BREATH = 500
NAME_CHARACTERS_MAX = 120

Told: TypeAlias = Callable[[Upload], None]

BEGIN = """
INSERT INTO voucher_upload (programme, id, reward, digest, name, state, started_at)
VALUES ($1, $2, $3, $4, $5, 'RUNNING', $6)
ON CONFLICT DO NOTHING
"""
FIND = """
SELECT id, programme, reward, name, state, rows, loaded, bad, in_file, in_pool, elsewhere,
       started_at, ended_at
FROM voucher_upload WHERE programme = $1 AND reward = $2 AND digest = $3
"""
LISTED = """
SELECT id, programme, reward, name, state, rows, loaded, bad, in_file, in_pool, elsewhere,
       started_at, ended_at
FROM voucher_upload WHERE programme = $1 AND reward = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
# Whoever is second finds that it is not where they left it.
LOCK = """
SELECT true FROM voucher_upload
WHERE programme = $1 AND id = $2 AND rows = $3 AND state = 'RUNNING' FOR UPDATE
"""
# In the order of the codes, so that two uploads with codes in common never wait in a circle.
ADD = """
INSERT INTO voucher (programme, upload, number, reward, code, expires_at)
SELECT $1, $2, r.number, $3, r.code, coalesce(r.expires_at, 'infinity')
FROM unnest($4::int[], $5::text[], $6::timestamptz[]) AS r (number, code, expires_at)
ORDER BY r.code
ON CONFLICT DO NOTHING
"""
# Those of the codes that were there before this chunk.
KNOWN = """
SELECT code, reward, CASE WHEN upload = $2 THEN number END AS first FROM voucher
WHERE programme = $1 AND code = ANY($3::text[]) AND (upload <> $2 OR number <= $4)
"""
ADVANCE = """
UPDATE voucher_upload
SET rows = rows + $3, loaded = loaded + $4, bad = bad + $5, in_file = in_file + $6,
    in_pool = in_pool + $7, elsewhere = elsewhere + $8
WHERE programme = $1 AND id = $2
RETURNING id, programme, reward, name, state, rows, loaded, bad, in_file, in_pool, elsewhere,
          started_at, ended_at
"""
KEEP_FAULTS = """
INSERT INTO voucher_fault (programme, upload, number, why, first)
SELECT $1, $2, f.number, f.why, f.first
FROM unnest($3::int[], $4::text[], $5::int[]) AS f (number, why, first)
"""
END = """
UPDATE voucher_upload SET state = 'DONE', ended_at = $3
WHERE programme = $1 AND id = $2 AND rows = $4 AND state = 'RUNNING'
"""
FAULTS = """
SELECT number, why, first FROM voucher_fault
WHERE programme = $1 AND upload = $2 AND number > $3 ORDER BY number LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of the file. codes: each code once."""

    rows: int
    codes: dict[str, Read] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


async def upload(
    path: Path,
    *,
    reward: UUID,
    name: str | None = None,
    programme: Programme,
    at: datetime,
    told: Told = lambda upload: None,
    wall: Wall | None = None,
    chunk: int = CHUNK,
) -> Upload:
    """Put the codes of a file into the pool of a reward, or what is left of the file.

    path  -- CSV or Parquet with a column `code`, and maybe `expires`.
    name  -- what the file is called, where `path` does not say.
    told  -- is told how far it is, after each chunk.
    wall  -- each transaction is behind it.
    chunk -- how many rows are one transaction.
    Refuses, in this order: tables.BadFile, BadVoucherFile, rewards.NoSuchReward, NotVouchers,
    UploadBusy. What is wrong with a row is in the upload, and the other rows are loaded.
    """
    columns = await asyncio.to_thread(tables.columns, path)
    parsing.check_columns(columns)
    digest = await asyncio.to_thread(tables.digest, path)
    called = (name or path.name)[:NAME_CHARACTERS_MAX]
    async with db.transaction(wall) as tx:
        now = await _begun(reward, digest, called, programme.id, at, tx)
    if now.state is UploadState.RUNNING:
        parse = parsing.parser(columns, zone=programme.zone, at=now.started_at)
        async for some in _chunks(path, parse, done=now.rows, size=chunk):
            async with db.transaction(wall) as tx:
                now = await _step(now, some, tx=tx)
            told(now)
    async with db.transaction(wall) as tx:
        if now.state is UploadState.RUNNING:
            await tx.run(END, programme.id, now.id, at, now.rows)
        now = await _find(reward, digest, programme.id, tx)
        return replace(now, faults=await faults(now.id, programme=programme.id, tx=tx))


async def faults(
    upload: UUID, *, programme: int, after: int = 0, limit: int = FAULTS_MAX, tx: Tx
) -> Sequence[Fault]:
    """The faults of an upload in the order of its rows, from the row behind `after` on."""
    rows = await tx.rows(FAULTS, programme, upload, after, limit)
    return [Fault(row["number"], Why(row["why"]), row["first"]) for row in rows]


async def uploads(
    reward: UUID, *, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Upload]:
    """The uploads into a pool, newest first, without their faults."""
    return [_upload(row) for row in await tx.rows(LISTED, programme, reward, before, limit)]


async def _begun(
    reward: UUID, digest: bytes, name: str, programme: int, at: datetime, tx: Tx
) -> Upload:
    await pooling.opened(reward, programme=programme, at=at, tx=tx)
    id = ids.derived(at, "vouchers.upload", programme, reward, digest.hex())
    await tx.run(BEGIN, programme, id, reward, digest, name, at)
    return await _find(reward, digest, programme, tx)


async def _find(reward: UUID, digest: bytes, programme: int, tx: Tx) -> Upload:
    row = await tx.row(FIND, programme, reward, digest)
    assert row is not None, "it was begun, and none is ever deleted"
    return _upload(row)


async def _chunks(
    path: Path, parse: parsing.Parse, *, done: int, size: int
) -> AsyncIterator[Chunk]:
    """What is left of the file, parsed, some rows at a time."""
    lines = islice(tables.read(path), done, None)
    while some := list(islice(lines, size)):
        chunk = Chunk(len(some))
        for place, line in enumerate(some):
            read = parse(line)
            if isinstance(read, Fault):
                chunk.faults.append(read)
            elif (first := chunk.codes.setdefault(read.code, read)) is not read:
                chunk.faults.append(Fault(read.row, Why.IN_FILE, first.row))
            if place % BREATH == 0:
                await asyncio.sleep(0)
        yield chunk


async def _step(before: Upload, chunk: Chunk, *, tx: Tx) -> Upload:
    """Add the codes of one chunk, and note how far that is. Raises UploadBusy."""
    programme, id, reward = before.programme, before.id, before.reward
    if await tx.value(LOCK, programme, id, before.rows) is None:
        raise UploadBusy("somebody else is uploading this file")
    found = list(chunk.faults)
    if chunk.codes:
        rows = chunk.codes.values()
        columns = [one.row for one in rows], list(chunk.codes), [one.ends for one in rows]
        added = await tx.run(ADD, programme, id, reward, *columns)
        if added < len(rows):
            found += await _known(before, chunk, tx)
    await _keep(before, found, tx)
    counts = [sum(one.why is why for one in found) for why in (Why.IN_FILE, Why.IN_POOL)]
    elsewhere = sum(one.why is Why.ELSEWHERE for one in found)
    loaded, bad = chunk.rows - len(found), len(found) - sum(counts) - elsewhere
    row = await tx.row(ADVANCE, programme, id, chunk.rows, loaded, bad, *counts, elsewhere)
    assert row is not None, "it is locked"
    return _upload(row)


async def _known(upload: Upload, chunk: Chunk, tx: Tx) -> Sequence[Fault]:
    """The rows whose codes were there before."""
    rows = await tx.rows(KNOWN, upload.programme, upload.id, list(chunk.codes), upload.rows)
    return [_duplicate(chunk.codes[row["code"]].row, row, upload.reward) for row in rows]


def _duplicate(number: int, row: Row, reward: UUID) -> Fault:
    if row["first"] is not None:
        return Fault(number, Why.IN_FILE, row["first"])
    return Fault(number, Why.IN_POOL if row["reward"] == reward else Why.ELSEWHERE)


async def _keep(upload: Upload, found: Sequence[Fault], tx: Tx) -> None:
    """As many as there is room for: what came before them is counted and is the first."""
    room = max(FAULTS_MAX - upload.refused, 0)
    if kept := sorted(found, key=lambda one: one.row)[:room]:
        numbers, whys, firsts = zip(*kept, strict=True)
        await tx.run(KEEP_FAULTS, upload.programme, upload.id, numbers, whys, firsts)


def _upload(row: Row) -> Upload:
    return Upload(**{**row, "state": UploadState(row["state"])})
