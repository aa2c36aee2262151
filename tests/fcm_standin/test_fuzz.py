"""Fuzz: whatever is sent, the stand-in answers, and never with a fault of its own."""

import copy
from typing import Any

import hpack
import orjson
from hpack.exceptions import HPACKError
from hypothesis import given
from hypothesis import strategies as st

from fcm_standin import StandIn
from fcm_standin.controlling import Control
from fcm_standin.exchange import Reply, Request
from fcm_standin.headers import QuickDecoder
from tests.fcm_standin.senders import Sender

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["5s", "1e400s", "PRIVATE", "2026-11-22T12:00:00Z", "'a' in topics"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
LIGHT = {"color": {"red": 1}, "light_on_duration": "1s", "light_off_duration": "1s"}
FULL: dict[str, Any] = {
    "message": {
        "data": {"a": "b"},
        "notification": {"title": "t", "body": "b", "image": "https://example.com/a.png"},
        "android": {
            "ttl": "60s",
            "priority": "high",
            "data": {"a": "b"},
            "collapse_key": "k",
            "notification": {
                "color": "#aabbcc",
                "body_loc_key": "k",
                "body_loc_args": ["a"],
                "event_time": "2026-11-22T12:00:00Z",
                "notification_count": 3,
                "vibrate_timings": ["1s"],
                "visibility": "PRIVATE",
                "light_settings": LIGHT,
            },
            "fcm_options": {"analytics_label": "a"},
        },
        "apns": {
            "headers": {"apns-priority": "10", "apns-expiration": "1795400000"},
            "payload": {"aps": {"alert": {"title": "t"}, "badge": 1, "sound": "default"}},
            "fcm_options": {"analytics_label": "a", "image": "https://example.com/a.png"},
        },
        "webpush": {
            "headers": {"TTL": "60", "Urgency": "high"},
            "notification": {"title": "t"},
            "fcm_options": {"link": "https://example.com"},
        },
        "fcm_options": {"analytics_label": "a"},
        "fid": "c" * 22,
    },
    "validate_only": False,
}
NAMES = ["platform", "count", "online", "rules", "seed", "share", "next", "answer", "latency_ms"]
NAMES += ["advance_s", "lifetime_s", "streams_max", "pending", "retry_after_s", "fid"]
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b":path", b":method", b"authorization", b"content-length", b"x-odd"]),
        st.binary(max_size=40),
    ),
    max_size=12,
)


def all_places() -> list[tuple[Any, ...]]:
    """Where there is anything in the full message."""
    found: list[tuple[Any, ...]] = []
    stack: list[tuple[tuple[Any, ...], Any]] = [((), FULL)]
    while stack:
        path, value = stack.pop()
        if path:
            found.append(path)
        if isinstance(value, dict):
            stack += [((*path, name), item) for name, item in value.items()]
    return found


def changed(path: tuple[Any, ...], value: Any, extra: dict[str, Any]) -> bytes:
    """The full message with something else in one place, and more beside it."""
    document = copy.deepcopy(FULL)
    place = document
    for name in path[:-1]:
        place = place[name]
    place |= extra
    place[path[-1]] = value
    return orjson.dumps(document)


def answered(reply: Reply) -> None:
    """It is one of FCM's answers, whole."""
    assert reply.status in (200, 400, 404, 429), reply
    told = orjson.loads(reply.body)
    assert "name" in told or told["error"]["code"] == reply.status


def test_the_full_message_is_taken(keys) -> None:
    standin = StandIn(keys, adopting=True)

    assert Sender(standin).post(FULL).status == 200


@given(
    path=st.sampled_from(all_places()),
    value=JSON,
    extra=st.dictionaries(st.text(max_size=8), JSON, max_size=2),
)
def test_given_anything_in_any_place_when_sent_then_it_is_answered_and_can_be_shown(
    keys, path: tuple[Any, ...], value: Any, extra: dict[str, Any]
) -> None:
    standin = StandIn(keys, adopting=True)
    control = Control(standin)

    answered(Sender(standin).post(changed(path, value, extra)))

    for address in ("/deliveries", "/messages", "/apps", "/stats"):
        shown = control.reply(Request("GET", address, "", {}, b""))
        assert isinstance(shown, Reply)
        assert shown.status == 200


@given(body=st.binary(max_size=200) | JSON.map(orjson.dumps))
def test_given_anything_at_all_when_posted_then_it_is_answered(keys, body: bytes) -> None:
    standin = StandIn(keys, adopting=True)

    answered(Sender(standin).post(body))
    assert standin.tokens.reply(body).status == 400


@given(
    route=st.sampled_from(
        [
            ("POST", "/apps"),
            ("PUT", "/rules"),
            ("POST", "/rules"),
            ("PUT", "/limits"),
            ("PUT", "/connections"),
            ("PUT", "/tokens"),
            ("POST", "/clock"),
            ("PATCH", "/apps/x"),
            ("GET", "/deliveries"),
        ]
    ),
    names=st.lists(st.sampled_from(NAMES), max_size=3),
    values=st.lists(JSON, min_size=3, max_size=3),
    query=st.text(max_size=20),
)
def test_given_anything_when_the_control_api_is_asked_then_it_answers(
    keys, route: tuple[str, str], names: list[str], values: list[Any], query: str
) -> None:
    control = Control(StandIn(keys))
    body = orjson.dumps(dict(zip(names, values, strict=False)))

    reply = control.reply(Request(*route, query, {}, body))

    assert isinstance(reply, Reply)
    assert reply.status in (200, 400, 404)


@given(blocks=st.lists(HEADERS, max_size=4), huffman=st.booleans())
def test_given_headers_when_encoded_then_our_reader_reads_what_hpacks_reads(
    blocks: list[list[tuple[bytes, bytes]]], huffman: bool
) -> None:
    encoder, ours, theirs = hpack.Encoder(), QuickDecoder(), hpack.Decoder()

    for block in blocks:
        encoded = encoder.encode(block, huffman=huffman)

        assert list(ours.decode(encoded, raw=True)) == list(theirs.decode(encoded, raw=True))


@given(block=st.binary(max_size=60))
def test_given_any_bytes_when_read_as_headers_then_ours_refuses_what_hpack_refuses(
    block: bytes,
) -> None:
    assert outcome(QuickDecoder(), block) == outcome(hpack.Decoder(), block)


def outcome(decoder: hpack.Decoder, block: bytes) -> object:
    try:
        return list(decoder.decode(block, raw=True))
    except HPACKError:
        return None
