"""Checking: every rule about a message, with the exact answer. Pure."""

from typing import Any

import orjson
import pytest

from fcm_standin import checking
from fcm_standin.errors import Refused

FID = "cY7k0_Qq3Qk9mZ1vXo2b3A"
V1 = "type.googleapis.com/google.firebase.fcm.v1."
DURATION = "type.googleapis.com/google.protobuf.Duration"
TIMESTAMP = "type.googleapis.com/google.protobuf.Timestamp"
UNKNOWN = "Invalid JSON payload received. Unknown name"
LARGE = "Message is too large. The maximum is 4K (4096 bytes)."
LIGHT = {"color": {"red": 1}, "light_on_duration": "1s", "light_off_duration": "1s"}
LIVE = {"event": "update", "timestamp": 1795400000, "content-state": {}}


def to_fid(**fields: Any) -> dict[str, Any]:
    return {"message": {"fid": FID, **fields}}


def android(**fields: Any) -> dict[str, Any]:
    return to_fid(android=fields)


def notification(**fields: Any) -> dict[str, Any]:
    return android(notification=fields)


def apns(**fields: Any) -> dict[str, Any]:
    return to_fid(apns=fields, notification={"title": "Hello"})


def headers(**named: str) -> dict[str, Any]:
    return apns(headers={name.replace("_", "-"): value for name, value in named.items()})


def aps(**fields: Any) -> dict[str, Any]:
    return apns(payload={"aps": fields})


def webpush(**fields: Any) -> dict[str, Any]:
    return to_fid(webpush=fields)


def live(**fields: Any) -> dict[str, Any]:
    return apns(live_activity_token="a1", payload={"aps": LIVE | fields})


def no_field(name: str, path: str) -> str:
    return f"{UNKNOWN} \"{name}\" at '{path}': Cannot find field."


def value(path: str, kind: str, shown: str) -> str:
    return f"Invalid value at '{path}' ({kind}), {shown}"


