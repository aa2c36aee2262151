"""Health: what a session of a platform says, in units that are ours. Only shapes and units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.activities.records import Recorder, Type

METRES = {"m": 1.0, "km": 1_000.0, "mi": 1_609.344, "yd": 0.9144, "ft": 0.3048, "cm": 0.01}
SECONDS = {"s": 1.0, "sec": 1.0, "min": 60.0, "h": 3_600.0, "hr": 3_600.0, "d": 86_400.0}
SECONDS |= {"ms": 0.001}
TEXT_CHARACTERS_MAX = 200
NUMBER_MAX = 2.0**53


class Unheard(Exception):
    """A session that cannot be taken; `path` leads to what is wrong in it."""

    def __init__(self, path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a platform: the fields are those of Report."""

    external_id: str
    type: Type
    started_at: datetime
    ended_at: datetime
    duration_s: int = 0
    distance_m: int = 0
    quantity: int = 0
    device: str | None = None
    recorder: Recorder = Recorder.PLATFORM
    indoor: bool = False


def part(said: Mapping[str, Any], *path: str) -> Any:
    """What stands at a path; None where there is nothing."""
    found: Any = said
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def text(said: Mapping[str, Any], *path: str) -> str:
    """The text at a path. Raises Unheard."""
    found = part(said, *path)
    if not is_text(found):
        raise Unheard(path, f"1 to {TEXT_CHARACTERS_MAX} printable characters")
    return str(found)


def is_text(said: object) -> bool:
    """True for 1 to 200 printable characters."""
    return isinstance(said, str) and 0 < len(said) <= TEXT_CHARACTERS_MAX and said.isprintable()


def moment(said: Mapping[str, Any], *path: str) -> datetime:
    """The time at a path; it must say its offset. Raises Unheard."""
    found = part(said, *path)
    try:
        at = datetime.fromisoformat(found if isinstance(found, str) else "")
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Unheard(path, "a time with its offset, as in 2026-04-01T09:30:00Z")


def number(said: Mapping[str, Any], *path: str) -> float:
    """The number at a path, 0 or more. Raises Unheard."""
    found = part(said, *path)
    if isinstance(found, str):  # as Apple's export writes them
        try:
            found = float(found)
        except ValueError:
            found = None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Unheard(path, "a number")
    if not 0 <= found <= NUMBER_MAX:
        raise Unheard(path, "a number from 0 on")
    return float(found)


def measured(
    said: Mapping[str, Any], units: Mapping[str, float], *path: str, unit: tuple[str, ...]
) -> int:
    """The number at `path` in the unit named at `unit`, as whole metres or seconds; 0 where
    there is none. Raises Unheard for a unit that is not known: it is never guessed."""
    if part(said, *path) is None:
        return 0
    named = part(said, *unit)
    if not isinstance(named, str) or named not in units:
        raise Unheard(unit, f"one of {', '.join(units)}")
    return round(number(said, *path) * units[named])
