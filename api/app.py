"""App: wires Starlette, GraphQL, the database and Valkey together."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

import domain
from api import evidence, glance, push_texts
from api.arriving import Arrivals
from api.credentials import Credentials
from api.device_codes import DeviceCodes
from api.doors import Doors, doors
from api.glance import Glances
from api.health import readiness
from api.opening import Openings
from api.ops import voucher_intake
from api.ops.voucher_intake import VoucherIntake
from api.partner import shops
from api.partner.intake import Intake
from api.sockets import Sockets
from api.strava import StravaWebhook
from api.view import View
from console.pages import Demonstration
from infra import db, recommending, signals
from infra.settings import Settings

MEMBERS, PARTNERS, OPERATORS = "/graphql", "/partner/graphql", "/ops/graphql"
PATHS = (MEMBERS, PARTNERS, OPERATORS, glance.PATH, voucher_intake.PATH)
# Said once for each connection: saying it in each transaction would be one more round trip.
STATEMENT_TIMEOUT_MS = 8000


class Entrance:
    """The GraphQL endpoints, by their path and protocol, once the lifespan has opened them."""

    def __init__(self) -> None:
        self._open: Mapping[tuple[str, str], ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to where its kind is answered."""
        if self._open is None:
            await PlainTextResponse("not open yet", 503)(scope, receive, send)
            return
        await self._open[scope["path"], scope["type"]](scope, receive, send)

    def opened(self, doors: Doors | None) -> None:
        """Let requests in, or no longer."""
        self._open = (
            None
            if doors is None
            else {
                (MEMBERS, "http"): View(doors.members, doors.endings),
                (MEMBERS, "websocket"): Sockets(doors.members, doors.endings),
                (PARTNERS, "http"): View(doors.partners),
                (OPERATORS, "http"): View(doors.operators),
                (glance.PATH, "http"): Glances(doors.members, doors.changes),
                (voucher_intake.PATH, "http"): VoucherIntake(doors.operators),
            }
        )

    def routes(self) -> Sequence[BaseRoute]:
        """Where the endpoints are."""
        return [
            *(Route(path, self) for path in PATHS),
            WebSocketRoute(MEMBERS, self),
        ]


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
            recommending.connection(settings.recommender_url),
            doors(settings) as open_doors,
        ):
            entrance.opened(open_doors)
            yield
            entrance.opened(None)

    plain = (
        *Intake().routes(),
        *shops.routes(),
        *Openings(settings).routes(),
        *Credentials(settings).routes(),
        *DeviceCodes(settings).routes(),
        *StravaWebhook(settings).routes(),
        *Demonstration(settings).routes(),
        *push_texts.routes(),
        *evidence.routes(),
        *readiness.routes(),
    )
    routes = [*entrance.routes(), *plain]
    return Starlette(routes=routes, middleware=[Middleware(Arrivals)], lifespan=lifespan)
