"""Asking: the requests of the bench, byte for byte, in GraphQL and for the REST twin."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from bench.api_seeding import Friend, Sender
from infra import clock, ids

GLANCE = """
query Glance { viewer { name handle points { available pending held } programme { unit } } }
"""
STATEMENT = """
query Statement {
  viewer {
    statement(first: 20) {
      nodes { number kind amount balanceAfter at text friend { handle name } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
SEND = """
mutation Send($input: SendPointsInput!, $key: ID!) {
  sendPoints(input: $input) @idempotent(key: $key) {
    __typename
    ... on SendPointsSuccess {
      transfer { id state points }
      viewer { points { available held } }
    }
    ... on UserError { code message }
  }
}
"""
MEMO = "Well run!"
Ask: TypeAlias = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing to measure.

    proof -- bytes that are in every good answer and in no other.
    """

    name: str
    proof: bytes


ENDPOINTS = (
    Endpoint("glance", b'"available"'),
    Endpoint("statement", b'"balanceAfter"'),
    Endpoint("send", b'"ACCEPTED"'),
    Endpoint("send_pending", b'"PENDING"'),
)


def asks(name: str, way: str, senders: Sequence[Sender], *, seed: int) -> Ask:
    """A source of whole HTTP requests of the endpoint; way -- "graphql" or "rest"."""
    pick = random.Random(seed)
    if name.startswith("send"):
        write = _send_graphql if way == "graphql" else _send_rest

        def fresh() -> bytes:
            one = senders[int(pick.random() * len(senders))]
            friend = one.asked if name == "send_pending" else one.accepts
            return write(one, friend, str(ids.new(clock.now())))

        return fresh
    read = {
        ("glance", "graphql"): lambda one: _graphql(one, {"query": GLANCE}),
        ("glance", "rest"): lambda one: _http("GET /glance", one),
        ("statement", "graphql"): lambda one: _graphql(one, {"query": STATEMENT}),
        ("statement", "rest"): lambda one: _http("GET /statement", one),
    }[name, way]
    # Always the same bytes, so they are put together once.
    known = [read(one) for one in senders]
    return lambda: known[int(pick.random() * len(known))]


def _send_graphql(one: Sender, friend: Friend, key: str) -> bytes:
    given = {"friendId": friend.global_id, "points": 1, "memo": MEMO}
    return _graphql(one, {"query": SEND, "variables": {"input": given, "key": key}})


def _send_rest(one: Sender, friend: Friend, key: str) -> bytes:
    body = orjson.dumps({"friendId": friend.id, "points": 1, "memo": MEMO})
    return _http("POST /transfers", one, body, {"idempotency-key": key})


def _graphql(one: Sender, question: Mapping[str, Any]) -> bytes:
    return _http("POST /graphql", one, orjson.dumps(question))


def _http(
    line: str, one: Sender, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    said = {
        "host": "localhost",
        "accept": "application/json",
        "authorization": f"Bearer {one.token}",
        **(headers or {}),
    }
    if body:
        said |= {"content-type": "application/json", "content-length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"{line} HTTP/1.1\r\n{lines}\r\n".encode() + body
