"""Forging: tokens that no honest issuer makes, part by part."""

import base64
from typing import Any

import orjson
from joserfc import jws
from joserfc.jwk import Key


def part(content: bytes | object) -> str:
    """One part of a token: what it says, in base64url."""
    raw = content if isinstance(content, bytes) else orjson.dumps(content)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def forged(header: bytes | dict[str, Any], claims: bytes | dict[str, Any], signature: bytes) -> str:
    """A token of these parts, whatever they are."""
    return f"{part(header)}.{part(claims)}.{part(signature)}"


def changed(token: str, *, header: object = None, claims: object = None) -> str:
    """The token with another header or other claims under the same signature."""
    parts = token.split(".")
    said = [
        part(new) if new is not None else old
        for new, old in zip((header, claims), parts, strict=False)
    ]
    return ".".join([*said, parts[2]])


def signed(header: dict[str, Any], claims: bytes | dict[str, Any], key: Key) -> str:
    """A token that the key's owner did sign, word by word."""
    content = claims if isinstance(claims, bytes) else orjson.dumps(claims)
    registry = jws.JWSRegistry(algorithms=["RS256", "ES256"], strict_check_header=False)
    return jws.serialize_compact(header, content, key, registry=registry)
