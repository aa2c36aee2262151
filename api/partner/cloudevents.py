"""Cloudevents: the events in an HTTP request, in any of the three modes.

CloudEvents 1.0.2, HTTP protocol binding 3.1 (binary), 3.2 (structured), 3.3 (batched); JSON
format 1.0.2. Read by hand: the library takes 20 microseconds for what costs us one, and knows no
batches; tests/api/test_cloudevents.py holds the two equal.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request

from api import bodies, negotiating
from api.faults import Fault, FaultCode

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
ITEMS_MAX = 5_000
BODY_BYTES_MAX = 5 * 1024 * 1024
PREFIX = "ce-"
# What an event must say, beside `subject`, which an activity's must.
ATTRIBUTES = ("specversion", "id", "source", "type")
# JSON of some kind, such as application/activity+json.
JSON = re.compile(r"application/(?:[a-z0-9.-]+\+)?json")


def read(request: Request, body: bytes) -> Sequence[object]:
    """What a request holds: events, or what stands where an event should.

    Raises Fault: 400 for a body that is no JSON or no list where a batch was said, 415, and 422
    for more than 5,000 events.
    """
    media = negotiating.read(request.headers.get("content-type", ""))
    if not negotiating.speaks_utf8(media):
        raise _unsupported()
    if media.name == BATCH:
        return _batch(bodies.loaded(body))
    if media.name == STRUCTURED:
        return [bodies.loaded(body)]
    if f"{PREFIX}id" in request.headers and JSON.fullmatch(media.name):
        return [{**_attributes(request.headers), "data": bodies.loaded(body)}]
    raise _unsupported()


def _batch(said: object) -> Sequence[object]:
    if not isinstance(said, list):
        raise Fault(FaultCode.BAD_REQUEST, "A batch is a JSON list of events.")
    if len(said) > ITEMS_MAX:
        told = f"A batch has {ITEMS_MAX} events at most; this one has {len(said)}."
        raise Fault(FaultCode.LIMIT_EXCEEDED, told, status=422)
    return said


def _attributes(headers: Mapping[str, str]) -> dict[str, Any]:
    """The attributes of binary mode, whose values are percent-encoded."""
    found: dict[str, Any] = {
        name[len(PREFIX) :]: unquote(value)
        for name, value in headers.items()
        if name.startswith(PREFIX)
    }
    return found | {"datacontenttype": headers.get("content-type", "")}


def _unsupported() -> Fault:
    said = f"Send {STRUCTURED}, {BATCH}, or `ce-` headers with a JSON body, in UTF-8."
    return Fault(FaultCode.UNSUPPORTED_MEDIA_TYPE, said, status=415)
