"""Compiling: texts read once and kept, so that saying something is filling in a few names.

The app's own are read when they are first said; a programme's own are kept in the process until
its version says otherwise.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias
from uuid import UUID

from domain.wording.sandbox import Template, read
from domain.wording.vocabulary import Source, vocabulary
from infra.db import Tx

PROGRAMMES_MAX = 1_000

VERSION = "SELECT version FROM wording_catalogue WHERE programme = $1"
# In one statement, so that the words are those of the version.
LOAD = """
SELECT DISTINCT ON (t.key, t.locale) c.version, t.key, t.locale, t.title, t.body
FROM wording_catalogue AS c JOIN wording_text AS t ON t.programme = c.programme
WHERE c.programme = $1 ORDER BY t.key, t.locale, t.number DESC
"""

# A key and a locale.
Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was read. own -- True: the programme's own."""

    title: Template
    body: Template
    locale: str
    own: bool


@dataclass(frozen=True, slots=True)
class Own:
    """What a programme says in its own words."""

    version: UUID | None
    texts: Mapping[Place, Text] = field(default_factory=dict)


# Programme -> what was read last, the programme asked for last at the end.
_kept: OrderedDict[int, Own] = OrderedDict()


async def own_words(programme: int, *, tx: Tx) -> Own:
    """The programme's own words as they are now."""
    version = await tx.value(VERSION, programme)
    if version is None:
        return Own(None)
    found = _kept.get(programme)
    if found is None or found.version != version:
        rows = await tx.rows(LOAD, programme)
        texts = {
            (row["key"], row["locale"]): text(
                Source(row["title"], row["body"]), locale=row["locale"], own=True
            )
            for row in rows
            if row["body"] is not None
        }
        found = Own(rows[0]["version"], texts)
        _kept[programme] = found
        if len(_kept) > PROGRAMMES_MAX:
            _kept.popitem(last=False)
    _kept.move_to_end(programme)
    return found


@cache
def usual(key: str, tag: str) -> Text:
    """What the app itself says for that key in one of its languages."""
    return text(vocabulary(tag).texts[key], locale=tag, own=False)


def text(source: Source, *, locale: str, own: bool) -> Text:
    """A text, read. Raises what `sandbox.read` raises, of the title first."""
    return Text(
        read(source.title, locale=locale, part="title"),
        read(source.body, locale=locale, part="body"),
        locale,
        own,
    )
