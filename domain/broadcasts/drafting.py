"""Draft a broadcast, and see whom it would reach before anybody is told."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import orjson

from domain import members, programmes
from domain.broadcasts.errors import BadAudience, BadBroadcast, BadPace, BadText
from domain.broadcasts.reading import get
from domain.broadcasts.records import (
    BODY_CHARACTERS_MAX,
    LOCALES_MAX,
    NAME_CHARACTERS_MAX,
    PACE_MAX,
    TITLE_CHARACTERS_MAX,
    Audience,
    AudienceKind,
    Broadcast,
    Draft,
    Preview,
    Text,
)
from infra.db import Tx

ADD = """
INSERT INTO broadcast (programme, id, name, audience, of_label, texts, pace, state, created_at)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, 'DRAFT', $8)
"""


async def create(draft: Draft, *, programme: int, id: UUID, at: datetime, tx: Tx) -> Broadcast:
    """A broadcast that tells nobody yet.

    id -- a UUIDv7.
    Refuses, in this order: BadBroadcast (the name), BadAudience, programmes.BadLocale, BadText,
    BadPace, programmes.NoSuchProgramme.
    """
    name = programmes.plain(draft.name, longest=NAME_CHARACTERS_MAX)
    if not name:
        raise BadBroadcast("name", f"a name is 1 to {NAME_CHARACTERS_MAX} characters")
    audience = _audience(draft.audience)
    texts = _texts(draft.texts)
    if not 1 <= draft.pace_per_minute <= PACE_MAX:
        raise BadPace
    own = (await programmes.by_id(programme, tx=tx)).locale
    if chosen(texts, own, own=own) is None:
        raise BadText("the programme's own language is missing", locale=own)
    said = {locale: [text.title, text.body] for locale, text in texts.items()}
    await tx.run(
        ADD,
        programme,
        id,
        name,
        audience.kind,
        audience.name,
        orjson.dumps(said).decode(),
        draft.pace_per_minute,
        at,
    )
    return await get(id, programme=programme, tx=tx)


async def preview(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Preview:
    """How many members it is for at `at`. Refuses NoSuchBroadcast."""
    one = await get(id, programme=programme, tx=tx)
    kind = members.Kind()
    if one.audience.name is not None:
        names = frozenset({one.audience.name})
        if one.audience.kind is AudienceKind.SEGMENT:
            kind = members.Kind(segments=names)
        else:
            kind = members.Kind(tiers=names)
    drawn = await members.draw(0, kind=kind, lot=0, programme=programme, at=at, tx=tx)
    return Preview(drawn.count, -(-drawn.count // one.pace_per_minute))


def chosen(texts: Mapping[str, Text], locale: str, *, own: str) -> Text | None:
    """What somebody of that locale reads: theirs, their language's, or the programme's own."""
    for wanted in (locale, own):
        language = wanted.partition("-")[0]
        for tag in (wanted, language):
            if tag in texts:
                return texts[tag]
        for tag in sorted(texts):
            if tag.partition("-")[0] == language:
                return texts[tag]
    return None


def _audience(audience: Audience) -> Audience:
    if audience.kind is AudienceKind.ALL:
        if audience.name is not None:
            raise BadAudience("all members have no name")
        return audience
    name = programmes.plain(audience.name or "", longest=members.NAME_CHARACTERS_MAX)
    if not name:
        raise BadAudience("which segment or tier is it for?")
    return Audience(audience.kind, name)


def _texts(texts: Mapping[str, Text]) -> Mapping[str, Text]:
    if len(texts) > LOCALES_MAX:
        raise BadText(f"{LOCALES_MAX} languages at most", locale="all")
    return {programmes.sound_locale(tag): _text(text, tag) for tag, text in texts.items()}


def _text(text: Text, locale: str) -> Text:
    title = programmes.plain(text.title, longest=TITLE_CHARACTERS_MAX)
    if not title:
        raise BadText(f"a title is 1 to {TITLE_CHARACTERS_MAX} characters", locale=locale)
    body = programmes.plain(text.body, longest=BODY_CHARACTERS_MAX)
    if not body:
        raise BadText(f"a body is 1 to {BODY_CHARACTERS_MAX} characters", locale=locale)
    return Text(title, body)
