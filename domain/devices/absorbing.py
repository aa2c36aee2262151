"""Absorbing: who signs in as the survivor of a merge is reached as the survivor."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.devices.removing import distrust
from domain.members import Member
from infra.db import Tx

# A watch asks as whom its sign-in names, and the sign-ins go along; so must what ends them.
TAKE = """
UPDATE device SET member = $3 WHERE programme = $1 AND member = $2 RETURNING id, hash
"""
GIVE = """
UPDATE device SET member = $4 WHERE programme = $1 AND id = ANY($2::uuid[]) AND member = $3
RETURNING hash
"""


async def absorb(survivor: Member, *, duplicate: Member, tx: Tx) -> Mapping[str, Sequence[str]]:
    """The duplicate's devices are the survivor's; which, as plain JSON. Both are locked."""
    rows = await tx.rows(TAKE, survivor.programme, duplicate.id, survivor.id)
    distrust(rows, tx)
    return {"devices": [str(row["id"]) for row in rows]}


async def give_back(
    moved: Mapping[str, Any], *, survivor: Member, duplicate: Member, tx: Tx
) -> None:
    """Just those devices go back, as far as they are still the survivor's."""
    ids = [UUID(id) for id in moved.get("devices", ())]
    distrust(await tx.rows(GIVE, survivor.programme, ids, survivor.id, duplicate.id), tx)
