"""Partners and their keys: made by operators, shown once, good for their scopes, ended at once."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import pytest
from standardwebhooks import Webhook
from starlette.requests import Request

from api.faults import Fault
from api.keys import key_id
from api.ops.partners import partner_id
from api.partner.identifying import PartnerIdentity, identify
from domain import partners
from domain.operators import Role
from domain.partners import Kind, Scope
from infra import clock, db, ids
from tests.support import given
from tests.support.client import Door, Person, System
from tests.support.documents import ERRORS

ASK = "{ viewer { name slug scopes programme { slug } } }"
KEYS = "{ viewer { keys { id prefix lastUsedAt expiresAt revokedAt replacedById } } }"
CREATE = (
    """mutation ($id: ID!, $scopes: [Scope!]!, $kind: KeyKind, $ends: DateTime, $key: ID!) {
  createPartnerKey(input: {partnerId: $id, scopes: $scopes, kind: $kind, expiresAt: $ends,
                           reason: "a new system"})
    @idempotent(key: $key) { __typename
    ... on CreatePartnerKeySuccess { secret key { id prefix kind scopes expiresAt } } """
    + ERRORS
    + " } }"
)
ROTATE = (
    "mutation ($until: DateTime, $key: ID!) { rotateKey(input: {oldUntil: $until})"
    " @idempotent(key: $key) { __typename ... on RotateKeySuccess { secret key { id scopes } } "
    + ERRORS
    + " } }"
)
# A mutation that does not look at keys by itself.
PUBLISH = (
    'mutation ($key: ID!) { publishOpportunity(input: {title: "Marshal"}) @idempotent(key: $key)'
    " { __typename " + ERRORS + " } }"
)
ON_PARTNER = (
    'mutation ($id: ID!) { %s(input: {partnerId: $id, reason: "as agreed"})'
    " { __typename " + ERRORS + " } }"
)
ON_KEY = (
    'mutation ($id: ID!) { %s(input: {keyId: $id, reason: "it leaked"})'
    " { __typename " + ERRORS + " } }"
)


def key() -> str:
    return str(ids.new(clock.now()))


async def create(door: Door, rep: Person, partner: UUID, **said: Any) -> dict[str, Any]:
    told = {"id": partner_id(partner), "scopes": ["VISITS_WRITE"], "key": key()}
    return (await door.ask(rep, CREATE, **(told | said)))["createPartnerKey"]


def of(system: System) -> partners.Partner:
    assert system.partner is not None
    return system.partner


def made(system: System) -> partners.Key:
    assert system.made is not None
    return system.made.key


async def test_given_a_partner_and_its_key_when_registered_by_a_rep_then_the_key_speaks_for_it(
    door: Door,
) -> None:
    rep = await door.operator(Role.REP)
    register = (
        'mutation ($slug: String!) { registerPartner(input: {slug: $slug, name: "Garmin",'
        ' reason: "they asked"}) { __typename ... on RegisterPartnerSuccess { partner'
        " { id slug name state keys { id } } } " + ERRORS + " } }"
    )
    slug = f"p{key()[-8:]}"

    partner = (await door.ask(rep, register, slug=slug))["registerPartner"]["partner"]
    told = await door.ask(rep, CREATE, id=partner["id"], scopes=["VISITS_WRITE"], key=key())
    secret = told["createPartnerKey"]["secret"]
    viewer = (await door.ask(System(secret), ASK))["viewer"]
    taken = (await door.ask(rep, register, slug=slug))["registerPartner"]

    assert partner == {**partner, "slug": slug, "state": "ACTIVE", "keys": []}
    assert viewer == {
        "name": "Garmin", "slug": slug, "scopes": ["VISITS_WRITE"],
        "programme": {"slug": "north"},
    }  # fmt: skip
    assert (taken["code"], taken["path"]) == ("SLUG_TAKEN", ["input", "slug"])


async def test_given_a_new_key_when_the_request_is_repeated_then_its_secret_is_not_told_again(
    door: Door,
) -> None:
    rep, garmin = await door.operator(Role.REP), await door.partner()
    used = key()

    first, again = [await create(door, rep, of(garmin).id, key=used) for _ in range(2)]

    kept = await door.given(
        lambda tx: tx.value("SELECT answer::text FROM answer WHERE key = $1::uuid", used)
    )
    secret = first["secret"].split("_")[2]
    assert again == {**first, "secret": None}
    assert secret not in kept
    assert first["key"]["prefix"] in first["secret"]


async def test_given_keys_when_operators_list_them_then_no_secret_is_in_the_answer(
    door: Door,
) -> None:
    rep, garmin = await door.operator(Role.REP), await door.partner()
    signing = await create(door, rep, of(garmin).id, kind="SIGNING")
    query = "query ($id: ID!) { partner(id: $id) { keys { id kind prefix scopes } } }"

    listed = await door.ask(rep, query, id=partner_id(of(garmin).id))

    shown = str(listed)
    assert {one["kind"] for one in listed["partner"]["keys"]} == {"BEARER", "SIGNING"}
    assert signing["secret"].startswith("whsec_")
    assert signing["secret"].removeprefix("whsec_") not in shown
    assert garmin.token.split("_")[2] not in shown


REFUSED = [
    ({"id": "x", "scopes": [], "ends": "2001-01-01T00:00:00Z"}, "BAD_SCOPES", "scopes"),
    ({"id": "x", "ends": "2001-01-01T00:00:00Z"}, "BAD_EXPIRY", "expiresAt"),
    ({"id": "x"}, "NO_SUCH_PARTNER", "partnerId"),
]


@pytest.mark.parametrize(("said", "code", "path"), REFUSED)
async def test_given_a_fault_when_making_a_key_then_it_is_refused(
    door: Door, said: dict[str, Any], code: str, path: str
) -> None:
    rep, garmin = await door.operator(Role.REP), await door.partner()

    refused = await create(door, rep, of(garmin).id, **said)

    assert (refused["code"], refused["path"]) == (code, ["input", path])


async def test_given_a_partner_of_another_programme_when_named_then_it_is_not_there(
    door: Door,
) -> None:
    rep, foreign = await door.operator(Role.REP), await door.partner(programme="south")
    id = partner_id(of(foreign).id)

    made_for = await create(door, rep, of(foreign).id)
    looked = await door.ask(rep, "query ($id: ID!) { partner(id: $id) { id } }", id=id)
    verbs = ("suspendPartner", "resumePartner")
    codes = [(await door.ask(rep, ON_PARTNER % verb, id=id))[verb]["code"] for verb in verbs]
    on_keys = ("revokePartnerKey", "rotatePartnerKey")
    foreign_key = key_id(made(foreign).id)
    for verb in on_keys:
        codes.append((await door.ask(rep, ON_KEY % verb, id=foreign_key))[verb]["code"])

    assert made_for["code"] == "NO_SUCH_PARTNER"
    assert looked == {"partner": None}
    assert codes == ["NO_SUCH_PARTNER"] * 2 + ["NO_SUCH_KEY"] * 2
    assert (await door.ask(foreign, ASK))["viewer"]["programme"]["slug"] == "south"


@pytest.mark.parametrize("end", ["revokePartnerKey", "suspendPartner"])
async def test_given_a_key_when_it_is_ended_then_the_next_request_is_unauthenticated(
    door: Door, end: str
) -> None:
    rep, garmin = await door.operator(Role.REP), await door.partner()
    if end == "revokePartnerKey":
        await door.ask(rep, ON_KEY % end, id=key_id(made(garmin).id))
    else:
        await door.ask(rep, ON_PARTNER % end, id=partner_id(of(garmin).id))

    response = await door.post({"query": ASK}, by=garmin)

    assert response.status_code == 401
    assert "invalid_token" in response.headers["www-authenticate"]
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_given_a_key_that_is_revoked_while_its_request_comes_in_then_nothing_is_done(
    door: Door,
) -> None:
    garmin = await door.partner()
    body = orjson.dumps({"query": PUBLISH, "variables": {"key": key()}})

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:20]
        for _ in range(500):
            if await used_at(door, garmin) is not None:
                break
            await asyncio.sleep(0.01)
        await door.given(
            lambda tx: partners.revoke(
                made(garmin).id, programme=of(garmin).programme, at=clock.now(), tx=tx
            )
        )
        yield body[20:]

    headers = {**garmin.headers, "content-type": "application/json"}
    response = await door.http.post(door.at(garmin.path), content=slowly(), headers=headers)

    assert response.status_code == 200
    assert response.json()["data"]["publishOpportunity"]["code"] == "KEY_CLOSED"


async def used_at(door: Door, system: System) -> datetime | None:
    return await door.given(
        lambda tx: tx.value("SELECT last_used_at FROM partner_key WHERE id = $1", made(system).id)
    )


async def identified(door: Door, system: System) -> PartnerIdentity | None:
    """Who the plain HTTP routes take a request of that system for."""
    headers = [(b"authorization", f"Bearer {system.token}".encode())]
    return await taken(door, headers)


async def taken(
    door: Door, headers: list[tuple[bytes, bytes]], *, query: str = "", body: bytes = b""
) -> PartnerIdentity | None:
    async def read() -> bytes:
        return body

    async def ask() -> PartnerIdentity | None:
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/partner/activities",
            "query_string": query.encode(),
            "headers": headers,
        }
        try:
            return await identify(Request(scope), body=read)
        except Fault as fault:
            return {401: None}[fault.status]

    return await asyncio.create_task(ask(), context=door.context.copy())


async def test_given_a_batch_when_its_key_is_revoked_midway_then_the_rest_can_see_it(
    door: Door,
) -> None:
    garmin = await door.partner()
    who = await identified(door, garmin)
    assert who is not None
    seen = []

    async def batch() -> None:
        async with db.transaction(wall=who.wall) as tx:
            seen.append(await partners.still_valid(who.key, at=clock.now(), tx=tx))
            async with db.reading() as other:
                await partners.revoke(
                    who.key, programme=of(garmin).programme, at=clock.now(), tx=other
                )
            seen.append(await partners.still_valid(who.key, at=clock.now(), tx=tx))

    await asyncio.create_task(batch(), context=door.context.copy())

    assert seen == [True, False]


BODY = b'{"specversion":"1.0"}'


async def test_given_a_signed_request_when_identified_then_the_signer_is_known_by_its_scopes(
    door: Door,
) -> None:
    home = await door.programme()
    partner, signing = await door.given(
        lambda tx: given.a_partner(home, Scope.ORDERS_WRITE, kind=Kind.SIGNING, tx=tx)
    )
    now = clock.now()
    signature = Webhook(signing.secret).sign("msg_1", now, BODY.decode())
    headers = [
        (b"webhook-id", b"msg_1"),
        (b"webhook-timestamp", str(int(now.timestamp())).encode()),
        (b"webhook-signature", signature.encode()),
    ]
    query = f"partner={partner.id}"

    who = await taken(door, headers, query=query, body=BODY)
    altered = await taken(door, headers, query=query, body=BODY + b" ")
    unnamed = await taken(door, headers, body=BODY)
    nobody = await taken(door, headers, query=f"partner={UUID(int=0)}", body=BODY)
    nameless = await taken(door, headers, query="partner=x", body=BODY)

    assert who is not None
    assert (who.partner, who.programme, who.key) == (partner, home, signing.key.id)
    assert who.scopes == {Scope.ORDERS_WRITE}
    assert [altered, unnamed, nobody, nameless] == [None] * 4
    who.check(Scope.ORDERS_WRITE)
    with pytest.raises(Fault) as fault:
        who.check(Scope.VISITS_WRITE)
    assert (fault.value.status, fault.value.code) == (403, "NOT_PERMITTED")


async def test_given_a_signing_secret_when_sent_as_a_bearer_key_then_it_is_none(
    door: Door,
) -> None:
    home = await door.programme()
    _, signing = await door.given(lambda tx: given.a_partner(home, kind=Kind.SIGNING, tx=tx))
    raw = base64.b64decode(signing.secret.removeprefix("whsec_"))

    for text in (signing.secret, raw.hex(), signing.key.id):
        assert (await door.post({"query": ASK}, by=System(text))).status_code == 401


async def test_given_its_own_key_when_a_partner_rotates_it_then_both_work_until_the_old_one_ends(
    door: Door,
) -> None:
    garmin = await door.partner(Scope.KEYS_ROTATE, Scope.VISITS_WRITE)
    used = key()

    first = (await door.ask(garmin, ROTATE, key=used))["rotateKey"]
    repeated = (await door.ask(garmin, ROTATE, key=used))["rotateKey"]
    again = (await door.ask(garmin, ROTATE, key=key()))["rotateKey"]
    new = System(first["secret"])
    old_sees, new_sees = [await door.ask(one, KEYS) for one in (garmin, new)]

    assert first["key"]["scopes"] == ["KEYS_ROTATE", "VISITS_WRITE"]
    assert repeated == {**first, "secret": None}
    assert again["code"] == "KEY_REPLACED"
    assert len(new_sees["viewer"]["keys"]) == 2
    assert old_sees["viewer"]["keys"][-1]["replacedById"] == first["key"]["id"]


async def test_given_a_key_without_the_scope_when_reading_or_rotating_then_only_that_is_refused(
    door: Door,
) -> None:
    garmin = await door.partner(Scope.VISITS_WRITE)

    read = await door.answer(garmin, "{ viewer { name keys { id } } }")
    rotated = (await door.ask(garmin, ROTATE, key=key()))["rotateKey"]

    assert read["data"] == {"viewer": {"name": "Partner", "keys": None}}
    (error,) = read["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["viewer", "keys"], "NOT_PERMITTED")
    assert rotated["code"] == "SCOPE_MISSING"
