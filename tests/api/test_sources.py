"""Shops, organisers and shared links over the door."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from domain import members
from infra import clock, ids
from tests.domain.purchases.shop_words import body, shopify_order, shopify_refund, woo_order
from tests.support.client import Door, Person, Staff

SECRET = "shpss_0123456789"
DOMAIN = "verde.myshopify.com"
OPEN_SHOP = """
mutation ($slug: String!, $kind: ShopKind!, $domain: String!) {
  openShop(input: {slug: $slug, kind: $kind, domain: $domain, reason: "A test"}) {
    __typename ... on OpenShopSuccess { shop { id webhookPath } } ... on UserError { code path }
  }
}
"""
ADD_SECRET = """
mutation ($shop: ID!, $secret: String!) {
  addShopSecret(input: {shopId: $shop, secret: $secret, reason: "A test"}) {
    __typename ... on UserError { code path }
  }
}
"""
SET_POLICY = """
mutation ($currency: String!) {
  setPurchasePolicy(input: {currency: $currency, reason: "A test"}) {
    __typename ... on SetPurchasePolicySuccess { policy { currency taxes shipping } }
    ... on UserError { code path }
  }
}
"""


def key() -> str:
    return str(ids.new(clock.now()))


def signed(content: bytes, secret: str = SECRET) -> str:
    made = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return base64.b64encode(made).decode()


class Shop:
    """A shop at our door."""

    def __init__(self, door: Door, path: str, slug: str) -> None:
        self.door, self.path, self.slug = door, path, slug

    async def send(self, content: bytes, topic: str = "orders/paid", **more: str) -> httpx.Response:
        headers = {
            "x-shopify-topic": topic,
            "x-shopify-shop-domain": DOMAIN,
            "x-shopify-webhook-id": key(),
            "x-shopify-hmac-sha256": signed(content),
            "content-type": "application/json",
        } | {name.replace("_", "-"): value for name, value in more.items()}
        return await self.door.http.post(self.door.at(self.path), content=content, headers=headers)


async def a_shop(door: Door, *, kind: str = "SHOPIFY", domain: str = DOMAIN) -> tuple[Shop, Staff]:
    """A shop with a secret, in a programme of its own that counts euros."""
    slug = f"p{key()[-12:]}"
    boss = await door.operator(programme=slug)
    said = {"slug": "verde", "kind": kind, "domain": domain}
    opened = (await door.ask(boss, OPEN_SHOP, **said))["openShop"]["shop"]
    await door.ask(boss, ADD_SECRET, shop=opened["id"], secret=SECRET)
    await door.ask(boss, SET_POLICY, currency="EUR")
    return Shop(door, opened["webhookPath"], slug), boss


async def linked(door: Door, shop: Shop, ref: str = "501") -> Person:
    ada = await door.member(shop.slug)
    at = clock.now()
    await door.given(lambda tx: members.link(ada.me, source="shop:verde", ref=ref, at=at, tx=tx))
    return ada


async def test_given_a_shop_when_it_sends_an_order_and_a_refund_then_both_are_taken_once(
    door: Door,
) -> None:
    shop, _ = await a_shop(door)
    await linked(door, shop)
    order, refund = body(shopify_order(minutes=1)), body(shopify_refund(31, (1, 1)))

    first = await shop.send(order, x_shopify_webhook_id="one")
    again = await shop.send(order, x_shopify_webhook_id="one")
    back = await shop.send(refund, "refunds/create")

    taken = {"outcome": "TAKEN", "order": "7001", "assigned": True}
    assert (first.status_code, first.json()) == (200, taken)
    assert (again.status_code, again.json()) == (200, {"outcome": "KNOWN"})
    assert back.json() == taken


async def test_given_woocommerce_when_it_pings_and_sends_then_it_is_answered(door: Door) -> None:
    shop, _ = await a_shop(door, kind="WOOCOMMERCE", domain="tea.example.com")
    content = body(woo_order(minutes=1))

    ping = await door.http.post(door.at(shop.path), content=b"webhook_id=17")
    heard = await door.http.post(
        door.at(shop.path),
        content=content,
        headers={
            "x-wc-webhook-topic": "order.updated",
            "x-wc-webhook-source": "https://www.tea.example.com/",
            "x-wc-webhook-delivery-id": "d1",
            "x-wc-webhook-signature": signed(content),
        },
    )

    assert ping.json() == {"outcome": "HEARD"}
    assert heard.json() == {"outcome": "TAKEN", "order": "812", "assigned": False}


ORDER = body(shopify_order(minutes=1))
WEBHOOKS: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "no signature": (ORDER, {"x_shopify_hmac_sha256": ""}, 401, "BAD_SIGNATURE"),
    "another secret": (
        ORDER,
        {"x_shopify_hmac_sha256": signed(ORDER, "another-secret")},
        401,
        "BAD_SIGNATURE",
    ),
    "another body": (
        ORDER + b" ",
        {"x_shopify_hmac_sha256": signed(ORDER)},
        401,
        "BAD_SIGNATURE",
    ),
    "hex for base64": (
        ORDER,
        {"x_shopify_hmac_sha256": hashlib.sha256(ORDER).hexdigest()},
        401,
        "BAD_SIGNATURE",
    ),
    "another shop": (ORDER, {"x_shopify_shop_domain": "evil.myshopify.com"}, 403, "WRONG_SHOP"),
    "no shop": (ORDER, {"x_shopify_shop_domain": ""}, 403, "WRONG_SHOP"),
    "a broken host": (ORDER, {"x_shopify_shop_domain": "[::1"}, 403, "WRONG_SHOP"),
    "another topic": (ORDER, {"x_shopify_topic": "products/update"}, 422, "BAD_TOPIC"),
    "no order": (b"[]", {}, 422, "BAD_ORDER"),
    "too large": (b" " * (2 * 1024 * 1024 + 1), {}, 413, "PAYLOAD_TOO_LARGE"),
}


@pytest.mark.parametrize("name", WEBHOOKS)
async def test_given_a_bad_webhook_when_sent_then_it_is_refused(door: Door, name: str) -> None:
    content, headers, status, code = WEBHOOKS[name]
    shop, _ = await a_shop(door)

    answer = await shop.send(content, **headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_given_an_address_of_no_shop_or_of_another_kind_when_sent_then_there_is_none(
    door: Door,
) -> None:
    shop, _ = await a_shop(door)
    others = ["/partner/shops/nobody/shopify", shop.path.replace("shopify", "woocommerce")]

    answers = [await door.http.post(door.at(path), content=ORDER) for path in others]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_given_a_rotated_secret_when_both_sign_then_both_are_believed(door: Door) -> None:
    shop, boss = await a_shop(door)
    shops = "{ shops { nodes { id domain open } } }"
    (found,) = (await door.ask(boss, shops))["shops"]["nodes"]
    await door.ask(boss, ADD_SECRET, shop=found["id"], secret="a-new-secret")

    old = await shop.send(ORDER)
    new = await shop.send(ORDER, x_shopify_hmac_sha256=signed(ORDER, "a-new-secret"))

    assert (old.status_code, new.status_code) == (200, 200)


async def test_given_a_webhook_that_could_not_be_taken_when_it_comes_again_then_it_is(
    door: Door,
) -> None:
    slug = f"p{key()[-12:]}"
    boss = await door.operator(programme=slug)
    said = {"slug": "verde", "kind": "SHOPIFY", "domain": DOMAIN}
    opened = (await door.ask(boss, OPEN_SHOP, **said))["openShop"]["shop"]
    await door.ask(boss, ADD_SECRET, shop=opened["id"], secret=SECRET)
    shop = Shop(door, opened["webhookPath"], slug)

    early = await shop.send(ORDER, x_shopify_webhook_id="one")
    await door.ask(boss, SET_POLICY, currency="EUR")
    later = await shop.send(ORDER, x_shopify_webhook_id="one")

    assert (early.status_code, early.json()["code"]) == (503, "NO_PURCHASE_POLICY")
    # What was undone with its transaction was not remembered as taken.
    assert later.json()["outcome"] == "TAKEN"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"slug": "X"}, "BAD_SHOP"),
        ({"domain": "https://verde.example.com/"}, "BAD_SHOP"),
        ({"domain": "verde"}, "BAD_SHOP"),
        ({}, "SHOP_TAKEN"),
    ],
)
async def test_given_a_bad_shop_when_opened_then_it_is_refused(
    door: Door, said: dict[str, Any], code: str
) -> None:
    _, boss = await a_shop(door)

    refused = await door.ask(
        boss, OPEN_SHOP, **({"slug": "verde", "kind": "SHOPIFY", "domain": DOMAIN} | said)
    )

    assert refused["openShop"]["code"] == code


async def test_given_no_currency_of_the_world_when_set_then_it_is_refused(door: Door) -> None:
    boss = await door.operator()

    refused = await door.ask(boss, SET_POLICY, currency="EURO")

    assert refused["setPurchasePolicy"]["code"] == "BAD_CURRENCY"


REPORT = """
mutation ($input: ReportOrderInput!, $key: ID!) {
  reportOrder(input: $input) @idempotent(key: $key) {
    __typename ... on ReportOrderSuccess { order { orderId assigned countedMinor } }
    ... on UserError { code path }
  }
}
"""


def an_order(ref: str, **more: Any) -> dict[str, Any]:
    at = clock.now().isoformat()
    line = {"id": "1", "quantity": 2, "net": "19.90", "tax": "3.98"}
    return {
        "orderId": "A1",
        "updatedAt": at,
        "orderedAt": at,
        "payment": "PAID",
        "currency": "EUR",
        "memberRef": ref,
        "lines": [line],
    } | more


async def test_given_a_partner_when_it_reports_an_order_then_it_counts_for_the_member(
    door: Door,
) -> None:
    shop, _ = await a_shop(door)
    ada = await door.member(shop.slug)
    system = await door.partner(programme=shop.slug)
    refund = {"id": "r1", "lines": [{"lineId": "1", "quantity": 1}]}
    said = an_order(ada.me.external_ref)

    told = (await door.ask(system, REPORT, input=said, key=key()))["reportOrder"]
    back = await door.ask(system, REPORT, input=said | {"refunds": [refund]}, key=key())
    bad = await door.ask(system, REPORT, input=said | {"lines": [{"id": "1", "quantity": -1,
                         "net": "1"}]}, key=key())  # fmt: skip

    assert told["order"] == {"orderId": "A1", "assigned": True, "countedMinor": 1990}
    assert back["reportOrder"]["order"]["countedMinor"] == 995
    assert (bad["reportOrder"]["code"], bad["reportOrder"]["path"]) == (
        "BAD_ORDER",
        ["input", "lines"],
    )


REGISTER = """
mutation ($url: String!) {
  registerShareTarget(input: {title: "Spring", url: $url, reason: "A test"}) {
    __typename ... on RegisterShareTargetSuccess { target { id } } ... on UserError { code path }
  }
}
"""
SHARE = """
mutation ($target: ID!) {
  makeShareLink(input: {targetId: $target}) {
    __typename ... on MakeShareLinkSuccess { link { path ownPath openings } }
    ... on UserError { code path }
  }
}
"""
LINKS = "{ shareLinks { nodes { openings title } } shareTargets { nodes { title url } } }"
PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130 Mobile"}


async def test_given_a_link_when_it_is_opened_then_strangers_count_and_its_member_does_not(
    door: Door,
) -> None:
    slug = f"p{key()[-12:]}"
    boss, ada = await door.operator(programme=slug), await door.member(slug)
    url = "https://shop.example.com/spring"
    made = (await door.ask(boss, REGISTER, url=url))["registerShareTarget"]
    link = (await door.ask(ada, SHARE, target=made["target"]["id"]))["makeShareLink"]["link"]

    async def openings() -> int:
        return (await door.ask(ada, LINKS))["shareLinks"]["nodes"][0]["openings"]

    async with httpx.AsyncClient(headers=PHONE, trust_env=False) as own:
        first = await own.get(door.at(link["ownPath"]))
        await own.get(door.at(link["path"]))
        assert await openings() == 0
    async with httpx.AsyncClient(headers=PHONE, trust_env=False) as stranger:
        await stranger.head(door.at(link["path"]))
        assert await openings() == 0
        opened = await stranger.get(door.at(link["path"]))
        await stranger.get(door.at(link["path"]))
    elsewhere = await door.http.get(door.at(f"{link['path']}?url=https://evil.example"))
    missing = await door.http.get(door.at("/s/aaaaaaaaaaaa"))

    assert (first.status_code, opened.status_code, opened.headers["location"]) == (302, 302, url)
    assert await openings() == 1
    assert elsewhere.headers["location"] == url
    assert missing.status_code == 404
    cookie = opened.headers["set-cookie"]
    assert cookie.startswith("laurel_seen=1;")
    assert f"Path={urlsplit(link['path']).path}" in cookie
    assert "httponly" in cookie.lower()


async def test_given_a_bad_target_when_registered_or_shared_then_it_is_refused(door: Door) -> None:
    boss, ada = await door.operator(), await door.member()

    bad = await door.ask(boss, REGISTER, url="http://shop.example.com")
    unknown = await door.ask(ada, SHARE, target="zzz")

    assert bad["registerShareTarget"]["code"] == "BAD_SHARE_TARGET"
    assert unknown["makeShareLink"]["code"] == "NO_SUCH_SHARE_TARGET"


REGISTER_SURVEY = """
mutation ($ends: DateTime!, $key: ID!) {
  registerSurvey(input: {title: "Shoes", url: "https://example.com/shoes", closesAt: $ends%s})
  @idempotent(key: $key) { ... on RegisterSurveySuccess { secret survey { id } } }
}
"""
KEPT = "SELECT answer::text FROM answer WHERE key = $1::uuid"


@pytest.mark.parametrize(("who", "more"), [("operator", ', reason: "we ask"'), ("partner", "")])
async def test_given_a_new_survey_when_the_request_is_repeated_then_its_secret_is_not_told_again(
    door: Door, who: str, more: str
) -> None:
    by = await (door.operator() if who == "operator" else door.partner())
    said = {"ends": (clock.now() + timedelta(days=30)).isoformat(), "key": key()}

    document = REGISTER_SURVEY % more

    first, again = [(await door.ask(by, document, **said))["registerSurvey"] for _ in range(2)]

    kept = await door.given(lambda tx: tx.value(KEPT, said["key"]))
    assert again == {**first, "secret": None}
    assert first["secret"] not in kept
