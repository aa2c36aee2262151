"""Glance writing: what a watch shows, in 256 bytes of JSON. Pure functions.

Names and titles are cut before anything is left out; then what can wait is left out first: what
happens next, then the challenge, then the offer, then the points that a friend offers. What the
member has and how much is unread are always told, however large.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from api import globalids
from api.globalids import Kind
from domain.glances import Glance

BYTES_MAX = 256
# What the version takes: `"v":` and a comma, and eleven digits.
VERSION_BYTES = 16
CONTENT_BYTES_MAX = BYTES_MAX - VERSION_BYTES
# How much of a name or a title is shown, where there is room.
TEXT_CHARACTERS = (40, 24, 12)
# The first is left out first.
LEAST = ("next", "challenge", "offer", "transfer")
ELLIPSIS = "\u2026"
JOINERS = "\u200d\ufe0f"


def content(glance: Glance) -> bytes:
    """The glance as JSON without its version, as whole as 240 bytes can hold it.

    Times are whole seconds since 1970; what there is nothing of is left out.
    """
    for told in _shorter(glance):
        written = orjson.dumps(told)
        if len(written) <= CONTENT_BYTES_MAX:
            return written
    raise AssertionError("two numbers fit")


def written(content: bytes, *, version: int) -> bytes:
    """The whole body: the version first, then the content."""
    return b'{"v":%d,' % version + content[1:]


def cut(text: str, *, most: int) -> str:
    """The text, in `most` characters; what is cut says so, and no letter loses its marks."""
    if len(text) <= most:
        return text
    end = most - 1
    while end and (unicodedata.combining(text[end]) or text[end] in JOINERS):
        end -= 1
    return text[:end].rstrip(JOINERS + " ") + ELLIPSIS


def _shorter(glance: Glance) -> Iterator[Mapping[str, Any]]:
    for left_out in range(len(LEAST) + 1):
        for most in TEXT_CHARACTERS:
            told = _told(glance, most)
            yield {name: one for name, one in told.items() if name not in LEAST[:left_out]}


def _told(glance: Glance, most: int) -> Mapping[str, Any]:
    told: dict[str, Any] = {"points": glance.points, "unread": glance.unread}
    if (waiting := glance.waiting) is not None:
        sender = {"from": cut(waiting.sender, most=most)} if waiting.sender else {}
        told["transfer"] = {
            "id": globalids.of(Kind.TRANSFER, waiting.transfer),
            **sender,
            "points": waiting.points,
            "of": waiting.count,
        }
    if (offer := glance.offer) is not None:
        told["offer"] = {
            "title": cut(offer.title, most=most),
            "until": int(offer.ends_at.timestamp()),
        }
    if (nearest := glance.nearest) is not None:
        told["challenge"] = {
            "name": cut(nearest.name, most=most),
            "percent": nearest.percent,
        }
    if (coming := glance.next) is not None:
        told["next"] = {"what": str(coming.change), "at": int(coming.at.timestamp())}
    return told
