"""POST /partner/activities: each item gets its answer, and no good one is lost."""

import asyncio
from datetime import timedelta
from urllib.parse import quote

import httpx
import orjson
import pytest
from standardwebhooks import Webhook

from domain import activities, members, partners
from domain.activities import State
from domain.partners import Kind, Scope
from infra import clock
from tests.support import waiting
from tests.support.client import Door, Person, System
from tests.support.walks import BATCH, INTAKE, STRUCTURED, a_deletion, a_walk, moment, send


@pytest.fixture
async def mill(door: Door) -> System:
    return await door.partner(Scope.ACTIVITIES_WRITE)


@pytest.fixture
async def ada(door: Door) -> Person:
    return await door.member()


def ref(person: Person) -> str:
    return person.me.external_ref


async def kept(door: Door, person: Person) -> dict[str | None, activities.Activity]:
    listed = await door.given(lambda tx: activities.listed(person.me, before=None, limit=99, tx=tx))
    return {one.external_id: one for one in listed}


async def test_given_a_batch_when_sent_then_each_item_is_answered_in_its_order(
    door: Door, mill: System, ada: Person
) -> None:
    walk, steps = a_walk(mill, ref(ada)), a_walk(mill, ref(ada))
    steps |= {
        "type": "laurel.activity.steps.v1",
        "data": {"startedAt": moment(2), "endedAt": moment(1), "steps": 5_120},
    }
    wrong = a_walk(mill, ref(ada), distanceKm=4)

    answer = await send(door, mill, [walk, wrong, steps])

    assert answer.status_code == 207
    told = answer.json()
    assert told["counts"] == {"accepted": 2, "known": 0, "refused": 1}
    assert [item["id"] for item in told["items"]] == [walk["id"], wrong["id"], steps["id"]]
    assert told["items"][1]["code"] == "BAD_DATA"
    assert told["items"][1]["path"] == ["data", "distanceKm"]
    found = await kept(door, ada)
    assert found[walk["id"]].distance_m == 4_000
    assert found[walk["id"]].source == f"partner:{mill.partner.slug}"
    assert (found[steps["id"]].quantity, found[steps["id"]].state) == (5_120, State.COUNTED)
    assert wrong["id"] not in found


async def test_given_an_event_when_sent_in_any_mode_then_it_is_the_same(
    door: Door, mill: System, ada: Person
) -> None:
    walk = a_walk(mill, ref(ada))
    attributes = {
        f"ce-{name}": quote(value, safe="") for name, value in walk.items() if name != "data"
    }

    structured = await send(door, mill, walk, media=STRUCTURED)
    binary = await send(
        door, mill, walk["data"], media="application/json; charset=utf-8", headers=attributes
    )
    batch = await send(door, mill, [walk])

    assert [one.status_code for one in (structured, binary, batch)] == [200] * 3
    items = [one.json()["items"][0] for one in (structured, binary, batch)]
    assert [item["status"] for item in items] == ["accepted", "known", "known"]
    assert len({item["activity"] for item in items}) == 1


def changed(**said):
    return lambda event: {**event, **said}


def without(name):
    return lambda event: {key: value for key, value in event.items() if key != name}


def data(**said):
    return lambda event: {**event, "data": {**event["data"], **said}}


