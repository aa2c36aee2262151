"""Reading: what a shop's JSON holds, taken out field by field, so that every fault has a place."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson

from domain.programmes import plain
from domain.purchases.errors import BadOrder

Json: TypeAlias = Mapping[str, Any]

LINES_MAX = 1_000
REFUNDS_MAX = 1_000
PIECES_MAX = 1_000_000
REF_CHARACTERS_MAX = 64
PRODUCT_CHARACTERS_MAX = 100
# Where a shop's page or checkout puts the loyalty number of the buyer.
LOYALTY_NAMES = frozenset({"loyalty_number", "laurel_member", "_laurel_member"})


def document(body: bytes) -> Json:
    """The JSON object in a body. Raises BadOrder."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadOrder("body", "must be JSON in UTF-8") from None
    return mapping(found, where="body")


def mapping(found: object, *, where: str) -> Json:
    """A JSON object. Raises BadOrder."""
    if not isinstance(found, dict):
        raise BadOrder(where, "must be an object")
    return found


def listing(record: Json, name: str, *, most: int) -> Sequence[Json]:
    """The objects in the list called `name`; none where it is missing or null."""
    found = record.get(name)
    if found is None:
        return ()
    if not isinstance(found, list) or len(found) > most:
        raise BadOrder(name, f"must be a list of at most {most}")
    return [mapping(each, where=name) for each in found]


def ref(record: Json, name: str) -> str:
    """The id called `name`, a whole number or a short text. Raises BadOrder."""
    found = optional_ref(record, name)
    if found is None:
        raise BadOrder(name, "is missing")
    return found


def optional_ref(record: Json, name: str) -> str | None:
    """Like `ref`; None where there is none, or 0, which shops write for a guest."""
    found = record.get(name)
    if found is None or found == 0 or found == "":
        return None
    if isinstance(found, bool) or not isinstance(found, int | str):
        raise BadOrder(name, "must be a whole number or a text")
    text = plain(str(found), longest=REF_CHARACTERS_MAX)
    if not text:
        raise BadOrder(name, f"must be at most {REF_CHARACTERS_MAX} plain characters")
    return text


def words(record: Json, name: str) -> str:
    """The text called `name`; empty where there is none. Raises BadOrder."""
    found = record.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise BadOrder(name, "must be a text")
    return found


def product(*said: object) -> str:
    """The first of them that names a thing, cut to what is kept; empty when none does."""
    named = [str(each)[:PRODUCT_CHARACTERS_MAX] for each in said if each and _is_word(each)]
    return plain(named[0], longest=PRODUCT_CHARACTERS_MAX) or "" if named else ""


def pieces(record: Json, name: str) -> int:
    """How many pieces, 0 or more. Raises BadOrder."""
    found = record.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= PIECES_MAX:
        raise BadOrder(name, "must be a whole number of pieces")
    return found


def moment(text: object, *, where: str, utc: bool = False) -> datetime:
    """The time in a text of ISO 8601. Raises BadOrder.

    utc -- True where the shop writes UTC without saying so; else a zone must be there.
    """
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is not None and found.tzinfo is None and utc:
        found = found.replace(tzinfo=UTC)
    if found is None or found.tzinfo is None or not 2000 <= found.year <= 9000:
        raise BadOrder(where, "must be a time with its zone")
    return found.astimezone(UTC)


def hashed(email: object) -> bytes | None:
    """SHA-256 of an e-mail address in lower case; None when it is none."""
    if not isinstance(email, str) or "@" not in email or len(email) > 254:
        return None
    return hashlib.sha256(email.strip().lower().encode()).digest()


def loyalty_of(pairs: Sequence[Json], *, name: str) -> str | None:
    """The loyalty number among pairs of `name` and "value"; None when there is none."""
    for pair in pairs:
        said, value = pair.get(name), pair.get("value")
        if isinstance(said, str) and said in LOYALTY_NAMES and isinstance(value, str):
            return plain(value, longest=REF_CHARACTERS_MAX) or None
    return None


def _is_word(found: object) -> bool:
    return isinstance(found, int | str) and not isinstance(found, bool)
