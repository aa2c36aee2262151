"""Finding: who may be found by whom, by their handle or by a contact that is in one's phone.

The app sends hashes of contacts, and only those of members who want to be found by them are
answered; of the others nothing is kept, so no address book comes to be here. A hash of a
telephone number hides little by itself: whoever knows the salt can try all numbers. So the salt is
there to keep programmes apart, and what protects members is that they must have asked to be found,
that each asker has a daily quota, and that hashes of nobody are thrown away.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from domain import members, programmes
from domain.friends.errors import BadContactHash
from domain.friends.quotas import use_contacts
from domain.friends.records import Finding, Match
from domain.members import Contact, Member
from infra.db import Tx

HASHES_MAX = 500
HASH_BYTES = 32

FINDING = """
SELECT by_handle, by_contact FROM friend_finding WHERE programme = $1 AND member = $2
"""
SET_FINDING = """
INSERT INTO friend_finding (programme, member, by_handle, by_contact) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme, member) DO UPDATE
    SET by_handle = excluded.by_handle, by_contact = excluded.by_contact
"""
DROP_HASHES = "DELETE FROM friend_contact WHERE programme = $1 AND member = $2"
ADD_HASHES = """
INSERT INTO friend_contact (programme, hash, member)
SELECT $1, hash, $2 FROM unnest($3::bytea[]) AS h (hash) ON CONFLICT DO NOTHING
"""
# Whoever has blocked the asker has not asked to be found by them; nor do we answer with one whom
# the asker has blocked.
FOUND = """
SELECT c.hash, c.member FROM friend_contact AS c
JOIN friend_finding AS f ON f.programme = c.programme AND f.member = c.member AND f.by_contact
WHERE c.programme = $1 AND c.hash = ANY($2::bytea[]) AND c.member <> $3
  AND NOT EXISTS (
      SELECT FROM block AS b WHERE b.programme = c.programme
        AND (b.blocker, b.blocked) IN ((c.member, $3), ($3, c.member))
  )
ORDER BY c.hash, c.member LIMIT $4
"""
# Somebody who hides their handle is still found by whom they have dealt with.
KNOWN = """
SELECT EXISTS (
    SELECT FROM friendship WHERE programme = $1 AND member = $2 AND friend = $3
) OR EXISTS (
    SELECT FROM friend_request
    WHERE programme = $1 AND sender = $3 AND receiver = $2 AND NOT hidden
) OR EXISTS (
    SELECT FROM friend_request WHERE programme = $1 AND sender = $2 AND receiver = $3
) OR EXISTS (SELECT FROM block WHERE programme = $1 AND blocker = $2 AND blocked = $3)
"""


async def finding(member: Member, *, tx: Tx) -> Finding:
    """How the member may be found."""
    row = await tx.row(FINDING, member.programme, member.id)
    return Finding() if row is None else Finding(**row)


async def set_finding(member: Member, *, wanted: Finding, tx: Tx) -> Finding:
    """Change how the member may be found.

    by_contact -- True: by each contact that is verified now; setting it again takes in those
    verified since.
    """
    await tx.run(SET_FINDING, member.programme, member.id, wanted.by_handle, wanted.by_contact)
    await tx.run(DROP_HASHES, member.programme, member.id)
    if wanted.by_contact:
        salt = await contact_salt(member, tx=tx)
        known = await members.contacts(member, tx=tx)
        hashes = [hashed_contact(one, salt=salt) for one in known if one.verified_at is not None]
        await tx.run(ADD_HASHES, member.programme, member.id, hashes)
    return wanted


async def by_handle(handle: str, *, asker: Member, tx: Tx) -> Member:
    """The member with that handle whom `asker` may find: one who lets themselves be found by it,
    or has dealt with the asker. Raises members.NoSuchMember, also for one who does not.
    """
    found = await members.by_handle(handle, programme=asker.programme, tx=tx)
    if found.id == asker.id or (await finding(found, tx=tx)).by_handle:
        return found
    if not await tx.value(KNOWN, asker.programme, asker.id, found.id):
        raise members.NoSuchMember("there is no such member")
    return found


async def by_contacts(
    hashes: Sequence[bytes], *, asker: Member, at: datetime, tx: Tx
) -> Sequence[Match]:
    """The members who want to be found by a contact with one of those hashes.

    hashes -- see `hashed_contact`; those of nobody leave no trace.
    Refuses, in this order: BadContactHash, OverLookupLimit.
    """
    wanted = set(hashes)
    if not 0 < len(wanted) <= HASHES_MAX or any(len(one) != HASH_BYTES for one in wanted):
        raise BadContactHash(f"1 to {HASHES_MAX} hashes of {HASH_BYTES} bytes are looked for")
    await use_contacts(asker, count=len(wanted), at=at, tx=tx)
    rows = await tx.rows(FOUND, asker.programme, list(wanted), asker.id, HASHES_MAX)
    if not rows:
        return []
    ids = {row["member"] for row in rows}
    found = await members.several(ids, programme=asker.programme, tx=tx)
    known = await members.contacts_of(ids, programme=asker.programme, tx=tx)
    salt = await contact_salt(asker, tx=tx)
    # What was a member's contact when they said so may be somebody else's by now.
    true = {(id, hashed_contact(c, salt=salt)) for id in ids for c in known.get(id, ())}
    return [
        Match(row["hash"], found[row["member"]])
        for row in rows
        if (row["member"], row["hash"]) in true and found[row["member"]].is_active
    ]


async def contact_salt(member: Member, *, tx: Tx) -> str:
    """What the hashes of the member's programme are salted with: its slug, which is public."""
    return (await programmes.by_id(member.programme, tx=tx)).slug


def hashed_contact(contact: Contact, *, salt: str) -> bytes:
    """The hash by which a contact is looked for: SHA-256 of the UTF-8 text of these four, with a
    U+001F between them: "laurel contact", the salt, EMAIL or PHONE, the contact.

    An e-mail address in lower case, a telephone number as E.164, such as "+436601234567".
    """
    said = "\x1f".join(("laurel contact", salt, contact.kind, contact.value))
    return sha256(said.encode()).digest()
