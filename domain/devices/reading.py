"""Read the devices of members."""

from collections.abc import Sequence
from uuid import UUID

from domain.devices.errors import NoSuchDevice
from domain.devices.records import About, Cursor, Device, DeviceKind, Platform
from domain.members import Member
from infra.db import Row, Tx

FIND = """
SELECT id, programme, member, installation, platform, kind, name, app_version, locale, zone,
       token IS NOT NULL AS signed_in, registered_at, seen_at
FROM device WHERE programme = $1 AND id = $2
"""
LISTED = """
SELECT id, programme, member, installation, platform, kind, name, app_version, locale, zone,
       token IS NOT NULL AS signed_in, registered_at, seen_at
FROM device
WHERE programme = $1 AND member = $2
  AND ($3::timestamptz IS NULL OR (registered_at, id) < ($3, $4::uuid))
ORDER BY registered_at DESC, id DESC LIMIT $5
"""


async def find(id: UUID, *, member: Member, tx: Tx) -> Device:
    """The member's device. Raises NoSuchDevice, for that of somebody else too."""
    row = await tx.row(FIND, member.programme, id)
    if row is None or row["member"] != member.id:
        raise NoSuchDevice("there is no such device")
    return device_of(row)


async def listed(member: Member, *, after: Cursor | None, limit: int, tx: Tx) -> Sequence[Device]:
    """The member's devices, newest first, from the one after `after` on."""
    registered_at, id = after or (None, None)
    rows = await tx.rows(LISTED, member.programme, member.id, registered_at, id, limit)
    return [device_of(row) for row in rows]


def device_of(row: Row) -> Device:
    """A row of a device, without what proves it."""
    about = About(
        Platform(row["platform"]),
        DeviceKind(row["kind"]),
        row["app_version"],
        row["locale"],
        row["installation"],
        row["zone"],
        row["name"],
    )
    return Device(
        row["id"],
        row["programme"],
        row["member"],
        about,
        row["signed_in"],
        row["registered_at"],
        row["seen_at"],
    )
