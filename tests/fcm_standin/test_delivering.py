"""Delivering: what an app gets, what waits for it, and what never comes."""

from typing import Any

import pytest

from fcm_standin import App, Platform, StandIn
from tests.fcm_standin.senders import Sender


def away(standin: StandIn, **said: Any) -> App:
    app = standin.apps.install(**said)
    app.online = False
    return app


def back(standin: StandIn, app: App) -> None:
    app.online = True
    standin.post.release(app)


def ids(sender: Sender, app: App) -> list[str]:
    return [data["id"] for data in sender.received(app.fid)]


def fates(standin: StandIn) -> list[tuple[str, str]]:
    found = standin.post.fated(None, 1_000)
    return [(one.message.content["data"]["id"], one.fate) for one in found]


def test_given_a_device_that_is_away_when_it_comes_back_then_all_comes_in_its_order(
    standin: StandIn, sender: Sender
) -> None:
    app = away(standin)

    for number in range(3):
        sender.send(app.fid, data={"id": str(number)})
    before = ids(sender, app)
    back(standin, app)

    assert (before, ids(sender, app)) == ([], ["0", "1", "2"])


@pytest.mark.parametrize("platform", list(Platform))
def test_given_a_key_when_a_newer_message_has_it_too_then_only_that_one_comes(
    standin: StandIn, sender: Sender, platform: Platform
) -> None:
    app = away(standin, platform=platform)
    keyed = {
        "android": {"collapse_key": "balance"},
        "apns": {"headers": {"apns-collapse-id": "balance"}},
        "webpush": {"headers": {"Topic": "balance"}},
    }

    for number in range(3):
        sender.send(app.fid, data={"id": str(number)}, **keyed)
    back(standin, app)

    assert ids(sender, app) == ["2"]
    assert fates(standin) == [("0", "collapsed"), ("1", "collapsed")]


@pytest.mark.parametrize("platform", list(Platform))
def test_given_a_time_to_live_when_the_device_comes_back_later_then_it_is_dropped(
    standin: StandIn, sender: Sender, platform: Platform
) -> None:
    app, until = away(standin, platform=platform), int(standin.clock.now()) + 60
    short = {
        "android": {"ttl": "60s"},
        "apns": {"headers": {"apns-expiration": str(until), "apns-priority": "5"}},
        "webpush": {"headers": {"TTL": "60"}},
    }

    sender.send(app.fid, data={"id": "short"}, **short)
    sender.send(app.fid, data={"id": "long"})
    standin.advance(61)
    back(standin, app)

    assert ids(sender, app) == ["long"]
    assert fates(standin) == [("short", "droppedTtlExpired")]


def test_given_now_or_never_when_the_device_is_away_then_it_is_dropped_at_once(
    standin: StandIn, sender: Sender
) -> None:
    here, gone = standin.apps.install(), away(standin)

    for app in (here, gone):
        sender.send(app.fid, data={"id": "1"}, android={"ttl": "0s"})

    assert (ids(sender, here), fates(standin)) == (["1"], [("1", "droppedTtlExpired")])


def test_given_four_weeks_away_when_nothing_was_said_then_that_is_the_end_of_it(
    standin: StandIn, sender: Sender
) -> None:
    app = away(standin)

    sender.send(app.fid, data={"id": "1"})
    standin.advance(28 * 86_400 - 60)
    before = standin.post.waiting()
    standin.advance(120)

    assert (before, standin.post.waiting()) == (1, 0)


def test_given_a_hundred_that_wait_when_one_more_comes_then_android_drops_them_all(
    standin: StandIn, sender: Sender
) -> None:
    app = away(standin)

    for number in range(101):
        sender.send(app.fid, data={"id": str(number)})
    back(standin, app)

    assert ids(sender, app) == ["100"]
    assert standin.post.dropped == {"droppedTooManyPendingMessages": 100}


def test_given_five_keys_when_the_device_comes_back_then_four_are_left(
    standin: StandIn, sender: Sender
) -> None:
    app = away(standin)

    for number in range(5):
        sender.send(app.fid, data={"id": str(number)}, android={"collapse_key": str(number)})
    back(standin, app)

    assert ids(sender, app) == ["1", "2", "3", "4"]


def test_given_many_collapsible_messages_when_sent_then_they_come_at_fcms_pace(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()

    for number in range(25):
        sender.send(app.fid, data={"id": str(number)}, android={"collapse_key": "k"})
    burst = len(ids(sender, app))
    standin.advance(181)
    later = ids(sender, app)

    # Twenty at once; of the others only the newest, three minutes later.
    assert (burst, later[20:]) == (20, ["24"])


def test_given_a_plain_message_when_a_collapsible_one_is_held_up_then_it_comes_all_the_same(
    standin: StandIn, sender: Sender
) -> None:
    app = standin.apps.install()
    standin.meter.limits.collapsible_burst = 1

    for number in range(2):
        sender.send(app.fid, data={"id": str(number)}, android={"collapse_key": "k"})
    sender.send(app.fid, data={"id": "plain"})

    assert ids(sender, app) == ["0", "plain"]


def test_given_an_app_that_was_stopped_or_removed_when_sent_then_nothing_comes(
    standin: StandIn, sender: Sender
) -> None:
    stopped, removed = standin.apps.install(), away(standin)
    stopped.restricted = True

    statuses = [sender.send(app.fid, data={"id": "1"}).status for app in (stopped, removed)]
    removed.installed = False
    back(standin, removed)

    assert statuses == [200, 200]
    assert sender.received() == []
    assert [fate for _, fate in fates(standin)] == [
        "droppedAppForceStopped",
        "droppedAppUninstalled",
    ]


def test_given_topics_when_sent_to_them_then_those_who_subscribed_get_it(
    standin: StandIn, sender: Sender
) -> None:
    ada, bob = standin.apps.install(), standin.apps.install()
    ada.topics |= {"news", "cats"}
    bob.topics |= {"news"}

    sender.post({"message": {"topic": "cats", "data": {"id": "1"}}})
    sender.post({"message": {"topic": "news", "data": {"id": "2"}}})
    condition = "'news' in topics && !('cats' in topics)"
    sender.post({"message": {"condition": condition, "data": {"id": "3"}}})
    nobody = sender.post({"message": {"topic": "dogs"}})

    assert (ids(sender, ada), ids(sender, bob)) == (["1", "2"], ["2", "3"])
    assert nobody.status == 200


def test_given_more_than_is_kept_when_asked_for_all_then_the_newest_are_there(keys) -> None:
    standin = StandIn(keys, keep=10)
    sender, app = Sender(standin), standin.apps.install()
    for number in range(25):
        sender.send(app.fid, data={"id": str(number)})

    found = {
        after: [one.number for one in standin.post.after(after, fid=None, limit=100)]
        for after in (0, 14, 15, 20, 24, 25, 99)
    }

    assert found == {
        0: list(range(16, 26)),
        14: list(range(16, 26)),
        15: list(range(16, 26)),
        20: [21, 22, 23, 24, 25],
        24: [25],
        25: [],
        99: [],
    }
