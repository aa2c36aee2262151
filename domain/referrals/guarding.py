"""Guarding: what speaks against a referral at the moment somebody joins by it.

Members are compared by what they have proved and by their devices. Of a device only a hash is
kept; of whoever joins, a one-way mark that outlives them, so that somebody who was erased cannot
be paid for coming back.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from domain import members
from domain.members import Contact, Member
from domain.referrals.errors import BadDevice
from domain.referrals.records import DEVICE_CHARACTERS_MAX, Doubt, Policy
from infra.db import Tx

CHAIN_MAX = 10

# Whoever led to the referrer, over as many steps as CHAIN_MAX; UNION ends a chain that is a ring.
CHAIN = """
WITH RECURSIVE chain (member, depth) AS (
    SELECT $2::uuid, 0
    UNION
    SELECT r.referrer, c.depth + 1
    FROM chain AS c JOIN referral AS r ON r.programme = $1 AND r.newcomer = c.member
    WHERE c.depth < $3
)
SELECT DISTINCT member FROM chain WHERE depth > 0
"""
DEVICE_OF = """
SELECT member FROM referral_device WHERE programme = $1 AND device = $2 AND member <> $3
LIMIT 100
"""
MARK = "INSERT INTO referral_past (programme, mark, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
NOTE_DEVICE = """
INSERT INTO referral_device (programme, device, member, at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""


async def arrived(
    member: Member, *, who: tuple[str, str], device: str | None, at: datetime, tx: Tx
) -> bool:
    """Note that somebody joined; True when they have never been a member before.

    who -- the issuer, and what it calls the person.
    device -- what the app calls its device; None: it did not say. Raises BadDevice.
    """
    if device is not None:
        await note_device(member, device, at=at, tx=tx)
    mark = sha256("\x1f".join(("laurel person", str(member.programme), *who)).encode()).digest()
    new = await tx.run(MARK, member.programme, mark, at) == 1
    # One who left and comes back, or claims what was imported, has a member of earlier.
    return new and member.joined_at >= at


async def note_device(member: Member, device: str, *, at: datetime, tx: Tx) -> None:
    """Note that the member has that device. Raises BadDevice."""
    hashed = hashed_device(device, programme=member.programme)
    await tx.run(NOTE_DEVICE, member.programme, hashed, member.id, at)


async def doubts(
    newcomer: Member,
    *,
    referrer: Member,
    device: str | None,
    new: bool,
    policy: Policy,
    at: datetime,
    tx: Tx,
) -> Sequence[Doubt]:
    """Everything that speaks against this referral, in the order of Doubt."""
    rows = await tx.rows(CHAIN, newcomer.programme, referrer.id, CHAIN_MAX)
    chain = {row["member"] for row in rows}
    same_device = await _others_with(device, newcomer, tx)
    reached = await _reached_alike(newcomer, {referrer.id} | chain, tx)
    young = at - referrer.joined_at < timedelta(days=policy.referrer_age_days)
    found = {
        Doubt.SELF: reached.get(referrer.id, False),
        Doubt.DEVICE: bool(same_device),
        Doubt.RING: any(
            one == newcomer.id or one in same_device or reached.get(one, False) for one in chain
        ),
        Doubt.YOUNG: young,
        Doubt.REJOINED: not new,
    }
    return [doubt for doubt, is_so in found.items() if is_so]


def hashed_device(device: str, *, programme: int) -> bytes:
    """What is kept of a device. Raises BadDevice."""
    if not device.isprintable() or not 0 < len(device) <= DEVICE_CHARACTERS_MAX:
        raise BadDevice(f"a device is 1 to {DEVICE_CHARACTERS_MAX} printable characters")
    return sha256(f"laurel device\x1f{programme}\x1f{device}".encode()).digest()


async def _others_with(device: str | None, newcomer: Member, tx: Tx) -> Collection[UUID]:
    if device is None:
        return ()
    hashed = hashed_device(device, programme=newcomer.programme)
    rows = await tx.rows(DEVICE_OF, newcomer.programme, hashed, newcomer.id)
    return {row["member"] for row in rows}


async def _reached_alike(newcomer: Member, others: Collection[UUID], tx: Tx) -> Mapping[UUID, bool]:
    """Which of the others, eleven at most, have a verified contact of the newcomer."""
    own = _proved(await members.contacts(newcomer, tx=tx))
    if not own:
        return {}
    known = await members.contacts_of(others, programme=newcomer.programme, tx=tx)
    return {one: bool(own & _proved(contacts)) for one, contacts in known.items()}


def _proved(contacts: Sequence[Contact]) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in contacts if one.verified_at is not None}
