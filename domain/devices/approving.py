"""Approving: the member says on their phone whether the watch that shows a code is theirs."""

from datetime import datetime, timedelta

from domain.devices.asking import read_code
from domain.devices.errors import NoSuchCode, TooManyCodes
from domain.devices.records import About, DeviceKind, Platform, SignIn, Waiting
from domain.devices.registering import check_room, hold
from domain.members import Member
from infra.db import Row, Tx

TRIES_MAX = 20
LOOKS_MAX = 10
TRIES_LAST = timedelta(hours=1)
PURGE_BATCH = 1_000

# Nothing comes back when it would be too much. A window begins with its first try.
TRY = """
INSERT INTO device_try AS t (programme, member, since, used) VALUES ($1, $2, $3, 1)
ON CONFLICT (programme, member) DO UPDATE
    SET since = CASE WHEN t.since <= $4 THEN excluded.since ELSE t.since END,
        used = CASE WHEN t.since <= $4 THEN 1 ELSE t.used + 1 END
WHERE t.since <= $4 OR t.used < $5
RETURNING used
"""
LOOK = """
UPDATE device_code SET looks = looks + 1
WHERE programme = $1 AND user_code = $2 AND state = 'ASKED' AND expires_at > $3 AND looks < $4
"""
SEEN = """
SELECT platform, kind, name, app_version, locale, asked_at, expires_at FROM device_code
WHERE programme = $1 AND user_code = $2 AND state = 'ASKED' AND expires_at > $3 AND looks <= $4
"""
# Decides once: whoever comes second finds nobody waiting.
DECIDE = """
UPDATE device_code SET state = $3, member = $4, issuer = $5, subject = $6, decided_at = $7
WHERE programme = $1 AND user_code = $2 AND state = 'ASKED' AND expires_at > $7 AND looks <= $8
RETURNING platform, kind, name, app_version, locale, asked_at, expires_at
"""
PURGE = """
DELETE FROM device_try WHERE (programme, member) IN (
    SELECT programme, member FROM device_try WHERE since < $1 LIMIT $2
)
"""


async def try_code(code: str, *, member: Member, at: datetime, tx: Tx) -> None:
    """Note that the member tries that code, and that it is looked at. Raises TooManyCodes.

    In a transaction of its own, before anything is done with the code: a refusal undoes what its
    transaction did, and it is the refused ones that must be counted.
    """
    ends = (member.programme, member.id)
    if await tx.value(TRY, *ends, at, at - TRIES_LAST, TRIES_MAX) is None:
        raise TooManyCodes(f"{TRIES_MAX} codes were tried within an hour: try again later")
    plain = read_code(code)
    if plain is not None:
        await tx.run(LOOK, member.programme, plain, at, LOOKS_MAX + 1)


async def waiting(code: str, *, member: Member, at: datetime, tx: Tx) -> Waiting:
    """The device that shows that code and waits. Raises NoSuchCode: mistyped, over, looked up
    too often, decided, or of another programme."""
    plain = read_code(code)
    row = plain and await tx.row(SEEN, member.programme, plain, at, LOOKS_MAX)
    return _waiting(row or None)


async def approve(code: str, *, member: Member, sign_in: SignIn, at: datetime, tx: Tx) -> Waiting:
    """The device that shows that code may sign in as the member, once, from now on.

    sign_in -- the one that approves: the device asks as whom it names.
    Refuses, in this order: members.NoSuchMember, TooManyDevices, NoSuchCode.
    """
    await hold(member, tx=tx)
    await check_room(member, tx=tx)
    return await _decided(code, "APPROVED", member, sign_in, at, tx)


async def refuse(code: str, *, member: Member, sign_in: SignIn, at: datetime, tx: Tx) -> Waiting:
    """The device that shows that code is told no. Raises NoSuchCode."""
    return await _decided(code, "REFUSED", member, sign_in, at, tx)


async def purge_tries(at: datetime, tx: Tx) -> int:
    """Forget a bounded number of counts that are over; how many."""
    return await tx.run(PURGE, at - TRIES_LAST, PURGE_BATCH)


async def _decided(
    code: str, state: str, member: Member, sign_in: SignIn, at: datetime, tx: Tx
) -> Waiting:
    plain = read_code(code)
    who = (member.id, sign_in.issuer, sign_in.subject)
    row = plain and await tx.row(DECIDE, member.programme, plain, state, *who, at, LOOKS_MAX)
    return _waiting(row or None)


def _waiting(row: Row | None) -> Waiting:
    if row is None:
        raise NoSuchCode("no device waits with that code")
    about = About(
        Platform(row["platform"]),
        DeviceKind(row["kind"]),
        row["app_version"],
        row["locale"],
        name=row["name"],
    )
    return Waiting(about, row["asked_at"], row["expires_at"])
