"""Workouts: what one event of a partner tells, or why it cannot be taken. Pure.

The JSON of `data` names its units, and a field that is not known is refused: a distance in
kilometres can be neither mistaken for metres nor left out in silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from api.partner.cloudevents import ATTRIBUTES
from domain.activities import LANES, Lane, Proof, Recorder, Type

TYPE_PREFIX, TYPE_SUFFIX = "laurel.activity.", ".v1"
DELETED = f"{TYPE_PREFIX}deleted{TYPE_SUFFIX}"
TYPES = {
    f"{TYPE_PREFIX}{kind.value.lower()}{TYPE_SUFFIX}": kind
    for kind, lane in LANES.items()
    if lane is not Lane.VOLUNTEERING  # hours are confirmed by their organiser, see volunteering
}
SPORT = frozenset({"durationSeconds", "distanceMetres", "indoor"})
ALL = frozenset({"startedAt", "endedAt", "device", "recorder"})
FIELDS = {
    Lane.MOTION: ALL | SPORT,
    Lane.STEPS: ALL | {"steps"},
    Lane.SLEEP: ALL | {"asleepSeconds"},
}
COUNTED = {Lane.STEPS: "steps", Lane.SLEEP: "asleepSeconds"}
RECORDERS = {recorder.value: recorder for recorder in Recorder}
TEXT_CHARACTERS_MAX = 255
# So large that every limit of the domain is far below.
NUMBER_MAX = 2**53


@dataclass(frozen=True, slots=True)
class Refused:
    """Why one event was not taken; `path` leads to what is wrong in it."""

    code: str
    path: tuple[str, ...]
    message: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """The partner deleted the activity that it told as event `activity`."""

    id: str
    activity: str


@dataclass(frozen=True, slots=True)
class Told:
    """One activity, as a partner tells it; the fields are those of Report."""

    id: str
    subject: str
    type: Type
    started_at: datetime
    ended_at: datetime
    numbers: Mapping[str, int] = field(default_factory=dict)
    device: str | None = None
    recorder: Recorder = Recorder.PLATFORM
    indoor: bool = False

    @property
    def proof(self) -> Proof:
        """What a partner passes on from somebody's own word is no more than that."""
        return Proof.CLAIMED if self.recorder is Recorder.MANUAL else Proof.PARTNER


class _Bad(Exception):
    def __init__(self, code: str, path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.refused = (code, path, message)


def read(event: object, *, source: str) -> Told | Deleted | Refused:
    """One event of the partner whose slug is `source`.

    Refused, in this order: NOT_AN_EVENT, SOURCE_NOT_YOURS, UNKNOWN_TYPE, BAD_DATA.
    """
    try:
        return _read(event, source)
    except _Bad as bad:
        said = event.get("id") if isinstance(event, dict) else None
        return Refused(*bad.refused, id=said if isinstance(said, str) else None)


def _read(event: object, source: str) -> Told | Deleted:
    if not isinstance(event, dict):
        raise _Bad("NOT_AN_EVENT", (), "an event is a JSON object")
    for name in ATTRIBUTES:
        _text(event, name)
    if event["specversion"] != "1.0":
        raise _Bad("NOT_AN_EVENT", ("specversion",), "the version of CloudEvents is 1.0")
    if event["source"] != source:
        raise _Bad("SOURCE_NOT_YOURS", ("source",), f"your source is {source!r}")
    kind = TYPES.get(event["type"])
    if kind is None and event["type"] != DELETED:
        raise _Bad("UNKNOWN_TYPE", ("type",), f"not one of {', '.join([*TYPES, DELETED])}")
    data = event.get("data")
    if not isinstance(data, dict):
        raise _Bad("BAD_DATA", ("data",), "`data` is a JSON object")
    if kind is None:
        return Deleted(event["id"], _word(data, "activity"))
    _text(event, "subject")
    return _told(event, kind, data)


def _told(event: Mapping[str, Any], kind: Type, data: Mapping[str, Any]) -> Told:
    lane = LANES[kind]
    if unknown := data.keys() - FIELDS[lane]:
        name = min(unknown)
        raise _Bad("BAD_DATA", ("data", name), f"{kind} has no `{name}`; see the documentation")
    started_at, ended_at = _moment(data, "startedAt"), _moment(data, "endedAt")
    numbers: dict[str, int] = {}
    if lane is Lane.MOTION:
        numbers["duration_s"] = _number(data, "durationSeconds")
        numbers["distance_m"] = _number(data, "distanceMetres")
    else:
        numbers["quantity"] = _number(data, COUNTED[lane], needed=True)
    said = data.get("recorder", Recorder.PLATFORM.value)
    recorder = RECORDERS.get(said) if isinstance(said, str) else None
    if recorder is None:
        raise _Bad("BAD_DATA", ("data", "recorder"), f"not one of {', '.join(RECORDERS)}")
    indoor = data.get("indoor", False)
    if not isinstance(indoor, bool):
        raise _Bad("BAD_DATA", ("data", "indoor"), "true or false")
    device = None if data.get("device") is None else _word(data, "device")
    return Told(
        *(event["id"], event["subject"], kind, started_at, ended_at),
        *(numbers, device, recorder, indoor),
    )


def _text(event: Mapping[str, Any], name: str) -> None:
    if not is_text(event.get(name)):
        raise _Bad("NOT_AN_EVENT", (name,), f"`{name}` is 1 to {TEXT_CHARACTERS_MAX} characters")


def _word(data: Mapping[str, Any], name: str) -> str:
    said = data.get(name)
    if not is_text(said):
        told = f"`{name}` is 1 to {TEXT_CHARACTERS_MAX} printable characters"
        raise _Bad("BAD_DATA", ("data", name), told)
    return str(said)


def is_text(said: object) -> bool:
    """True for 1 to 255 printable characters."""
    return isinstance(said, str) and 0 < len(said) <= TEXT_CHARACTERS_MAX and said.isprintable()


def _moment(data: Mapping[str, Any], name: str) -> datetime:
    said = data.get(name)
    try:
        moment = datetime.fromisoformat(said if isinstance(said, str) else "")
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    told = f"`{name}` is a time with its offset, as in 2026-04-01T09:30:00Z"
    raise _Bad("BAD_DATA", ("data", name), told)


def _number(data: Mapping[str, Any], name: str, *, needed: bool = False) -> int:
    said = data.get(name)
    if said is None and not needed:
        return 0
    if isinstance(said, bool) or not isinstance(said, int | float) or abs(said) > NUMBER_MAX:
        raise _Bad("BAD_DATA", ("data", name), f"`{name}` is a number")
    if isinstance(said, float) and needed and not said.is_integer():
        raise _Bad("BAD_DATA", ("data", name), f"`{name}` is a whole number")
    return round(said)
