"""Targets: where links may lead."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from domain.programmes import plain
from domain.sharing.errors import BadTarget, NoSuchTarget
from domain.sharing.records import Target
from infra.db import Tx

TITLE_CHARACTERS_MAX = 120
URL_CHARACTERS_MAX = 2_000

ADD = """
INSERT INTO share_target (programme, id, title, url, created_at) VALUES ($1, $2, $3, $4, $5)
"""
CLOSE = """
UPDATE share_target SET open = false WHERE programme = $1 AND id = $2
RETURNING id, programme, title, url, open
"""
BY_ID = """
SELECT id, programme, title, url, open FROM share_target
WHERE programme = $1 AND id = $2 AND open
"""
LISTED = """
SELECT id, programme, title, url, open FROM share_target
WHERE programme = $1 AND (open OR $4) AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""


async def register(
    *, title: str, url: str, programme: int, id: UUID, at: datetime, tx: Tx
) -> Target:
    """Something that members may share from now on. Refuses BadTarget."""
    name = plain(title, longest=TITLE_CHARACTERS_MAX)
    if not name:
        raise BadTarget("title", f"a title is 1 to {TITLE_CHARACTERS_MAX} characters")
    if not _is_sound(url):
        raise BadTarget("url", "an address is https with a host, in plain ASCII, without a user")
    await tx.run(ADD, programme, id, name, url, at)
    return Target(id, programme, name, url, open=True)


async def close(id: UUID, *, programme: int, tx: Tx) -> Target:
    """Its links lead nowhere from now on. Refuses NoSuchTarget."""
    row = await tx.row(CLOSE, programme, id)
    if row is None:
        raise NoSuchTarget("there is nothing of that id to share")
    return Target(**row)


async def target_by_id(id: UUID, *, programme: int, tx: Tx) -> Target:
    """The target of that id. Raises NoSuchTarget, also when it is closed."""
    row = await tx.row(BY_ID, programme, id)
    if row is None:
        raise NoSuchTarget("there is nothing of that id to share")
    return Target(**row)


async def targets(
    *, programme: int, after: UUID | None, limit: int, closed: bool = False, tx: Tx
) -> Sequence[Target]:
    """What there is to share, the oldest first, `limit` at most; `closed`: also what was."""
    rows = await tx.rows(LISTED, programme, after, limit, closed)
    return [Target(**row) for row in rows]


def _is_sound(url: str) -> bool:
    # A backslash, a blank or a control is read by some browsers as something else.
    if len(url) > URL_CHARACTERS_MAX or not url.isascii() or not url.isprintable():
        return False
    if any(character in url for character in ' \\"<>^`{|}'):
        return False
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and url.startswith("https://") and bool(host) and user is None
