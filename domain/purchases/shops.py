"""Shops: which ones may send orders, and the secrets they sign with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.purchases.errors import BadShop, BadShopSecret, NoSuchShop, ShopTaken
from domain.purchases.records import Kind, Shop
from infra.db import Tx

SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}", re.ASCII)
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"({LABEL}\.)+{LABEL}", re.ASCII)
DOMAIN_CHARACTERS_MAX = 253
SECRET_CHARACTERS = (8, 200)
SECRETS_MAX = 5
# Shopify tries again for two days, WooCommerce for less.
REMEMBER_DELIVERIES = timedelta(days=7)
FORGET_BATCH = 1_000

ADD = """
INSERT INTO shop (programme, id, slug, kind, domain, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
"""
BY_ID = "SELECT id, programme, slug, kind, domain, open FROM shop WHERE id = $1 AND open"
LISTED = """
SELECT id, programme, slug, kind, domain, open FROM shop
WHERE programme = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""
HOLD = """
SELECT id, programme, slug, kind, domain, open FROM shop WHERE programme = $1 AND id = $2
FOR NO KEY UPDATE
"""
CLOSE = "UPDATE shop SET open = false WHERE programme = $1 AND id = $2"
SECRETS = """
SELECT secret FROM shop_secret WHERE programme = $1 AND shop = $2 AND valid_until > $3
ORDER BY created_at DESC LIMIT $4
"""
COUNT_SECRETS = """
SELECT count(*) FROM shop_secret WHERE programme = $1 AND shop = $2 AND valid_until > $3
"""
ADD_SECRET = """
INSERT INTO shop_secret (programme, shop, id, secret, created_at) VALUES ($1, $2, $3, $4, $5)
"""
END_SECRETS = """
UPDATE shop_secret SET valid_until = least(valid_until, $4)
WHERE programme = $1 AND shop = $2 AND id <> $3
"""
REMEMBER = """
INSERT INTO shop_delivery (programme, shop, delivery, at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""
FORGET = """
DELETE FROM shop_delivery WHERE (programme, shop, delivery) IN (
    SELECT programme, shop, delivery FROM shop_delivery WHERE at < $1
    ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of a shop by its id; the secret itself is never told again."""

    id: UUID
    shop: UUID


async def open_shop(
    *, slug: str, kind: Kind, domain: str, programme: int, id: UUID, at: datetime, tx: Tx
) -> Shop:
    """Let a shop send its orders, as soon as it has a secret.

    domain -- the host its webhooks name, such as "shop.example.com"; for Shopify the one that
              ends in myshopify.com.
    Refuses, in this order: BadShop, ShopTaken.
    """
    host = domain.strip().lower()
    if not SLUG.fullmatch(slug):
        raise BadShop("slug", "a slug is 2 to 40 of a-z, 0-9 and hyphen, a letter first")
    if len(host) > DOMAIN_CHARACTERS_MAX or not DOMAIN.fullmatch(host):
        raise BadShop("domain", "a domain is a host name such as shop.example.com")
    if not await tx.run(ADD, programme, id, slug, kind, host, at):
        raise ShopTaken("the programme has a shop with that slug or domain")
    return Shop(id, programme, slug, kind, host, open=True)


async def close_shop(id: UUID, *, programme: int, tx: Tx) -> Shop:
    """Take nothing more from a shop; its orders stay. Closing again changes nothing.

    Refuses NoSuchShop.
    """
    shop = await _held(id, programme, tx)
    await tx.run(CLOSE, programme, id)
    return Shop(shop.id, shop.programme, shop.slug, shop.kind, shop.domain, open=False)


async def add_secret(
    shop: UUID,
    *,
    secret: str,
    overlap: timedelta,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Secret:
    """Believe what is signed with `secret` from now on, and with the earlier ones for `overlap`.

    Refuses, in this order: BadShopSecret, NoSuchShop, BadShopSecret (five are valid already).
    """
    least, most = SECRET_CHARACTERS
    if not least <= len(secret) <= most or not secret.isprintable():
        raise BadShopSecret(f"a secret is {least} to {most} printable characters")
    await _held(shop, programme, tx)
    if await tx.value(COUNT_SECRETS, programme, shop, at) >= SECRETS_MAX:
        raise BadShopSecret(f"{SECRETS_MAX} secrets are valid already; wait until one has ended")
    await tx.run(ADD_SECRET, programme, shop, id, secret, at)
    await tx.run(END_SECRETS, programme, shop, id, at + overlap)
    return Secret(id, shop)


async def shop_by_id(id: UUID, *, tx: Tx) -> Shop:
    """The open shop of that id, of whatever programme: for its webhooks. Raises NoSuchShop."""
    row = await tx.row(BY_ID, id)
    if row is None:
        raise NoSuchShop("there is no such shop")
    return Shop(**{**row, "kind": Kind(row["kind"])})


async def secrets_of(shop: Shop, *, at: datetime, tx: Tx) -> Sequence[str]:
    """The secrets that are valid at `at`, the newest first."""
    rows = await tx.rows(SECRETS, shop.programme, shop.id, at, SECRETS_MAX)
    return [row["secret"] for row in rows]


async def listed(*, programme: int, after: UUID | None, limit: int, tx: Tx) -> Sequence[Shop]:
    """The shops of a programme, oldest first, `limit` at most, from the one after `after` on."""
    rows = await tx.rows(LISTED, programme, after, limit)
    return [Shop(**{**row, "kind": Kind(row["kind"])}) for row in rows]


async def remember(shop: Shop, *, delivery: str, at: datetime, tx: Tx) -> bool:
    """Note that a webhook was taken; False when it had been before."""
    return bool(await tx.run(REMEMBER, shop.programme, shop.id, delivery, at))


async def forget_deliveries(at: datetime, tx: Tx) -> int:
    """Drop the notes of webhooks that will not come again; how many."""
    return await tx.run(FORGET, at - REMEMBER_DELIVERIES, FORGET_BATCH)


async def _held(id: UUID, programme: int, tx: Tx) -> Shop:
    row = await tx.row(HOLD, programme, id)
    if row is None:
        raise NoSuchShop("there is no such shop")
    return Shop(**{**row, "kind": Kind(row["kind"])})
