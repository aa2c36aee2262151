"""Read causes, donations and payouts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from uuid import UUID

from domain.giving.records import Cause, Donation, Payout
from domain.members import Member
from infra.db import Row, Tx

CAUSE_COLUMNS = tuple(field.name for field in fields(Cause))
DONATION_COLUMNS = tuple(field.name for field in fields(Donation))

SEVERAL = """
SELECT id, programme, name, description, url, goal, book, account, active_from, active_until,
       closed_at, donated, donations, paid_out
FROM cause WHERE programme = $1 AND id = ANY($2::uuid[])
"""
CAUSES = """
SELECT id, programme, name, description, url, goal, book, account, active_from, active_until,
       closed_at, donated, donations, paid_out
FROM cause WHERE programme = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
"""
FIND_DONATION = """
SELECT id, programme, cause, member, points, named, given_at, undone_at
FROM donation WHERE programme = $1 AND id = $2
"""
SEVERAL_DONATIONS = """
SELECT id, programme, cause, member, points, named, given_at, undone_at
FROM donation WHERE programme = $1 AND member = $2 AND id = ANY($3::uuid[])
"""
DONATIONS = """
SELECT id, programme, cause, member, points, named, given_at, undone_at
FROM donation WHERE programme = $1 AND member = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
NAMED = """
SELECT id, programme, cause, member, points, named, given_at, undone_at
FROM donation
WHERE programme = $1 AND cause = $2 AND named AND undone_at IS NULL
  AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
PAYOUTS = """
SELECT id, programme, cause, points, reference, operator, at FROM payout
WHERE programme = $1 AND cause = $2 ORDER BY id DESC LIMIT $3
"""


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Cause]:
    """Those causes of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: cause_of(row) for row in rows}


async def causes(*, programme: int, before: UUID | None, limit: int, tx: Tx) -> Sequence[Cause]:
    """The programme's causes, newest first, from the one before `before` on."""
    return [cause_of(row) for row in await tx.rows(CAUSES, programme, before, limit)]


async def find_donation(id: UUID, *, programme: int, tx: Tx) -> Donation | None:
    """The donation with that id, whosever it is; None when there is none."""
    row = await tx.row(FIND_DONATION, programme, id)
    return None if row is None else donation_of(row)


async def several_donations(
    ids: Collection[UUID], *, member: Member, tx: Tx
) -> Mapping[UUID, Donation]:
    """Those donations of the member, by id; the others are left out."""
    where = (member.programme, member.id)
    rows = await tx.rows(SEVERAL_DONATIONS, *where, list(ids)) if ids else []
    return {row["id"]: donation_of(row) for row in rows}


async def donations(
    member: Member, *, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Donation]:
    """What the member gave, newest first, from the one before `before` on."""
    rows = await tx.rows(DONATIONS, member.programme, member.id, before, limit)
    return [donation_of(row) for row in rows]


async def named(
    cause: UUID, *, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Donation]:
    """What named donors gave to the cause, newest first, from the one before `before` on."""
    return [donation_of(row) for row in await tx.rows(NAMED, programme, cause, before, limit)]


async def payouts(cause: UUID, *, programme: int, limit: int = 100, tx: Tx) -> Sequence[Payout]:
    """The cause's payouts, newest first."""
    return [Payout(**row) for row in await tx.rows(PAYOUTS, programme, cause, limit)]


def cause_of(row: Row) -> Cause:
    """One row of the table as a value; other columns of the row are passed over."""
    return Cause(**{name: row[name] for name in CAUSE_COLUMNS})


def donation_of(row: Row) -> Donation:
    """One row of the table as a value; other columns of the row are passed over."""
    return Donation(**{name: row[name] for name in DONATION_COLUMNS})
