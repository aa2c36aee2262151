"""Our reading of CloudEvents is that of the library, which is right and too slow."""

from typing import Any

import orjson
import pytest
from cloudevents.core.bindings import http
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from starlette.requests import Request

from api.faults import Fault
from api.partner import cloudevents

WALK = {
    "specversion": "1.0",
    "id": "walk 1/ü",
    "source": "mill-bakery",
    "type": "laurel.activity.walk.v1",
    "subject": "MN70-9ZFG-SZT1",
}
DATA = {"startedAt": "2026-11-21T07:00:00Z", "distanceMetres": 4_000}


def a_request(headers: dict[str, str]) -> Request:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw})


def by_the_library(write) -> tuple[dict[str, str], bytes]:
    """The headers and body that the library makes of the event."""
    event = CloudEvent(attributes={**WALK, "datacontenttype": "application/json"}, data=DATA)
    message = write(event, JSONFormat())
    return dict(message.headers), bytes(message.body)


@pytest.mark.parametrize("write", [http.to_structured, http.to_binary])
def test_what_the_library_writes_is_read_as_what_it_says(write) -> None:
    headers, body = by_the_library(write)

    (read,) = cloudevents.read(a_request(headers), body)

    assert isinstance(read, dict)
    assert {name: read[name] for name in WALK} == WALK
    assert read["data"] == DATA


@pytest.mark.parametrize("write", [http.to_structured, http.to_binary])
def test_the_library_reads_what_we_read(write) -> None:
    headers, body = by_the_library(write)

    theirs = http.from_http(http.HTTPMessage(headers=headers, body=body), JSONFormat(), CloudEvent)
    (ours,) = cloudevents.read(a_request(headers), body)

    assert isinstance(ours, dict)
    assert [theirs.get_id(), theirs.get_source(), theirs.get_type(), theirs.get_subject()] == [
        ours[name] for name in ("id", "source", "type", "subject")
    ]


BAD: list[tuple[str, Any, int]] = [
    ("application/cloudevents+json", b"[", 400),
    ("application/cloudevents-batch+json", orjson.dumps(WALK), 400),
    ("application/cloudevents-batch+json", b"[" + b"0," * 5_000 + b"0]", 422),
    ("application/cloudevents+xml", b"<event/>", 415),
    ("application/json", orjson.dumps(DATA), 415),
]


@pytest.mark.parametrize(("media", "body", "status"), BAD)
def test_what_holds_no_events_is_a_fault(media: str, body: bytes, status: int) -> None:
    with pytest.raises(Fault) as fault:
        cloudevents.read(a_request({"content-type": media}), body)

    assert fault.value.status == status
