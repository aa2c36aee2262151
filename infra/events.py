"""Events: what an event, its delivery and a reaction are, and how an event is written down.

Only shapes live here; infra.outbox writes and delivers them, infra.backlog is for operators.
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, Generic, TypeAlias, TypeVar, Union, cast, get_args, get_origin
from typing import get_type_hints as hints_of
from uuid import UUID

import orjson

from infra.db import Row, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A thing that happened. A subclass names it in the past tense and adds plain fields.

    subject -- whose it is, usually a member; order is kept for one subject.
    object  -- what was acted on.
    The fields a subclass adds are the evidence: str, int, bool, UUID, date, datetime, or one
    of these or None. A field added later needs a default, for the events written before it.
    """

    programme: int
    subject: UUID
    object: UUID
    at: datetime


E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Delivery(Generic[E]):
    """One event on its way; `id` and `number` are stable over repeats.

    handed_at -- when it is handed over this time; None: as soon as it happened.
    """

    id: UUID
    number: int
    event: E
    handed_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """What time it is for whoever reacts."""
        return self.handed_at or self.event.at


Body: TypeAlias = Callable[[Sequence[Delivery[Any]], Tx], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a capability does about events. `body` gets at most one event of each subject.

    It may run again with the same deliveries, and must change nothing the second time.
    whole -- it gets all at once, also several of one subject, in the order of their numbers.
    planned_once -- its statements are planned once for all batches, and not for each anew: where
             somebody waits for it, planning would take as long as the statements do.
    """

    name: str
    events: tuple[type[Event], ...]
    body: Body
    whole: bool = False
    planned_once: bool = False


BASE_FIELDS = frozenset(field.name for field in fields(Event))
READERS: Mapping[object, Callable[[Any], Any]] = {
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


def action_of(kind: type[Event]) -> str:
    """The event's name in the tables, such as "transfers.Sent"."""
    return f"{kind.__module__.split('.')[1]}.{kind.__name__}"


def evidence_of(event: Event) -> str:
    """The fields a subclass added, as JSON text."""
    names = _added(cast(Hashable, type(event)))
    return orjson.dumps({name: getattr(event, name) for name in names}, default=_plain).decode()


def read(kind: type[E], row: Row) -> E:
    """The event of `kind` that `row` of the event table holds."""
    plain = orjson.loads(row["evidence"])
    readers = _readers(cast(Hashable, kind))
    evidence = {name: readers[name](plain[name]) for name in readers if name in plain}
    return kind(**{name: row[name] for name in BASE_FIELDS}, **evidence)


def _plain(value: object) -> str:
    # The driver's ids are of a class of its own, which orjson does not know.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be evidence")


@cache
def _readers(kind: Any) -> Mapping[str, Callable[[Any], Any]]:
    hints = hints_of(kind)
    return {name: _reader(hints[name]) for name in _added(kind)}


@cache
def _added(kind: Any) -> tuple[str, ...]:
    """The names of the fields that a subclass added."""
    return tuple(field.name for field in fields(kind) if field.name not in BASE_FIELDS)


def _reader(hint: object) -> Callable[[Any], Any]:
    if get_origin(hint) in (Union, UnionType):
        present = _reader(next(arg for arg in get_args(hint) if arg is not type(None)))
        return lambda value: None if value is None else present(value)
    return READERS.get(hint, lambda value: value)
