"""Consents: what a member agreed to, by purpose, with all of its history."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import programmes
from domain.members.errors import BadConsent, TooMany
from domain.members.events import ConsentWithdrawn
from domain.members.records import Member
from infra.db import Row, Tx
from infra.outbox import emit

PURPOSE = re.compile(r"[a-z][a-z0-9_-]{1,39}", re.ASCII)
CHANNEL = re.compile(r"[A-Z][A-Z_]{1,29}", re.ASCII)
VERSION_CHARACTERS_MAX = 40
PURPOSES_MAX = 50

# The newest row of each purpose: one step of the index each, however long the history is.
CONSENTS = """
WITH RECURSIVE newest AS (
    (SELECT purpose, version, given, channel, at, number FROM consent
     WHERE programme = $1 AND member = $2 ORDER BY purpose, number DESC LIMIT 1)
    UNION ALL
    SELECT c.purpose, c.version, c.given, c.channel, c.at, c.number
    FROM newest AS n CROSS JOIN LATERAL (
        SELECT purpose, version, given, channel, at, number FROM consent
        WHERE programme = $1 AND member = $2 AND purpose > n.purpose
        ORDER BY purpose, number DESC LIMIT 1) AS c
)
SELECT purpose, version, given, channel, at, number FROM newest
"""
HISTORY = """
SELECT purpose, version, given, channel, at, number FROM consent
WHERE programme = $1 AND member = $2 AND ($3::bigint IS NULL OR number < $3)
ORDER BY number DESC LIMIT $4
"""
# Said again, it is not written again.
SET = """
INSERT INTO consent (programme, member, purpose, version, given, channel, at)
SELECT $1, $2, $3, $4, $5, $6, $7
WHERE NOT EXISTS (
    SELECT FROM (SELECT version, given FROM consent
                 WHERE programme = $1 AND member = $2 AND purpose = $3
                 ORDER BY number DESC LIMIT 1) AS newest
    WHERE newest.version = $4 AND newest.given = $5)
"""
LOCK = "SELECT id FROM member WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE"
LOCK_ALL = """
SELECT id FROM member WHERE programme = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
# The newest word of each member about one purpose.
AGREEING = """
SELECT m.id FROM unnest($2::uuid[]) AS m (id) CROSS JOIN LATERAL (
    SELECT given FROM consent WHERE programme = $1 AND member = m.id AND purpose = $3
    ORDER BY number DESC LIMIT 1) AS newest
WHERE newest.given
"""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a member said about one purpose at one time.

    version -- of the text that they were shown.
    given   -- False: they withdrew it, or never gave it.
    channel -- by which way they said it, such as APP or DESK.
    """

    purpose: str
    version: str
    given: bool
    channel: str
    at: datetime
    number: int


async def consents(member: Member, *, tx: Tx) -> Sequence[Consent]:
    """What holds now, by purpose; of what is not in it the member has said nothing."""
    return [_consent(row) for row in await tx.rows(CONSENTS, member.programme, member.id)]


async def agreed(ids: Collection[UUID], *, purpose: str, programme: int, tx: Tx) -> frozenset[UUID]:
    """Those of these members who agree to the purpose now; nothing is locked."""
    rows = await tx.rows(AGREEING, programme, list(ids), purpose) if ids else []
    return frozenset(row["id"] for row in rows)


async def consent_history(
    member: Member, *, before: int | None, limit: int, tx: Tx
) -> Sequence[Consent]:
    """All that the member ever said, newest first, from before that number on."""
    rows = await tx.rows(HISTORY, member.programme, member.id, before, limit)
    return [_consent(row) for row in rows]


async def set_consent(
    member: Member,
    *,
    purpose: str,
    version: str,
    given: bool,
    channel: str,
    at: datetime,
    tx: Tx,
) -> Sequence[Consent]:
    """What holds from now on. Saying the same again is not noted again.

    Refuses, in this order: BadConsent, TooMany.
    """
    sound = programmes.plain(version, longest=VERSION_CHARACTERS_MAX)
    if not PURPOSE.fullmatch(purpose):
        raise BadConsent("purpose", "a purpose is 2 to 40 of a-z, 0-9, underscore and hyphen")
    if not sound:
        raise BadConsent("version", f"a version is 1 to {VERSION_CHARACTERS_MAX} characters")
    if not CHANNEL.fullmatch(channel):
        raise BadConsent("channel", "a channel is 2 to 30 capitals and underscores")
    # Two words at once come one after the other.
    await tx.value(LOCK, member.programme, member.id)
    said = await tx.run(SET, member.programme, member.id, purpose, sound, given, channel, at)
    if said and not given:
        emit(
            ConsentWithdrawn(
                programme=member.programme,
                subject=member.id,
                object=member.id,
                at=at,
                purpose=purpose,
            ),
            tx=tx,
        )
    now = await consents(member, tx=tx)
    if len(now) > PURPOSES_MAX:
        raise TooMany(limit=PURPOSES_MAX)
    return now


async def agreeing(
    whose: Collection[UUID], *, programme: int, purpose: str, tx: Tx
) -> frozenset[UUID]:
    """Those of these members who agree to the purpose; none of them changes that before the
    transaction ends, for their rows are locked."""
    # Two statements: the second sees what was said while the first waited.
    await tx.rows(LOCK_ALL, programme, list(whose))
    rows = await tx.rows(AGREEING, programme, list(whose), purpose)
    return frozenset(row["id"] for row in rows)


def _consent(row: Row) -> Consent:
    return Consent(**row)
