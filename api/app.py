"""App: wires Starlette, GraphQL, the database and Valkey together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

import domain
from api import schema
from api.arriving import Arrivals
from api.doorway import Doorway, doorway
from api.health import readiness
from api.sockets import Sockets
from api.view import View
from infra import db, signals
from infra.settings import Settings

PATH = "/graphql"
# Said once for each connection: saying it in each transaction would be one more round trip.
STATEMENT_TIMEOUT_MS = 8000


class Entrance:
    """The endpoint at /graphql, over HTTP and WebSocket, once the lifespan has opened it."""

    def __init__(self) -> None:
        self._open: tuple[View, Sockets] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to where its kind is answered."""
        if self._open is None:
            await PlainTextResponse("not open yet", 503)(scope, receive, send)
            return
        view, sockets = self._open
        await (view if scope["type"] == "http" else sockets)(scope, receive, send)

    def opened(self, doorway: Doorway | None) -> None:
        """Let requests in, or no longer."""
        self._open = None if doorway is None else (View(doorway), Sockets(doorway))


def create_app(settings: Settings) -> Starlette:
    """The ASGI app; opens the database when it starts and closes it when it stops."""
    entrance = Entrance()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with (
            db.database(
                settings.database_url.get_secret_value(),
                domain.modules("models"),
                role=settings.database_role,
                pool=settings.database_pool,
                name="laurel api",
                statement_timeout_ms=STATEMENT_TIMEOUT_MS,
            ),
            signals.connection(settings.redis_url.get_secret_value()),
            doorway(settings, schema.build()) as open_doorway,
        ):
            entrance.opened(open_doorway)
            yield
            entrance.opened(None)

    routes = [Route(PATH, entrance), WebSocketRoute(PATH, entrance), *readiness.routes()]
    return Starlette(routes=routes, middleware=[Middleware(Arrivals)], lifespan=lifespan)