ITEMS = [
    (lambda event: 7, "NOT_AN_EVENT", []),
    (without("specversion"), "NOT_AN_EVENT", ["specversion"]),
    (changed(specversion="0.3"), "NOT_AN_EVENT", ["specversion"]),
    (without("id"), "NOT_AN_EVENT", ["id"]),
    (changed(id="x" * 256), "NOT_AN_EVENT", ["id"]),
    (changed(id="a\u0000b"), "NOT_AN_EVENT", ["id"]),
    (changed(source="another-partner"), "SOURCE_NOT_YOURS", ["source"]),
    (changed(type="laurel.activity.purchase.v1"), "UNKNOWN_TYPE", ["type"]),
    (changed(type="laurel.activity.walk.v2"), "UNKNOWN_TYPE", ["type"]),
    (without("data"), "BAD_DATA", ["data"]),
    (changed(data=[1]), "BAD_DATA", ["data"]),
    (without("subject"), "NOT_AN_EVENT", ["subject"]),
    (changed(subject="nobody"), "NO_SUCH_MEMBER", ["subject"]),
    (changed(subject=7), "NOT_AN_EVENT", ["subject"]),
    (data(distanceKm=4), "BAD_DATA", ["data", "distanceKm"]),
    (data(distanceMetres="4000"), "BAD_DATA", ["data", "distanceMetres"]),
    (data(distanceMetres=True), "BAD_DATA", ["data", "distanceMetres"]),
    (data(distanceMetres=1e300), "BAD_DATA", ["data", "distanceMetres"]),
    (data(distanceMetres=-1), "BAD_MEASURE", ["data", "distanceMetres"]),
    (data(distanceMetres=4_000_000_000), "BAD_MEASURE", ["data", "distanceMetres"]),
    (data(durationSeconds=3_400_000), "BAD_MEASURE", ["data", "durationSeconds"]),
    (data(startedAt="yesterday"), "BAD_DATA", ["data", "startedAt"]),
    (data(startedAt="2026-11-01T09:00:00"), "BAD_DATA", ["data", "startedAt"]),
    (data(startedAt="0001-01-01T00:00:00+14:00"), "BAD_DATA", ["data", "startedAt"]),
    (data(startedAt=1_790_000_000), "BAD_DATA", ["data", "startedAt"]),
    (data(startedAt="1969-07-20T20:17:00Z"), "CLOCK_BEFORE_2000", ["data", "startedAt"]),
    (data(endedAt=moment(-1)), "CLOCK_IN_FUTURE", ["data", "endedAt"]),
    (data(endedAt=moment(9)), "NO_TIMES", ["data", "endedAt"]),
    (data(startedAt=moment(99)), "TOO_LONG", ["data", "endedAt"]),
    (data(recorder="SATELLITE"), "BAD_DATA", ["data", "recorder"]),
    (data(recorder=["PHONE"]), "BAD_DATA", ["data", "recorder"]),
    (data(indoor="yes"), "BAD_DATA", ["data", "indoor"]),
    (data(device=""), "BAD_DATA", ["data", "device"]),
    (data(steps=1), "BAD_DATA", ["data", "steps"]),
    (changed(type="laurel.activity.steps.v1", data={}), "BAD_DATA", ["data", "startedAt"]),
    (
        changed(
            type="laurel.activity.steps.v1",
            data={"startedAt": moment(2), "endedAt": moment(1), "steps": -5},
        ),
        *("BAD_MEASURE", ["data", "steps"]),
    ),
    (
        changed(
            type="laurel.activity.sleep.v1",
            data={"startedAt": moment(9), "endedAt": moment(1), "asleepSeconds": 1.5},
        ),
        *("BAD_DATA", ["data", "asleepSeconds"]),
    ),
]


@pytest.mark.parametrize(("spoil", "code", "path"), ITEMS)
async def test_given_a_bad_item_when_sent_between_good_ones_then_only_it_is_refused(
    spoil, code, path, door: Door, mill: System, ada: Person
) -> None:
    before, after = a_walk(mill, ref(ada), ago=9), a_walk(mill, ref(ada), ago=5)

    answer = await send(door, mill, [before, spoil(a_walk(mill, ref(ada))), after])

    items = answer.json()["items"]
    assert [item["status"] for item in items] == ["accepted", "refused", "accepted"]
    assert (items[1]["code"], items[1]["path"]) == (code, path)
    assert items[1]["message"]
    assert set(await kept(door, ada)) == {before["id"], after["id"]}


async def test_given_a_stranger_when_named_then_the_answer_is_that_of_nobody(
    door: Door, mill: System
) -> None:
    abroad = await door.member("south")
    gone = await door.member()
    await door.given(lambda tx: members.leave(gone.me, at=clock.now(), tx=tx))
    named = [a_walk(mill, name) for name in ("nobody", ref(abroad), ref(gone), str(gone.me.id))]

    answer = await send(door, mill, named)

    told = [{**item, "id": None} for item in answer.json()["items"]]
    assert told == [told[0]] * 4
    assert told[0]["code"] == "NO_SUCH_MEMBER"


async def test_given_a_linked_name_when_told_then_it_is_the_members_and_no_other_partners(
    door: Door, mill: System, ada: Person
) -> None:
    baker = await door.partner(Scope.ACTIVITIES_WRITE)
    source = f"partner:{mill.partner.slug}"
    await door.given(
        lambda tx: members.link(ada.me, source=source, ref="card-7", at=clock.now(), tx=tx)
    )

    mine = await send(door, mill, [a_walk(mill, "card-7")])
    others = await send(door, baker, [a_walk(baker, "card-7")])

    assert mine.json()["items"][0]["status"] == "accepted"
    assert others.json()["items"][0]["code"] == "NO_SUCH_MEMBER"


