"""Linking: what partners, shops and devices call a member."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.members.errors import BadRef, LinkTaken, TooMany
from domain.members.records import Member, member_of
from infra.db import Tx

REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}", re.ASCII)
SOURCE_CHARACTERS_MAX = 80
LINK_CHARACTERS_MAX = 255
LINKS_MAX = 50
REFS_MAX = 10_000

# A loyalty number that is printed on a duplicate's card finds the person. Each reference by
# itself: a plan for many would read all members to find a few.
REFERRED = """
SELECT r.ref, m.id, m.programme, m.book, m.account, m.handle, m.name, m.locale, m.zone,
       m.auto_accept, m.joined_at, m.external_ref, m.state, m.merged_into
FROM unnest($3::text[]) AS r (ref)
CROSS JOIN LATERAL (
    SELECT coalesce(
        (SELECT member FROM member_link WHERE programme = $1 AND source = $2 AND ref = r.ref),
        (SELECT coalesce(merged_into, id) FROM member
         WHERE programme = $1 AND external_ref = r.ref)
    ) AS id
    OFFSET 0
) AS named
CROSS JOIN LATERAL (
    SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
           external_ref, state, merged_into
    FROM member WHERE programme = $1 AND id = named.id AND state = 'ACTIVE'
    OFFSET 0
) AS m
"""
LINK = """
INSERT INTO member_link (programme, source, ref, member, since) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (programme, source, ref) DO NOTHING
"""
LINKED = "SELECT member FROM member_link WHERE programme = $1 AND source = $2 AND ref = $3"
COUNT = "SELECT count(*) FROM member_link WHERE programme = $1 AND member = $2"
UNLINK = """
DELETE FROM member_link WHERE programme = $1 AND member = $2 AND source = $3 AND ref = $4
"""


async def referred(
    refs: Sequence[str], *, source: str, programme: int, tx: Tx
) -> Mapping[str, Member]:
    """The active members whom `source` calls so, else whose loyalty number it is, by ref.

    What nobody is called is left out; 10,000 at once.
    """
    assert len(refs) <= REFS_MAX, f"at most {REFS_MAX} references at once"
    # What cannot be a reference is not asked for: the database refuses some texts altogether.
    sane = [ref for ref in dict.fromkeys(refs) if _is_sane(ref, LINK_CHARACTERS_MAX)]
    if not sane or not _is_sane(source, SOURCE_CHARACTERS_MAX):
        return {}
    found: dict[str, Member] = {}
    for row in await tx.rows(REFERRED, programme, source, sane):
        known = dict(row)
        ref = known.pop("ref")
        found[ref] = member_of(known)
    return found


async def link(member: Member, *, source: str, ref: str, at: datetime, tx: Tx) -> None:
    """From now on `source` means the member by `ref`; again is fine.

    source -- such as "partner:mill-bakery" or "shop:verde".
    Refuses, in this order: BadRef, LinkTaken, TooMany.
    """
    if not _is_sane(source, SOURCE_CHARACTERS_MAX) or not _is_sane(ref, LINK_CHARACTERS_MAX):
        raise BadRef("a source's name for a member is 1 to 255 printable characters")
    place = (member.programme, source, ref)
    if not await tx.run(LINK, *place, member.id, at):
        if await tx.value(LINKED, *place) != member.id:
            raise LinkTaken("another member is called so there")
        return
    if await tx.value(COUNT, member.programme, member.id) > LINKS_MAX:
        raise TooMany(limit=LINKS_MAX)


async def unlink(member: Member, *, source: str, ref: str, tx: Tx) -> None:
    """`source` no longer means the member by `ref`; what it never meant is fine."""
    if _is_sane(source, SOURCE_CHARACTERS_MAX) and _is_sane(ref, LINK_CHARACTERS_MAX):
        await tx.run(UNLINK, member.programme, member.id, source, ref)


def sound_ref(text: str) -> str:
    """`text` if it can be a loyalty number. Raises BadRef."""
    if not REF.fullmatch(text):
        raise BadRef("a loyalty number is 1 to 64 letters, digits and . _ / : -")
    return text


def _is_sane(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()
