"""Merge a duplicate into the member who stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain import badges, clubs, devices, friends, ledger, members, transfers
from domain.duplicates.errors import (
    AlreadyMerged,
    InDebt,
    NotMergeable,
    OpenHolds,
    OpenTransfers,
    SelfMerge,
)
from domain.duplicates.events import Merged
from domain.duplicates.reading import find
from domain.duplicates.records import Merge
from domain.members import Member, State
from infra import ids
from infra.db import Tx
from infra.outbox import emit

OPEN = (transfers.State.PENDING, transfers.State.REVIEW, transfers.State.COOLING)

ADD = """
WITH settled AS (
    DELETE FROM duplicate_suggestion WHERE programme = $1 AND state = 'OPEN' AND $4 IN (a, b)
)
INSERT INTO merge (programme, id, survivor, duplicate, points, posting, moved, merged_at, looked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $8)
"""


async def merge(
    *,
    survivor: UUID,
    duplicate: UUID,
    programme: int,
    id: UUID,
    actor: UUID | None = None,
    at: datetime,
    tx: Tx,
) -> Merge:
    """The duplicate becomes part of the survivor, with all it can spend, and the lots of that.

    Who it was signs in as the survivor from now on; what it did and got stays under its own id.
    id    -- a UUIDv7; merging again with the same id and members answers with the first merge.
    actor -- the operator.
    Refuses, in this order: SelfMerge, members.NoSuchMember, ledger.KeyReused, AlreadyMerged,
    NotMergeable, OpenTransfers, OpenHolds, InDebt.
    """
    if survivor == duplicate:
        raise SelfMerge("nobody is their own duplicate")
    both = await members.lock([survivor, duplicate], programme=programme, tx=tx)
    if len(both) < 2:
        raise members.NoSuchMember("there is no such member")
    stays, goes = both[survivor], both[duplicate]
    first = await find(id, programme=programme, tx=tx)
    if first is not None:
        if (first.survivor, first.duplicate) != (survivor, duplicate):
            raise ledger.KeyReused
        return first
    _check_states(stays, goes)
    points = await _free(goes, at, tx)
    # Whatever may be locked before anything of the ledger is comes first.
    moved = await _absorbed(stays, goes, at, tx)
    posting = await _move(points, stays, goes, id, actor, at, tx)
    made = Merge(id, programme, survivor, duplicate, points, posting, at)
    await _keep(made, moved, tx)
    return made


def _check_states(stays: Member, goes: Member) -> None:
    if State.MERGED in (stays.state, goes.state):
        raise AlreadyMerged("one of the two is part of another member")
    if stays.state is not State.ACTIVE:
        raise NotMergeable(stays.state)
    if goes.state not in (State.ACTIVE, State.LEFT):
        raise NotMergeable(goes.state)


async def _free(goes: Member, at: datetime, tx: Tx) -> int:
    """What the duplicate can spend, once nothing of it waits for anything."""
    if await transfers.listed(goes, before=None, limit=1, states=OPEN, tx=tx):
        raise OpenTransfers("a transfer of the duplicate waits for an answer")
    balance = await ledger.balance(goes.account, book=goes.book, at=at, tx=tx)
    if balance.held:
        raise OpenHolds(balance.held)
    if balance.debt:
        raise InDebt(balance.debt)
    return balance.available


async def _move(
    points: int,
    stays: Member,
    goes: Member,
    id: UUID,
    actor: UUID | None,
    at: datetime,
    tx: Tx,
) -> UUID | None:
    """The posting that moved them; None: there were none."""
    if not points:
        return None
    posting = ids.derived(at, "duplicates.merge", goes.programme, id)
    meta = {"why": "merge", "merge": str(id), "from": str(goes.id), "to": str(stays.id)}
    item = ledger.move(
        points, debit=goes.account, credit=stays.account, id=posting, actor=actor, meta=meta
    )
    ledger.require(await ledger.post_one(item, book=goes.book, at=at, tx=tx))
    return posting


async def _absorbed(stays: Member, goes: Member, at: datetime, tx: Tx) -> Mapping[str, Any]:
    """What the survivor took over of each capability, as plain JSON."""
    return {
        "clubs": await clubs.absorb(stays, duplicate=goes, tx=tx),
        "members": await members.absorb(stays, duplicate=goes, at=at, tx=tx),
        "devices": await devices.absorb(stays, duplicate=goes, tx=tx),
        "friends": await friends.absorb(stays, duplicate=goes, tx=tx),
        "badges": await badges.absorb(stays, duplicate=goes, at=at, tx=tx),
    }


async def _keep(made: Merge, moved: Mapping[str, Any], tx: Tx) -> None:
    told = orjson.dumps(moved).decode()
    ends = (made.programme, made.id, made.survivor, made.duplicate)
    await tx.run(ADD, *ends, made.points, made.posting, told, made.merged_at)
    emit(
        Merged(
            programme=made.programme,
            subject=made.survivor,
            object=made.id,
            at=made.merged_at,
            duplicate=made.duplicate,
            points=made.points,
        ),
        tx=tx,
    )
