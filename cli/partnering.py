"""Partnering: a programme's partners and their keys, from the command line of whoever runs the
installation.

Acts from here are in the audit log like any other, without an operator's id.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from api import globalids
from api.globalids import Kind
from cli import telling
from cli.opening import opened
from cli.telling import USAGE, Stop
from domain import operators, partners, programmes
from domain.partners import Scope
from infra import clock, db, ids
from infra.db import Tx
from infra.settings import Settings

LISTED_MAX = 1_000


async def register(
    settings: Settings, partner: str, *, slug: str, name: str, reason: str, as_json: bool
) -> None:
    """Register a partner. Raises NoSuchProgramme, BadReason, and what `register` refuses."""
    at = clock.now()
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        made = await partners.register(
            partner, programme=programme, name=name, id=ids.new(at), at=at, tx=tx
        )
        await _note("registerPartner", programme.id, [_partner(made.id)], reason, at=at, tx=tx)
    if as_json:
        telling.as_json({"id": made.id, "slug": made.slug, "account": made.account})
    else:
        telling.answers.print(f"{made.name} is a partner of {slug}: {made.id}", soft_wrap=True)


async def key(
    settings: Settings,
    partner: str,
    *,
    slug: str,
    scopes: Sequence[str],
    signing: bool,
    days: int,
    reason: str,
    as_json: bool,
) -> None:
    """Make a key and print its secret, this once. Raises Stop, NoSuchProgramme, NoSuchPartner,
    BadReason, and what `create_key` refuses."""
    unknown = [scope for scope in scopes if scope.upper() not in set(Scope)]
    if unknown:
        raise Stop(f"{unknown[0]} is none of {', '.join(Scope)}.", code=USAGE)
    at = clock.now()
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        owner = await partners.by_slug(partner, programme=programme.id, tx=tx)
        made = await partners.create_key(
            owner.id,
            programme=programme.id,
            kind=partners.Kind.SIGNING if signing else partners.Kind.BEARER,
            scopes=[Scope(scope.upper()) for scope in scopes],
            expires_at=at + timedelta(days=days),
            at=at,
            tx=tx,
        )
        objects = [_partner(owner.id), _key(made.key.id)]
        await _note("createPartnerKey", programme.id, objects, reason, at=at, tx=tx)
    if as_json:
        telling.as_json({"id": made.key.id, "partner": owner.id, "secret": made.secret})
    else:
        telling.people.print(f"Key {made.key.id} of {owner.name}. This is shown only now:")
        telling.answers.print(made.secret, soft_wrap=True)


async def revoke(settings: Settings, key: str, *, slug: str, reason: str, as_json: bool) -> None:
    """End a key at once; `key` is its id or the whole key. Raises NoSuchProgramme, BadReason,
    NoSuchKey."""
    at, id = clock.now(), key.removeprefix("lk_").partition("_")[0]
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        revoked = await partners.revoke(id, programme=programme.id, at=at, tx=tx)
        await _note("revokePartnerKey", programme.id, [_key(revoked.id)], reason, at=at, tx=tx)
    if as_json:
        telling.as_json({"id": revoked.id, "revoked_at": revoked.revoked_at})
    else:
        telling.answers.print(f"The key {revoked.id} proves nothing any more.")


async def listed(settings: Settings, *, slug: str, as_json: bool) -> None:
    """Print a programme's partners. Raises NoSuchProgramme."""
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        found = await partners.listed(programme=programme.id, after=None, limit=LISTED_MAX, tx=tx)
    if as_json:
        telling.as_json(
            [{"id": p.id, "slug": p.slug, "name": p.name, "state": p.state} for p in found]
        )
    else:
        rows = ((p.id, p.slug, p.name, p.state) for p in found)
        telling.table("Partners", ("Id", "Slug", "Name", "State"), rows)


def _partner(id: UUID) -> str:
    return globalids.of(Kind.PARTNER, id)


def _key(id: str) -> str:
    return globalids.of(Kind.KEY, id.encode())


async def _note(
    verb: str, programme: int, objects: Sequence[str], reason: str, *, at: datetime, tx: Tx
) -> None:
    """Raises BadReason."""
    why = operators.sound_reason(reason)
    await operators.note(
        verb, programme=programme, operator=None, objects=objects, reason=why, at=at, tx=tx
    )
