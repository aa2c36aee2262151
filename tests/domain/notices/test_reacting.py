"""What happens to members is in their inbox once, and on their devices as they wish."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from domain import duplicates, friends, members, moments, privacy, programmes, push, windows
from domain.badges import Given
from domain.challenges import Completed
from domain.devices import DeviceKind
from domain.notices.digesting import digest
from domain.points import Earned, TakenBack
from domain.windows import Channel, Mode, Topic
from infra import ids
from infra.db import Tx
from tests.domain.notices.hearing import (
    again,
    deliveries,
    hear,
    items,
    offered,
    ordered,
    received,
    words,
)
from tests.domain.push.scenes import a_device
from tests.support import given
from tests.support.given import NOON


async def _two(tx: Tx) -> tuple[members.Member, members.Member]:
    """Two friends; the second has a phone and a watch."""
    ada, bob = await given.two_friends(holding=500, tx=tx)
    await a_device(bob, kind=DeviceKind.PHONE, tx=tx)
    await a_device(bob, kind=DeviceKind.WATCH, tx=tx)
    return ada, bob


async def test_given_a_transfer_when_it_is_told_then_inbox_phone_and_watch_say_the_same(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    event = offered(bob, ada)

    (handed,) = await hear(event, tx=tx)

    (item,), (push,), (said,) = await items(bob, tx), await ordered(bob, tx), await words(bob, tx)
    assert item.id == push["id"] == handed.id
    assert (item.number, item.topic, item.key) == (1, "TRANSFERS", "transfers.offered")
    assert item.refs == {"transfer": str(event.object), "member": str(ada.id)}
    assert (push["member"], push["kind"], push["devices"]) == (bob.id, "transfer.received", 2)
    content = orjson.loads(push["content"])
    assert content["args"] == list(said.args) == [ada.name, "20 points"]
    assert ada.name in said.body
    assert push["send_at"] == NOON
    assert push["expires_at"] == NOON + timedelta(days=3)
    assert "name" not in item.args


async def test_given_what_was_told_when_it_is_replayed_then_nobody_is_told_again(tx: Tx) -> None:
    ada, bob = await _two(tx)
    handed = await hear(offered(bob, ada), received(bob, ada), tx=tx)
    before = await items(bob, tx), await ordered(bob, tx)

    await again(handed, tx=tx)
    await again(handed[1:], tx=tx)

    assert (await items(bob, tx), await ordered(bob, tx)) == before
    assert [one.number for one in before[0]] == [2, 1]


async def test_given_one_run_that_does_five_things_when_it_is_told_then_one_of_them_is_pushed(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    run, challenge, badge = ids.new(NOON), uuid4(), uuid4()
    about: dict[str, Any] = {"programme": bob.programme, "subject": bob.id, "at": NOON}

    await hear(
        TakenBack(**about, object=run, points=3, returned=3, revision=1),
        Earned(**about, object=run, points=5, pending=False, text="", revision=1),
        Completed(
            **about,
            object=challenge,
            round=1,
            percent=100,
            reached="5",
            targets="5",
            activity=run,
        ),
        Given(
            **about,
            object=badge,
            level=1,
            before=0,
            origin="RULE",
            grant=uuid4(),
            activity=run,
        ),
        received(bob, ada),
        tx=tx,
    )

    assert [one.number for one in await items(bob, tx)] == [5, 4, 3, 2, 1]
    pushes = await ordered(bob, tx)
    assert Counter(one["kind"] for one in pushes) == {"challenge.near": 1, "transfer.received": 1}
    (near,) = (one for one in pushes if one["kind"] == "challenge.near")
    assert orjson.loads(near["content"])["collapse"] == run.hex


async def test_given_points_first_and_a_badge_later_for_one_run_then_they_share_a_place(
    tx: Tx,
) -> None:
    _, bob = await _two(tx)
    run = ids.new(NOON)
    about: dict[str, Any] = {"programme": bob.programme, "subject": bob.id, "at": NOON}
    later = about | {"at": NOON + timedelta(milliseconds=5)}
    badge = Given(
        **later, object=uuid4(), level=1, before=0, origin="RULE", grant=uuid4(), activity=run
    )

    await hear(Earned(**about, object=run, points=5, pending=False, text=""), tx=tx)
    await hear(badge, tx=tx)

    pushes = await ordered(bob, tx)
    assert {orjson.loads(one["content"])["collapse"] for one in pushes} == {run.hex}
    # The newer one takes the place of what waits.
    assert sorted(one["devices"] for one in pushes) == [0, 2]


AGES = {
    "yesterday": (timedelta(hours=47), 1, 1),
    "three days ago": (timedelta(hours=49), 1, 0),
    "last month": (timedelta(days=31), 0, 0),
}


@pytest.mark.parametrize("age", AGES)
async def test_given_an_event_of_some_age_when_it_is_told_then_the_older_the_quieter(
    age: str, tx: Tx
) -> None:
    ada, bob = await _two(tx)
    ago, in_inbox, pushes = AGES[age]

    await hear(received(bob, ada, at=NOON), at=NOON + ago, tx=tx)

    assert (len(await items(bob, tx)), len(await ordered(bob, tx))) == (in_inbox, pushes)


async def test_given_a_blocked_member_when_they_are_told_of_then_nobody_is_named(tx: Tx) -> None:
    ada, bob = await _two(tx)
    await friends.block(bob, friend=ada.id, at=NOON, tx=tx)

    await hear(received(bob, ada), tx=tx)

    (push,), (said,) = await ordered(bob, tx), await words(bob, tx)
    assert ada.name not in said.body
    assert ada.name not in push["content"]


async def test_given_a_named_member_when_they_are_erased_then_the_inbox_names_them_no_more(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    await hear(received(bob, ada), tx=tx)
    (before,) = await words(bob, tx)

    await privacy.erase(ada.id, programme=ada.programme, at=NOON, tx=tx)

    (after,) = await words(bob, tx)
    assert ada.name in before.body
    assert ada.name not in after.body


async def test_given_somebody_who_left_when_something_happens_to_them_then_nobody_is_told(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    await members.leave(bob, at=NOON, tx=tx)

    await hear(received(bob, ada), received(ada, bob), tx=tx)

    assert await items(bob, tx) == []
    assert len(await items(ada, tx)) == 1


async def test_given_somebody_erased_when_something_happens_to_them_then_nobody_is_told(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    await privacy.erase(bob.id, programme=bob.programme, at=NOON, tx=tx)

    await hear(received(bob, ada), tx=tx)

    assert (await items(bob, tx), await ordered(bob, tx)) == ([], [])


async def _turn_off(member: members.Member, *channels: Channel, tx: Tx) -> None:
    """The member wants to hear of friends by these channels no more."""
    choices = [windows.Choice(Topic.FRIENDS, channel, Mode.OFF) for channel in channels]
    await windows.set_preferences(member, windows.Change(choices=choices), tx=tx)


async def test_given_no_wish_for_a_topic_in_the_inbox_when_it_is_pushed_then_it_is_put_away(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    await _turn_off(bob, Channel.INBOX, tx=tx)
    event = friends.Befriended(programme=bob.programme, subject=bob.id, object=ada.id, at=NOON)

    (handed,) = await hear(event, tx=tx)

    assert await items(bob, tx) == []
    assert [one.id for one in await items(bob, tx, archived=True)] == [handed.id]
    assert [one["id"] for one in await ordered(bob, tx)] == [handed.id]


async def test_given_no_wish_for_a_topic_at_all_when_it_happens_then_nothing_is_kept(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    await _turn_off(bob, *Channel, tx=tx)
    event = friends.Befriended(programme=bob.programme, subject=bob.id, object=ada.id, at=NOON)

    await hear(event, tx=tx)

    assert await items(bob, tx, archived=True) == await items(bob, tx) == []
    assert await ordered(bob, tx) == []


async def test_given_two_programmes_when_both_are_told_at_once_then_each_hears_of_its_own(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    eve, fay = await _two(tx)

    await hear(received(bob, ada), received(fay, eve), received(bob, ada), tx=tx)

    assert [one.number for one in await items(bob, tx)] == [2, 1]
    assert [one.number for one in await items(fay, tx)] == [1]


async def test_given_a_digest_when_its_hour_comes_then_one_push_stands_for_all_of_it(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    choices = [windows.Choice(Topic.FRIENDS, Channel.PHONE, Mode.DIGEST)]
    await windows.set_preferences(bob, windows.Change(choices=choices), tx=tx)
    event = friends.Befriended(programme=bob.programme, subject=bob.id, object=ada.id, at=NOON)
    await hear(event, tx=tx)
    await hear(event, tx=tx)
    before = await ordered(bob, tx)

    with push.switched(True):
        made = await digest(NOON + timedelta(days=1), tx)
        again = await digest(NOON + timedelta(days=1), tx)

    (pushed,) = await ordered(bob, tx)
    content = orjson.loads(pushed["content"])
    assert (before, made, again) == ([], 1, 0)
    assert (content["key"], content["args"]) == ("digest.gathered", ["2 new messages"])
    assert (pushed["devices"], len(await items(bob, tx))) == (1, 2)


async def test_given_a_merged_member_when_something_happens_to_them_then_the_survivor_is_told(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    eve = await given.a_member(await programmes.by_id(bob.programme, tx=tx), tx=tx)
    await duplicates.merge(
        survivor=bob.id,
        duplicate=eve.id,
        programme=bob.programme,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )

    await hear(received(eve, ada), tx=tx)

    (item,) = await items(bob, tx)
    (pushed,) = await ordered(bob, tx)
    assert (item.number, pushed["member"], await items(eve, tx)) == (1, bob.id, [])


SAID = {"at the corner": ("Coffee", "Two for one."), "nothing": ("An offer near you", "Coffee at")}


@pytest.mark.parametrize("more", SAID)
async def test_given_an_offer_when_it_is_told_then_it_says_what_its_maker_says_or_where_it_is(
    more: str, tx: Tx
) -> None:
    _, bob = await _two(tx)
    title, body = SAID[more]
    event = moments.TreatOffered(
        programme=bob.programme,
        subject=bob.id,
        object=uuid4(),
        at=NOON,
        treat=uuid4(),
        kind="DRINK",
        title="Coffee",
        body=body if more == "at the corner" else "",
        outlet=uuid4(),
        outlet_name="The Corner",
        expires_at=NOON + timedelta(minutes=20),
    )

    await hear(event, tx=tx)

    (said,), (pushed,) = await words(bob, tx), await ordered(bob, tx)
    assert said.title == title
    assert said.body.startswith(body)
    assert (pushed["kind"], pushed["devices"]) == ("bonus.offer", 2)
    assert pushed["expires_at"] == event.expires_at


class Counting:
    """A transaction that counts its statements."""

    def __init__(self, tx: Tx) -> None:
        self._tx, self.count = tx, 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._tx, name)
        if name in {"rows", "row", "value", "run"}:
            self.count += 1
        return found


async def test_given_many_transfers_when_they_are_told_then_it_takes_as_many_statements_as_one(
    tx: Tx,
) -> None:
    ada, bob = await _two(tx)
    counted = []
    for many in (1, 1, 200):
        counting: Any = Counting(tx)
        events = [received(bob, ada), *(received(ada, bob) for _ in range(many - 1))]
        await again(deliveries(*events), tx=counting)
        counted.append(counting.count)

    assert counted[1] == counted[2] <= 10
    assert len(await items(ada, tx)) == 199
