"""Badges over the doors: operators make and give them, members see, earn and share them, and
anybody checks what was shared."""

from typing import Any

import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, OpenBadgeCredential

from domain.operators import Role
from tests.api.test_transferring import key
from tests.support.client import Door, Person

ERRORS = "... on UserError { code path }"
WHY = 'reason: "for the season"'
CREATE = (
    "mutation ($key: ID!, $name: String!, $secret: Boolean!, $first: Quantity!) {"
    " createBadge(input: {key: $name, name: $name,"
    ' description: "Go on.", levels: ["Bronze", "Silver"], secret: $secret, rule: {'
    " metric: DISTANCE, period: LIFETIME, thresholds: [$first, 20000],"
    f" counted: {{types: [RUN]}}}}, {WHY}}}) @idempotent(key: $key)"
    " { __typename ... on CreateBadgeSuccess { badge { id key levels { name text } } } "
    + ERRORS + " } }"
)  # fmt: skip
GRANT = (
    "mutation ($key: ID!, $badge: ID!, $member: ID!, $level: Int!) {"
    f" grantBadge(input: {{badgeId: $badge, memberId: $member, level: $level, {WHY}}})"
    " @idempotent(key: $key) { __typename ... on GrantBadgeSuccess"
    " { grant { id level origin reason endedAt } } " + ERRORS + " } }"
)
REVOKE = (
    f"mutation ($id: ID!) {{ revokeBadge(input: {{grantId: $id, {WHY}}})"
    " { __typename ... on RevokeBadgeSuccess { grant { endedWhy } } " + ERRORS + " } }"
)
MINE = (
    "{ secretBadges badges { nodes { id key name level progress { reached target percent text }"
    " levels { number name text rarityPercent why { origin text } }"
    " shares { level url credential showsName } } } viewer { id } }"
)
SHARE = (
    "mutation ($id: ID!, $name: Boolean!) { shareBadge(input: {badgeId: $id, showName: $name})"
    " { __typename ... on ShareBadgeSuccess { share { level url credential showsName } } "
    + ERRORS + " } }"
)  # fmt: skip
UNSHARE = (
    "mutation ($id: ID!) { unshareBadge(input: {badgeId: $id})"
    " { __typename ... on UnshareBadgeSuccess { badge { shares { level } } } " + ERRORS + " } }"
)


async def create(door: Door, by: Person, name: str, **said: Any) -> dict[str, Any]:
    words = {"key": key(), "name": name, "secret": False, "first": 10_000, **said}
    return (await door.ask(by, CREATE, **words))["createBadge"]


async def mine(door: Door, by: Person) -> dict[str, dict[str, Any]]:
    found = await door.ask(by, MINE)
    return {one["key"]: one for one in found["badges"]["nodes"]} | {"": found}


async def test_given_a_badge_of_an_operator_when_given_shared_and_revoked_then_all_see_it(
    door: Door,
) -> None:
    marketing, support = await door.operator(Role.MARKETING), await door.operator(Role.SUPPORT)
    ada = await door.member(name="Ada L.")
    far = (await create(door, marketing, "far"))["badge"]
    hush = (await create(door, marketing, "hush", secret=True))["badge"]
    before = await mine(door, ada)
    me = before[""]["viewer"]["id"]

    said = {"badge": far["id"], "member": me, "level": 2, "key": key()}
    given_, again = [(await door.ask(support, GRANT, **said))["grantBadge"] for _ in range(2)]
    shared = (await door.ask(ada, SHARE, id=far["id"], name=True))["shareBadge"]["share"]
    after = await mine(door, ada)
    token = await fetched(door, shared["url"])
    found = await verified(door, token)
    revoked = await door.ask(support, REVOKE, id=given_["grant"]["id"])
    last = await mine(door, ada)
    gone = await door.http.get(address(door, shared["url"]))

    assert far["levels"][0] == {"name": "Bronze", "text": "10 km; counted: runs"}
    assert (before.keys(), before[""]["secretBadges"]) == ({"far", ""}, 1)
    assert before["far"]["progress"] == {
        "reached": 0,
        "target": 10_000,
        "percent": 0,
        "text": "0 m of 10 km",
    }
    assert given_ == again
    assert after["far"]["level"] == 2
    assert after["far"]["levels"][1]["why"] == [
        {"origin": "OPERATOR", "text": "Given by hand: for the season"}
    ]
    assert after["far"]["shares"] == [shared]
    assert (token, found.identifiers[0].identity_hash) == (shared["credential"], "Ada L.")
    assert revoked["revokeBadge"]["grant"]["endedWhy"] == "OPERATOR"
    assert (last["far"]["level"], last["far"]["shares"], gone.status_code) == (0, [], 410)
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        await verified(door, token)
    assert (await door.ask(ada, SHARE, id=hush["id"], name=False))["shareBadge"] == {
        "__typename": "RequestRefused",
        "code": "NO_SUCH_BADGE",
        "path": None,
    }


