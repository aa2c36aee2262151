"""The rival of live subscriptions: Strawberry's own server for WebSockets, which executes and
encodes each event for each subscriber.

python -m bench.push_live_rival

It serves the very same fields, over the same hub, uvicorn and settings: only what lies between an
event and the socket is Strawberry's.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

import domain
from api.__main__ import configuration
from api.context import Context
from api.doors import Doors, doors
from api.finding import Query
from api.scalars import SCALARS
from api.watching import Subscription
from infra import db, signals
from infra.settings import Settings


class Rival(GraphQL):
    """Strawberry's app, with our context for whoever the handshake's token says."""

    opened: Doors

    async def get_context(self, request, response=None) -> Context:
        """One for each connection."""
        who = await self.opened.members.identify(request.headers.get("authorization"))
        return self.opened.members.context(who, "rival")


def create_app(settings: Settings) -> Starlette:
    """The rival's app, over the same database and hints."""
    schema = strawberry.Schema(
        query=Query, subscription=Subscription, config=StrawberryConfig(scalar_map=SCALARS)
    )
    rival = Rival(schema, graphql_ide=None)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with (
            db.database(
                settings.database_url.get_secret_value(),
                domain.modules("models"),
                role=settings.database_role,
                pool=settings.database_pool,
            ),
            signals.connection(settings.redis_url.get_secret_value()),
            doors(settings) as opened,
        ):
            rival.opened = opened
            yield

    return Starlette(routes=[WebSocketRoute("/graphql", rival)], lifespan=lifespan)


def main() -> None:
    """Serve until told to stop, as the API is served."""
    settings = Settings()
    told = configuration(settings)
    told.app = create_app(settings)
    uvicorn.Server(told).run()


if __name__ == "__main__":
    main()
