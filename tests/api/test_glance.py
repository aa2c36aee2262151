"""Glance: over HTTP, with tags, without SQL where nothing has changed, and to nobody else."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from api import globalids
from api.globalids import Kind
from domain import devices
from domain.notices.reactions import REACTIONS
from infra import clock, ids, outbox, signals
from tests.support import given, watches
from tests.support.client import Door, Person
from tests.support.documents import SEND, answering
from tests.support.statements import counted
from tests.support.waiting import until
from tests.support.watches import watch_of

OUT = "mutation { signOut(input: {everywhere: true}) { __typename } }"


async def glance(door: Door, by: Person | None, tag: str | None = None) -> httpx.Response:
    headers = ({} if by is None else by.headers) | ({} if tag is None else {"if-none-match": tag})
    return await door.http.get(door.at("/glance"), headers=headers)


async def tag_of(door: Door, by: Person) -> str:
    """The tag of somebody's glance, which is remembered from then on."""
    answer = await glance(door, by)
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"]


@pytest.fixture
async def watch(door: Door) -> Person:
    return await watch_of(door, await door.member(holding=70))


@pytest.fixture
async def valkey(valkey_url: str) -> AsyncIterator[None]:
    async with signals.connection(valkey_url):
        yield


async def test_given_a_watch_when_it_asks_then_it_is_told_in_a_few_bytes_and_how_to_keep_it(
    door: Door, watch: Person
) -> None:
    answer = await glance(door, watch)

    assert answer.json() == {"v": 1, "points": 70, "unread": 0}
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "authorization"
    assert answer.headers["etag"].startswith('W/"')
    assert len(answer.content) <= 256


async def test_given_a_watch_that_has_it_already_when_it_asks_then_it_is_told_so_without_sql(
    door: Door, watch: Person
) -> None:
    tag = await tag_of(door, watch)

    async with counted(door) as sent:
        answers = [await glance(door, watch, tag) for _ in range(5)]
        strong = await glance(door, watch, f'"other", {tag.removeprefix("W/")}')
        asked_in_vain = len(sent)
        full = await glance(door, watch)

    assert [(one.status_code, one.content, one.headers["etag"]) for one in answers] == [
        (304, b"", tag)
    ] * 5
    assert answers[0].headers["cache-control"] == "private, no-cache"
    assert (strong.status_code, asked_in_vain) == (304, 0)
    # So that it is known to count.
    assert (full.status_code, 0 < len(sent) <= 12) == (200, True)


async def test_given_a_friend_who_sends_points_when_the_watch_asks_again_then_it_sees_them(
    door: Door,
) -> None:
    await door.given(lambda tx: outbox.register(REACTIONS, tx=tx))
    ada, bob = await door.friends(holding=100)
    watch = await watch_of(door, bob)
    tag = await tag_of(door, watch)
    friend = globalids.of(Kind.FRIEND, bob.me.id)
    said = {"friend": friend, "points": 30, "key": str(ids.new(clock.now()))}

    sent = (await door.ask(ada, SEND, **said))["sendPoints"]["transfer"]["id"]
    await tell(door)
    told = await until_new(door, watch, tag)
    again = await tag_of(door, watch)
    accepted = {"id": told["transfer"]["id"], "key": str(ids.new(clock.now()))}
    await door.ask(watch, answering("acceptTransfer"), **accepted)
    after = await until_new(door, watch, again)

    assert told["transfer"] == {"id": sent, "from": "Ada", "points": 30, "of": 1}
    assert (after["points"], "transfer" in after) == (30, False)
    assert after["v"] > told["v"] > 1


async def test_given_a_change_that_was_not_hinted_then_a_lost_hint_costs_the_bound_and_no_more(
    door: Door, watch: Person, valkey: None
) -> None:
    tag = await tag_of(door, watch)
    await door.given(lambda tx: given.points(5, watch.me, at=clock.now(), tx=tx))
    await until(lambda: changed(door, watch, tag))
    fresh = await tag_of(door, watch)
    place = watch.me.programme, watch.me.id

    # As if the hint had come before the glance was told.
    async with signals.present() as client:
        assert client is not None
        key = f"laurel:glance:{place[0]}:{place[1]}:tag"
        before, left = await client.get(key), await client.ttl(key)
        await client.delete(key)
    over = await glance(door, watch, fresh)

    assert before is not None
    assert 0 < left <= 300
    assert (over.status_code, over.headers["etag"]) == (304, fresh)


async def test_given_a_revoked_watch_when_it_asks_then_it_is_nobody_at_once(door: Door) -> None:
    ada = await door.member()
    watch = await watch_of(door, ada)
    tag = await tag_of(door, watch)
    assert (await glance(door, watch, tag)).status_code == 304

    await watches.removed(door, ada)

    for told in (tag, None, '"*"'):
        answer = await glance(door, watch, told)
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_given_a_member_who_signs_out_everywhere_then_their_watch_is_nobody_at_once(
    door: Door,
) -> None:
    ada = await door.member()
    watch = await watch_of(door, ada)
    tag = await tag_of(door, watch)

    await door.ask(ada, OUT)

    assert (await glance(door, watch, tag)).status_code == 401


