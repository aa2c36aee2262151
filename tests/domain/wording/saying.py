"""Saying: a programme finds its own words, for tests."""

from domain import wording
from domain.programmes import Programme
from domain.wording import Edition, Source
from infra import ids
from infra.db import Tx
from tests.support.given import NOON


async def saves(
    programme: Programme, key: str, locale: str, title: str, body: str, *, tx: Tx
) -> Edition:
    """The programme says it so from now on."""
    return await wording.save(
        key,
        locale=locale,
        words=Source(title, body),
        programme=programme.id,
        operator=None,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )
