"""A share counts when a stranger opens it: not its member, no program, nobody twice."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain import activities, sharing
from domain.members import Member
from domain.sharing import Link, Opened, Visit
from domain.sharing.opening import MEMBER_DAY_MAX, NETWORK_DAY_MAX, forget
from domain.sharing.strangers import hashes, is_stranger, network_of
from infra import db, ids
from infra.db import Tx
from tests.support import databases, given
from tests.support.servers import Postgres

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
URL = "https://shop.example.com/spring?from=friends"


def visit(address: str = "192.0.2.7", *, agent: str = PHONE, **more: Any) -> Visit:
    headers = {"user-agent": agent} | more.pop("headers", {})
    return Visit(more.pop("method", "GET"), address, headers, more.pop("known", False))


async def a_link(tx: Tx, *, member: Member | None = None) -> tuple[Member, Link]:
    """A member's link to a campaign."""
    home = None if member else await given.a_programme(tx=tx)
    ada = member or await given.a_member(home, tx=tx)  # type: ignore[arg-type]
    target = await sharing.register(
        title="Spring",
        url=URL,
        programme=ada.programme,
        id=ids.new(given.NOON),
        at=given.NOON,
        tx=tx,
    )
    return ada, await sharing.make(ada, target=target.id, at=given.NOON, tx=tx)


async def open_link(link: Link, seen: Visit, *, days: int = 0, tx: Tx) -> Opened:
    at = given.NOON + timedelta(days=days)
    return await sharing.open_link(link.code, visit=seen, at=at, tx=tx)


async def shares(ada: Member, *, tx: Tx) -> int:
    found = await activities.listed(ada, before=None, limit=100, tx=tx)
    return sum(one.quantity for one in found if one.type is activities.Type.SHARE)


async def test_given_a_link_when_a_stranger_opens_it_then_it_is_an_activity(tx: Tx) -> None:
    ada, link = await a_link(tx)

    opened = await open_link(link, visit(), tx=tx)

    (found,) = await activities.listed(ada, before=None, limit=5, tx=tx)
    assert opened == Opened(URL, counted=True)
    assert (found.type, found.quantity) == (activities.Type.SHARE, 1)
    assert found.proof is activities.Proof.VERIFIED


async def test_given_more_strangers_on_one_day_when_they_open_it_then_it_stays_one_activity(
    tx: Tx,
) -> None:
    ada, link = await a_link(tx)

    for number in range(5):
        await open_link(link, visit(f"192.0.{number}.7"), tx=tx)
    await open_link(link, visit(), days=1, tx=tx)

    (told,) = await sharing.links(ada, after=None, limit=5, tx=tx)
    assert await shares(ada, tx=tx) == 2
    assert told.openings == 6


UNCOUNTED = {
    "the member's own browser": visit(known=True),
    "a HEAD request": visit(method="HEAD"),
    "a prefetch of Chrome": visit(headers={"sec-purpose": "prefetch;prerender"}),
    "a prefetch of Firefox": visit(headers={"x-moz": "prefetch"}),
    "an older prefetch": visit(headers={"purpose": "prefetch"}),
    "a preview of Safari": visit(headers={"x-purpose": "preview"}),
    "no user agent": visit(agent=""),
    "a crawler": visit(agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com)"),
    "a messenger": visit(agent="WhatsApp/2.23.20.0"),
    "a messenger's preview": visit(agent="Mozilla/5.0 facebookexternalhit/1.1"),
    "a library": visit(agent="python-httpx/0.28"),
    "a headless browser": visit(agent=f"{PHONE} HeadlessChrome/120.0"),
    "curl": visit(agent="curl/8.5.0"),
}


@pytest.mark.parametrize("name", UNCOUNTED)
async def test_given_no_stranger_when_they_open_it_then_they_get_there_and_nothing_counts(
    tx: Tx, name: str
) -> None:
    ada, link = await a_link(tx)

    opened = await open_link(link, UNCOUNTED[name], tx=tx)

    assert opened == Opened(URL, counted=False)
    assert await shares(ada, tx=tx) == 0


async def test_given_a_visitor_when_they_come_again_the_same_day_then_it_counts_once(
    tx: Tx,
) -> None:
    _, link = await a_link(tx)

    # Another end of the same network with the same browser is taken for the same visitor.
    opened = [await open_link(link, visit(f"192.0.2.{n}"), tx=tx) for n in (7, 7, 9)]

    assert [one.counted for one in opened] == [True, False, False]


async def test_given_one_network_when_it_opens_many_links_then_only_some_count(tx: Tx) -> None:
    ada, _ = await a_link(tx)
    made = [(await a_link(tx, member=ada))[1] for _ in range(NETWORK_DAY_MAX + 3)]

    opened = [await open_link(link, visit(), tx=tx) for link in made]

    assert sum(one.counted for one in opened) == NETWORK_DAY_MAX


