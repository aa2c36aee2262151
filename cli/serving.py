"""Serving: the API process, with its checks before and its end."""

import asyncio
from socket import socket
from types import FrameType

import uvicorn

from api.__main__ import configuration
from api.health import Readiness, readiness
from cli.checking import servers
from cli.telling import stop_at
from infra import checks, observing
from infra.settings import Settings


class Server(uvicorn.Server):
    """A server that says it is about to stop before it stops taking requests."""

    def __init__(self, config: uvicorn.Config, readiness: Readiness, drain_seconds: float) -> None:
        super().__init__(config)
        self._readiness, self._drain_seconds = readiness, drain_seconds
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, sockets: list[socket] | None = None) -> None:
        """Take requests until told to stop."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """At the first signal drain, at the second stop at once."""
        if self._readiness.draining or self._loop is None:
            super().handle_exit(sig, frame)
            return
        self._readiness.drain()
        self._loop.call_soon_threadsafe(
            self._loop.call_later, self._drain_seconds, super().handle_exit, sig, frame
        )


def serve(settings: Settings) -> None:
    """Run the API until told to stop. Raises Stop when a check says it cannot."""
    stop_at(checks.unsafe(settings))
    stop_at(checks.port(settings.host, settings.port, variable="LAUREL_PORT"))
    stop_at(checks.port(settings.host, settings.metrics_port, variable="LAUREL_METRICS_PORT"))
    stop_at(asyncio.run(servers(settings)))
    observing.logs(settings.log_level)
    with (
        observing.metrics(settings.host, settings.metrics_port),
        observing.tracing(settings, service="laurel-api"),
    ):
        Server(configuration(settings), readiness, settings.drain_seconds).run()