# The shape: (what is sent, the field, what is said of it). Google refuses these before FCM looks.
SHAPES: dict[str, tuple[Any, str, str]] = {
    "an unknown field beside the message": (
        {"mesage": {}},
        "",
        f'{UNKNOWN} "mesage": Cannot find field.',
    ),
    "an unknown field": (to_fid(priority="high"), "message", no_field("priority", "message")),
    "an unknown field deeper": (
        notification(subtitle="x"),
        "message.android.notification",
        no_field("subtitle", "message.android.notification"),
    ),
    "two targets": (
        to_fid(topic="news"),
        "message",
        "Invalid value at 'message' (oneof), oneof field 'target' is already set. "
        "Cannot set 'topic'",
    ),
    "a number in data": (
        to_fid(data={"count": 12}),
        "message.data[0].value",
        value("message.data[0].value", "TYPE_STRING", "12"),
    ),
    "null in data": (
        to_fid(data={"a": "b", "count": None}),
        "message.data[1].value",
        value("message.data[1].value", "TYPE_STRING", "null"),
    ),
    "data that is a list": (
        to_fid(data=["a"]),
        "message",
        f"{UNKNOWN} \"data\" at 'message': Proto field is not repeating, cannot start list.",
    ),
    "an object for a text": (
        to_fid(notification={"title": {"en": "x"}}),
        "message.notification",
        f"{UNKNOWN} \"title\" at 'message.notification': Starting an object on a scalar field.",
    ),
    "a text for an object": (
        to_fid(android="high"),
        "message.android",
        value("message.android", V1 + "AndroidConfig", '"high"'),
    ),
    "a priority of Apple's": (
        android(priority=7),
        "message.android.priority",
        value("message.android.priority", V1 + "AndroidMessagePriority", "7"),
    ),
    "a priority that is none": (
        android(priority="urgent"),
        "message.android.priority",
        value("message.android.priority", V1 + "AndroidMessagePriority", '"urgent"'),
    ),
    "a time to live in plain seconds": (
        android(ttl=60),
        "message.android.ttl",
        value("message.android.ttl", DURATION, "60"),
    ),
    "a time to live without its unit": (
        android(ttl="60"),
        "message.android.ttl",
        value(
            "message.android.ttl",
            DURATION,
            "Field 'ttl', Illegal duration format; duration must end with 's'",
        ),
    ),
    "a time to live that is no number": (
        android(ttl="soons"),
        "message.android.ttl",
        value("message.android.ttl", DURATION, "Field 'ttl', Illegal duration format"),
    ),
    "an event time without a zone": (
        notification(event_time="2026-11-22T12:00:00"),
        "message.android.notification.event_time",
        value(
            "message.android.notification.event_time",
            TIMESTAMP,
            "Field 'event_time', Illegal timestamp format; timestamps must end with 'Z' or have a "
            "valid timezone offset.",
        ),
    ),
    "a count that is a text": (
        notification(notification_count="many"),
        "message.android.notification.notification_count",
        value("message.android.notification.notification_count", "TYPE_INT32", '"many"'),
    ),
    "a count beyond all numbers": (
        notification(notification_count=2.0**64),
        "message.android.notification.notification_count",
        value(
            "message.android.notification.notification_count",
            "TYPE_INT32",
            "1.8446744073709552e+19",
        ),
    ),
    "a visibility that is none": (
        notification(visibility="hidden"),
        "message.android.notification.visibility",
        value(
            "message.android.notification.visibility",
            V1 + "AndroidNotification.Visibility",
            '"hidden"',
        ),
    ),
    "a flag that is a number": (
        notification(sticky=1),
        "message.android.notification.sticky",
        value("message.android.notification.sticky", "TYPE_BOOL", "1"),
    ),
    "a payload that is a text": (
        apns(payload="{}"),
        "message.apns.payload",
        value("message.apns.payload", "type.googleapis.com/google.protobuf.Struct", '"{}"'),
    ),
    "a header that is a number": (
        apns(headers={"apns-priority": 5}),
        "message.apns.headers[0].value",
        value("message.apns.headers[0].value", "TYPE_STRING", "5"),
    ),
    "an argument that is a number": (
        notification(body_loc_key="k", body_loc_args=["a", 5]),
        "message.android.notification.body_loc_args[1]",
        value("message.android.notification.body_loc_args[1]", "TYPE_STRING", "5"),
    ),
    "a colour out of its type": (
        notification(light_settings={**LIGHT, "color": {"red": "1"}}),
        "message.android.notification.light_settings.color.red",
        value("message.android.notification.light_settings.color.red", "TYPE_FLOAT", '"1"'),
    ),
}
# The content: (what is sent, the field, what FCM says of it).
CONTENTS: dict[str, tuple[Any, str, str]] = {
    "a topic with its folder": (
        {"message": {"topic": "/topics/a"}},
        "message.topic",
        "Invalid topic name",
    ),
    "a condition that is none": (
        {"message": {"condition": "'a' in topic"}},
        "message.condition",
        "Invalid condition expression provided. It cannot be read from character 0 on.",
    ),
    "a condition of six topics": (
        {"message": {"condition": " || ".join(f"'{n}' in topics" for n in range(6))}},
        "message.condition",
        "Invalid condition expression provided. It names 6 topics; 1 to 5 are possible.",
    ),
    "the data key from": (
        to_fid(data={"from": "x"}),
        "message.data",
        "Invalid data payload key: from",
    ),
    "the data key message_type": (
        to_fid(data={"message_type": "x"}),
        "message.data",
        "Invalid data payload key: message_type",
    ),
    "a data key of Google's": (
        android(data={"google.x": "y"}),
        "message.android.data",
        "Invalid data payload key: google.x",
    ),
    "a data key of the old service's": (
        webpush(data={"gcm.x": "y"}),
        "message.webpush.data",
        "Invalid data payload key: gcm.x",
    ),
    "a label with a space": (
        to_fid(fcm_options={"analytics_label": "a b"}),
        "message.fcm_options.analytics_label",
        "Invalid analytics label",
    ),
    "a label of 51 characters": (
        apns(fcm_options={"analytics_label": "a" * 51}),
        "message.apns.fcm_options.analytics_label",
        "Invalid analytics label",
    ),
    "29 days to live": (
        android(ttl="2505600s"),
        "message.android.ttl",
        "Invalid ttl: it must be a duration between 0 and 2419200 seconds",
    ),
    "less than nothing to live": (
        android(ttl="-1s"),
        "message.android.ttl",
        "Invalid ttl: it must be a duration between 0 and 2419200 seconds",
    ),
    "a colour by name": (
        notification(color="red"),
        "message.android.notification.color",
        "Invalid color: it must be in the form #RRGGBB",
    ),
    "a count below nothing": (
        notification(notification_count=-1),
        "message.android.notification.notification_count",
        "Invalid notification count",
    ),
    "arguments without a key": (
        notification(body_loc_args=["x"]),
        "message.android.notification.body_loc_key",
        "Missing body_loc_key for its arguments",
    ),
    "a pause below nothing": (
        notification(vibrate_timings=["1s", "-1s"]),
        "message.android.notification.vibrate_timings",
        "Invalid vibrate timings",
    ),
    "a light without its colour": (
        notification(light_settings={"light_on_duration": "1s", "light_off_duration": "1s"}),
        "message.android.notification.light_settings.color",
        "Missing color",
    ),
    "a light brighter than white": (
        notification(light_settings={**LIGHT, "color": {"red": 1.5}}),
        "message.android.notification.light_settings.color",
        "Invalid color",
    ),
    "a picture in the clear": (
        to_fid(notification={"image": "http://example.com/a.png"}),
        "message.notification.image",
        "Invalid image: it must be an HTTPS URL",
    ),
    "a priority that Apple has not": (
        headers(apns_priority="7"),
        "message.apns.headers",
        "Invalid apns-priority: it must be 1, 5 or 10",
    ),
    "a push type that Apple has not": (
        headers(apns_push_type="loud"),
        "message.apns.headers",
        "Invalid apns-push-type",
    ),
    "an expiration that is no time": (
        headers(apns_expiration="soon"),
        "message.apns.headers",
        "Invalid apns-expiration: it must be a UNIX time in seconds",
    ),
    "a collapse id of 65 bytes": (
        headers(apns_collapse_id="ä" * 32 + "a"),
        "message.apns.headers",
        "Invalid apns-collapse-id: it must not exceed 64 bytes",
    ),
    "data alone that is urgent": (
        to_fid(data={"a": "b"}, apns={"headers": {"apns-priority": "10"}}),
        "message.apns.headers",
        "Invalid apns-priority: only 5 is allowed for a message of data alone",
    ),
    "an aps that is a list": (
        apns(payload={"aps": []}),
        "message.apns.payload.aps",
        "Invalid aps: it must be an object",
    ),
    "an aps with nothing in it": (
        to_fid(apns={"payload": {"aps": {}, "details": "x"}}),
        "message.apns.payload.aps",
        "Request contains an invalid argument.",
    ),
    "an alert that is a list": (
        aps(alert=["x"]),
        "message.apns.payload.aps.alert",
        "Invalid alert: it must be a string or an object",
    ),
    "a badge that is a text": (
        aps(badge="3"),
        "message.apns.payload.aps.badge",
        "Invalid badge: it must be a number",
    ),
    "a sound that is a number": (
        aps(sound=1),
        "message.apns.payload.aps.sound",
        "Invalid sound: it must be a string or an object",
    ),
    "a live activity without a token": (
        apns(live_activity_token="", payload={"aps": LIVE}),
        "message.apns.live_activity_token",
        "Invalid live activity token",
    ),
    "a live activity that does nothing": (
        live(event="change"),
        "message.apns.payload.aps.event",
        "Invalid event: it must be start, update or end",
    ),
    "a live activity without a time": (
        live(timestamp="now"),
        "message.apns.payload.aps.timestamp",
        "Missing timestamp of a live activity",
    ),
    "a live activity without a state": (
        live(**{"content-state": "x"}),
        "message.apns.payload.aps.content-state",
        "Missing content-state of a live activity",
    ),
    "a link in the clear": (
        webpush(fcm_options={"link": "http://example.com"}),
        "message.webpush.fcm_options.link",
        "Invalid link: it must be HTTPS",
    ),
    "29 days in a browser": (
        webpush(headers={"TTL": "2505600"}),
        "message.webpush.headers",
        "Invalid TTL",
    ),
    "an urgency that is none": (
        webpush(headers={"Urgency": "now"}),
        "message.webpush.headers",
        "Invalid Urgency",
    ),
    "4,097 bytes of data": (to_fid(data={"a": "x" * 4096}), "message", LARGE),
    "4,097 bytes of letters that take two": (to_fid(data={"a": "ä" * 2048}), "message", LARGE),
    "2,049 bytes for a topic": (
        {"message": {"topic": "news", "data": {"a": "x" * 2048}}},
        "message",
        "Message is too large. The maximum is 2K (2048 bytes).",
    ),
    "4,097 bytes for Apple": (
        apns(payload={"aps": {"badge": 1}, "x": "y" * 4045}),
        "message.apns.payload",
        LARGE,
    ),
    "5,121 bytes of a call": (
        apns(headers={"apns-push-type": "voip"}, payload={"aps": {"badge": 1}, "x": "y" * 5069}),
        "message.apns.payload",
        "Message is too large. The maximum is 5K (5120 bytes).",
    ),
}
# What FCM takes, at the edge of each rule.
TAKEN: dict[str, Any] = {
    "nothing but a target": to_fid(),
    "names in camelCase": {
        "message": {"fid": FID, "fcmOptions": {"analyticsLabel": "a"}},
        "validateOnly": True,
    },
    "null for what is not there": to_fid(token=None, data=None),
    "4,096 bytes of data": to_fid(data={"a": "x" * 4095}),
    "2,048 bytes for a topic": {"message": {"topic": "news", "data": {"a": "x" * 2047}}},
    "4,096 bytes for Apple": apns(payload={"aps": {"badge": 1}, "x": "y" * 4044}),
    "5,120 bytes of a call": apns(
        headers={"apns-push-type": "voip"}, payload={"aps": {"badge": 1}, "x": "y" * 5068}
    ),
    "28 days to live": android(ttl="2419200s"),
    "a fraction of a second": android(ttl="3.000000001s"),
    "now or never": android(ttl="0s"),
    "a priority in small letters": android(priority="high"),
    "a priority by its number": android(priority=1),
    "a count as text": notification(notification_count="5"),
    "a collapse id of 64 bytes": headers(apns_collapse_id="ä" * 32),
    "a label of 50 characters": to_fid(fcm_options={"analytics_label": "a-b_c.~%" + "x" * 42}),
    "a key that only resembles a reserved one": to_fid(data={"froms": "x", "from_member": "y"}),
    "five topics": {
        "message": {
            "condition": "('a' in topics || !('b' in topics)) && 'c' in topics "
            "|| 'd' in topics && 'e' in topics"
        }
    },
    "data alone without a hurry": to_fid(data={"a": "b"}, apns={"headers": {"apns-priority": "5"}}),
    "a live activity": live(),
    "an aps that is null": apns(payload={"aps": None}),
    "a data key of Apple's name": to_fid(data={"aps": "x"}, notification={"title": "Hello"}),
    "an event time with a zone": notification(event_time="2026-11-22T12:00:00.5+01:00"),
}


