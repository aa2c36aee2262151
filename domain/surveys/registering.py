"""Register surveys."""

import base64
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from domain.programmes import plain
from domain.surveys.errors import BadSurvey, NoSuchSurvey
from domain.surveys.records import Registered, Survey
from infra.db import Tx

TITLE_CHARACTERS_MAX = 120
URL_CHARACTERS_MAX = 1_900
OPEN_MAX = timedelta(days=731)
SECRET_BYTES = 32

ADD = """
INSERT INTO survey (programme, id, partner, title, url, closes_at, secret, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
BY_ID = """
SELECT id, programme, partner, title, url, closes_at, open FROM survey
WHERE programme = $1 AND id = $2
"""
CLOSE = "UPDATE survey SET open = false WHERE programme = $1 AND id = $2"
LISTED = """
SELECT id, programme, partner, title, url, closes_at, open FROM survey
WHERE programme = $1 AND ($2::uuid IS NULL OR id > $2)
  AND ($4::timestamptz IS NULL OR (open AND closes_at > $4))
ORDER BY id LIMIT $3
"""


async def register(
    *,
    title: str,
    url: str,
    closes_at: datetime,
    partner: UUID | None,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Registered:
    """Questions that members may answer until `closes_at`. Refuses BadSurvey."""
    name = plain(title, longest=TITLE_CHARACTERS_MAX)
    if not name:
        raise BadSurvey("title", f"a title is 1 to {TITLE_CHARACTERS_MAX} characters")
    if not _is_sound(url):
        raise BadSurvey("url", "an address is https with a host, in plain ASCII, without a user")
    if not at < closes_at <= at + OPEN_MAX:
        raise BadSurvey("closes_at", "a survey closes within two years")
    secret = os.urandom(SECRET_BYTES)
    await tx.run(ADD, programme, id, partner, name, url, closes_at, secret, at)
    survey = Survey(id, programme, partner, name, url, closes_at, open=True)
    return Registered(survey, base64.b64encode(secret).decode())


async def close(id: UUID, *, programme: int, tx: Tx) -> Survey:
    """Take no more answers. Refuses NoSuchSurvey."""
    found = await by_id(id, programme=programme, tx=tx)
    await tx.run(CLOSE, programme, id)
    return Survey(
        found.id, programme, found.partner, found.title, found.url, found.closes_at, open=False
    )


async def by_id(id: UUID, *, programme: int, tx: Tx) -> Survey:
    """The survey of that id. Raises NoSuchSurvey."""
    row = await tx.row(BY_ID, programme, id)
    if row is None:
        raise NoSuchSurvey("there is no such survey")
    return Survey(**row)


async def surveys(
    *, programme: int, after: UUID | None, limit: int, open_at: datetime | None, tx: Tx
) -> Sequence[Survey]:
    """The surveys, oldest first, `limit` at most; `open_at`: only those that take answers then."""
    rows = await tx.rows(LISTED, programme, after, limit, open_at)
    return [Survey(**row) for row in rows]


def _is_sound(url: str) -> bool:
    if len(url) > URL_CHARACTERS_MAX or not url.isascii() or not url.isprintable():
        return False
    if any(character in url for character in ' \\"<>^`{|}#'):
        return False
    try:
        parts = urlsplit(url)
        host, user, _ = parts.hostname, parts.username, parts.port
    except ValueError:
        return False
    return url.startswith("https://") and bool(host) and user is None
