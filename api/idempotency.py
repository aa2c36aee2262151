"""Idempotency: the key of a mutation, and the fingerprint of what it asks.

`@idempotent(key:)` stands on the field, so each mutation of a document has its own. The
fingerprint is of the coerced arguments: a retry may select other fields, or write its variables
as literals, and is still the same request.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry
from graphql import DirectiveLocation, get_directive_values

from api.fields import argument, described
from infra import ids
from infra.answers import FUTURE, PAST
from infra.errors import Refused

NAME = "idempotent"


class KeyRequired(Refused):
    """The mutation moves points, so a repeated request must be known for what it is."""

    code = "IDEMPOTENCY_KEY_REQUIRED"


class KeyInvalid(Refused):
    """The key is not a UUIDv7, comes from too far ahead, or the field has two of them."""

    code = "IDEMPOTENCY_KEY_INVALID"


class KeyExpired(Refused):
    """The key is older than answers are kept for."""

    code = "IDEMPOTENCY_KEY_EXPIRED"


class KeyReused(Refused):
    """The key was used with other arguments."""

    code = "IDEMPOTENCY_KEY_REUSED"


def _idempotent(
    key: Annotated[
        strawberry.ID,
        argument("A UUIDv7 (RFC 9562) made when the member decided, and kept for every retry."),
    ],
) -> None:
    """Makes a mutation safe to repeat: the same key with the same arguments is carried out once
    and answered the same, also when the first answer was a refusal, unless that was `retryable`.
    Required where points move.
    """


directive = strawberry.directive(
    locations=[DirectiveLocation.FIELD], description=described(_idempotent), name=NAME
)(_idempotent)


def key_of(info: strawberry.Info[Any, None], *, at: datetime, required: bool) -> UUID | None:
    """The key of this field; None without one. Raises KeyRequired, KeyInvalid, KeyExpired."""
    raw = info._raw_info
    definition = raw.schema.get_directive(NAME)
    assert definition is not None, "the schema has the directive"
    found = [
        get_directive_values(definition, node, raw.variable_values) for node in raw.field_nodes
    ]
    said = {None if values is None else values["key"] for values in found}
    if said == {None}:
        if required:
            raise KeyRequired("this moves points: add @idempotent(key: ...) with a UUIDv7")
        return None
    if len(said) > 1:
        raise KeyInvalid("one field has one key")
    return _sound(str(said.pop()), at)


def fingerprint(field: str, asked: object) -> bytes:
    """32 bytes that are the same for the same field with the same arguments."""
    plain = orjson.dumps([field, _plain(asked)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(plain).digest()


def _sound(text: str, at: datetime) -> UUID:
    try:
        key = UUID(text)
        made_at = ids.made_at(key)
    except (ValueError, OverflowError) as error:
        raise KeyInvalid("the key must be a UUIDv7") from error
    if str(key) != text.lower() or not ids.is_v7(key):
        raise KeyInvalid("the key must be a UUIDv7")
    if made_at > at + FUTURE:
        raise KeyInvalid("the key is from the future: set the clock")
    if made_at < at - PAST:
        raise KeyExpired("the key is too old; nothing was done")
    return key


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _plain(one) for name, one in pairs if one is not strawberry.UNSET}
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
