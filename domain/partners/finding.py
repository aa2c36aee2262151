"""Find partners, always inside one programme."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.partners.errors import NoSuchPartner
from domain.partners.records import Key, Kind, Partner, Scope, State
from infra.db import Row, Tx

GET = """
SELECT id, programme, slug, name, state, book, account, registered_at
FROM partner WHERE programme = $1 AND id = $2
"""
SEVERAL = """
SELECT id, programme, slug, name, state, book, account, registered_at
FROM partner WHERE programme = $1 AND id = ANY($2::uuid[])
"""
BY_SLUG = """
SELECT id, programme, slug, name, state, book, account, registered_at
FROM partner WHERE programme = $1 AND slug = $2
"""
LISTED = """
SELECT id, programme, slug, name, state, book, account, registered_at
FROM partner WHERE programme = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""


async def get(id: UUID, *, programme: int, tx: Tx) -> Partner:
    """The partner with that id, in any state. Raises NoSuchPartner."""
    return one(await tx.row(GET, programme, id))


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Partner]:
    """Those of `ids` who are partners, in any state, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: read(row) for row in rows}


async def by_slug(slug: str, *, programme: int, tx: Tx) -> Partner:
    """The partner with that slug, in any state. Raises NoSuchPartner."""
    # The database refuses texts with a null character altogether.
    return one(await tx.row(BY_SLUG, programme, slug) if slug.isprintable() else None)


async def listed(*, programme: int, after: UUID | None, limit: int, tx: Tx) -> Sequence[Partner]:
    """The partners in the order they were registered, from the one after `after` on."""
    return [read(row) for row in await tx.rows(LISTED, programme, after, limit)]


def one(row: Row | None) -> Partner:
    """The partner of a row. Raises NoSuchPartner where there is none."""
    if row is None:
        raise NoSuchPartner("there is no such partner")
    return read(row)


def read(row: Row) -> Partner:
    """The partner of a row."""
    return Partner(**{**row, "state": State(row["state"])})


def read_key(row: Row) -> Key:
    """The key of a row."""
    words = {"kind": Kind(row["kind"]), "scopes": frozenset(map(Scope, row["scopes"]))}
    return Key(**{**row, **words})
