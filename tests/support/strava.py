"""A fake Strava: the few calls that are made of it, over real HTTP, with athletes and activities
that a test can change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra import clock
from tests.support.client import Quiet

CLIENT, SECRET = "17", "strava-secret"
LIFE_SECONDS = 6 * 3600


@dataclass
class FakeStrava:
    """One athlete for each code; tokens end when the test says so."""

    url: str = ""
    athletes: dict[str, int] = field(default_factory=dict)
    activities: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    life_seconds: int = LIFE_SECONDS
    away: bool = False
    broken: bytes | None = None
    _tokens: dict[str, int] = field(default_factory=dict)
    _refreshes: dict[str, int] = field(default_factory=dict)
    _made: int = 0

    def take_back(self, athlete: int) -> None:
        """The athlete no longer allows anything."""
        for kept in (self._tokens, self._refreshes):
            for token in [token for token, owner in kept.items() if owner == athlete]:
                del kept[token]

    async def token(self, request: Request) -> Response:
        form = await request.form()
        self.asked.append(f"token:{form.get('grant_type')}")
        if self.away:
            return Response(status_code=503)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return JSONResponse({"message": "Bad Request"}, 400)
        if form.get("grant_type") == "authorization_code":
            athlete = self.athletes.pop(str(form.get("code")), None)
        else:
            athlete = self._refreshes.pop(str(form.get("refresh_token")), None)
        if athlete is None:
            return JSONResponse({"message": "Bad Request"}, 400)
        self._made += 1
        access, refresh = f"access-{self._made}", f"refresh-{self._made}"
        self._tokens[access], self._refreshes[refresh] = athlete, athlete
        ends = int(clock.now().timestamp()) + self.life_seconds
        told = {"access_token": access, "refresh_token": refresh, "expires_at": ends}
        return JSONResponse({**told, "athlete": {"id": athlete}})

    async def activity(self, request: Request) -> Response:
        self.asked.append(f"activity:{request.path_params['id']}")
        if self.away:
            return Response(status_code=429)
        if self.broken is not None:
            return Response(self.broken)
        athlete = self._athlete(request)
        if athlete is None:
            return JSONResponse({"message": "Authorization Error"}, 401)
        found = self.activities.get(request.path_params["id"])
        if found is None or found["athlete"]["id"] != athlete:
            return JSONResponse({"message": "Record Not Found"}, 404)
        return JSONResponse(found)

    async def athlete(self, request: Request) -> Response:
        self.asked.append("athlete")
        athlete = self._athlete(request)
        if athlete is None:
            return JSONResponse({"message": "Authorization Error"}, 401)
        return JSONResponse({"id": athlete})

    def _athlete(self, request: Request) -> int | None:
        said = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self._tokens.get(said)


@asynccontextmanager
async def fake_strava() -> AsyncIterator[FakeStrava]:
    """It, on a free port, for the length of the block."""
    fake = FakeStrava()
    routes = [
        Route("/oauth/token", fake.token, methods=["POST"]),
        Route("/api/v3/activities/{id:int}", fake.activity),
        Route("/api/v3/athlete", fake.athlete),
    ]
    opened: asyncio.Future[int] = asyncio.Future()
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, lifespan="off")
    server = Quiet(config)
    server.opened = opened.set_result
    serving = asyncio.create_task(server.serve())
    fake.url = f"http://127.0.0.1:{await opened}"
    try:
        yield fake
    finally:
        server.should_exit = True
        await serving
