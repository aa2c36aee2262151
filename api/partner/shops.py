"""Shops: the webhooks of Shopify and WooCommerce, over plain HTTP.

A webhook is believed by its signature over the raw bytes, not by a key. Whatever was taken is
answered 200, also a second time; what can never be taken gets 4xx, and the shop stops trying.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import bodies, faults
from api.doorway import request_id
from api.faults import Fault
from api.view import COMMON
from domain import programmes, purchases
from domain.purchases import Kind, Message, Shop
from infra import clock, db
from infra.db import Wall
from infra.errors import Refused

BODY_BYTES_MAX = 2 * 1024 * 1024
DELIVERY_CHARACTERS_MAX = 100
PATH = "/partner/shops/{shop}"
# What WooCommerce sends, unsigned, to see whether anybody listens.
PING = re.compile(rb"webhook_id=\d{1,10}")
STATUSES: Mapping[type[Refused], int] = {
    purchases.NoSuchShop: 404,
    purchases.BadShopSignature: 401,
    purchases.WrongShop: 403,
    purchases.BadTopic: 422,
    purchases.BadOrder: 422,
    purchases.BadCurrency: 422,
    purchases.NoPurchasePolicy: 503,
}

Read: TypeAlias = Callable[..., Sequence[Message]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one shop system writes webhooks: what its headers are called, and how to read it."""

    kind: Kind
    signature: str
    topic: str
    domain: str
    delivery: str
    read: Read


SHOPIFY = Dialect(
    Kind.SHOPIFY,
    "x-shopify-hmac-sha256",
    "x-shopify-topic",
    "x-shopify-shop-domain",
    "x-shopify-webhook-id",
    purchases.read_shopify,
)
WOOCOMMERCE = Dialect(
    Kind.WOOCOMMERCE,
    "x-wc-webhook-signature",
    "x-wc-webhook-topic",
    "x-wc-webhook-source",
    "x-wc-webhook-delivery-id",
    purchases.read_woocommerce,
)


def routes() -> Sequence[Route]:
    """Where the webhooks of shops arrive."""
    return [
        Route(f"{PATH}/shopify", _endpoint(SHOPIFY), methods=["POST"]),
        Route(f"{PATH}/woocommerce", _endpoint(WOOCOMMERCE), methods=["POST"]),
    ]


def _endpoint(dialect: Dialect) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            return _answer(200, await _heard(request, dialect))
        except Refused as refused:
            said = {"code": refused.code, "message": str(refused), "path": refused.path}
            return _answer(STATUSES[type(refused)], said)
        except Fault as fault:
            return _answer(fault.status, {"code": fault.code, "message": str(fault)})
        except (db.PostgresError, *db.Unavailable) as error:
            told = faults.hidden(error, request_id())
            return _answer(told.status, {"code": told.code, "message": str(told)})

    return endpoint


async def _heard(request: Request, dialect: Dialect) -> Mapping[str, Any]:
    """What the shop is told. Raises Refused and Fault."""
    body = await bodies.whole(request, most=BODY_BYTES_MAX)
    headers, at = request.headers, clock.now()
    signature = headers.get(dialect.signature, "")
    if dialect is WOOCOMMERCE and not signature and PING.fullmatch(body):
        return {"outcome": "HEARD"}
    async with db.reading() as tx:
        shop = await purchases.shop_by_id(_id(request), tx=tx)
        if shop.kind is not dialect.kind:
            raise purchases.NoSuchShop("there is no such shop")
        secrets = await purchases.secrets_of(shop, at=at, tx=tx)
        programme = await programmes.by_id(shop.programme, tx=tx)
    purchases.check_signature(body, signature, secrets=secrets)
    purchases.check_domain(headers.get(dialect.domain, ""), domain=shop.domain)
    messages = dialect.read(body, topic=headers.get(dialect.topic, ""))
    delivery = headers.get(dialect.delivery, "")[:DELIVERY_CHARACTERS_MAX]
    async with db.transaction(wall=Wall(programme.id, programme.book)) as tx:
        known = delivery and not await purchases.remember(shop, delivery=delivery, at=at, tx=tx)
        if known:
            return {"outcome": "KNOWN"}
        taken = await purchases.take(
            messages, source=_source(shop), programme=programme.id, at=at, tx=tx
        )
    return {"outcome": "TAKEN", "order": taken.order, "assigned": taken.member is not None}


def _source(shop: Shop) -> str:
    return f"shop:{shop.slug}"


def _id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["shop"])
    except ValueError:
        raise purchases.NoSuchShop("there is no such shop") from None


def _answer(status: int, said: Mapping[str, Any]) -> Response:
    headers = {"cache-control": COMMON["cache-control"]}
    if status == 503:
        headers["retry-after"] = "60"
    return Response(orjson.dumps(said), status, headers, "application/json")
