"""Facing: whether, and as whom, a member is shown on boards to others.

Nobody is shown who has not asked for it; what they have done has its place all the same, without
a name. Whoever is shown is shown under a pseudonym, and to nobody with whom there is a block,
either way; among friends, as the friend they are.
"""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from domain import members, programmes
from domain.leaderboards.errors import BadPseudonym, PseudonymTaken
from domain.leaderboards.records import Face
from domain.members import Member
from infra.db import Tx

CHARACTERS_MIN, CHARACTERS_MAX = 2, 30

FACES = """
SELECT member, pseudonym FROM board_face WHERE programme = $1 AND member = ANY($2::uuid[])
"""
TAKEN = """
SELECT EXISTS (
    SELECT FROM board_face WHERE programme = $1 AND folded = $2 AND member <> $3
)
"""
SHOW = """
INSERT INTO board_face (programme, member, pseudonym, folded, changed_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (programme, member) DO UPDATE
SET pseudonym = excluded.pseudonym, folded = excluded.folded, changed_at = excluded.changed_at
"""
HIDE = "DELETE FROM board_face WHERE programme = $1 AND member = $2"
# Whoever is about to take a pseudonym waits for who does the same with that one.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 27))"


async def show(member: Member, *, pseudonym: str, at: datetime, tx: Tx) -> Face:
    """Let others see the member on boards, as that pseudonym; again changes it.

    Refuses, in this order: BadPseudonym, PseudonymTaken, also for a handle of somebody else.
    """
    plain = programmes.plain(pseudonym, longest=CHARACTERS_MAX)
    if plain is None or len(plain) < CHARACTERS_MIN:
        raise BadPseudonym(f"a pseudonym is {CHARACTERS_MIN} to {CHARACTERS_MAX} characters")
    # What only looks different, such as letters of full width, is no other name.
    folded = " ".join(unicodedata.normalize("NFKC", plain).casefold().split())
    await tx.run(LOCK, f"{member.programme}:{folded}")
    if await tx.value(TAKEN, member.programme, folded, member.id):
        raise PseudonymTaken("somebody else is called so")
    if folded != member.handle and await _is_handle(folded, member, tx):
        raise PseudonymTaken("somebody else is called so")
    await tx.run(SHOW, member.programme, member.id, plain, folded, at)
    return Face(plain)


async def hide(member: Member, *, tx: Tx) -> None:
    """Show the member to nobody from now on. Again is fine."""
    await tx.run(HIDE, member.programme, member.id)


async def face(member: Member, *, tx: Tx) -> Face | None:
    """As whom the member is shown; None: to nobody."""
    return (await faces([member.id], programme=member.programme, tx=tx)).get(member.id)


async def faces(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Face]:
    """As whom these members are shown; who is shown to nobody is left out."""
    rows = await tx.rows(FACES, programme, list(ids)) if ids else []
    return {row["member"]: Face(row["pseudonym"]) for row in rows}


async def _is_handle(text: str, member: Member, tx: Tx) -> bool:
    try:
        found = await members.by_handle(text, programme=member.programme, tx=tx)
    except members.NoSuchMember:
        return False
    return found.id != member.id
