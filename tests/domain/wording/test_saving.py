"""A programme's own words: refused before anybody reads them, and every edition kept."""

import asyncio
from typing import Any

import pytest

from domain import wording
from domain.programmes import BadLocale
from domain.wording import (
    BadTemplate,
    NoSuchKey,
    Said,
    Source,
    TemplateTooComplex,
    TemplateTooLarge,
    Words,
)
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.wording.saying import saves
from tests.support import given
from tests.support.given import NOON

KEY = "transfers.received"
LOOP = "{% for i in (1..101) %}x{% endfor %}"
GOOD = {"key": KEY, "locale": "en", "title": "Hi", "body": "{{ name }}: {{ points }}"}


# In the order that they are refused in: a row has faults of the rows after it, too.
@pytest.mark.parametrize(
    ("changes", "refused", "path"),
    [
        ({"key": "transfers.lost", "locale": "?"}, NoSuchKey, ("key",)),
        ({"locale": "?", "title": "x" * 201}, BadLocale, ("locale",)),
        ({"title": "x" * 201, "body": "x" * 1_001}, TemplateTooLarge, ("words", "title")),
        ({"body": "x" * 1_001}, TemplateTooLarge, ("words", "body")),
        ({"title": LOOP, "body": "{{ secret }}"}, TemplateTooComplex, ("words", "title")),
        ({"body": LOOP}, TemplateTooComplex, ("words", "body")),
        ({"body": "{{ secret }}"}, BadTemplate, ("words", "body")),
        ({"title": "{{ name"}, BadTemplate, ("words", "title")),
        ({"body": "{% if points_count == 5 %}{{ secret }}{% endif %}x"}, BadTemplate, None),
        ({"body": "  "}, BadTemplate, ("words", "body")),
        ({"title": "{% if name == 'Ada Berger' %}x{% endif %}"}, BadTemplate, None),
    ],
)
async def test_given_words_when_they_cannot_be_said_then_they_are_refused(
    tx: Tx, changes: dict[str, Any], refused: type[Refused], path: tuple[str, ...] | None
) -> None:
    programme = await given.a_programme(tx=tx)
    asked = {**GOOD, **changes}

    with pytest.raises(refused) as told:
        await saves(programme, **asked, tx=tx)
    with pytest.raises(refused):
        await wording.preview(
            asked["key"],
            locale=asked["locale"],
            words=Source(asked["title"], asked["body"]),
            programme=programme.id,
            tx=tx,
        )

    assert path in (None, told.value.path)
    assert await wording.current(locale="en", programme=programme.id, tx=tx) == {}


async def test_given_editions_when_asked_then_each_is_there_and_the_newest_holds(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    first = await saves(programme, KEY, "EN-gb", "Hi", "{{ points }}", tx=tx)
    same = await saves(programme, KEY, "en-GB", "Hi", "{{ points }}", tx=tx)
    second = await saves(programme, KEY, "en-GB", "Hey", "{{ points }}", tx=tx)
    back = await wording.save(
        KEY,
        locale="en-GB",
        words=None,
        programme=programme.id,
        operator=None,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )

    told = await wording.rendered(
        [Said(KEY, "en-GB", {"name": "Ada", "points": 2})], programme=programme.id, tx=tx
    )
    page = await wording.history(
        KEY, locale="en-GB", before=3, limit=5, programme=programme.id, tx=tx
    )

    assert (first.locale, first.number, same, second.number) == ("en-GB", 1, first, 2)
    assert (back.number, back.words) == (3, None)
    assert list(page) == [second, first]
    assert await wording.current(locale="en-GB", programme=programme.id, tx=tx) == {KEY: back}
    assert told[0].own is False


async def test_given_words_when_previewed_then_all_forms_are_seen_and_nothing_is_kept(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)

    found = await wording.preview(
        KEY,
        locale="pl",
        words=Source("Hej", "{{ name }}: {{ points }}"),
        programme=programme.id,
        tx=tx,
    )

    assert Words("Hej", "Ktoś: 1 punkt", ("Ktoś", "1 punkt"), own=True) in found
    assert {words.body.partition(": ")[2] for words in found} == {
        "0 punktów",
        "1 punkt",
        "2 punkty",
        "5 punktów",
        "21 punktów",
        "1\u00a0000\u00a0000 punktów",
    }
    assert await wording.current(locale="pl", programme=programme.id, tx=tx) == {}


async def test_given_eight_who_save_at_once_when_done_then_no_edition_is_lost(
    database: None,
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)

    async def one(number: int) -> int:
        async with db.transaction() as tx:
            edition = await saves(programme, KEY, "en", f"Hi {number}", "{{ points }}", tx=tx)
            return edition.number

    numbers = await asyncio.gather(*map(one, range(8)))

    assert sorted(numbers) == list(range(1, 9))
