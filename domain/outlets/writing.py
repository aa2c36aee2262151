"""Writing: hours as plain JSON, and read from it again. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson

from infra.hours import Hours, Span


def write_hours(hours: Hours) -> str:
    """The hours as JSON text."""
    exceptions = {day.isoformat(): _plain(spans) for day, spans in hours.exceptions.items()}
    plain = {"week": [_plain(spans) for spans in hours.week], "exceptions": exceptions}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def read_hours(text: str) -> Hours:
    """The hours that `write_hours` has written."""
    plain = orjson.loads(text)
    exceptions = {
        date.fromisoformat(day): _spans(spans) for day, spans in plain["exceptions"].items()
    }
    return Hours(tuple(map(_spans, plain["week"])), exceptions)


def _plain(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.opens, span.closes] for span in spans]


def _spans(plain: Sequence[Any]) -> Sequence[Span]:
    return tuple(Span(*minutes) for minutes in plain)