async def test_given_one_network_with_many_browsers_when_it_opens_a_link_then_few_are_kept(
    tx: Tx,
) -> None:
    _, link = await a_link(tx)

    for number in range(NETWORK_DAY_MAX + 3):
        await open_link(link, visit(agent=f"{PHONE} {number}"), tx=tx)

    kept = "SELECT count(*) FROM share_visitor WHERE programme = $1"
    assert await tx.value(kept, link.programme) == NETWORK_DAY_MAX


async def test_given_many_links_when_each_is_opened_then_a_day_of_one_member_has_a_cap(
    tx: Tx,
) -> None:
    ada, _ = await a_link(tx)
    made = [(await a_link(tx, member=ada))[1] for _ in range(MEMBER_DAY_MAX + 2)]

    for number, link in enumerate(made):
        await open_link(link, visit(f"198.51.{number}.1"), tx=tx)

    assert await shares(ada, tx=tx) == MEMBER_DAY_MAX


async def test_given_a_crowd_when_it_opens_a_link_at_once_then_there_is_one_activity(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            ada, link = await a_link(tx)

        async def come(number: int) -> bool:
            async with db.transaction() as tx:
                return (await open_link(link, visit(f"203.0.{number % 20}.1"), tx=tx)).counted

        counted = await asyncio.gather(*(come(number) for number in range(40)))

        async with db.transaction() as tx:
            (told,) = await sharing.links(ada, after=None, limit=5, tx=tx)
            earned = await shares(ada, tx=tx)
    assert (sum(counted), told.openings, earned) == (20, 20, 1)


async def test_given_a_closed_target_or_no_link_when_opened_then_it_leads_nowhere(tx: Tx) -> None:
    ada, link = await a_link(tx)
    await sharing.close(link.target, programme=ada.programme, tx=tx)

    for code in (link.code, "aaaaaaaaaaaa", "", "\0" * 12, "ä" * 12, "../../etc/pas"):
        with pytest.raises(sharing.NoSuchLink):
            await sharing.open_link(code, visit=visit(), at=given.NOON, tx=tx)
    with pytest.raises(sharing.NoSuchTarget):
        await sharing.make(ada, target=link.target, at=given.NOON, tx=tx)


async def test_given_a_day_that_is_over_when_forgotten_then_nothing_of_a_stranger_is_left(
    tx: Tx,
) -> None:
    ada, link = await a_link(tx)
    await open_link(link, visit(), tx=tx)
    kept = await tx.row("SELECT v.visitor, s.salt FROM share_visitor AS v JOIN share_salt AS s "
                        "USING (programme, day) WHERE programme = $1", ada.programme)  # fmt: skip

    gone = await forget(given.NOON + timedelta(days=2), tx)

    assert kept is not None
    assert b"192.0.2" not in bytes(kept["visitor"])
    assert gone >= 3
    left = "SELECT (SELECT count(*) FROM share_visitor) + (SELECT count(*) FROM share_network)"
    assert await tx.value(left) == 0


BAD_TARGETS = [
    "http://shop.example.com/",
    "HTTPS://",
    "https://",
    "https:///path",
    "//shop.example.com",
    "javascript:alert(1)",
    "https://user:secret@shop.example.com/",
    "https://shop.example.com\\@evil.example/",
    "https://shop.example.com/\r\nset-cookie: x=1",
    "https://shop.example.com/a b",
    "https://[::1/",
    "https://shop.example.com:port/",
    "https://shöp.example.com/",
    f"https://shop.example.com/{'x' * 2000}",
]


@pytest.mark.parametrize("url", BAD_TARGETS)
async def test_given_an_unsafe_address_when_registered_then_it_is_refused(tx: Tx, url: str) -> None:
    home = await given.a_programme(tx=tx)

    with pytest.raises(sharing.BadTarget):
        await sharing.register(
            title="Spring",
            url=url,
            programme=home.id,
            id=ids.new(given.NOON),
            at=given.NOON,
            tx=tx,
        )


def test_a_network_is_what_one_customer_gets() -> None:
    assert network_of("192.0.2.7") == network_of("::ffff:192.0.2.99") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2::3") == network_of("2001:db8:1:ffff::") == "2001:db8:1::/48"
    assert network_of("nonsense") == "unknown"


def test_a_hash_means_nothing_without_its_salt() -> None:
    one, other = hashes(visit(), salt=b"a" * 32), hashes(visit(), salt=b"b" * 32)

    assert one == hashes(visit("192.0.2.200"), salt=b"a" * 32)
    assert not set(one) & set(other)
    assert is_stranger(visit())
