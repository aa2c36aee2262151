"""Shapes: reading JSON as Google's front end does, field by field, before FCM sees a message.

It takes both spellings of a name (`collapse_key`, `collapseKey`), `null` for a field that is not
there, numbers written as text ("ProtoJSON Format", protobuf.dev), and tells of everything that
does not fit at once, in Google's words.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from fcm_standin.errors import Violation

TYPE = "type.googleapis.com/google.firebase.fcm.v1."
DEPTH_MAX = 100
HUMP = re.compile(r"_([a-z0-9])")
WHOLE = re.compile(r"-?[0-9]{1,10}\Z", re.ASCII)
DURATION = re.compile(r"-?(?P<s>[0-9]{1,12})(?:\.(?P<fraction>[0-9]{1,9}))?s\Z")
TIMESTAMP = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\Z"
)
INT32 = 2**31

Violations = list[Violation]
Reading = Callable[[object, str, Violations], Any]


def text(value: object, path: str, out: Violations) -> str:
    """A string."""
    if type(value) is str:
        return value
    _wrong(value, path, out, "TYPE_STRING")
    return ""


def flag(value: object, path: str, out: Violations) -> bool:
    """A boolean; Google takes the words in quotes too."""
    if value is True or value == "true":
        return True
    if value is not False and value != "false":
        _wrong(value, path, out, "TYPE_BOOL")
    return False


def whole(value: object, path: str, out: Violations) -> int:
    """A whole number of 32 bits, also as text."""
    read = value
    if isinstance(value, str) and WHOLE.match(value):
        read = int(value)
    if isinstance(value, float) and value.is_integer():
        read = int(value)
    if isinstance(read, int) and not isinstance(read, bool) and -INT32 <= read < INT32:
        return read
    _wrong(value, path, out, "TYPE_INT32")
    return 0


def number(value: object, path: str, out: Violations) -> float:
    """A number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    _wrong(value, path, out, "TYPE_FLOAT")
    return 0.0


def duration(value: object, path: str, out: Violations) -> float:
    """A duration as text that ends in "s"; in seconds, to the nanosecond."""
    if isinstance(value, str) and DURATION.match(value):
        return float(value[:-1])
    kind = "type.googleapis.com/google.protobuf.Duration"
    if isinstance(value, str):
        name = path.rpartition(".")[2]
        ends = "" if value.endswith("s") else "; duration must end with 's'"
        told = f"Field '{name}', Illegal duration format{ends}"
        out.append(Violation(path, f"Invalid value at '{path}' ({kind}), {told}"))
    else:
        _wrong(value, path, out, kind)
    return 0.0


def timestamp(value: object, path: str, out: Violations) -> str:
    """A time as RFC 3339 writes it."""
    if isinstance(value, str) and TIMESTAMP.match(value):
        return value
    kind = "type.googleapis.com/google.protobuf.Timestamp"
    if isinstance(value, str):
        name = path.rpartition(".")[2]
        told = f"Field '{name}', Illegal timestamp format; timestamps must end with 'Z' or have a "
        told += "valid timezone offset."
        out.append(Violation(path, f"Invalid value at '{path}' ({kind}), {told}"))
    else:
        _wrong(value, path, out, kind)
    return ""


def texts(value: object, path: str, out: Violations) -> list[str]:
    """A list of strings."""
    items = value if isinstance(value, list) else [value]
    return [text(item, f"{path}[{n}]", out) for n, item in enumerate(items)]


def text_map(value: object, path: str, out: Violations) -> dict[str, str]:
    """An object whose values are strings."""
    if not isinstance(value, dict):
        _wrong(value, path, out, "Map")
        return {}
    for number_of, item in enumerate(value.values()):
        if type(item) is not str:
            _wrong(item, f"{path}[{number_of}].value", out, "TYPE_STRING")
    return value


def struct(value: object, path: str, out: Violations) -> dict[str, Any]:
    """Any object."""
    if isinstance(value, dict):
        return value
    _wrong(value, path, out, "type.googleapis.com/google.protobuf.Struct")
    return {}


def many(one: Reading) -> Reading:
    """A list; a single value counts as a list of one, as Google's reader has it."""

    def read(value: object, path: str, out: Violations) -> list[Any]:
        items = value if isinstance(value, list) else [value]
        return [one(item, f"{path}[{n}]", out) for n, item in enumerate(items)]

    return read


def enum(name: str, *names: str) -> Reading:
    """One of some names, in capitals or not, or its number."""
    known = {each: each for each in names}

    def read(value: object, path: str, out: Violations) -> str:
        if isinstance(value, str) and (found := known.get(value.upper())):
            return found
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
            return names[value]
        _wrong(value, path, out, TYPE + name)
        return names[0]

    return read


def record(kind: str, fields: Mapping[str, Reading]) -> Reading:
    """An object of known fields; what is read has their names in snake_case."""
    known = {**{_camel(name): (name, read) for name, read in fields.items()}}
    known |= {name: (name, read) for name, read in fields.items()}

    def read_record(value: object, path: str, out: Violations) -> dict[str, Any]:
        if not isinstance(value, dict):
            _wrong(value, path, out, TYPE + kind)
            return {}
        found: dict[str, Any] = {}
        for name, item in value.items():
            entry = known.get(name)
            if entry is None:
                out.append(Violation(path, _unknown(name, path, "Cannot find field.")))
            elif item is not None:
                field, read = entry
                found[field] = read(item, f"{path}.{field}" if path else field, out)
        return found

    return read_record


def is_too_deep(value: object) -> bool:
    """Whether objects and lists are nested deeper than Google's reader goes."""
    level: list[Any] = [value]
    for _ in range(DEPTH_MAX):
        inner = (part.values() if isinstance(part, dict) else part for part in level)
        level = [item for items in inner for item in items if isinstance(item, dict | list)]
        if not level:
            return False
    return True


def _wrong(value: object, path: str, out: Violations, kind: str) -> None:
    above, _, name = path.rpartition(".")
    if kind.startswith("TYPE_") and isinstance(value, dict):
        out.append(Violation(above, _unknown(name, above, "Starting an object on a scalar field.")))
    elif isinstance(value, list):
        told = "Proto field is not repeating, cannot start list."
        out.append(Violation(above, _unknown(name, above, told)))
    else:
        shown = orjson.dumps(value).decode()
        out.append(Violation(path, f"Invalid value at '{path}' ({kind}), {shown}"))


def _unknown(name: str, path: str, why: str) -> str:
    at = f" at '{path}'" if path else ""
    return f'Invalid JSON payload received. Unknown name "{name}"{at}: {why}'


def _camel(name: str) -> str:
    return HUMP.sub(lambda match: match[1].upper(), name)