def refusal(body: Any) -> dict[str, Any]:
    with pytest.raises(Refused) as refused:
        checking.read(orjson.dumps(body))
    return orjson.loads(refused.value.body())


@pytest.mark.parametrize(("body", "field", "said"), SHAPES.values(), ids=SHAPES)
def test_given_a_shape_that_does_not_fit_when_read_then_google_says_which_field(
    body: Any, field: str, said: str
) -> None:
    told = refusal(body)

    violation = {"field": field, "description": said}
    assert told == {
        "error": {
            "code": 400,
            "message": said,
            "status": "INVALID_ARGUMENT",
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [violation],
                }
            ],
        }
    }


@pytest.mark.parametrize(("body", "field", "said"), CONTENTS.values(), ids=CONTENTS)
def test_given_a_content_that_fcm_does_not_take_when_read_then_it_says_which_field(
    body: Any, field: str, said: str
) -> None:
    told = refusal(body)

    violation = {"field": field, "description": said}
    assert told == {
        "error": {
            "code": 400,
            "message": said,
            "status": "INVALID_ARGUMENT",
            "details": [
                {"@type": V1 + "FcmError", "errorCode": "INVALID_ARGUMENT"},
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [violation],
                },
            ],
        }
    }


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_given_a_message_at_the_edge_when_read_then_it_is_taken(body: Any) -> None:
    assert checking.read(orjson.dumps(body)).to


