"""Read half-hourly use from CSV and JSON, as suppliers' pages and home systems export it.

CSV: a line of names, then `start` and `kwh` (or `wh`), and `minutes` unless it is 30.
JSON: {"readings": [{"start": ..., "kwh": ..., "minutes": ..., "estimated": ...}]}.
A start is ISO 8601; without a zone it is local time. Where the clocks go back, the hour that
comes twice is told apart by its order; where they go forward, times that never were are refused.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from domain.energy.records import Fault, Interval, Unreadable
from domain.energy.slotting import INTERVALS_MAX

MINUTES = "30"
FIELD_CHARACTERS_MAX = 60
DELIMITERS = ",;\t"


def read_csv(content: bytes, *, zone: ZoneInfo) -> list[Interval]:
    """The intervals of a CSV file. Raises Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(Fault.CORRUPT) from None
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    names = [name.strip().strip('"').lower() for name in head.rstrip("\r").split(delimiter)]
    if "start" not in names or not {"kwh", "wh"} & set(names) or len(set(names)) < len(names):
        raise Unreadable(Fault.UNKNOWN_FORMAT)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    next(table)
    return _intervals(_records(table, names), zone)


def read_json(content: bytes, *, zone: ZoneInfo) -> list[Interval]:
    """The intervals of a JSON file. Raises Unreadable."""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Unreadable(Fault.CORRUPT) from None
    readings = found.get("readings") if isinstance(found, dict) else None
    if not isinstance(readings, list) or not all(isinstance(each, dict) for each in readings):
        raise Unreadable(Fault.UNKNOWN_FORMAT)
    return _intervals(readings, zone)


def _records(table: Iterable[list[str]], names: list[str]) -> Iterator[Mapping[str, Any]]:
    try:
        for row in table:
            if not any(row):
                continue
            if len(row) != len(names) or max(map(len, row)) > FIELD_CHARACTERS_MAX:
                raise Unreadable(Fault.CORRUPT)
            yield dict(zip(names, map(str.strip, row), strict=True))
    except csv.Error:
        raise Unreadable(Fault.CORRUPT) from None


def _intervals(records: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> list[Interval]:
    found: list[Interval] = []
    local = _LocalTimes(zone)
    for record in records:
        if len(found) >= INTERVALS_MAX:
            raise Unreadable(Fault.TOO_MANY)
        minutes = str(record.get("minutes") or MINUTES)
        if not minutes.isdecimal() or len(minutes) > 4:
            raise Unreadable(Fault.BAD_INTERVAL)
        found.append(
            Interval(
                start_s=local.seconds(record.get("start")),
                duration_s=int(minutes) * 60,
                wh=_wh(record),
                estimated=str(record.get("estimated") or "").lower() in {"1", "true", "yes"},
            )
        )
    return found


def _wh(record: Mapping[str, Any]) -> int:
    name = "kwh" if record.get("kwh") not in (None, "") else "wh"
    said = record.get(name)
    if isinstance(said, bool) or said is None or len(str(said)) > 20:
        raise Unreadable(Fault.CORRUPT)
    try:
        number = Decimal(str(said))
    except InvalidOperation:
        raise Unreadable(Fault.CORRUPT) from None
    if not number.is_finite() or abs(number) > 10**7:
        raise Unreadable(Fault.WRONG_UNIT)
    watt_hours = number * 1000 if name == "kwh" else number
    return int(watt_hours.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


class _LocalTimes:
    """Starts in the order of a file, as seconds since 1970."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._seen: set[datetime] = set()

    def seconds(self, said: object) -> int:
        try:
            found = datetime.fromisoformat(said) if isinstance(said, str) else None
            if found is None:
                raise Unreadable(Fault.BAD_TIMES)
            moment = found if found.tzinfo is not None else self._placed(found)
            seconds = moment.timestamp()
        except (ValueError, OverflowError):
            raise Unreadable(Fault.BAD_TIMES) from None
        return int(seconds)

    def _placed(self, bare: datetime) -> datetime:
        first, second = (bare.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        if first.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != bare:
            raise Unreadable(Fault.BAD_TIMES)
        if first.utcoffset() != second.utcoffset() and bare in self._seen:
            return second
        self._seen.add(bare)
        return first
