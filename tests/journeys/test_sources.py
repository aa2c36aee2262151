"""What is no sport becomes points: a shop's order and its refund, hours of a volunteer, a file of
a meter, a link that a stranger opens; each from its source to the member's statement."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from infra import clock
from tests.domain.energy.meter_words import HALF_HOUR_S, green_button
from tests.domain.purchases.shop_words import body, shopify_line, shopify_refund
from tests.journeys.living import Laurel
from tests.journeys.test_walk import Phone, key
from tests.support.waiting import until

SECRET = "a-secret-of-the-shop"
DOMAIN = "journey.myshopify.com"
ZONE = ZoneInfo("Europe/Vienna")
# What each kind earns here: points, for so many of its unit.
RULES = {"PURCHASE": (1, 100), "VOLUNTEERING": (10, 3600), "ENERGY": (1, 100), "SHARE": (7, 1)}

VIEWER = """
{ viewer { points { available } statement(first: 10) {
  nodes { kind amount activity { type state } }
} } }
"""
NUMBER = "{ viewer { loyaltyNumber } }"


@pytest.fixture(scope="module")
def earning(laurel: Laurel) -> Laurel:
    """The living programme, with rules for these kinds, and points at once."""
    for kind, (points, per) in RULES.items():
        measure = ["--measure", "QUANTITY", "--points", str(points), "--per", str(per)]
        laurel.run("rules", "set", kind, *measure, "--day-max", "5000")
    laurel.run("rules", "maturity", "VERIFIED", "--hours", "0")
    return laurel


async def asked(
    laurel: Laurel, http: httpx.AsyncClient, path: str, token: str, query: str, **variables: Any
) -> Any:
    """What somebody is answered at another endpoint."""
    response = await http.post(
        laurel.url.replace("/graphql", path),
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {token}"},
    )
    answer = response.json()
    assert "errors" not in answer, answer
    return answer["data"]


def administrator(laurel: Laurel) -> str:
    """The token of an operator who may do everything."""
    email = "sources@verde.example"
    known = [one["email"] for one in laurel.run("operator", "list")]
    if email not in known:
        laurel.run("operator", "invite", email, "--name", "Omar", "--role", "ADMIN")
    return str(laurel.run("operator", "token", email)["token"])


async def operated(laurel: Laurel, http: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    return await asked(laurel, http, "/ops/graphql", administrator(laurel), query, **variables)


async def entries(who: Phone, kind: str) -> list[tuple[str, int]]:
    """The newest entries of the statement that activities of that kind made."""
    nodes = (await who.ask(VIEWER))["viewer"]["statement"]["nodes"]
    return [
        (node["kind"], node["amount"])
        for node in nodes
        if node["activity"] and node["activity"]["type"] == kind
    ]


async def arrived(who: Phone, kind: str, count: int) -> list[tuple[str, int]]:
    async def there() -> bool:
        return len(await entries(who, kind)) >= count

    await until(there, seconds=60)
    return await entries(who, kind)


OPEN_SHOP = """
mutation ($domain: String!) {
  openShop(input: {slug: "journey", kind: SHOPIFY, domain: $domain, reason: "A journey"}) {
    ... on OpenShopSuccess { shop { id webhookPath } } ... on UserError { code }
  }
}
"""
READY_SHOP = """
mutation ($shop: ID!, $secret: String!) {
  addShopSecret(input: {shopId: $shop, secret: $secret, reason: "A journey"}) { __typename }
  setPurchasePolicy(input: {currency: "EUR", reason: "A journey"}) { __typename }
}
"""


async def send(
    laurel: Laurel, http: httpx.AsyncClient, path: str, topic: str, said: Mapping[str, Any]
) -> Any:
    content = body(said)
    made = hmac.new(SECRET.encode(), content, hashlib.sha256).digest()
    answer = await http.post(
        laurel.url.replace("/graphql", path),
        content=content,
        headers={
            "x-shopify-topic": topic,
            "x-shopify-shop-domain": DOMAIN,
            "x-shopify-webhook-id": key(),
            "x-shopify-hmac-sha256": base64.b64encode(made).decode(),
        },
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_order_earns_and_its_refund_takes_back_what_it_earned(earning: Laurel) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        ada = Phone(earning, earning.token("ada"), http)
        number = (await ada.ask(NUMBER))["viewer"]["loyaltyNumber"]
        shop = (await operated(earning, http, OPEN_SHOP, domain=DOMAIN))["openShop"]["shop"]
        await operated(earning, http, READY_SHOP, shop=shop["id"], secret=SECRET)
        at = (clock.now() - timedelta(hours=1)).isoformat()
        order = {
            "id": 9001,
            "created_at": at,
            "updated_at": at,
            "financial_status": "paid",
            "currency": "EUR",
            "note_attributes": [{"name": "loyalty_number", "value": number}],
            "line_items": [shopify_line(1, price="20.00", quantity=2)],
        }
        refund = shopify_refund(1, (1, 1)) | {"order_id": 9001}

        taken = await send(earning, http, shop["webhookPath"], "orders/paid", order)
        earned = await arrived(ada, "PURCHASE", 1)
        await send(earning, http, shop["webhookPath"], "refunds/create", refund)
        await send(earning, http, shop["webhookPath"], "orders/paid", order)

        async def settled() -> bool:
            return sum(amount for _, amount in await entries(ada, "PURCHASE")) == 20

        await until(settled, seconds=60)

    assert taken == {"outcome": "TAKEN", "order": "9001", "assigned": True}
    assert earned == [("EARNED", 40)]


PUBLISH = """
mutation { publishOpportunity(input: {title: "River day"}) {
  ... on PublishOpportunitySuccess { opportunityId }
} }
"""
ADD_SHIFT = """
mutation ($id: ID!, $from: DateTime!, $to: DateTime!) {
  addShift(input: {opportunityId: $id, startsAt: $from, endsAt: $to}) {
    ... on AddShiftSuccess { shift { id } } ... on UserError { code message }
  }
}
"""
CLAIM = """
mutation ($shift: ID!) { claimHours(input: {shiftId: $shift, minutes: 120}) {
  ... on ClaimHoursSuccess { hours { id state } } ... on UserError { code message }
} }
"""
CONFIRM = """
mutation ($hours: ID!, $key: ID!) {
  confirmHours(input: {hoursId: $hours}) @idempotent(key: $key) {
    ... on ConfirmHoursSuccess { hours { state minutes } } ... on UserError { code message }
  }
}
"""


async def test_hours_earn_once_the_organiser_has_confirmed_them(earning: Laurel) -> None:
    earning.run("partner", "register", "riverkeepers", "--name", "Riverkeepers")
    made = earning.run("partner", "key", "riverkeepers", "--scope", "VOLUNTEERING_WRITE")
    token = str(made.get("secret") or made.get("key"))
    starts = clock.now() - timedelta(hours=30)
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:

        async def organised(query: str, **said: Any) -> Any:
            return await asked(earning, http, "/partner/graphql", token, query, **said)

        clara = Phone(earning, earning.token("clara"), http)
        id = (await organised(PUBLISH))["publishOpportunity"]["opportunityId"]
        times = {"from": starts.isoformat(), "to": (starts + timedelta(hours=2)).isoformat()}
        shift = (await organised(ADD_SHIFT, id=id, **times))["addShift"]["shift"]["id"]
        claimed = (await clara.ask(CLAIM, shift=shift))["claimHours"]["hours"]

        confirmed = await organised(CONFIRM, hours=claimed["id"], key=key())
        earned = await arrived(clara, "VOLUNTEERING", 1)

    assert claimed["state"] == "CLAIMED"
    assert confirmed["confirmHours"]["hours"] == {"state": "CONFIRMED", "minutes": 120}
    assert earned == [("EARNED", 20)]


UPLOAD = """
mutation ($file: Upload!) { uploadEnergyFile(input: {file: $file}) {
  ... on UploadEnergyFileSuccess { file { state } } ... on UserError { code message }
} }
"""
FILES = "{ energyFiles(first: 1) { nodes { state fault halfHours } } }"
PROOFS = "{ viewer { statement(first: 20) { nodes { activity { type proof } } } } }"


async def test_a_file_of_a_meter_earns_what_a_day_used_less_than_usual(earning: Laurel) -> None:
    today = clock.now().astimezone(ZONE).date()
    saver = today - timedelta(days=3)
    first = datetime.combine(today - timedelta(days=60), time(), UTC)
    last = datetime.combine(today - timedelta(days=1), time(), UTC)
    starts = range(int(first.timestamp()), int(last.timestamp()), HALF_HOUR_S)
    used = {s: 200 if datetime.fromtimestamp(s, ZONE).date() == saver else 300 for s in starts}
    operations = {"query": UPLOAD, "variables": {"file": None}}
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        token = earning.token("ada")
        ada = Phone(earning, token, http)

        answer = await http.post(
            earning.url,
            data={"operations": json.dumps(operations), "map": '{"0": ["variables.file"]}'},
            files={"0": ("meter.xml", green_button(list(used.items())))},
            headers={"authorization": f"Bearer {token}"},
        )
        earned = await arrived(ada, "ENERGY", 1)
        (file,) = (await ada.ask(FILES))["energyFiles"]["nodes"]
        nodes = (await ada.ask(PROOFS))["viewer"]["statement"]["nodes"]
        proofs = {
            node["activity"]["type"]: node["activity"]["proof"]
            for node in nodes
            if node["activity"]
        }

    assert answer.json()["data"]["uploadEnergyFile"]["file"]["state"] == "WAITING"
    assert file == {"state": "READ", "fault": None, "halfHours": len(used)}
    assert earned == [("EARNED", 48)]
    assert proofs["ENERGY"] == "CLAIMED"  # Nobody signed the file.


REGISTER = """
mutation { registerShareTarget(input: {
  title: "Spring", url: "https://shop.example.com/spring", reason: "A journey"
}) { ... on RegisterShareTargetSuccess { target { id } } ... on UserError { code } } }
"""
SHARE = """
mutation ($target: ID!) { makeShareLink(input: {targetId: $target}) {
  ... on MakeShareLinkSuccess { link { path } } ... on UserError { code }
} }
"""


async def test_a_link_earns_when_a_stranger_opens_it(earning: Laurel) -> None:
    browser = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko Firefox/131.0"}
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        ada = Phone(earning, earning.token("ada"), http)
        target = (await operated(earning, http, REGISTER))["registerShareTarget"]["target"]["id"]
        link = (await ada.ask(SHARE, target=target))["makeShareLink"]["link"]["path"]

        opened = await http.get(earning.url.replace("/graphql", link), headers=browser)
        again = await http.get(earning.url.replace("/graphql", link), headers=browser)
        earned = await arrived(ada, "SHARE", 1)

    assert (opened.status_code, again.status_code) == (302, 302)
    assert opened.headers["location"] == "https://shop.example.com/spring"
    assert earned == [("EARNED", 7)]
