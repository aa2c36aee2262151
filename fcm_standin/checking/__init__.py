"""Checking: whether FCM would take a message, and what it answers where it would not."""

from dataclasses import dataclass
from typing import Any

import orjson

from fcm_standin import errors, terms
from fcm_standin.checking import contents, schema, shapes, sizes
from fcm_standin.errors import Refused, Violation
from fcm_standin.terms import Terms

TARGETS = ("fid", "token", "topic", "condition")


@dataclass(frozen=True, slots=True)
class Message:
    """A message that FCM takes: as it came, since many are kept and few are looked at.

    target -- "fid", "token", "topic" or "condition"; `to` is its value.
    """

    target: str
    to: str
    validate_only: bool
    terms: Terms
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The message's fields, by their names in snake_case; durations are seconds."""
        message: dict[str, Any] = schema.REQUEST(orjson.loads(self.body), "", [])["message"]
        return message


def read(body: bytes) -> Message:
    """The message in the body of a request.

    Raises errors.Refused: INVALID_ARGUMENT (no JSON, a shape that does not fit, two recipients,
    none, a content that FCM does not take, a size), in this order.
    """
    violations: list[Violation] = []
    request = schema.REQUEST(_json(body), "", violations)
    message = request.get("message", {})
    named = [name for name in TARGETS if message.get(name)]
    if len(named) > 1:
        told = f"oneof field 'target' is already set. Cannot set '{named[1]}'"
        violations.append(Violation("message", f"Invalid value at 'message' (oneof), {told}"))
    if violations:
        raise errors.malformed(violations)
    if not named:
        raise errors.no_recipient()
    fault = contents.fault(message) or sizes.fault(message)
    if fault is not None:
        raise errors.invalid(fault)
    dry = request.get("validate_only", False)
    return Message(named[0], message[named[0]], dry, terms.read(message), body)


def _json(body: bytes) -> object:
    try:
        said = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as wrong:
        text = f"Invalid JSON payload received. {wrong}"
        raise errors.malformed([Violation("", text)]) from wrong
    if not isinstance(said, dict):
        text = 'Invalid JSON payload received. Unknown name "": Root element must be a message.'
        raise errors.malformed([Violation("", text)])
    if body.count(b"{") + body.count(b"[") > shapes.DEPTH_MAX and shapes.is_too_deep(said):
        raise Refused("INVALID_ARGUMENT", "Invalid JSON payload received. Nesting is too deep.")
    return said
