"""REST twin: what the API does for a glance, a statement page and a transfer, written by hand.

A Starlette app over asyncpg, as short a way as we know: one connection and as few statements as
each request needs. Tokens are checked, keys kept, postings made and events written by the very
functions and statements of the app, on the same rows, so the difference is the way in between.
Answers are those of the GraphQL fields; opaque ids and cursors are plain here.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.arriving import Arrivals
from bench import rest_twin_sending as sending
from domain.ledger import REDEMPTION, Kind
from domain.ledger.balances import read as balance_of
from infra import clock, db, identity, issuing, signals
from infra.settings import Settings

PAGE = 20
SESSION = {
    "application_name": "laurel-rest-twin",
    "jit": "off",
    "statement_timeout": "8000",
}
GLANCE = """
SELECT m.name, m.handle, p.unit, a.balance, a.held, a.debt, a.seq, a.lots, b.closed_through,
       b.expired_through,
       coalesce((SELECT sum(w.amount) FROM ledger.pending AS w
                 WHERE w.book = a.book AND w.account = a.id AND w.state = 0), 0)::bigint AS pending
FROM programme AS p
JOIN member_identity AS i ON i.programme = p.id AND i.issuer = $2 AND i.subject = $3
JOIN member AS m ON m.programme = p.id AND m.id = i.member
JOIN ledger.account AS a ON a.book = m.book AND a.id = m.account
JOIN ledger.book AS b ON b.id = a.book
WHERE p.slug = $1 AND m.state = 'ACTIVE'
"""
STATEMENT = """
SELECT m.programme, m.id AS member, e.seq, e.kind, e.side, e.amount, e.balance, e.counter, e.at,
       e.meta
FROM programme AS p
JOIN member_identity AS i ON i.programme = p.id AND i.issuer = $2 AND i.subject = $3
JOIN member AS m ON m.programme = p.id AND m.id = i.member
LEFT JOIN LATERAL ledger.page(m.book, m.account, NULL, $4, $5) AS e ON true
WHERE p.slug = $1 AND m.state = 'ACTIVE'
ORDER BY e.seq DESC
"""
FRIENDS = "SELECT id, handle, name FROM member WHERE programme = $1 AND id = ANY($2::uuid[])"
KINDS = {
    Kind.HOLD: "SET_ASIDE",
    Kind.RELEASE: "GIVEN_BACK",
    Kind.EXPIRE: "EXPIRED",
    Kind.REVERSE: "REVERSED",
    Kind.SETTLE: "SETTLED",
}
TEXTS = {
    "EARNED": "Points for an activity",
    "SENT": "Points given to a friend",
    "RECEIVED": "Points from a friend",
    "SET_ASIDE": "Points waiting for a friend's answer",
    "GIVEN_BACK": "Points that had been set aside, free again",
    "SPENT": "Points spent",
    "EXPIRED": "Points that expired",
    "REVERSED": "An earlier entry undone",
    "SETTLED": "Points taken for an earlier debt",
    "ADJUSTED": "Points granted by the programme",
}


def create_app(settings: Settings) -> Starlette:
    """The twin on the database, Valkey and development key of the settings."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with opened(settings) as state:
            yield state

    routes = [
        Route("/glance", glance, methods=["GET"]),
        Route("/statement", statement, methods=["GET"]),
        Route("/transfers", send, methods=["POST"]),
    ]
    # The API's own: request ids and a line of log for each request.
    return Starlette(routes=routes, middleware=[Middleware(Arrivals)], lifespan=lifespan)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Mapping[str, Any]]:
    """What the requests need, open for the length of the block."""
    issuer = issuing.development_issuer(settings)
    assert issuer is not None, "the twin believes the development issuer only"
    async with (
        identity.verifier((), also=[issuer.trusted()]) as verifier,
        signals.connection(settings.redis_url.get_secret_value()),
        asyncpg.create_pool(
            settings.database_url.get_secret_value(),
            min_size=1,
            max_size=settings.database_pool,
            connection_class=db.Connection,
            server_settings=SESSION | {"role": settings.database_role},
        ) as pool,
    ):
        yield {"verifier": verifier, "pool": pool}


