"""Remembering: which tag a member's glance has now, in Valkey, so that asking again costs no SQL.

Beside the tag stands a mark, which is another after each change. A tag is noted with the mark from
before the glance was gathered, and holds only while the mark is that: what changed meanwhile, or
since, is never told as unchanged. Whoever hears of a change sets the mark; one that nobody set,
because a hint was lost or a process died, costs at most five minutes, for no tag lives longer. What
Valkey loses is gathered again.
"""

import os
from collections.abc import Collection
from typing import TypeAlias
from uuid import UUID

from infra import noting

REMEMBERED_SECONDS = 300
MARKED_SECONDS = 2 * REMEMBERED_SECONDS
MARK_BYTES = 9
PREFIX = "laurel:glance:"

# The programme and the id of a member; and what no two changes have in common, or nothing.
Place: TypeAlias = tuple[int, UUID]
Mark: TypeAlias = bytes


async def mark(place: Place) -> Mark | None:
    """The mark of the newest change that is known; to be taken before the glance is gathered.

    None: Valkey is away, so nothing can be remembered.
    """
    found = await noting.noted_all([_mark(place)])
    return None if found is None else found[0] or b""


async def remember(place: Place, tag: str, *, since: Mark, seconds: int) -> None:
    """The member's glance has that tag, if nothing has changed since the mark was taken.

    seconds -- until something in it changes by itself; five minutes at most.
    """
    lasts = min(seconds, REMEMBERED_SECONDS)
    if lasts > 0:
        await noting.note(_tag(place), since.hex().encode() + b" " + tag.encode(), seconds=lasts)


async def remembered(place: Place) -> str | None:
    """The tag of the member's glance; None: nobody knows, so gather it."""
    found = await noting.noted_all([_mark(place), _tag(place)])
    if found is None or found[1] is None:
        return None
    since, _, tag = found[1].decode().partition(" ")
    return tag if since == (found[0] or b"").hex() else None


async def changed(places: Collection[Place]) -> None:
    """Something in the glances of these members is another than before."""
    marks = {_mark(place): os.urandom(MARK_BYTES) for place in places}
    await noting.note_all(marks, seconds=MARKED_SECONDS)


def _mark(place: Place) -> str:
    return f"{PREFIX}{place[0]}:{place[1]}:mark"


def _tag(place: Place) -> str:
    return f"{PREFIX}{place[0]}:{place[1]}:tag"