BODIES = [
    (BATCH, b"[{", 400, "BAD_REQUEST"),
    (BATCH, b"{}", 400, "BAD_REQUEST"),
    (BATCH, b"\xff\xfe", 400, "BAD_REQUEST"),
    (STRUCTURED, b"", 400, "BAD_REQUEST"),
    ("application/json", b"{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ("text/plain", b"{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
    (f"{BATCH}; charset=latin-1", b"[]", 415, "UNSUPPORTED_MEDIA_TYPE"),
    (BATCH, orjson.dumps([1] * 5_001), 422, "LIMIT_EXCEEDED"),
    (BATCH, b"[" + b" " * (5 * 1024 * 1024) + b"]", 413, "PAYLOAD_TOO_LARGE"),
]


@pytest.mark.parametrize(("media", "body", "status", "code"), BODIES)
async def test_given_a_body_that_holds_no_events_when_sent_then_typed(
    media, body, status, code, door: Door, mill: System
) -> None:
    answer = await send(door, mill, body, media=media)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == code


async def test_given_no_good_key_when_sent_then_typed(door: Door, mill: System) -> None:
    reader = await door.partner(Scope.ACTIVITIES_READ)
    member = await door.member()
    event = [a_walk(mill, "x")]

    none = await door.http.post(door.at(INTAKE), json=event)
    token = await send(door, System(member.token, partner=mill.partner), event)
    other = await send(door, reader, event)

    assert [one.status_code for one in (none, token, other)] == [401, 401, 403]
    assert none.headers["www-authenticate"].startswith("Bearer")
    codes = [one.json()["errors"][0]["extensions"]["code"] for one in (none, token, other)]
    assert codes == ["UNAUTHENTICATED", "UNAUTHENTICATED", "NOT_PERMITTED"]


async def test_given_batches_of_the_same_events_when_sent_at_once_then_each_counts_once(
    door: Door, mill: System
) -> None:
    people = [await door.member() for _ in range(3)]
    events = [a_walk(mill, ref(people[n % 3]), ago=3 + 2 * n) for n in range(60)]

    answers = await asyncio.gather(
        *(send(door, mill, part) for part in (events, events[::-1], events[20:], events[:40]))
    )

    counts = [answer.json()["counts"] for answer in answers]
    assert sum(count["accepted"] for count in counts) == 60
    assert sum(count["known"] for count in counts) == 140
    assert sum([len(await kept(door, person)) for person in people]) == 60


async def test_given_a_deletion_when_sent_before_with_or_after_its_activity_then_it_is_gone(
    door: Door, mill: System, ada: Person
) -> None:
    early, beside, late = [a_walk(mill, ref(ada), ago=ago) for ago in (9, 6, 3)]

    first = await send(door, mill, [a_deletion(mill, early["id"]), late])
    second = await send(door, mill, [a_deletion(mill, beside["id"]), beside, early])
    third = await send(door, mill, [a_deletion(mill, late["id"]), a_deletion(mill, late["id"])])

    assert [item["status"] for item in first.json()["items"]] == ["accepted", "accepted"]
    items = second.json()["items"]
    assert [item["status"] for item in items] == ["accepted", "accepted", "refused"]
    assert (items[2]["code"], items[2]["path"]) == ("DELETED_AT_SOURCE", ["id"])
    assert [item["status"] for item in third.json()["items"]] == ["accepted", "known"]
    states = {one.state for one in (await kept(door, ada)).values()}
    assert states == {State.WITHDRAWN}


async def test_given_a_key_that_is_revoked_between_pieces_when_sent_then_the_rest_is_typed(
    door: Door, mill: System, ada: Person
) -> None:
    assert mill.made is not None
    events = [a_walk(mill, ref(ada), ago=3 + n) for n in range(1_200)]
    revoking = door.given(lambda tx: _revoke_after_first_piece(door, mill, ada, tx))

    answer, _ = await asyncio.gather(send(door, mill, events), revoking)

    items = answer.json()["items"]
    taken = sum(item["status"] == "accepted" for item in items)
    assert len(items) == 1_200
    assert taken in (500, 1_000)
    assert {item["code"] for item in items[taken:]} == {"KEY_CLOSED"}
    assert answer.status_code == 207


async def _revoke_after_first_piece(door: Door, mill: System, ada: Person, tx) -> None:
    async def begun() -> bool:
        return await tx.value("SELECT EXISTS (SELECT FROM activity WHERE member = $1)", ada.me.id)

    await waiting.until(begun)
    await partners.revoke(mill.made.key.id, programme=ada.me.programme, at=clock.now(), tx=tx)


async def test_given_a_signed_request_when_sent_then_it_is_taken_and_a_changed_byte_is_not(
    door: Door, ada: Person
) -> None:
    home = await door.programme()
    mill = await door.partner(Scope.ACTIVITIES_WRITE)

    async def a_secret(tx) -> str:
        made = await partners.create_key(
            mill.partner.id,
            programme=home.id,
            kind=Kind.SIGNING,
            scopes=[Scope.ACTIVITIES_WRITE],
            expires_at=None,
            at=clock.now(),
            tx=tx,
        )
        return made.secret

    secret = await door.given(a_secret)
    body = orjson.dumps([a_walk(mill, ref(ada))])

    good = await signed(door, mill, secret, body)
    changed_byte = await signed(door, mill, secret, body, sent=body.replace(b"4000", b"9000"))
    old = await signed(door, mill, secret, body, late=timedelta(minutes=6))

    assert good.json()["counts"]["accepted"] == 1
    assert (changed_byte.status_code, old.status_code) == (401, 401)


async def signed(
    door: Door,
    mill: System,
    secret: str,
    body: bytes,
    *,
    sent: bytes | None = None,
    late: timedelta = timedelta(0),
) -> httpx.Response:
    at = clock.now() - late
    headers = {
        "webhook-id": "msg-1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg-1", at, body.decode()),
        "content-type": BATCH,
    }
    address = f"{door.at(INTAKE)}?partner={mill.partner.id}"
    return await door.http.post(address, content=sent or body, headers=headers)
