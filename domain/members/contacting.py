"""Contacts: how members are reached, in one spelling each, and what is proved of it.

Two members may have the same contact: a family shares an address, and a person may have joined
twice. Which of the two it is, duplicates asks an operator.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import phonenumbers

from domain.members.errors import BadContact, TooMany
from domain.members.records import Contact, ContactKind, Member
from infra.db import Row, Tx

# RFC 5321 counts octets; what is longer in characters is longer in octets, too.
EMAIL_CHARACTERS_MAX = 254
PHONE_CHARACTERS_MAX = 40
CONTACTS_MAX = 10
EMAIL = re.compile(
    r"[^@\s\x00-\x1f\x7f]{1,64}@(?:[^@\s.\x00-\x1f\x7f]{1,63}\.)+[^@\s.\x00-\x1f\x7f]{2,63}"
)

CONTACTS = """
SELECT kind, value, verified_at FROM member_contact WHERE programme = $1 AND member = $2
ORDER BY kind, since, value
"""
CONTACTS_OF = """
SELECT member, kind, value, verified_at FROM member_contact
WHERE programme = $1 AND member = ANY($2::uuid[]) ORDER BY member, kind, since, value
"""
# What was proved once stays proved.
ADD = """
INSERT INTO member_contact (programme, member, kind, value, verified_at, since)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (programme, member, kind, value)
DO UPDATE SET verified_at = coalesce(member_contact.verified_at, excluded.verified_at)
RETURNING kind, value, verified_at
"""
COUNT = """
SELECT count(*) FROM member_contact
WHERE programme = $1 AND member = $2 AND (kind, value) <> ($3, $4)
"""
DROP = """
DELETE FROM member_contact WHERE programme = $1 AND member = $2 AND kind = $3 AND value = $4
"""


async def contacts(member: Member, *, tx: Tx) -> Sequence[Contact]:
    """How the member is reached: e-mail first, the oldest first."""
    return [_contact(row) for row in await tx.rows(CONTACTS, member.programme, member.id)]


async def contacts_of(
    ids: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Contact]]:
    """How each of the members is reached; one who is reached by nothing is left out."""
    found: defaultdict[UUID, list[Contact]] = defaultdict(list)
    for row in await tx.rows(CONTACTS_OF, programme, list(ids)):
        found[row["member"]].append(_contact(row))
    return dict(found)


async def add_contact(
    member: Member, *, kind: ContactKind, value: str, verified: bool, at: datetime, tx: Tx
) -> Contact:
    """Note a way to reach the member; again is fine, and proof stays.

    verified -- True: it was proved to reach them.
    Refuses, in this order: BadContact, TooMany.
    """
    value = sound_contact(kind, value)
    others = await tx.value(COUNT, member.programme, member.id, kind, value)
    if others >= CONTACTS_MAX:
        raise TooMany(limit=CONTACTS_MAX)
    proved_at = at if verified else None
    row = await tx.row(ADD, member.programme, member.id, kind, value, proved_at, at)
    assert row is not None, "an upsert has a row"
    return _contact(row)


async def drop_contact(member: Member, *, kind: ContactKind, value: str, tx: Tx) -> None:
    """Forget a way to reach the member; one they do not have is fine."""
    await tx.run(DROP, member.programme, member.id, kind, value)


def sound_contact(kind: ContactKind, text: str, *, region: str | None = None) -> str:
    """`text` in its one spelling: an e-mail address in lower case, a telephone number as E.164.

    region -- ISO 3166 code of the country that a national number belongs to; None: only
              international ones, with their +, are understood.
    Raises BadContact.
    """
    sound = _email(text) if kind is ContactKind.EMAIL else _phone(text, region)
    if sound is None:
        raise BadContact(f"this is no {kind.lower()} that could exist")
    return sound


def likely_contact(kind: ContactKind, text: str | None) -> str | None:
    """`text` in its one spelling; None when there is none, or it could not exist."""
    if text is None:
        return None
    return _email(text) if kind is ContactKind.EMAIL else _phone(text, None)


def _email(text: str) -> str | None:
    if len(text) > 2 * EMAIL_CHARACTERS_MAX:
        return None
    # Mailboxes may tell upper from lower case by the standard; none of today does.
    plain = unicodedata.normalize("NFC", text.strip()).lower()
    fits = len(plain) <= EMAIL_CHARACTERS_MAX and EMAIL.fullmatch(plain)
    return plain if fits and plain.isprintable() else None


def _phone(text: str, region: str | None) -> str | None:
    if len(text) > PHONE_CHARACTERS_MAX:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _contact(row: Row) -> Contact:
    return Contact(ContactKind(row["kind"]), row["value"], row["verified_at"])