def test_given_several_faults_of_shape_when_read_then_all_are_told_at_once() -> None:
    told = refusal(to_fid(data={"a": 1}, android={"ttl": "5"}, extra=1))["error"]

    fields = [violation["field"] for violation in told["details"][0]["fieldViolations"]]
    assert fields == ["message.data[0].value", "message.android.ttl", "message"]
    assert len(told["message"].splitlines()) == 3


def test_given_nobody_addressed_when_read_then_the_recipient_is_missing() -> None:
    told = refusal({"message": {"data": {"a": "b"}}})["error"]

    assert (told["code"], told["message"]) == (400, "Recipient of the message is not set.")
    assert [detail["@type"].rpartition(".")[2] for detail in told["details"]] == [
        "BadRequest",
        "FcmError",
    ]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"12", b"\xff", b"{}{}", b'{"a":NaN}'])
def test_given_no_json_object_when_read_then_it_is_an_invalid_argument(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        checking.read(body)

    assert refused.value.status == "INVALID_ARGUMENT"
    assert refused.value.message.startswith("Invalid JSON payload received. ")


def test_given_nesting_without_an_end_when_read_then_it_is_refused() -> None:
    deep = b'{"message":{"fid":"x","apns":{"payload":' + b'{"a":' * 300 + b"1" + b"}" * 303

    with pytest.raises(Refused, match="Nesting is too deep"):
        checking.read(deep)
