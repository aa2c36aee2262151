"""Conditions: which topics a device must have subscribed to, such as
`'dogs' in topics && ('cats' in topics || !('fish' in topics))`.

At most five topics ("Send messages to topics", firebase.google.com); `&&` binds tighter than `||`.
"""

import re
from collections.abc import Callable, Collection
from functools import lru_cache

PART = re.compile(
    r"\s*(?:(?P<sign>&&|\|\||!|\(|\))|'(?P<topic>[a-zA-Z0-9\-_.~%]+)'\s+in\s+topics\b)\s*",
    re.IGNORECASE,
)
TOPICS_MAX = 5
PARTS_MAX = 60

Subscribed = Callable[[Collection[str]], bool]


class BadCondition(ValueError):
    """The text is no condition; the message says why."""


@lru_cache(maxsize=1_000)
def compiled(text: str) -> Subscribed:
    """Whether somebody with some topics is meant. Raises BadCondition."""
    parts = _parts(text)
    parts.reverse()
    meant = _either(parts)
    if parts:
        raise BadCondition(f"There is something left over at {parts[-1]}.")
    return meant


def _parts(text: str) -> list[str]:
    """Signs as they are, topics with a quote before them."""
    parts: list[str] = []
    place = 0
    while place < len(text):
        match = PART.match(text, place)
        if match is None or len(parts) == PARTS_MAX:
            raise BadCondition(f"It cannot be read from character {place} on.")
        parts.append(match["sign"] or f"'{match['topic']}")
        place = match.end()
    topics = {part for part in parts if part.startswith("'")}
    if not 1 <= len(topics) <= TOPICS_MAX:
        raise BadCondition(f"It names {len(topics)} topics; 1 to {TOPICS_MAX} are possible.")
    return parts


def _either(parts: list[str]) -> Subscribed:
    found = [_both(parts)]
    while parts and parts[-1] == "||":
        parts.pop()
        found.append(_both(parts))
    return lambda topics: any(one(topics) for one in found)


def _both(parts: list[str]) -> Subscribed:
    found = [_one(parts)]
    while parts and parts[-1] == "&&":
        parts.pop()
        found.append(_one(parts))
    return lambda topics: all(one(topics) for one in found)


def _one(parts: list[str]) -> Subscribed:
    if not parts:
        raise BadCondition("It ends too early.")
    part = parts.pop()
    if part.startswith("'"):
        topic = part[1:]
        return lambda topics: topic in topics
    if part == "!":
        inner = _one(parts)
        return lambda topics: not inner(topics)
    if part == "(":
        inner = _either(parts)
        if not parts or parts.pop() != ")":
            raise BadCondition("A bracket is not closed.")
        return inner
    raise BadCondition(f"There is no topic before {part}.")
