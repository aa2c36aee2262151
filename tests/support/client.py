"""Client: the whole API on a free port, and people with phones who use it.

The server runs in the test's own event loop over a database of its own. Its task has a context
of its own, so that whatever other tests have open is not touched; `given` works inside it.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson
import uvicorn
from tortoise.context import TortoiseContext
from websockets.asyncio.client import ClientConnection, connect

from api.__main__ import configuration
from domain import members
from domain.members import Member
from domain.operators import Operator, Role
from domain.partners import Made, Partner, Scope
from domain.programmes import Programme
from infra import clock, db, ids, issuing
from infra.db import Tx
from infra.settings import Settings
from tests.support import given

T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """Somebody with a token; `member` is None before they have joined."""

    token: str
    member: Member | None = None
    path: str = "/graphql"

    @property
    def me(self) -> Member:
        assert self.member is not None
        return self.member

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Staff(Person):
    """Somebody with a token for the operators' endpoint."""

    path: str = "/ops/graphql"
    operator: Operator | None = None


@dataclass(frozen=True)
class System(Person):
    """A partner's system with a key for the partners' endpoint."""

    path: str = "/partner/graphql"
    partner: Partner | None = None
    made: Made | None = None


@dataclass
class Door:
    """A running server."""

    url: str
    issuer: issuing.DevelopmentIssuer
    context: contextvars.Context
    http: httpx.AsyncClient
    settings: Settings
    programmes: dict[str, Programme] = field(default_factory=dict)

    async def given(self, build: Callable[[Tx], Awaitable[T]]) -> T:
        """Build something in a transaction of the server's database that commits."""

        async def run() -> T:
            async with db.transaction() as tx:
                return await build(tx)

        return await asyncio.create_task(run(), context=self.context.copy())

    async def programme(self, slug: str = "north", **policies: Any) -> Programme:
        """The programme of that name, founded the first time."""
        if slug not in self.programmes:
            self.programmes[slug] = await self.given(
                lambda tx: given.a_programme(slug=slug, tx=tx, **policies)
            )
        return self.programmes[slug]

    def stranger(self, programme: str = "north", subject: str | None = None) -> Person:
        """Somebody with a good token who has not joined."""
        subject = subject or str(ids.new(clock.now()))
        return Person(self.issuer.mint(subject, programme=programme, at=clock.now()))

    async def member(self, programme: str = "north", *, holding: int = 0, **said: Any) -> Person:
        """A member with that many points."""
        home = await self.programme(programme)
        subject = str(ids.new(clock.now()))

        async def join(tx: Tx) -> Member:
            made = await members.join(
                home,
                handle=said.get("handle", f"m{subject[-12:]}"),
                name=said.get("name", "Ada"),
                locale="en",
                zone="Europe/Vienna",
                issuer=issuing.ISSUER,
                subject=subject,
                at=clock.now(),
                tx=tx,
            )
            if holding:
                await given.points(holding, made, at=clock.now(), tx=tx)
            return made

        joined = await self.given(join)
        token = self.issuer.mint(subject, programme=programme, at=clock.now())
        return Person(token, joined)

    async def operator(self, *roles: Role, programme: str = "north") -> Staff:
        """An operator with these roles; an administrator when none is said."""
        home = await self.programme(programme)
        subject = str(ids.new(clock.now()))
        made = await self.given(
            lambda tx: given.an_operator(
                home, *roles, issuer=issuing.ISSUER, subject=subject, tx=tx
            )
        )
        return Staff(self.staff_token(subject, programme=programme), operator=made)

    def staff_token(self, subject: str, *, programme: str = "north", **claims: Any) -> str:
        """A token for the operators' endpoint, whoever that is."""
        return self.issuer.mint(
            subject,
            programme=programme,
            at=clock.now(),
            audience=issuing.OPERATORS,
            **claims,
        )

    async def partner(self, *scopes: Scope, programme: str = "north") -> System:
        """A partner with a key for these scopes; for all there are when none is said."""
        home = await self.programme(programme)
        partner, made = await self.given(lambda tx: given.a_partner(home, *scopes, tx=tx))
        return System(made.secret, partner=partner, made=made)

    async def friends(self, programme: str = "north", *, holding: int = 0) -> tuple[Person, Person]:
        """Two friends, the first with that many points."""
        ada = await self.member(programme, holding=holding, name="Ada")
        bob = await self.member(programme, name="Bob")
        await self.given(lambda tx: given.friendship(ada.me, bob.me, tx=tx))
        return ada, bob

    async def post(
        self, content: Any, *, by: Person | None = None, **headers: str
    ) -> httpx.Response:
        """One HTTP request with that JSON; bytes go as they are."""
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        said = {"content-type": "application/json"} | (by.headers if by else {})
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        path = by.path if by else "/graphql"
        return await self.http.post(self.at(path), content=body, headers=said | named)

    def at(self, path: str) -> str:
        """The address of another endpoint of the server."""
        return self.url.removesuffix("/graphql") + path

    async def ask(self, by: Person, query: str, **variables: Any) -> dict[str, Any]:
        """The `data` of an answer without errors."""
        answer = await self.answer(by, query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def answer(self, by: Person, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        response = await self.post({"query": query, "variables": variables}, by=by)
        return response.json()

    async def upload(self, by: Person, query: str, content: bytes, **variables: Any) -> Any:
        """The answer to a multipart request with one file, the variable `file`."""
        variables = {"file": None, **variables}
        return await self.send_file(by, query, content, place="variables.file", **variables)

    async def send_file(
        self,
        by: Person,
        query: str,
        content: bytes,
        *,
        place: str = "variables.input.file",
        **variables: Any,
    ) -> Any:
        """The answer to a multipart request with one file in its place."""
        operations = {"query": query, "variables": variables}
        response = await self.http.post(
            self.at(by.path),
            headers=by.headers,
            data={
                "operations": orjson.dumps(operations).decode(),
                "map": orjson.dumps({"0": [place]}).decode(),
            },
            files={"0": ("ride.gpx", content)},
        )
        return response.json()

    def connect(self, **options: Any) -> connect:
        """A WebSocket that speaks graphql-transport-ws."""
        address = self.url.replace("http://", "ws://")
        return connect(
            address, **({"subprotocols": ["graphql-transport-ws"], "proxy": None} | options)
        )


@dataclass
class Line:
    """A WebSocket after the handshake, one message at a time."""

    socket: ClientConnection

    async def say(self, **message: Any) -> None:
        await self.socket.send(orjson.dumps(message).decode())

    async def hear(self, seconds: float = 5.0) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            return orjson.loads(await self.socket.recv())

    async def watch(self, query: str, *, id: str = "1", **variables: Any) -> None:
        await self.say(type="subscribe", id=id, payload={"query": query, "variables": variables})

    async def event(self, seconds: float = 5.0) -> Any:
        """The data of the next event."""
        heard = await self.hear(seconds)
        assert heard["type"] == "next", heard
        assert "errors" not in heard["payload"], heard
        return heard["payload"]["data"]

    async def closed(self, seconds: float = 8.0) -> int | None:
        """The code it was closed with, whatever was said before."""
        async with asyncio.timeout(seconds):
            await self.socket.wait_closed()
        return self.socket.close_code


@asynccontextmanager
async def line(door: Door, by: Person | None) -> AsyncIterator[Line]:
    """An open WebSocket, initialised with the person's token."""
    async with door.connect() as socket:
        opened = Line(socket)
        if by is not None:
            await opened.say(
                type="connection_init", payload={"authorization": f"Bearer {by.token}"}
            )
            assert await opened.hear() == {"type": "connection_ack"}
        yield opened


@asynccontextmanager
async def door(
    *, database_url: str, valkey_url: str, folder: Path, **settings: Any
) -> AsyncIterator[Door]:
    """The API over that database, for the length of the block."""
    told = Settings(
        database_url=database_url,  # type: ignore[arg-type]
        redis_url=valkey_url,  # type: ignore[arg-type]
        development_key=folder / "development.pem",
        port=0,
        **settings,
    )
    opened: asyncio.Future[tuple[int, contextvars.Context]] = asyncio.Future()
    stop = asyncio.Event()
    serving = asyncio.create_task(_serve(told, opened, stop))
    await asyncio.wait([serving, opened], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving
    port, context = opened.result()
    issuer = issuing.development_issuer(told)
    assert issuer is not None
    try:
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            yield Door(f"http://127.0.0.1:{port}/graphql", issuer, context, http, told)
    finally:
        stop.set()
        await serving


async def _serve(
    settings: Settings,
    opened: asyncio.Future[tuple[int, contextvars.Context]],
    stop: asyncio.Event,
) -> None:
    with TortoiseContext():
        told = configuration(settings)
        told.loop = "none"
        told.log_config = None
        told.timeout_graceful_shutdown = 2
        server = Quiet(told)
        server.opened = lambda port: opened.set_result((port, contextvars.copy_context()))
        serving = asyncio.create_task(server.serve())
        await asyncio.wait(
            [serving, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED
        )
        server.should_exit = True
        await serving


class Quiet(uvicorn.Server):
    """A server that says its port, and leaves the signals of the test run alone."""

    opened: Callable[[int], None]

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.opened(self.servers[0].sockets[0].getsockname()[1])

    def capture_signals(self) -> Any:
        return nullcontext()
