"""Register partners, and say what they are called and whether they may send anything."""

import re
from datetime import datetime
from uuid import UUID

from domain import ledger, programmes
from domain.partners.errors import SlugTaken
from domain.partners.finding import one, read
from domain.partners.records import Partner, State
from domain.programmes import BadSlug, Programme
from infra.db import Tx

SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}", re.ASCII)

TAKEN = "SELECT EXISTS (SELECT FROM partner WHERE programme = $1 AND slug = $2)"
# Another may take the slug between the look and this; the constraint then decides.
ADD = """
INSERT INTO partner (programme, id, slug, name, state, book, account, registered_at)
VALUES ($1, $2, $3, $4, 'ACTIVE', $5, $6, $7)
ON CONFLICT (programme, slug) DO NOTHING
RETURNING id, programme, slug, name, state, book, account, registered_at
"""
CHANGE = """
UPDATE partner SET name = coalesce($3, name), state = coalesce($4, state)
WHERE programme = $1 AND id = $2
RETURNING id, programme, slug, name, state, book, account, registered_at
"""


async def register(
    slug: str, *, programme: Programme, name: str, id: UUID, at: datetime, tx: Tx
) -> Partner:
    """A new partner with an empty prepaid account.

    slug -- its short name in the programme, which never changes.
    Refuses, in this order: BadSlug, BadName, SlugTaken.
    """
    if not SLUG.fullmatch(slug):
        raise BadSlug("a slug is 2 to 40 lower-case letters, digits and hyphens, a letter first")
    name = programmes.sound_name(name)
    if await tx.value(TAKEN, programme.id, slug):
        raise SlugTaken(f"the slug {slug} belongs to another partner")
    account = await ledger.open_account(
        book=programme.book, account_class=ledger.AccountClass.PREPAID, tx=tx
    )
    row = await tx.row(ADD, programme.id, id, slug, name, programme.book, account, at)
    if row is None:
        raise SlugTaken(f"the slug {slug} belongs to another partner")
    return read(row)


async def rename(id: UUID, *, programme: int, name: str, tx: Tx) -> Partner:
    """The partner under another name. Refuses, in this order: BadName, NoSuchPartner."""
    return await _changed(id, programme, name=programmes.sound_name(name), tx=tx)


async def suspend(id: UUID, *, programme: int, tx: Tx) -> Partner:
    """The partner, none of whose keys proves anything from now on. Refuses NoSuchPartner."""
    return await _changed(id, programme, state=State.SUSPENDED, tx=tx)


async def resume(id: UUID, *, programme: int, tx: Tx) -> Partner:
    """The partner, whose open keys are good again. Refuses NoSuchPartner."""
    return await _changed(id, programme, state=State.ACTIVE, tx=tx)


async def _changed(
    id: UUID, programme: int, *, name: str | None = None, state: State | None = None, tx: Tx
) -> Partner:
    return one(await tx.row(CHANGE, programme, id, name, state and str(state)))
