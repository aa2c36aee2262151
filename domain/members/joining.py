"""Join a programme, for the first time or again."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain import ledger
from domain.members import contacting
from domain.members.claiming import resumed, unclaimed
from domain.members.contacting import sound_contact
from domain.members.errors import AlreadyMember, BadHandle, BadIdentity, HandleTaken, RefTaken
from domain.members.events import CameBack, Joined
from domain.members.finding import is_handle, is_identity, lock
from domain.members.linking import sound_ref
from domain.members.records import ContactKind, Member, State
from domain.programmes import Programme, sound_locale, sound_name, sound_zone
from infra import ids
from infra.db import Row, Tx
from infra.outbox import emit

TAKEN = """
SELECT (SELECT member FROM member_identity
        WHERE programme = $1 AND issuer = $2 AND subject = $3) AS known,
       (SELECT id FROM member WHERE programme = $1 AND handle = $4) AS handle_of,
       (SELECT id FROM member WHERE programme = $1 AND external_ref = $5) AS ref_of
"""
# Someone may join between the look and this; the constraints then decide, not the look. A member
# whom somebody else's identity beat here is undone with the refusal.
ADD = """
WITH added AS (
    INSERT INTO member (programme, id, book, account, handle, name, locale, zone, joined_at,
                        external_ref)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, loyalty_number($2)))
    ON CONFLICT DO NOTHING
    RETURNING programme, id, zone, external_ref
), zoned AS (
    INSERT INTO member_zone (programme, member, valid_from, zone)
    SELECT programme, id, '-infinity', zone FROM added
), vouched AS (
    INSERT INTO member_identity (programme, issuer, subject, member, since)
    SELECT programme, $11, $12, id, $9 FROM added
    ON CONFLICT DO NOTHING
    RETURNING member
)
SELECT external_ref FROM added WHERE EXISTS (SELECT FROM vouched)
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to join, with everything checked that can be checked without looking.

    reached -- what the issuer has proved to reach them.
    """

    handle: str
    name: str
    locale: str
    zone: str
    issuer: str
    subject: str
    external_ref: str | None
    reached: tuple[tuple[ContactKind, str], ...]


async def join(
    programme: Programme,
    *,
    handle: str,
    name: str,
    locale: str,
    zone: str,
    issuer: str,
    subject: str,
    external_ref: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    at: datetime,
    tx: Tx,
) -> Member:
    """A new member with an empty wallet; or the one who left and comes back; or the one that was
    imported, has not been claimed by anybody, and is reached by what the issuer has proved.

    issuer, subject -- who vouches for the person and what it calls them; once in a programme.
    external_ref -- their loyalty number; None: a new one is made. Only a new member gets it.
    email, phone -- what the issuer has verified to reach them.
    Refuses, in this order: BadHandle, BadName, BadLocale, BadZone, BadIdentity, BadRef,
    BadContact, AlreadyMember, HandleTaken, RefTaken.
    """
    if not is_handle(handle):
        raise BadHandle("a handle is 3 to 30 of a-z, 0-9, dot, underscore and hyphen")
    name, locale, zone = sound_name(name), sound_locale(locale), sound_zone(zone)
    if not is_identity(issuer, subject):
        raise BadIdentity("issuer and subject are 1 to 255 printable characters")
    ref = None if external_ref is None else sound_ref(external_ref)
    reached = _reached(email, phone)
    wish = Wish(handle, name, locale, zone, issuer, subject, ref, reached)
    taken = await _look(wish, programme.id, tx)
    member = await _again(wish, programme, taken["known"], at, tx)
    if member is None:
        _check_free(wish, taken)
        member = await _new(wish, programme, at, tx)
    for kind, value in reached:
        await contacting.add_contact(member, kind=kind, value=value, verified=True, at=at, tx=tx)
    return member


def _reached(email: str | None, phone: str | None) -> tuple[tuple[ContactKind, str], ...]:
    said = ((ContactKind.EMAIL, email), (ContactKind.PHONE, phone))
    return tuple((kind, sound_contact(kind, value)) for kind, value in said if value)


async def _again(
    wish: Wish, programme: Programme, known: UUID | None, at: datetime, tx: Tx
) -> Member | None:
    """The member that the person has already, taking part again; None when they have none."""
    if known is None:
        who = (wish.issuer, wish.subject)
        found = await unclaimed(programme.id, reached=wish.reached, who=who, at=at, tx=tx)
        if found is None:
            return None
    else:
        found = (await lock([known], programme=programme.id, tx=tx))[known]
        if found.state is not State.LEFT:
            raise AlreadyMember("this person has joined the programme before")
    member = await resumed(
        found,
        handle=wish.handle,
        name=wish.name,
        locale=wish.locale,
        zone=wish.zone,
        at=at,
        tx=tx,
    )
    event = Joined if known is None else CameBack
    emit(event(programme=programme.id, subject=member.id, object=member.id, at=at), tx=tx)
    return member


async def _new(wish: Wish, programme: Programme, at: datetime, tx: Tx) -> Member:
    account = await ledger.open_account(
        book=programme.book, account_class=ledger.AccountClass.WALLET, tx=tx
    )
    wallet = (programme.book, account)
    words = (wish.handle, wish.name, wish.locale, wish.zone)
    member = Member(ids.new(at), programme.id, *wallet, *words, auto_accept=False, joined_at=at)
    who = (at, wish.external_ref, wish.issuer, wish.subject)
    ref = await tx.value(ADD, programme.id, member.id, *wallet, *words, *who)
    if ref is None:
        _check_free(wish, await _look(wish, programme.id, tx))
        raise AssertionError("a member is refused only for its identity, handle or number")
    emit(Joined(programme=programme.id, subject=member.id, object=member.id, at=at), tx=tx)
    return replace(member, external_ref=ref)


async def _look(wish: Wish, programme: int, tx: Tx) -> Row:
    who = (wish.issuer, wish.subject)
    taken = await tx.row(TAKEN, programme, *who, wish.handle, wish.external_ref)
    assert taken is not None, "the look always has one row"
    return taken


def _check_free(wish: Wish, taken: Row) -> None:
    if taken["known"] is not None:
        raise AlreadyMember("this person has joined the programme before")
    if taken["handle_of"] is not None:
        raise HandleTaken(f"the handle {wish.handle} belongs to another member")
    if taken["ref_of"] is not None:
        raise RefTaken("this loyalty number belongs to another member")