async def test_given_a_shared_badge_when_unshared_then_it_is_gone_and_the_public_pages_stay(
    door: Door,
) -> None:
    boss, ada = await door.operator(), await door.member()
    far = (await create(door, boss, "further", first=1))["badge"]
    me = (await mine(door, ada))[""]["viewer"]["id"]
    await door.ask(boss, GRANT, badge=far["id"], member=me, level=1, key=key())
    shared = (await door.ask(ada, SHARE, id=far["id"], name=False))["shareBadge"]["share"]
    home = shared["url"].partition("/credentials/")[0]

    pages = {
        page: await door.http.get(address(door, f"{home}/{page}"))
        for page in ("did.json", "issuer", "jwks.json", "achievements/further/1", "status/0",
                     "achievements/further/3", "achievements/none/1", "status/1",
                     "credentials/00000000-0000-7000-8000-000000000000",
                     "achievements/%00/1", f"achievements/further/{10**30}", f"status/{10**30}",
                     "../%00/issuer")
    }  # fmt: skip
    ended = await door.ask(ada, UNSHARE, id=far["id"])
    gone = await door.http.get(address(door, shared["url"]))

    assert [page.status_code for page in pages.values()] == [200] * 5 + [404] * 8
    assert pages["status/0"].headers["content-type"] == "application/vc+jwt"
    assert pages["jwks.json"].json()["keys"][0].keys() == {"kty", "crv", "x", "kid", "use", "alg"}
    assert pages["issuer"].json()["type"] == ["Profile"]
    told = pages["achievements/further/1"].json()
    assert (told["name"], told["criteria"]) == (
        "further (Bronze)",
        {"narrative": "1 m; counted: runs."},
    )
    assert ended["unshareBadge"]["badge"]["shares"] == []
    assert gone.status_code == 410


REFUSED = {
    "a taken key": ({"name": "taken"}, "BADGE_KEY_TAKEN", ["input", "key"]),
    "a bad key": ({"name": "Taken"}, "BAD_BADGE", ["input", "key"]),
    "thresholds that fall": (
        {"name": "fresh", "first": 20_001},
        "BAD_BADGE",
        ["input", "rule", "thresholds"],
    ),
}


async def test_given_unsound_drafts_when_created_then_each_is_refused_with_its_place(
    door: Door,
) -> None:
    boss = await door.operator()
    await create(door, boss, "taken")

    for words, code, path in REFUSED.values():
        told = await create(door, boss, **words)

        assert (told["code"], told["path"]) == (code, path)


def address(door: Door, url: str) -> str:
    """Where this test's server has what the world finds there."""
    assert url.startswith(door.settings.public_url)
    return door.at(url.removeprefix(door.settings.public_url))


async def fetched(door: Door, url: str) -> str:
    answer = await door.http.get(address(door, url))
    assert answer.status_code == 200
    return answer.text


async def verified(door: Door, token: str) -> OpenBadgeCredential:
    """What the library's verifier says, which fetches the key and the status over HTTP."""
    root = door.settings.public_url
    issuer = OB3Verifier._decode_unverified(token)["iss"]
    home = f"{root}/badges/{issuer.rpartition(':')[2]}"
    pages = {
        f"{home}/did.json".replace("http:", "https:"): await fetched(door, f"{home}/did.json"),
        f"{home}/status/0": await fetched(door, f"{home}/status/0"),
    }
    verifier = OB3Verifier.for_issuer_did(issuer, download=lambda url: pages[url].encode())
    return verifier.verify(token, check_status=True, download=lambda url: pages[url].encode())
