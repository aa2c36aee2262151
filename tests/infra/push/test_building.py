"""Building: each platform's payload, what Firebase would refuse, and the budgets in bytes."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from infra.push import BadMessage, LiveUpdate, Message, Platform
from infra.push.building import build
from infra.push.checking import APNS_BYTES_MAX, DATA_BYTES_MAX, REQUEST_BYTES_MAX
from tests.infra.push.messages import (
    BADGE,
    EVENT,
    KINDS,
    LIVE,
    NEWS,
    NOON,
    OFFER,
    POINTS,
    TARGET,
    TRANSFER,
    other,
)


def built(message: Message) -> dict[str, Any]:
    """What is sent, read again."""
    said = orjson.loads(build(message, at=NOON).body)
    assert list(said) == ["message"]
    message = said["message"]
    assert isinstance(message, dict)
    return message


def test_a_message_for_an_iphone_is_what_apple_asks_for() -> None:
    assert built(OFFER) == {
        "fid": TARGET,
        "fcm_options": {"analytics_label": "bonus_offer"},
        "data": {
            "v": "1",
            "id": EVENT,
            "t": "bonus.offer",
            "ref": EVENT,
            "until": "1795400000",
            "kind": "drink",
        },
        "apns": {
            "headers": {
                "apns-push-type": "alert",
                "apns-priority": "10",
                "apns-expiration": str(int(NOON.timestamp()) + 1_800),
                "apns-collapse-id": EVENT,
            },
            "payload": {
                "aps": {
                    "alert": {
                        "title-loc-key": "moments.offer.title",
                        "loc-key": "moments.offer.body",
                        "loc-args": ["Śmietanka Café", "iced coffee", "30"],
                    },
                    "interruption-level": "time-sensitive",
                    "relevance-score": 1.0,
                    "sound": "bonus.caf",
                    "category": "moment.redeem",
                    "thread-id": "moments",
                    "mutable-content": 1,
                }
            },
        },
    }


def test_a_message_for_android_replaces_by_tag_and_never_by_collapse_key() -> None:
    said = built(other(POINTS, platform=Platform.ANDROID, alone=True))

    assert said["android"] == {
        "priority": "normal",
        "ttl": "86400s",
        "notification": {
            "title_loc_key": "points.earned.title",
            "body_loc_key": "points.earned.body",
            "body_loc_args": ["25", "1250"],
            "channel_id": "points",
            "tag": "balance",
            "visibility": "PRIVATE",
            "local_only": True,
        },
    }
    assert not {"apns", "webpush", "notification"} & said.keys()


def test_a_browser_gets_the_keys_as_data_and_literal_texts_as_they_are() -> None:
    keys = built(other(platform=Platform.WEB))
    literal = built(other(NEWS, platform=Platform.WEB))

    assert keys["webpush"] == {"headers": {"TTL": "259200", "Urgency": "high"}}
    assert orjson.loads(keys["data"]["body_args"]) == ["Åsa Łukasiewicz", "100"]
    assert literal["webpush"]["notification"] == {
        "title": "Winter cup",
        "body": "It starts on Monday.",
        "tag": "balance",
    }


def test_a_live_update_goes_to_the_activity_and_not_to_the_screen() -> None:
    assert built(LIVE)["apns"] == {
        "live_activity_token": "a1" * 80,
        "headers": {
            "apns-priority": "5",
            "apns-expiration": str(int((NOON + timedelta(hours=6)).timestamp())),
        },
        "payload": {
            "aps": {
                "timestamp": int(NOON.timestamp()),
                "event": "update",
                "content-state": {"percent": 92, "left_m": 800},
                "stale-date": int(NOON.timestamp()),
                "relevance-score": 0.3,
            }
        },
    }


@pytest.mark.parametrize("platform", [Platform.IOS, Platform.ANDROID])
def test_one_event_has_one_id_on_every_device(platform: Platform) -> None:
    said = built(other(platform=platform))

    shown = said.get("android", {}).get("notification", {}).get("tag")
    assert said["data"]["id"] == EVENT
    assert EVENT in (shown, said.get("apns", {}).get("headers", {}).get("apns-collapse-id"))


def test_a_passive_message_makes_no_sound_whatever_was_asked_for() -> None:
    assert "sound" not in built(other(BADGE, sound="default"))["apns"]["payload"]["aps"]


def test_now_or_never_is_zero_to_apple() -> None:
    assert built(other(ttl_s=0))["apns"]["headers"]["apns-expiration"] == "0"


def test_it_expires_when_it_should_however_often_it_is_tried() -> None:
    assert build(OFFER, at=NOON).expires_at == NOON + timedelta(minutes=30)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("platform", list(Platform))
def test_every_kind_keeps_its_budget_on_every_platform(kind: str, platform: Platform) -> None:
    made = build(other(KINDS[kind], platform=platform), at=NOON)

    message = orjson.loads(made.body)["message"]
    shown = orjson.dumps(message.get("apns", {}).get("payload", {}))
    data = sum(len(k.encode()) + len(v.encode()) for k, v in message["data"].items())
    assert len(made.body) <= REQUEST_BYTES_MAX
    assert len(shown) <= APNS_BYTES_MAX
    assert data <= DATA_BYTES_MAX


# A field that is wrong, and the path that says so: in the order in which they are looked at.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": ""}, "id"),
    "a target that is none": ({"target": "z" * 22}, "target"),
    "a target of another length": ({"target": TARGET + "A"}, "target"),
    "a target with a line after it": ({"target": TARGET + "\n"}, "target"),
    "no template": ({"template": ""}, "template"),
    "a platform that is none": ({"platform": "IOS"}, "platform"),
    "a priority that is none": ({"priority": 7}, "priority"),
    "a level that is none": ({"level": "critical"}, "level"),
    "a life of more than 28 days": ({"ttl_s": 28 * 86_400 + 1}, "ttl_s"),
    "a life of less than nothing": ({"ttl_s": -1}, "ttl_s"),
    "a life of half a second": ({"ttl_s": 0.5}, "ttl_s"),
    "too relevant": ({"relevance": 1.1}, "relevance"),
    "not even a number": ({"relevance": float("nan")}, "relevance"),
    "a collapse id of 65 bytes": ({"collapse": "ł" * 32 + "x"}, "collapse"),
    "an empty collapse id": ({"collapse": ""}, "collapse"),
    "a thread of 65 bytes": ({"thread": "x" * 65}, "thread"),
    "a category of 65 bytes": ({"category": "x" * 65}, "category"),
    "a label with a space": ({"label": "two words"}, "label"),
    "a label of 51": ({"label": "x" * 51}, "label"),
    "a label with a line after it": ({"label": "news\n"}, "label"),
    "keys and texts": ({"body": "Hello"}, "body"),
    "neither": ({"title_key": None, "body_key": None, "body_args": ()}, "body"),
    "arguments of nothing": ({"body_key": None}, "body_args"),
    "an argument that is a number": ({"body_args": (25,)}, "body_args.0"),
    "one text in place of arguments": ({"body_args": "25"}, "body_args"),
    "too many arguments": ({"body_args": ("x",) * 9}, "body_args"),
    "a number as data": ({"data": {"points": 25}}, "data.points"),
    "a number as a name of data": ({"data": {25: "points"}}, "data"),
    "data from": ({"data": {"from": "Ada"}}, "data.from"),
    "data message_type": ({"data": {"message_type": "x"}}, "data.message_type"),
    "data of google": ({"data": {"google.x": "x"}}, "data.google.x"),
    "data of gcm": ({"data": {"gcm.notification.x": "x"}}, "data.gcm.notification.x"),
    "data that are ours": ({"data": {"id": "x"}}, "data.id"),
    "257 bytes of data": ({"data": {"x": "x" * 256}}, "data"),
    "a live update on Android": (
        {"platform": Platform.ANDROID, "live": LIVE.live},
        "live",
    ),
    "a live token that is none": (
        {"live": LiveUpdate(token="token", state={"p": 1}, at=NOON)},
        "live.token",
    ),
    "a live update of nothing": (
        {"live": LiveUpdate(token="a1" * 80, state={}, at=NOON)},
        "live.state",
    ),
    "a live time without a zone": (
        {"live": LiveUpdate(token="a1" * 80, state={"p": 1}, at=datetime(2026, 6, 1))},  # noqa: DTZ001
        "live.at",
    ),
    "a live state that is no JSON": (
        {"live": LiveUpdate(token="a1" * 80, state={"p": {1, 2}}, at=NOON)},
        "message",
    ),
    "half a character": ({"body_args": ("\ud83c", "1")}, "message"),
    "513 bytes for Apple": ({"body_args": ("x" * 260,)}, "apns"),
    "1,025 bytes": ({"platform": Platform.ANDROID, "body_args": ("x" * 700,)}, "request"),
}


@pytest.mark.parametrize(("fields", "path"), BAD.values(), ids=BAD)
def test_what_firebase_would_refuse_is_not_built(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(BadMessage) as caught:
        build(other(TRANSFER, **fields), at=NOON)

    assert caught.value.path == path


def test_the_first_wrong_field_is_the_one_that_is_named() -> None:
    with pytest.raises(BadMessage) as caught:
        build(other(TRANSFER, id="", target="", ttl_s=-1, data={"from": "x"}), at=NOON)

    assert caught.value.path == "id"
