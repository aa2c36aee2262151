"""Tables: rows of text out of CSV and Parquet files, and into them, never a whole file at once.

A value is text, whatever the file calls it, because what it means is for its reader to say; an
empty one is None. What is wrong with one row is told with that row, and the next one is read.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path
from typing import Any, TypeAlias

from infra.errors import Refused

FIELD_CHARACTERS_MAX = 10_000
BATCH = 5_000
PARQUET = ".parquet"
# What a spreadsheet would run rather than show. A number with its sign, such as a telephone's, it
# shows. An apostrophe before it, which it does not show, keeps it from being run.
FORMULA = re.compile(r"'*[=+@\t\r-](?!\d{1,20}\Z)")
INERT = re.compile(r"'+[=+@\t\r-]")

Values: TypeAlias = Sequence[str | None]
Write: TypeAlias = Callable[[Sequence[Sequence[Any]]], None]


class BadFile(Refused):
    """Not a table that can be read: another format, no header, a name twice, nothing in it."""

    code = "BAD_FILE"


class Fault(StrEnum):
    """What keeps one row from being read."""

    FIELDS = "WRONG_NUMBER_OF_FIELDS"
    QUOTES = "BAD_QUOTES"
    ENCODING = "BAD_ENCODING"
    TOO_LONG = "FIELD_TOO_LONG"


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the header, the first is number 1; `values` are in the order of `columns`.

    fault -- why it has no values.
    """

    number: int
    values: Values
    fault: Fault | None = None


def digest(path: Path) -> bytes:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()


def columns(path: Path) -> Sequence[str]:
    """The names of a table's columns. Raises BadFile."""
    if path.suffix.lower() == PARQUET:
        with _parquet(path) as file:
            return _checked(file.schema_arrow.names)
    with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as text:
        try:
            header = next(csv.reader(text, strict=True), [])
        except csv.Error as error:
            raise BadFile(f"the header cannot be read: {error}") from error
    return _checked([name.strip().lower() for name in header])


def read(path: Path) -> Iterator[Line]:
    """The rows of a table in their order. Raises BadFile.

    CSV as RFC 4180 has it, in UTF-8 with or without a byte order mark. Blank lines are nothing,
    nor is the apostrophe that `writing` puts before what looks like a formula.
    """
    return _read_parquet(path) if path.suffix.lower() == PARQUET else _read_csv(path)


@contextmanager
def writing(path: Path, names: Sequence[str], *, whole: Collection[str] = ()) -> Iterator[Write]:
    """Write a table to `path`, some rows at a time; it is there whole, or not at all, and nobody
    else on this machine reads it.

    whole -- columns of whole numbers; the others are text.
    """
    draft = path.with_name(f".{path.name}.draft")
    packed = path.suffix.lower() == PARQUET
    opened = _writing_parquet(draft, names, whole) if packed else _writing_csv(draft, names)
    # What a run that was killed has left, or somebody has put there, is not written through.
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    try:
        with opened as write:
            yield write
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _checked(names: Sequence[str]) -> Sequence[str]:
    if not names or not all(names) or not all(name.isprintable() for name in names):
        raise BadFile("the file has no header of column names")
    if len(set(names)) != len(names):
        raise BadFile("a column stands there twice")
    return names


def _read_csv(path: Path) -> Iterator[Line]:
    width = len(columns(path))
    before = csv.field_size_limit(FIELD_CHARACTERS_MAX)
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as text:
            rows = csv.reader(text, strict=True)
            next(rows)
            number = 0
            while True:
                try:
                    row = next(rows, None)
                except csv.Error as error:
                    number += 1
                    long = "field limit" in str(error)
                    yield Line(number, (), Fault.TOO_LONG if long else Fault.QUOTES)
                    continue
                if row is None:
                    return
                if row:
                    number += 1
                    yield _line(number, row, width)
    finally:
        csv.field_size_limit(before)


def _line(number: int, row: list[str], width: int) -> Line:
    if len(row) != width:
        return Line(number, (), Fault.FIELDS)
    text = "".join(row)
    # What was no UTF-8 has become lone surrogates, which no text has.
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return Line(number, (), Fault.ENCODING)
    if "'" in text:
        row = [value[1:] if INERT.match(value) else value for value in row]
    return Line(number, [value or None for value in row])


def _read_parquet(path: Path) -> Iterator[Line]:
    number = 0
    with _parquet(path) as file:
        for batch in file.iter_batches(batch_size=BATCH):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                values = [_text(value) for value in row]
                if any(value and len(value) > FIELD_CHARACTERS_MAX for value in values):
                    yield Line(number, (), Fault.TOO_LONG)
                else:
                    yield Line(number, values)


@contextmanager
def _parquet(path: Path) -> Iterator[Any]:
    # Here, so that neither the API nor the workers ever load it.
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            yield file
    except (pyarrow.ArrowException, OSError) as error:
        raise BadFile(f"not a Parquet file that can be read: {type(error).__name__}") from error


def _text(value: object) -> str | None:
    match value:
        case None | "":
            return None
        case datetime() | date():
            return value.isoformat()
        case bool():
            return "true" if value else "false"
        case bytes():
            return value.decode(errors="replace")
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


@contextmanager
def _writing_csv(path: Path, names: Sequence[str]) -> Iterator[Write]:
    with path.open("w", newline="", encoding="utf-8") as text:
        rows = csv.writer(text)
        rows.writerow(names)
        yield lambda some: rows.writerows([_inert(cell) for cell in row] for row in some)


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


@contextmanager
def _writing_parquet(path: Path, names: Sequence[str], whole: Collection[str]) -> Iterator[Write]:
    import pyarrow
    from pyarrow import parquet

    types = [pyarrow.int64() if name in whole else pyarrow.string() for name in names]
    schema = pyarrow.schema(list(zip(names, types, strict=True)))
    with parquet.ParquetWriter(path, schema) as writer:

        def write(rows: Sequence[Sequence[Any]]) -> None:
            if rows:
                arrays = [list(column) for column in zip(*rows, strict=True)]
                writer.write_table(pyarrow.table(arrays, schema=schema))

        yield write
