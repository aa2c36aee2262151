"""Edit what a member may change about themselves."""

from datetime import datetime

from domain import programmes
from domain.members.errors import NoSuchMember
from domain.members.records import Member, member_of
from domain.members.zoning import note_zone
from infra.db import Tx

# A NULL leaves the column as it is.
EDIT = """
UPDATE member SET name = coalesce($3, name), locale = coalesce($4, locale),
                  zone = coalesce($5, zone), auto_accept = coalesce($6, auto_accept)
WHERE programme = $1 AND id = $2 AND state = 'ACTIVE'
RETURNING id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
          external_ref, state, merged_into
"""


async def edit(
    member: Member,
    *,
    name: str | None = None,
    locale: str | None = None,
    zone: str | None = None,
    auto_accept: bool | None = None,
    at: datetime,
    tx: Tx,
) -> Member:
    """The member with what is given changed; None leaves a field as it is.

    A new zone holds from `at` on: days that were, stay.
    Refuses, in this order: BadName, BadLocale, BadZone, NoSuchMember.
    """
    name = None if name is None else programmes.sound_name(name)
    locale = None if locale is None else programmes.sound_locale(locale)
    zone = None if zone is None else programmes.sound_zone(zone)
    row = await tx.row(EDIT, member.programme, member.id, name, locale, zone, auto_accept)
    if row is None:
        raise NoSuchMember("there is no such member")
    edited = member_of(row)
    if zone is not None:
        await note_zone(edited, at=at, tx=tx)
    return edited
