"""Undo a merge: what went along goes back, the very lots of the points too."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain import badges, clubs, devices, friends, ledger, members
from domain.duplicates.errors import MergedFurther, NotMergeable, PointsSpent
from domain.duplicates.events import Unmerged
from domain.duplicates.reading import get
from domain.duplicates.records import Merge
from domain.members import Member, State
from infra import ids
from infra.db import Tx
from infra.outbox import emit

# Also waits for whoever forwards points by this merge right now.
LOCK = """
SELECT moved::text AS moved, undone_at FROM merge WHERE programme = $1 AND id = $2 FOR UPDATE
"""
FORWARDED = """
SELECT posting, points FROM merge_forward WHERE programme = $1 AND merge = $2
ORDER BY at DESC, posting
"""
UNDO = "UPDATE merge SET undone_at = $3 WHERE programme = $1 AND id = $2"


async def unmerge(
    id: UUID, *, programme: int, actor: UUID | None = None, at: datetime, tx: Tx
) -> Merge:
    """The duplicate is a member of its own again, with just what went along that is still there,
    and with all the points. Undoing again answers the same.

    Refuses, in this order: NoSuchMerge, MergedFurther, NotMergeable, PointsSpent.
    """
    merge = await get(id, programme=programme, tx=tx)
    ends = [merge.survivor, merge.duplicate]
    both = await members.lock(ends, programme=programme, tx=tx)
    row = await tx.row(LOCK, programme, id)
    assert row is not None, "a merge is never deleted"
    if row["undone_at"] is not None:
        return replace(merge, undone_at=row["undone_at"])
    stays, goes = both[merge.survivor], both[merge.duplicate]
    if stays.state is State.MERGED or goes.merged_into != stays.id:
        raise MergedFurther("undo the merge of the survivor first")
    if stays.state is State.ERASED:
        raise NotMergeable(stays.state)
    await _give_back(orjson.loads(row["moved"]), stays, goes, at, tx)
    points = await _reverse(merge, stays, goes, actor, at, tx)
    await tx.run(UNDO, programme, id, at)
    emit(
        Unmerged(
            programme=programme,
            subject=merge.survivor,
            object=id,
            at=at,
            duplicate=merge.duplicate,
            points=points,
        ),
        tx=tx,
    )
    return replace(merge, undone_at=at)


async def _give_back(
    moved: Mapping[str, Any], stays: Member, goes: Member, at: datetime, tx: Tx
) -> None:
    """Whatever may be locked before anything of the ledger is comes first."""
    ends = {"survivor": stays, "duplicate": goes}
    await clubs.give_back(moved["clubs"], **ends, tx=tx)
    await members.give_back(moved["members"], **ends, at=at, tx=tx)
    await devices.give_back(moved.get("devices", {}), **ends, tx=tx)
    await friends.give_back(moved["friends"], **ends, tx=tx)
    # Merges that were made before there were badges have none.
    await badges.give_back(moved.get("badges", {}), **ends, at=at, tx=tx)


async def _reverse(
    merge: Merge, stays: Member, goes: Member, actor: UUID | None, at: datetime, tx: Tx
) -> int:
    """Undo every posting of the merge, or none; how many points went back."""
    forwarded = await tx.rows(FORWARDED, merge.programme, merge.id)
    total = merge.points + sum(int(row["points"]) for row in forwarded)
    postings = [row["posting"] for row in forwarded]
    postings += [] if merge.posting is None else [merge.posting]
    items = [_item(posting, merge, actor, at, postings) for posting in postings]
    if any(row["points"] < 0 for row in forwarded):
        # What the survivor paid for the duplicate has been taken back from both: only the rest
        # is still there to go back.
        total = max(total, 0)
        items = [_rest(total, merge, stays, goes, actor, at)] if total else []
    results = await ledger.post(items, book=stays.book, at=at, tx=tx)
    if all(result.done for result in results):
        return total
    few = (ledger.Outcome.INSUFFICIENT, ledger.Outcome.LINKED_FAILED)
    for result in results:
        if result.outcome not in few:
            ledger.require(result)
    balance = await ledger.balance(stays.account, book=stays.book, at=at, tx=tx)
    raise PointsSpent(total - max(balance.available, 0))


def _item(
    posting: UUID, merge: Merge, actor: UUID | None, at: datetime, all: Sequence[UUID]
) -> ledger.Item:
    id = ids.derived(at, "duplicates.unmerge", merge.programme, posting)
    return ledger.reverse(
        original=posting,
        id=id,
        group=merge.id if len(all) > 1 else None,
        actor=actor,
        meta={"why": "unmerge", "merge": str(merge.id)},
    )


def _rest(
    points: int, merge: Merge, stays: Member, goes: Member, actor: UUID | None, at: datetime
) -> ledger.Item:
    return ledger.move(
        points,
        debit=stays.account,
        credit=goes.account,
        id=ids.derived(at, "duplicates.unmerge", merge.programme, merge.id),
        actor=actor,
        meta={"why": "unmerge", "merge": str(merge.id)},
    )
