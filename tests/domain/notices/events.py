"""Events: one of each kind there is, made from the types of its fields."""

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, get_args, get_type_hints
from uuid import UUID

import domain
from infra import ids
from infra.events import Event
from tests.support.given import NOON

FULL: dict[object, Any] = {
    str: "word",
    int: 5,
    bool: True,
    UUID: UUID(int=7),
    date: NOON.date(),
    datetime: NOON + timedelta(minutes=5),
}
EMPTY: dict[object, Any] = {**FULL, str: "", int: 0, bool: False}


def kinds() -> Iterator[type[Event]]:
    """Every event that a capability writes."""
    for name in domain.modules("events"):
        for kind in vars(importlib.import_module(name)).values():
            if inspect.isclass(kind) and issubclass(kind, Event) and kind.__module__ == name:
                yield kind


def both(kind: type[Event]) -> Iterator[Event]:
    """One with all that may be there, and one without."""
    for values, absent in ((FULL, False), (EMPTY, True)):
        hints = get_type_hints(kind)
        given = {field.name: _value(hints[field.name], values, absent) for field in fields(kind)}
        yield kind(**{**given, "programme": 1, "subject": ids.new(NOON), "at": NOON})


def _value(hint: Any, values: dict[object, Any], absent: bool) -> Any:
    options = [one for one in get_args(hint) if one is not type(None)]
    if options and absent:
        return None
    return values[options[0] if options else hint]