async def test_given_a_proof_from_before_a_revocation_when_it_is_noted_late_then_it_is_not_believed(
    door: Door, valkey: None
) -> None:
    ada = await door.member()
    watch = await watch_of(door, ada)
    tag = await tag_of(door, watch)
    await watches.removed(door, ada)

    await devices.believe(watch.token, (ada.me.programme, ada.me.id))

    assert (await glance(door, watch, tag)).status_code == 401


async def test_given_a_watch_of_a_twin_when_they_are_merged_then_it_is_looked_up_anew(
    door: Door, valkey: None
) -> None:
    ada, twin = await door.member(), await door.member()
    watch = await watch_of(door, twin)
    await tag_of(door, watch)
    before = await devices.believed(watch.token)

    moved = await door.given(lambda tx: devices.absorb(ada.me, duplicate=twin.me, tx=tx))

    assert before == (twin.me.programme, twin.me.id)
    assert len(moved["devices"]) == 1
    assert await devices.believed(watch.token) is None


async def test_given_an_emptied_valkey_when_a_watch_asks_then_it_is_told_the_same(
    door: Door, watch: Person, valkey: None
) -> None:
    tag = await tag_of(door, watch)
    async with signals.present() as client:
        assert client is not None
        mine = [key async for key in client.scan_iter(match="laurel:glance:*")]
        mine += [key async for key in client.scan_iter(match="laurel:device:*")]
        await client.delete(*mine)

    answer = await glance(door, watch, tag)
    full = await glance(door, watch)

    assert (answer.status_code, full.headers["etag"], full.json()["v"]) == (304, tag, 1)


async def test_given_a_phone_when_it_asks_then_it_is_told_and_known_to_have_it_too(
    door: Door,
) -> None:
    ada = await door.member(holding=5)

    first = await glance(door, ada)
    second = await glance(door, ada, first.headers["etag"])

    assert (first.json()["points"], second.status_code) == (5, 304)


async def test_given_the_tag_of_somebody_else_then_it_says_nothing(
    door: Door, watch: Person
) -> None:
    other = await watch_of(door, await door.member(holding=1))
    tag = await tag_of(door, other)
    await tag_of(door, watch)

    answer = await glance(door, watch, tag)

    assert (answer.status_code, answer.json()["points"]) == (200, 70)


async def test_given_nobody_or_a_stranger_or_another_verb_then_there_is_no_glance(
    door: Door,
) -> None:
    nobody = await glance(door, None, '"x"')
    forged = await glance(door, Person(f"lw_{'a' * 16}_{'a' * 52}"), '"x"')
    stranger = await glance(door, door.stranger())
    posted = await door.http.post(door.at("/glance"))

    assert [one.status_code for one in (nobody, forged, stranger, posted)] == [401, 401, 403, 405]


@pytest.mark.parametrize("n", range(4))
async def test_given_an_odd_tag_when_asking_then_the_whole_glance_comes(
    door: Door, watch: Person, n: int
) -> None:
    await tag_of(door, watch)

    answer = await glance(door, watch, ["", "*", "W/", ", ".join(['"x"'] * 500)][n])

    assert answer.status_code == 200


async def test_given_many_who_ask_while_points_come_then_the_last_answer_is_the_newest(
    door: Door, watch: Person
) -> None:
    tag = await tag_of(door, watch)

    async def ask() -> None:
        for _ in range(10):
            await glance(door, watch, tag)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(ask())
        for _ in range(5):
            await door.given(lambda tx: given.points(1, watch.me, at=clock.now(), tx=tx))

    await until(lambda: has(door, watch, 75))


async def tell(door: Door) -> None:
    """Put what happened into the inboxes, as the workers do."""

    async def run() -> None:
        while await outbox.deliver(REACTIONS[0], at=clock.now()):
            pass

    await asyncio.create_task(run(), context=door.context.copy())


async def changed(door: Door, by: Person, tag: str) -> bool:
    return (await glance(door, by, tag)).status_code == 200


async def has(door: Door, by: Person, points: int) -> bool:
    """Whether the glance says so, to somebody who has the tag of what it said before."""
    tag = await tag_of(door, by)
    told = await glance(door, by)
    return told.json()["points"] == points and (await glance(door, by, tag)).status_code == 304


async def until_new(door: Door, by: Person, tag: str) -> dict[str, int]:
    """What the watch is told once it is told something new."""
    await until(lambda: changed(door, by, tag))
    return dict((await glance(door, by)).json())
