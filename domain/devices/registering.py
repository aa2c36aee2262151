"""Register what a member can be reached by, and keep what is known of it.

An installation has one owner and one kind: whoever registers it last has it, since one app on one
device is used by whoever is signed in there. Under its new owner it is another device, so what was
ordered for the former one finds nobody.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import members
from domain.devices.checking import sound
from domain.devices.errors import InstallationUsed, NoSuchDevice, TooManyDevices
from domain.devices.reading import device_of, find
from domain.devices.records import DEVICES_MAX, About, Device, SignIn
from domain.members import Member
from infra.db import Tx

# Held to the end, so that two members who register one installation come one after the other.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::text, 29))"
STANDING = """
SELECT id FROM device WHERE programme = $1 AND member = $2 AND installation = $3
"""
# A watch that is signed in stays so, without what it was pushed to by.
FREE = """
WITH held AS (
    SELECT programme, id, token FROM device
    WHERE programme = $1 AND installation = $2 AND id IS DISTINCT FROM $3 FOR UPDATE
), stripped AS (
    UPDATE device AS d SET installation = NULL FROM held AS h
    WHERE d.programme = h.programme AND d.id = h.id AND h.token IS NOT NULL
), silenced AS (
    DELETE FROM device_live AS l USING held AS h
    WHERE l.programme = h.programme AND l.device = h.id
)
DELETE FROM device AS d USING held AS h
WHERE d.programme = h.programme AND d.id = h.id AND h.token IS NULL
"""
TAKEN = """
SELECT EXISTS (SELECT FROM device WHERE programme = $1 AND installation = $2 AND id <> $3)
"""
COUNT = "SELECT count(*) FROM device WHERE programme = $1 AND member = $2"
ADD = """
INSERT INTO device (programme, id, member, installation, platform, kind, name, app_version, locale,
                    zone, issuer, subject, session, registered_at, seen_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
RETURNING id, programme, member, installation, platform, kind, name, app_version, locale, zone,
          token IS NOT NULL AS signed_in, registered_at, seen_at
"""
# The sign-in of a watch is its own, whoever tells what is new about it.
KEEP = """
UPDATE device SET installation = $3, platform = $4, kind = $5, name = $6, app_version = $7,
    locale = $8, zone = $9, seen_at = greatest(seen_at, $10),
    issuer = CASE WHEN token IS NULL THEN coalesce($11, issuer) ELSE issuer END,
    subject = CASE WHEN token IS NULL THEN coalesce($12, subject) ELSE subject END,
    session = CASE WHEN token IS NULL AND $11 IS NOT NULL THEN $13 ELSE session END
WHERE programme = $1 AND id = $2
RETURNING id, programme, member, installation, platform, kind, name, app_version, locale, zone,
          token IS NOT NULL AS signed_in, registered_at, seen_at
"""


async def register(
    member: Member,
    about: About,
    *,
    sign_in: SignIn,
    own: UUID | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Device:
    """The device that the installation is from now on the member's, also if it was somebody's.

    about   -- with an installation.
    sign_in -- the one that registers: when it is ended, the device goes.
    own     -- the device whose own token asks: what it says, it says of itself.
    Registered again by the same member, it is the same device, with what is said of it now.
    Refuses, in this order: BadInstallation, BadKind, BadVersion, BadDeviceName,
    programmes.BadLocale, programmes.BadZone, members.NoSuchMember, NoSuchDevice, TooManyDevices.
    """
    about = sound(about)
    assert about.installation is not None, "what is registered can be pushed to"
    await hold(member, tx=tx)
    await tx.value(LOCK, member.programme, about.installation)
    same = own or await tx.value(STANDING, member.programme, member.id, about.installation)
    await tx.run(FREE, member.programme, about.installation, same)
    if same is None:
        return await _add(id, member, about, sign_in, at, tx)
    if about.name is None:
        found = await find(same, member=member, tx=tx)
        about = replace(about, name=found.about.name)
    return await _keep(same, member, about, sign_in, at, tx)


async def refresh(id: UUID, about: About, *, member: Member, at: datetime, tx: Tx) -> Device:
    """The member's device with what it says of itself now; heard of, it stays fresh.

    about -- all of it, with what stays as it is; another installation replaces the one it had.
    Refuses, in this order: BadInstallation, BadKind, BadVersion, BadDeviceName,
    programmes.BadLocale, programmes.BadZone, members.NoSuchMember, NoSuchDevice,
    InstallationUsed.
    """
    about = sound(about)
    await hold(member, tx=tx)
    await find(id, member=member, tx=tx)
    if about.installation is not None:
        await tx.value(LOCK, member.programme, about.installation)
        if await tx.value(TAKEN, member.programme, about.installation, id):
            raise InstallationUsed("that installation is registered as another device")
    return await _keep(id, member, about, None, at, tx)


async def hold(member: Member, *, tx: Tx) -> None:
    """Nobody else changes which devices the member has before `tx` ends. Raises
    members.NoSuchMember for one who is not there any more."""
    found = await members.lock([member.id], programme=member.programme, tx=tx)
    if member.id not in found or not found[member.id].is_active:
        raise members.NoSuchMember("there is no such member")


async def check_room(member: Member, *, tx: Tx) -> None:
    """Raises TooManyDevices. The member is held."""
    if await tx.value(COUNT, member.programme, member.id) >= DEVICES_MAX:
        raise TooManyDevices(limit=DEVICES_MAX)


async def _add(
    id: UUID, member: Member, about: About, sign_in: SignIn, at: datetime, tx: Tx
) -> Device:
    await check_room(member, tx=tx)
    row = await tx.row(ADD, member.programme, id, member.id, *_told(about), *_came(sign_in), at)
    assert row is not None, "an insert returns its row"
    return device_of(row)


async def _keep(
    id: UUID, member: Member, about: About, sign_in: SignIn | None, at: datetime, tx: Tx
) -> Device:
    came = (None, None, None) if sign_in is None else _came(sign_in)
    row = await tx.row(KEEP, member.programme, id, *_told(about), at, *came)
    if row is None:
        raise NoSuchDevice("there is no such device")
    return device_of(row)


def _told(about: About) -> tuple[str | None, ...]:
    return (
        about.installation,
        str(about.platform),
        str(about.kind),
        about.name,
        about.app_version,
        about.locale,
        about.zone,
    )


def _came(sign_in: SignIn) -> tuple[str, str, str | None]:
    return sign_in.issuer, sign_in.subject, sign_in.session
