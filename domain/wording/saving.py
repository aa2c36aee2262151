"""Saving: a programme's own words, each version kept, so that anybody can see who said what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import programmes
from domain.wording.compiling import Text, own_words, text
from domain.wording.errors import BadTemplate, NoSuchKey
from domain.wording.keys import KEYS
from domain.wording.records import Kind, Said, Value, Words
from domain.wording.rendering import Speaker
from domain.wording.vocabulary import Source, nearest, vocabulary
from infra.db import Row, Tx

# One of each form that a word can take in the languages we know, and what is easily forgotten.
COUNTS = (0, 1, 2, 5, 21, 1_000_000)
SAMPLES: dict[Kind, tuple[Value, ...]] = {
    Kind.TEXT: ("Spring run",),
    Kind.NAME: ("Ada Berger", ""),
}
LOCK = "SELECT id FROM programme WHERE id = $1 FOR NO KEY UPDATE"
ADD = """
INSERT INTO wording_text (programme, key, locale, number, id, title, body, saved_by, saved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
CHANGED = """
INSERT INTO wording_catalogue (programme, version) VALUES ($1, gen_random_uuid())
ON CONFLICT (programme) DO UPDATE SET version = excluded.version
"""
CURRENT = """
SELECT DISTINCT ON (t.key) t.id, t.key, t.locale, t.number, t.title, t.body, t.saved_by,
       t.saved_at
FROM wording_text AS t WHERE t.programme = $1 AND t.locale = $2
ORDER BY t.key, t.number DESC
"""
HISTORY = """
SELECT id, key, locale, number, title, body, saved_by, saved_at FROM wording_text
WHERE programme = $1 AND key = $2 AND locale = $3 AND ($4::int IS NULL OR number < $4)
ORDER BY number DESC LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a programme said for a key in a locale from `saved_at` on.

    number   -- 1, 2, 3, of that key and locale.
    words    -- None: it gave the text back to the app.
    saved_by -- an operator; None: whoever runs this installation.
    """

    id: UUID
    key: str
    locale: str
    number: int
    words: Source | None
    saved_by: UUID | None
    saved_at: datetime


async def save(
    key: str,
    *,
    locale: str,
    words: Source | None,
    programme: int,
    operator: UUID | None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Edition:
    """What the programme says from the end of this transaction on; saying the same again is no
    new edition.

    words -- None: the app's own words again.
    Refuses, in this order: NoSuchKey, BadLocale, then of the title and of the body
    TemplateTooLarge, TemplateTooComplex and BadTemplate: of what it says with samples, too.
    """
    locale = await _checked(key, locale=locale, words=words, programme=programme, tx=tx)
    await tx.value(LOCK, programme)
    newest = await history(key, locale=locale, before=None, limit=1, programme=programme, tx=tx)
    if newest and newest[0].words == words:
        return newest[0]
    number = newest[0].number if newest else 0
    told = (None, None) if words is None else (words.title, words.body)
    await tx.run(ADD, programme, key, locale, number + 1, id, *told, operator, at)
    await tx.run(CHANGED, programme)
    return Edition(id, key, locale, number + 1, words, operator, at)


async def preview(
    key: str, *, locale: str, words: Source, programme: int, tx: Tx
) -> Sequence[Words]:
    """What these words would say with samples of each argument. Refuses what `save` does."""
    if key not in KEYS:
        raise NoSuchKey("nothing is said under that name")
    locale = programmes.sound_locale(locale)
    known = await programmes.by_id(programme, tx=tx)
    speaker = Speaker(known, await own_words(programme, tx=tx))
    return tried(key, text(words, locale=locale, own=True), speaker=speaker)


def tried(key: str, text: Text, *, speaker: Speaker) -> Sequence[Words]:
    """What a text says with samples of each argument. Raises BadTemplate and TemplateTooComplex."""
    kinds = KEYS[key].args.items()
    said = []
    for place in range(len(COUNTS)):
        args = {
            name: (samples := SAMPLES.get(kind, COUNTS))[place % len(samples)]
            for name, kind in kinds
        }
        said.append(speaker.worded(Said(key, text.locale, args), text))
    if not key.startswith("unit.") and not all(words.title and words.body for words in said):
        raise BadTemplate("body", "a message has a title and a body, whatever it is said of")
    return list(dict.fromkeys(said))


async def current(*, locale: str, programme: int, tx: Tx) -> dict[str, Edition]:
    """The programme's own words in that very locale, by key; where it gave a text back, too.

    Refuses BadLocale.
    """
    rows = await tx.rows(CURRENT, programme, programmes.sound_locale(locale))
    return {row["key"]: _edition(row) for row in rows}


async def history(
    key: str, *, locale: str, before: int | None, limit: int, programme: int, tx: Tx
) -> Sequence[Edition]:
    """The editions of a text, newest first, from before that number on. Refuses NoSuchKey, then
    BadLocale."""
    if key not in KEYS:
        raise NoSuchKey("nothing is said under that name")
    locale = programmes.sound_locale(locale)
    return [_edition(row) for row in await tx.rows(HISTORY, programme, key, locale, before, limit)]


def usual_words(key: str, *, locale: str) -> Source:
    """The app's own words for a reader of that locale who has no other language."""
    return vocabulary(nearest(locale) or "en").texts[key]


async def _checked(key: str, *, locale: str, words: Source | None, programme: int, tx: Tx) -> str:
    if words is not None:
        await preview(key, locale=locale, words=words, programme=programme, tx=tx)
    elif key not in KEYS:
        raise NoSuchKey("nothing is said under that name")
    return programmes.sound_locale(locale)


def _edition(row: Row) -> Edition:
    named = {name: row[name] for name in ("id", "key", "locale", "number", "saved_by", "saved_at")}
    words = None if row["body"] is None else Source(row["title"], row["body"])
    return Edition(**named, words=words)
