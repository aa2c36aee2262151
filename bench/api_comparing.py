"""Comparing: both contestants must give the same answers before either is measured."""

import socket
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import orjson

from bench.api_asking import asks
from bench.api_driving import Way
from bench.api_seeding import Sender

MEMBERS = 20


def same_answers(ways: Sequence[Way], senders: Sequence[Sender]) -> None:
    """Ask both for everything and compare, opaque ids and cursors left out.

    The sends come first, so that the statements that are compared have what both wrote.
    """
    for name in ("send", "send_pending", "glance", "statement"):
        # The same seed picks the same members for both.
        sources = {way: asks(name, way.name, senders, seed=7) for way in ways}
        for _ in islice(senders, MEMBERS):
            answers = [_plain(_ask(way, source()), name) for way, source in sources.items()]
            if name.startswith("send"):
                # The second send of a pair finds what the first one left.
                answers = [answer["transfer"] for answer in answers]
            assert answers[0] == answers[1], f"{name}: {answers[0]} is not {answers[1]}"


def _ask(way: Way, request: bytes) -> Any:
    # The server hangs up after its answer, so the end of the answer is the end of the stream.
    request = request.replace(b"host:", b"connection: close\r\nhost:", 1)
    with socket.create_connection(("127.0.0.1", way.port)) as link:
        link.sendall(request)
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), answer
    return orjson.loads(body)


def _plain(answer: Any, name: str) -> Mapping[str, Any]:
    if "data" in answer:
        data = answer["data"]
        answer = data["sendPoints"] if name.startswith("send") else data["viewer"]
        answer = answer["statement"] if name == "statement" else answer
    if name == "statement":
        assert answer["nodes"], "there is something to compare"
        return {"nodes": answer["nodes"], "more": answer["pageInfo"]["hasNextPage"]}
    if name.startswith("send"):
        transfer = {key: answer["transfer"][key] for key in ("state", "points")}
        return {"transfer": transfer, "viewer": answer["viewer"]}
    return dict(answer)
