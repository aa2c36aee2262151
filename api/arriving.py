"""Arriving: each request and socket gets an id that its logs and its answers share."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
# What a proxy may choose for us; anything else could forge log lines.
SOUND = re.compile(rb"[A-Za-z0-9_-]{8,64}")
QUIET = ("/health/",)

_log = structlog.get_logger(__name__)


class Arrivals:
    """Binds the id of a request for its logs, answers with it, and writes one line at the end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        id = _id(scope)
        status, started = 0, time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=id):
            try:
                await self._app(scope, receive, sending)
            finally:
                if not scope["path"].startswith(QUIET):
                    _note(scope, status, time.perf_counter() - started)


def _id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == HEADER and SOUND.fullmatch(value):
            return str(value, "ascii")
    return uuid4().hex


def _note(scope: Scope, status: int, seconds: float) -> None:
    _log.info(
        "request" if scope["type"] == "http" else "socket",
        method=scope.get("method"),
        path=scope["path"],
        status=status or None,
        ms=round(seconds * 1000, 2),
    )
