"""Parsing: one row of a file as a code and when it ends, or why it is none."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from domain.vouchers.errors import BadVoucherFile
from domain.vouchers.records import Fault, Why
from infra import tables
from infra.tables import Line

CODE, EXPIRES = "code", "expires"
CODE_CHARACTERS_MAX = 100
# What is told of a time that is not a date: the longest is 2026-12-31T23:59:59.999999+14:00.
EXPIRY_CHARACTERS_MAX = 32


class Read(NamedTuple):
    """A sound row; ends: None: never."""

    row: int
    code: str
    ends: datetime | None


Parse: TypeAlias = Callable[[Line], Read | Fault]


def check_columns(columns: Sequence[str]) -> None:
    """Raises BadVoucherFile unless a pool can be filled from such a table."""
    if CODE not in columns:
        raise BadVoucherFile("the file lacks a column: code")
    if strange := set(columns) - {CODE, EXPIRES}:
        raise BadVoucherFile(f"nobody knows what to do with: {', '.join(sorted(strange))}")


def parser(columns: Sequence[str], *, zone: str, at: datetime) -> Parse:
    """What makes a code of a row of such a table.

    A code is 1 to 100 printable characters, blanks around it left out. `expires` is a date, to its
    end by the clock of `zone`, or a time with its own zone; empty: never.
    """
    names = list(columns)
    place = names.index(CODE)
    until = names.index(EXPIRES) if EXPIRES in names else None
    # A million codes end on a handful of days.
    ends = lru_cache(maxsize=1_000)(_ends)

    def parse(line: Line) -> Read | Fault:
        if line.fault is not None:
            spoilt = line.fault is tables.Fault.TOO_LONG
            return Fault(line.number, Why.BAD_CODE if spoilt else Why.UNREADABLE)
        code = (line.values[place] or "").strip()
        if not 1 <= len(code) <= CODE_CHARACTERS_MAX or not code.isprintable():
            return Fault(line.number, Why.BAD_CODE)
        said = None if until is None else line.values[until]
        if said is None:
            return Read(line.number, code, None)
        end = ends(said.strip(), zone)
        if end is None:
            return Fault(line.number, Why.BAD_EXPIRY)
        return Read(line.number, code, end) if end > at else Fault(line.number, Why.EXPIRED)

    return parse


def _ends(said: str, zone: str) -> datetime | None:
    """When a code ends of which that is said; None: nobody can tell."""
    if len(said) > EXPIRY_CHARACTERS_MAX:
        return None
    try:
        if len(said) == len("2026-12-31"):
            after = date.fromisoformat(said) + timedelta(days=1)
            return datetime.combine(after, time(), ZoneInfo(zone)).astimezone(UTC)
        moment = datetime.fromisoformat(said)
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
