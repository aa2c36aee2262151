"""Importing: a file of what members did elsewhere, row after row; bad rows are told by number.

The same file again changes nothing, so an import that was interrupted is simply run again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from domain import members
from domain.interactions import noting
from domain.interactions.records import Note
from domain.programmes import Programme
from infra import db, ids, tables
from infra.errors import Refused
from infra.tables import BadFile, Line

CHUNK = 5_000
FAULTS_MAX = 1_000
REQUIRED, OPTIONAL = ("member", "item"), ("weight", "time")
# Of members, whose numbers are those of the programme itself.
SOURCE = "programme"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was refused, the first below the header is number 1; a stable code, and why."""

    row: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """How far an import is.

    new   -- rows that were kept; known: that had been before.
    apart -- rows of members who do not agree to personalisation: nothing is kept of them.
    """

    rows: int = 0
    new: int = 0
    known: int = 0
    apart: int = 0
    refused: int = 0
    faults: tuple[Fault, ...] = ()


Told: TypeAlias = Callable[[Imported], None]
Said: TypeAlias = tuple[int, str, str, float, datetime]


async def bring_in(
    path: Path, *, programme: Programme, at: datetime, told: Told = lambda report: None
) -> Imported:
    """Keep what a CSV or Parquet file says that members did.

    Columns: member (their number in the programme), item (its key), and optionally weight (1)
    and time (ISO 8601 or seconds since 1970; now). told -- after each 5,000 rows.
    Raises BadFile. Codes of bad rows: MISSING, BAD_ITEM, BAD_WEIGHT, BAD_TIME, NO_SUCH_MEMBER,
    and those of infra.tables.
    """
    names = await asyncio.to_thread(tables.columns, path)
    if missing := [name for name in REQUIRED if name not in names]:
        raise BadFile(f"the file has no column {missing[0]}")
    if unknown := [name for name in names if name not in REQUIRED + OPTIONAL]:
        raise BadFile(f"nobody knows what the column {unknown[0]} is for")
    digest = (await asyncio.to_thread(tables.digest, path)).hex()
    report, lines = Imported(), tables.read(path)
    while some := await asyncio.to_thread(list, islice(lines, CHUNK)):
        report = await _chunk(some, names, digest, report, programme=programme, at=at)
        told(report)
    if not report.rows:
        raise BadFile("the file has no rows")
    return report


async def _chunk(
    lines: Sequence[Line],
    names: Sequence[str],
    digest: str,
    before: Imported,
    *,
    programme: Programme,
    at: datetime,
) -> Imported:
    faults: list[Fault] = []
    said = [one for one in (_said(line, names, at, faults) for line in lines) if one is not None]
    async with db.transaction() as tx:
        whose = await members.referred(
            [ref for _, ref, *_ in said], source=SOURCE, programme=programme.id, tx=tx
        )
        known = {ref: member.id for ref, member in whose.items()}
        notes = _notes(said, known, digest, faults)
        agreeing = await members.agreeing(
            {note.member for note in notes},
            programme=programme.id,
            purpose=noting.PERSONALISATION,
            tx=tx,
        )
        kept = [note for note in notes if note.member in agreeing]
        new = await noting.note(kept, programme=programme.id, tx=tx)
    return replace(
        before,
        rows=before.rows + len(lines),
        new=before.new + new,
        known=before.known + len(kept) - new,
        apart=before.apart + len(notes) - len(kept),
        refused=before.refused + len(faults),
        faults=(*before.faults, *sorted(faults, key=lambda fault: fault.row))[:FAULTS_MAX],
    )


def _notes(
    said: Sequence[Said], known: Mapping[str, UUID], digest: str, faults: list[Fault]
) -> list[Note]:
    notes = []
    for row, ref, item, weight, moment in said:
        member = known.get(ref)
        if member is None:
            faults.append(Fault(row, "NO_SUCH_MEMBER", f"nobody has the number {ref[:64]}"))
            continue
        id = ids.derived(moment, "interactions.import", digest, row)
        notes.append(Note(member, item, weight, moment, id))
    return notes


def _said(line: Line, names: Sequence[str], at: datetime, faults: list[Fault]) -> Said | None:
    """The row as it is meant, or None with its fault among `faults`."""
    if line.fault is not None:
        faults.append(Fault(line.number, line.fault.value, "this row cannot be read"))
        return None
    values = dict(zip(names, line.values, strict=True))
    ref, item = values["member"], values["item"]
    if ref is None or item is None:
        faults.append(Fault(line.number, "MISSING", "a row names a member and an item"))
        return None
    try:
        weight = float(values.get("weight") or 1)
    except ValueError:
        weight = float("nan")
    moment = _moment(values.get("time"), at)
    if moment is None:
        faults.append(Fault(line.number, "BAD_TIME", "no time of the past that can be read"))
        return None
    try:
        noting.check(Note(UUID(int=0), item, weight, moment, UUID(int=0)))
    except Refused as refused:
        faults.append(Fault(line.number, refused.code, str(refused)))
        return None
    return line.number, ref, item, weight, moment


def _moment(said: str | None, at: datetime) -> datetime | None:
    if said is None:
        return at
    try:
        if said.replace(".", "", 1).isdigit():
            moment = datetime.fromtimestamp(float(said), UTC)
        else:
            moment = datetime.fromisoformat(said)
    except (ValueError, OverflowError, OSError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment if ids.EPOCH <= moment <= at else None
