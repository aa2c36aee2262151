"""Strava: hints, and what following them finds. Nothing a hint says is believed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain import activities
from domain.activities import State
from infra import clock, strava
from infra.settings import Settings
from tests.support import client
from tests.support.client import Door, Person
from tests.support.servers import Postgres
from tests.support.strava import CLIENT, SECRET, FakeStrava, fake_strava
from tests.support.walks import moment

KEY = "subscription-key"
HOOK = "/webhooks/strava"
CONNECT = """mutation ($code: String!) { connectStrava(input: {code: $code}) {
  __typename ... on RequestRefused { code path } } }"""
DISCONNECT = "mutation { disconnectStrava(input: {}) { __typename } }"


@pytest.fixture(scope="module")
async def fake() -> AsyncIterator[FakeStrava]:
    async with fake_strava() as running:
        yield running


@pytest.fixture(scope="module")
async def door(
    postgres: Postgres, valkey_url: str, fake: FakeStrava, tmp_path_factory
) -> AsyncIterator[Door]:
    url, folder = await postgres.copy(), tmp_path_factory.mktemp("door")
    told = {
        "strava_url": fake.url,
        "strava_client_id": CLIENT,
        "strava_client_secret": SECRET,
        "strava_webhook_key": KEY,
    }
    async with client.door(
        database_url=url, valkey_url=valkey_url, folder=folder, **told
    ) as opened:
        yield opened


@pytest.fixture(autouse=True)
def well(fake: FakeStrava) -> None:
    fake.away, fake.broken, fake.life_seconds = False, None, 6 * 3600
    fake.activities.clear()
    fake.asked.clear()


async def follow(door: Door, *, after: timedelta = timedelta(0)) -> None:
    """What a worker does, until nothing is due."""

    async def run() -> None:
        settings = Settings.model_validate(door.settings.model_dump())
        async with strava.client(settings) as opened:
            assert opened is not None
            while await activities.follow_hints(opened, at=clock.now() + after):
                pass

    await asyncio.create_task(run(), context=door.context.copy())


async def connected(door: Door, fake: FakeStrava, athlete: int) -> Person:
    person = await door.member()
    fake.athletes[f"code-{athlete}"] = athlete
    await door.ask(person, CONNECT, code=f"code-{athlete}")
    await follow(door)
    return person


def a_run(id: int, athlete: int, **said) -> dict:
    return {
        "id": id,
        "athlete": {"id": athlete},
        "sport_type": "TrailRun",
        "start_date": moment(3),
        "elapsed_time": 3_000,
        "moving_time": 2_900,
        "distance": 8_012.3,
        "manual": False,
        "trainer": False,
        "device_name": "Garmin Fenix 8",
        **said,
    }


async def event(door: Door, athlete: object, object_id: object, **said):
    told = {
        "object_type": "activity",
        "object_id": object_id,
        "aspect_type": "create",
        "owner_id": athlete,
        "subscription_id": 1,
        "event_time": 1,
        "updates": {},
    }
    return await door.http.post(f"{door.at(HOOK)}?key={KEY}", json=told | said)


async def kept(door: Door, person: Person) -> dict[str | None, activities.Activity]:
    listed = await door.given(lambda tx: activities.listed(person.me, before=None, limit=99, tx=tx))
    return {one.external_id: one for one in listed}


async def test_given_a_subscription_when_challenged_then_only_its_key_is_answered(
    door: Door,
) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "15f7d1a91c1f40f8a748fd134752feb3"}

    good = await door.http.get(door.at(HOOK), params=asked | {"hub.verify_token": KEY})
    bad = await door.http.get(door.at(HOOK), params=asked | {"hub.verify_token": "x"})

    assert good.json() == {"hub.challenge": asked["hub.challenge"]}
    assert bad.status_code == 401


async def test_given_a_connected_member_when_they_run_change_and_delete_it_then_so_it_is_here(
    door: Door, fake: FakeStrava
) -> None:
    ada = await connected(door, fake, 101)
    fake.activities[1] = a_run(1, 101)

    await event(door, 101, 1)
    await event(door, 101, 1)
    await follow(door)
    created = (await kept(door, ada))["1"]
    fake.activities[1] = a_run(1, 101, distance=7_000)
    await event(door, 101, 1, aspect_type="update")
    await follow(door)
    updated = (await kept(door, ada))["1"]
    del fake.activities[1]
    await event(door, 101, 1, aspect_type="delete")
    await follow(door)

    assert (created.type, created.distance_m, created.state) == ("RUN", 8_012, State.COUNTED)
    assert created.device == "Garmin Fenix 8"
    assert (updated.distance_m, updated.revision) == (7_000, 2)
    assert (await kept(door, ada))["1"].state is State.WITHDRAWN


async def test_given_events_in_the_wrong_order_when_followed_then_what_strava_has_counts(
    door: Door, fake: FakeStrava
) -> None:
    ada = await connected(door, fake, 102)
    fake.activities[2] = a_run(2, 102)

    for kind in ("delete", "update", "create", "delete"):
        await event(door, 102, 2, aspect_type=kind)
        await follow(door)

    assert {one.state for one in (await kept(door, ada)).values()} == {State.COUNTED}


async def test_given_a_forged_event_when_followed_then_nothing_comes_of_it(
    door: Door, fake: FakeStrava
) -> None:
    ada = await connected(door, fake, 103)
    fake.activities[3] = a_run(3, athlete=999)

    keyless = await door.http.post(f"{door.at(HOOK)}?key=guess", json={})
    strange = await event(door, 555, 1)
    others = await event(door, 103, 3)
    deauthorised = await event(
        door, 103, 103, object_type="athlete", updates={"authorized": "false"}
    )
    await follow(door)

    codes = [one.status_code for one in (keyless, strange, others, deauthorised)]
    assert codes == [401, 200, 200, 200]
    assert await kept(door, ada) == {}
    assert await athlete(door, ada) == 103


async def test_given_an_athlete_who_took_it_back_when_hinted_then_disconnected_and_kept(
    door: Door, fake: FakeStrava
) -> None:
    ada = await connected(door, fake, 104)
    fake.activities[4] = a_run(4, 104)
    await event(door, 104, 4)
    await follow(door)
    fake.take_back(104)

    await event(door, 104, 104, object_type="athlete", updates={"authorized": "false"})
    await follow(door)

    assert await athlete(door, ada) is None
    assert (await kept(door, ada))["4"].state is State.COUNTED


BAD_EVENTS = [
    [],
    {"object_type": "activity"},
    {"object_type": "activity", "owner_id": "7", "object_id": 1},
    {"object_type": "activity", "owner_id": True, "object_id": 1},
    {"object_type": "activity", "owner_id": 7, "object_id": -1},
    {"object_type": "activity", "owner_id": 7, "object_id": 2**63},
    {"object_type": "club", "owner_id": 7, "object_id": 1},
]


@pytest.mark.parametrize("said", BAD_EVENTS)
async def test_given_what_is_no_event_when_it_arrives_then_typed(said, door: Door) -> None:
    answer = await door.http.post(f"{door.at(HOOK)}?key={KEY}", json=said)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


NONSENSE = [b"", b"<html>", b"[]", b"{}", b'{"id": 5}', b'{"id": "x"}', b" " * 2_000_000]


@pytest.mark.parametrize("broken", NONSENSE, ids=range(len(NONSENSE)))
async def test_given_a_strava_that_answers_nonsense_when_followed_then_it_is_tried_again_later(
    broken, door: Door, fake: FakeStrava
) -> None:
    number = 200 + NONSENSE.index(broken)
    ada = await connected(door, fake, number)
    fake.activities[number] = a_run(number, number)
    fake.broken = broken
    await event(door, number, number)
    await follow(door)

    fake.broken = None
    await follow(door)
    early = await kept(door, ada)
    await follow(door, after=timedelta(minutes=1))

    assert early == {}
    assert set(await kept(door, ada)) == {str(number)}


async def test_given_a_strava_that_is_away_and_old_tokens_when_followed_then_nothing_is_lost(
    door: Door, fake: FakeStrava
) -> None:
    fake.life_seconds = 60
    ada = await connected(door, fake, 105)
    fake.activities[5] = a_run(5, 105)
    fake.away = True
    await event(door, 105, 5)
    await follow(door)
    fake.away = False

    await follow(door, after=timedelta(minutes=1))

    assert set(await kept(door, ada)) == {"5"}
    assert "token:refresh_token" in fake.asked


async def test_given_an_athlete_of_another_member_when_connected_then_it_stays_theirs(
    door: Door, fake: FakeStrava
) -> None:
    ada = await connected(door, fake, 106)
    bob = await connected(door, fake, 106)
    eve = await door.member()

    refused = (await door.ask(eve, CONNECT, code="\n"))["connectStrava"]
    await door.ask(eve, CONNECT, code="never-given")
    await follow(door)

    assert (refused["code"], refused["path"]) == ("BAD_CODE", ["input", "code"])
    found = [await athlete(door, person) for person in (ada, bob, eve)]
    assert found == [106, None, None]


async def test_given_a_member_who_disconnects_when_hinted_then_nothing_arrives(
    door: Door, fake: FakeStrava
) -> None:
    ada = await connected(door, fake, 107)
    fake.activities[7] = a_run(7, 107)

    await door.ask(ada, DISCONNECT)
    await event(door, 107, 7)
    await follow(door)

    assert await kept(door, ada) == {}
    assert "activity:7" not in fake.asked


async def athlete(door: Door, person: Person) -> int | None:
    return await door.given(lambda tx: activities.athlete_of(person.me, tx=tx))