async def glance(request: Request) -> Response:
    """GET /glance: who the member is and what they have."""
    at = clock.now()
    who = await _asker(request, at)
    if who is None:
        return _refused("UNAUTHENTICATED", 401)
    async with request.state.pool.acquire() as link:
        row = await link.fetchrow(GLANCE, *who)
    if row is None:
        return _refused("NO_SUCH_MEMBER", 404)
    balance = balance_of(row, at=at)
    points = {
        "available": balance.available,
        "pending": balance.pending,
        "held": balance.held,
    }
    programme = {"unit": row["unit"]}
    return _json(
        {"name": row["name"], "handle": row["handle"], "points": points, "programme": programme}
    )


async def statement(request: Request) -> Response:
    """GET /statement?before=N: a page of entries, newest first, with the friends' names."""
    who = await _asker(request, clock.now())
    if who is None:
        return _refused("UNAUTHENTICATED", 401)
    said = request.query_params.get("before", "")
    before = int(said) if said.isdecimal() else None
    async with request.state.pool.acquire() as link:
        rows = await link.fetch(STATEMENT, *who, before, PAGE + 1)
        if not rows:
            return _refused("NO_SUCH_MEMBER", 404)
        found = [(row, orjson.loads(row["meta"] or "{}")) for row in rows if row["seq"]]
        ends = [_friend(meta, row["member"]) for row, meta in found[:PAGE]]
        friends = {
            str(row["id"]): {"handle": row["handle"], "name": row["name"]}
            for row in await link.fetch(
                FRIENDS, rows[0]["programme"], list({UUID(end) for end in ends if end})
            )
        }
    nodes = [
        _entry(row, meta, friends.get(end or ""))
        for (row, meta), end in zip(found[:PAGE], ends, strict=True)
    ]
    cursor = str(nodes[-1]["number"]) if nodes else None
    return _json(
        {"nodes": nodes, "pageInfo": {"hasNextPage": len(found) > PAGE, "endCursor": cursor}}
    )


async def send(request: Request) -> Response:
    """POST /transfers with Idempotency-Key: points to a friend."""
    at = clock.now()
    who = await _asker(request, at)
    if who is None:
        return _refused("UNAUTHENTICATED", 401)
    key = request.headers.get("idempotency-key", "")
    asked = sending.read(await request.body(), key, at=at)
    if asked is None:
        return _refused("BAD_REQUEST", 400)
    answer, hints = await sending.send(asked, who, pool=request.state.pool, at=at)
    if hints:
        await signals.publish(hints)
        await signals.events_waiting()
    return _json(answer, 200 if "transfer" in answer else 422)


async def _asker(request: Request, at: datetime) -> tuple[str, str, str] | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    try:
        found = await request.state.verifier.identify(token, at=at)
    except identity.TokenRefused:
        return None
    return found.programme, found.issuer, found.subject


def _entry(row: Any, meta: Mapping[str, Any], friend: object) -> dict[str, Any]:
    amount = row["amount"] * (1 if row["kind"] == Kind.RELEASE else row["side"])
    kind = KINDS.get(row["kind"]) or _kind(meta, amount, row["counter"])
    return {
        "number": row["seq"],
        "kind": kind,
        "amount": amount,
        "balanceAfter": row["balance"],
        "at": _shown(row["at"]),
        "text": meta.get("text") or TEXTS[kind],
        "friend": friend,
    }


def _kind(meta: Mapping[str, Any], amount: int, counter: int) -> str:
    match meta.get("why"):
        case "activity":
            return "EARNED"
        case "transfer":
            return "SENT" if amount < 0 else "RECEIVED"
        case _:
            return "SPENT" if counter == REDEMPTION else "ADJUSTED"


def _friend(meta: Mapping[str, Any], member: UUID) -> str | None:
    own = str(member)
    return next((end for name in ("sender", "receiver") if (end := meta.get(name)) != own), None)


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refused(code: str, status: int) -> Response:
    return _json({"code": code}, status)


def _json(content: object, status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    return Response(orjson.dumps(content), status, headers, "application/json")
