"""Read transfers, as one of the two members sees them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from uuid import UUID

from domain.members import Member
from domain.transfers.errors import NoSuchTransfer
from domain.transfers.records import State, Transfer
from infra.db import Row, Tx

COLUMNS = tuple(field.name for field in fields(Transfer))

FIND = """
SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
       ready_at, request
FROM transfer WHERE programme = $1 AND id = $2
"""
SEVERAL = """
SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
       ready_at, request
FROM transfer WHERE programme = $1 AND id = ANY($2::uuid[]) AND (sender = $3 OR receiver = $3)
"""
# Each half reads one index from its end, and no more than a page of it.
LISTED = """
SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
       ready_at, request
FROM (
    (SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
            ready_at, request
     FROM transfer WHERE programme = $1 AND sender = $2 AND ($3::uuid IS NULL OR id < $3)
       AND $5::boolean IS NOT FALSE AND ($6::text[] IS NULL OR state = ANY($6))
     ORDER BY id DESC LIMIT $4)
    UNION ALL
    (SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
            ready_at, request
     FROM transfer WHERE programme = $1 AND receiver = $2 AND ($3::uuid IS NULL OR id < $3)
       AND $5 IS NOT TRUE AND ($6 IS NULL OR state = ANY($6))
     ORDER BY id DESC LIMIT $4)
) AS ends
ORDER BY id DESC LIMIT $4
"""


async def get(id: UUID, *, member: Member, tx: Tx) -> Transfer:
    """The transfer with that id, of which `member` is one end. Raises NoSuchTransfer."""
    found = await several([id], member=member, tx=tx)
    if id not in found:
        raise NoSuchTransfer("you have no such transfer")
    return found[id]


async def several(ids: Collection[UUID], *, member: Member, tx: Tx) -> Mapping[UUID, Transfer]:
    """Those of `ids` of which `member` is one end, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, member.programme, list(ids), member.id) if ids else []
    return {row["id"]: transfer_of(row) for row in rows}


async def listed(
    member: Member,
    *,
    before: UUID | None,
    limit: int,
    sent: bool | None = None,
    states: Collection[State] | None = None,
    tx: Tx,
) -> Sequence[Transfer]:
    """What the member sent and was sent, newest first, from the one before `before` on.

    By id, which tells when the sender decided: one that was retried for days stands where it was
    first meant to be.
    sent   -- True: only what they sent; False: only what they were sent; None: both.
    states -- only what stands so; None: all.
    """
    words = None if states is None else list(states)
    rows = await tx.rows(LISTED, member.programme, member.id, before, limit, sent, words)
    return [transfer_of(row) for row in rows]


async def find(id: UUID, *, programme: int, tx: Tx) -> Transfer | None:
    """The transfer with that id, whosever it is; None when there is none."""
    row = await tx.row(FIND, programme, id)
    return None if row is None else transfer_of(row)


def transfer_of(row: Row) -> Transfer:
    """One row of the table as a value; other columns of the row are passed over."""
    said = {name: row[name] for name in COLUMNS}
    return Transfer(**{**said, "state": State(row["state"])})
