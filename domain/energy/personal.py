"""What energy keeps about a member, for them to have and to have forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"energy_meter", "energy_file"})

METERS = """
SELECT m.ref, m.since,
       coalesce((SELECT jsonb_agg(jsonb_build_object('day', d.day, 'used_wh', d.used_wh,
                                                     'saved_wh', d.saved_wh) ORDER BY d.day)
                 FROM energy_day AS d
                 WHERE d.programme = m.programme AND d.meter = m.id), '[]')::text AS days
FROM energy_meter AS m WHERE m.programme = $1 AND m.member = $2 ORDER BY m.id
"""
FILES = """
SELECT id, state, fault, meter, half_hours, received_at FROM energy_file
WHERE programme = $1 AND member = $2 ORDER BY id
"""
# Half hours tell when somebody is at home: they go, and with them what could be compared.
FORGET_SLOTS = """
DELETE FROM energy_slot AS s USING energy_meter AS m
WHERE m.programme = $1 AND m.member = $2 AND s.programme = m.programme AND s.meter = m.id
"""
FORGET_METERS = """
UPDATE energy_meter SET ref = 'forgotten:' || id WHERE programme = $1 AND member = $2
"""
FORGET_FILES = """
UPDATE energy_file SET meter = '-', zone = 'UTC', content = NULL, sha256 = sha256(uuid_send(id)),
    state = CASE state WHEN 'WAITING' THEN 'REFUSED' ELSE state END,
    fault = CASE state WHEN 'WAITING' THEN 'EMPTY' ELSE fault END
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The member's meters with their days, and files, by table."""
    return {
        "energy_meter": [dict(row) for row in await tx.rows(METERS, programme, member)],
        "energy_file": [dict(row) for row in await tx.rows(FILES, programme, member)],
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Half hours, names of meters and files go; what days saved stays as sums."""
    await tx.run(FORGET_SLOTS, programme, member)
    await tx.run(FORGET_METERS, programme, member)
    await tx.run(FORGET_FILES, programme, member)
