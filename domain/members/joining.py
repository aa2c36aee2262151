"""Join a programme."""

from datetime import datetime

from domain import ledger, programmes
from domain.members.errors import AlreadyMember, BadHandle, BadIdentity, HandleTaken
from domain.members.events import Joined
from domain.members.finding import is_handle, is_identity
from domain.members.records import Member
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from infra.outbox import emit

TAKEN = """
SELECT EXISTS (SELECT FROM member WHERE programme = $1 AND issuer = $2 AND subject = $3) AS joined,
       EXISTS (SELECT FROM member WHERE programme = $1 AND handle = $4) AS handle
"""
# Someone may join between the look and this; the constraints then decide, not the look.
ADD = """
WITH added AS (
    INSERT INTO member (programme, id, book, account, handle, name, locale, zone, issuer, subject,
                        joined_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT DO NOTHING
    RETURNING programme, id, zone
)
INSERT INTO member_zone (programme, member, valid_from, zone)
SELECT programme, id, '-infinity', zone FROM added
"""


async def join(
    programme: Programme,
    *,
    handle: str,
    name: str,
    locale: str,
    zone: str,
    issuer: str,
    subject: str,
    at: datetime,
    tx: Tx,
) -> Member:
    """A new member with an empty wallet.

    issuer, subject -- who vouches for the person and what it calls them; once in a programme.
    Refuses, in this order: BadHandle, BadName, BadLocale, BadZone, BadIdentity, AlreadyMember,
    HandleTaken.
    """
    if not is_handle(handle):
        raise BadHandle("a handle is 3 to 30 of a-z, 0-9, dot, underscore and hyphen")
    name, locale = programmes.sound_name(name), programmes.sound_locale(locale)
    zone = programmes.sound_zone(zone)
    if not is_identity(issuer, subject):
        raise BadIdentity("issuer and subject are 1 to 255 printable characters")
    await _check_free(programme.id, issuer, subject, handle, tx)
    account = await ledger.open_account(
        book=programme.book, account_class=ledger.AccountClass.WALLET, tx=tx
    )
    wallet, words = (programme.book, account), (handle, name, locale, zone)
    member = Member(ids.new(at), programme.id, *wallet, *words, auto_accept=False, joined_at=at)
    await _add(member, issuer, subject, tx)
    emit(Joined(programme=programme.id, subject=member.id, object=member.id, at=at), tx=tx)
    return member


async def _add(member: Member, issuer: str, subject: str, tx: Tx) -> None:
    wallet = (member.book, member.account)
    words = (member.handle, member.name, member.locale, member.zone)
    who = (issuer, subject, member.joined_at)
    if not await tx.run(ADD, member.programme, member.id, *wallet, *words, *who):
        await _check_free(member.programme, issuer, subject, member.handle, tx)
        raise AssertionError("a member is refused only for its identity or its handle")


async def _check_free(programme: int, issuer: str, subject: str, handle: str, tx: Tx) -> None:
    taken = await tx.row(TAKEN, programme, issuer, subject, handle)
    assert taken is not None, "the look always has one row"
    if taken["joined"]:
        raise AlreadyMember("this person has joined the programme before")
    if taken["handle"]:
        raise HandleTaken(f"the handle {handle} belongs to another member")
