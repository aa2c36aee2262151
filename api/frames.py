"""Frames: the messages of graphql-transport-ws, read and checked.

The protocol is that of the graphql-ws library; a message that breaks it closes the socket with
4400, because a client that sends one cannot be trusted to understand an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import orjson

from api import bodies
from api.bodies import Asked
from api.faults import Fault

PROTOCOL = "graphql-transport-ws"
FRAME_BYTES_MAX = 64 * 1024
ID_CHARACTERS_MAX = 256


class Close(IntEnum):
    """Why a socket is closed, as the protocol numbers it."""

    BAD_MESSAGE = 4400
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    PROTOCOL_REFUSED = 4406
    INIT_TIMEOUT = 4408
    ID_TAKEN = 4409
    INIT_TWICE = 4429
    TOO_LARGE = 1009
    INTERNAL = 4500
    UNAVAILABLE = 1013
    GOING_AWAY = 1001


class Closed(Exception):
    """Ends the conversation: the socket is to be closed for this reason."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a client. `asked` is set for a subscribe, `id` for that and a complete."""

    type: str
    id: str = ""
    payload: Mapping[str, Any] | None = None
    asked: Asked | None = None


def read(text: str | None) -> Message:
    """The message in a text frame. Raises Closed."""
    if text is None:
        raise Closed(Close.BAD_MESSAGE, "Send text frames")
    if len(text) > FRAME_BYTES_MAX:
        raise Closed(Close.TOO_LARGE, "The frame is too large")
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Closed(Close.BAD_MESSAGE, "Not JSON") from error
    if not isinstance(said, dict) or not isinstance(said.get("payload"), dict | None):
        raise Closed(Close.BAD_MESSAGE, "Not a message")
    return _known(said)


def shaped(type: str, id: str | None = None, payload: object = None) -> str:
    """One message to a client, as text: clients refuse binary frames."""
    said: dict[str, object] = {"type": type}
    if id is not None:
        said["id"] = id
    if payload is not None:
        said["payload"] = payload
    return orjson.dumps(said).decode()


def following(id: str, payload: str) -> str:
    """A `next` whose payload is JSON already."""
    return f'{{"type":"next","id":{orjson.dumps(id).decode()},"payload":{payload}}}'


def _known(said: Mapping[str, Any]) -> Message:
    match said.get("type"):
        case "connection_init" | "ping" | "pong" as type:
            return Message(type, payload=said.get("payload"))
        case "complete":
            return Message("complete", _id(said))
        case "subscribe":
            try:
                asked = bodies.asked(said.get("payload"))
            except Fault as fault:
                raise Closed(Close.BAD_MESSAGE, str(fault)) from fault
            return Message("subscribe", _id(said), asked=asked)
        case _:
            raise Closed(Close.BAD_MESSAGE, "Unknown type of message")


def _id(said: Mapping[str, Any]) -> str:
    id = said.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= ID_CHARACTERS_MAX:
        raise Closed(Close.BAD_MESSAGE, "A message needs an id")
    return id
