"""What devices keep about a member: told on request, and forgotten. What proves a device is a
secret, and not told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.devices.removing import drop
from infra.db import Tx

TABLES = frozenset({"device", "device_code", "device_try"})

DEVICES = """
SELECT id, installation, platform, kind, name, app_version, locale, zone, token IS NOT NULL AS
       signed_in, registered_at, seen_at
FROM device WHERE programme = $1 AND member = $2 ORDER BY registered_at, id
"""
CODES = """
SELECT platform, kind, name, app_version, locale, state, asked_at, decided_at FROM device_code
WHERE programme = $1 AND member = $2 ORDER BY asked_at, id
"""
TRIES = "SELECT since, used FROM device_try WHERE programme = $1 AND member = $2"
WANTED = {"device": DEVICES, "device_code": CODES, "device_try": TRIES}
FORGET = """
WITH codes AS (
    DELETE FROM device_code WHERE programme = $1 AND member = $2
)
DELETE FROM device_try WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that devices keep about the member, by table."""
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in WANTED.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """No device is the member's any more, and no token of theirs proves anything."""
    await drop([member], programme=programme, tx=tx)
    await tx.run(FORGET, programme, member)
