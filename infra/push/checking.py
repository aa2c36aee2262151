"""Checking: what Firebase would refuse and its library lets through, found before it is sent.

Limits of the service are from the reference of FCM's HTTP v1 messages and from Apple's pages on
notification requests; the budgets in bytes are ours, a quarter of the service's and less, so that
what is added later still fits.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from infra.push.records import BadMessage, Level, LiveUpdate, Message, Platform, Priority

REQUEST_BYTES_MAX = 1_024
APNS_BYTES_MAX = 512
DATA_BYTES_MAX = 256
# Apple's; Android's tag and everything else that names something is kept as short.
NAME_BYTES_MAX = 64
TTL_SECONDS_MAX = int(timedelta(days=28).total_seconds())
TOKEN_CHARACTERS_MAX = 400
ARGS_MAX = 8

# 17 bytes in base64url, the first four bits 0111 (Firebase Installations).
TARGET = re.compile(r"[cdef][A-Za-z0-9_-]{21}")
LABEL = re.compile(r"[A-Za-z0-9\-_.~%]{1,50}")
LIVE_TOKEN = re.compile(r"(?:[0-9a-fA-F]{2}){8,200}")
NAMES = ("collapse", "thread", "category", "sound", "channel", "title_key", "body_key")
# Firebase's own names, and those that we say ourselves.
RESERVED = frozenset(
    {"from", "message_type", "collapse_key", "id", "v", "title_key", "body_key", "body_args"}
)
RESERVED_BEGIN = ("google.", "gcm.")


def check(message: Message) -> None:
    """Raise BadMessage for the first field that is wrong, in this order: the id, the target, the
    template, what is an enum, the numbers, the names, the texts, the data, the live update."""
    _name("id", message.id)
    if not isinstance(message.target, str) or not TARGET.fullmatch(message.target):
        raise BadMessage("target", "it is no Firebase Installation ID")
    _name("template", message.template)
    _enums(message)
    _numbers(message)
    for path in NAMES:
        if (name := getattr(message, path)) is not None:
            _name(path, name)
    if message.label is not None and not LABEL.fullmatch(_text("label", message.label)):
        raise BadMessage("label", "1 to 50 of A-Z a-z 0-9 - _ . ~ %")
    if message.live is None:
        _texts(message)
    _data(message.data)
    if message.live is not None:
        _live(message, message.live)


def check_sizes(request: bytes, apns: bytes) -> None:
    """Raise BadMessage where a part is over its budget."""
    if len(apns) > APNS_BYTES_MAX:
        raise BadMessage("apns", f"{len(apns)} bytes, {APNS_BYTES_MAX} at most")
    if len(request) > REQUEST_BYTES_MAX:
        raise BadMessage("request", f"{len(request)} bytes, {REQUEST_BYTES_MAX} at most")


def _enums(message: Message) -> None:
    if not isinstance(message.platform, Platform):
        raise BadMessage("platform", "one of " + ", ".join(Platform))
    if not isinstance(message.priority, Priority):
        raise BadMessage("priority", "one of " + ", ".join(Priority))
    if not isinstance(message.level, Level):
        raise BadMessage("level", "one of " + ", ".join(Level))


def _numbers(message: Message) -> None:
    if type(message.ttl_s) is not int or not 0 <= message.ttl_s <= TTL_SECONDS_MAX:
        raise BadMessage("ttl_s", f"whole seconds, {TTL_SECONDS_MAX} (28 days) at most")
    if not isinstance(message.relevance, int | float) or not 0 <= message.relevance <= 1:
        raise BadMessage("relevance", "0 to 1")


def _texts(message: Message) -> None:
    """Keys or literal texts, never both and never neither."""
    keys = message.title_key is not None or message.body_key is not None
    if keys == (message.title is not None or message.body is not None):
        raise BadMessage("body", "either keys of texts or the texts themselves")
    if not keys:
        _text("title", message.title or "")
        _text("body", message.body or "")
    if not message.body_args:
        return
    if message.body_key is None:
        raise BadMessage("body_args", "arguments of what? There is no body_key")
    if isinstance(message.body_args, str) or len(message.body_args) > ARGS_MAX:
        raise BadMessage("body_args", f"a list of {ARGS_MAX} texts at most")
    for number, said in enumerate(message.body_args):
        if not isinstance(said, str):
            raise BadMessage(f"body_args.{number}", "a text")


def _data(data: Mapping[str, str]) -> None:
    size = 0
    for key, value in data.items():
        if not isinstance(key, str) or not key:
            raise BadMessage("data", "keys are texts")
        if key in RESERVED or key.startswith(RESERVED_BEGIN):
            raise BadMessage(f"data.{key}", "this name is reserved")
        if not isinstance(value, str):
            raise BadMessage(f"data.{key}", "a text")
        size += _size(key) + _size(value)
    if size > DATA_BYTES_MAX:
        raise BadMessage("data", f"{size} bytes, {DATA_BYTES_MAX} at most")


def _live(message: Message, live: LiveUpdate) -> None:
    if message.platform is not Platform.IOS:
        raise BadMessage("live", "only Apple has Live Activities")
    if not LIVE_TOKEN.fullmatch(_text("live.token", live.token)):
        raise BadMessage("live.token", "it is no token of a Live Activity")
    if not live.state:
        raise BadMessage("live.state", "there is nothing to show")
    for path, at in (("at", live.at), ("stale_at", live.stale_at)):
        if at is not None and at.tzinfo is None:
            raise BadMessage(f"live.{path}", "a time with its zone")


def _name(path: str, name: object) -> None:
    if not 1 <= _size(_text(path, name)) <= NAME_BYTES_MAX:
        raise BadMessage(path, f"1 to {NAME_BYTES_MAX} bytes")


def _text(path: str, text: object) -> str:
    if not isinstance(text, str):
        raise BadMessage(path, "a text")
    return text


def _size(text: str) -> int:
    """Bytes in UTF-8; half a character, which has none, counts as it would be replaced."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
