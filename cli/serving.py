"""Serving: the API process and the worker process, with their checks before and their end."""

import asyncio
from collections.abc import Sequence
from socket import socket
from types import FrameType

import uvicorn

from api.__main__ import configuration
from api.health import Readiness, readiness
from cli.telling import stop_at
from infra import checks, observing
from infra.checks import Trouble
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
    stop_at(_metrics_port(settings, settings.metrics_port, "LAUREL_METRICS_PORT"))
    stop_at(asyncio.run(_servers(settings)))
    observing.logs(settings.log_level)
    with (
        observing.metrics(settings.host, settings.metrics_port),
        observing.tracing(settings, service="laurel-api"),
    ):
        Server(configuration(settings), readiness, settings.drain_seconds).run()


def work(settings: Settings) -> None:
    """Run the workers until told to stop. Raises Stop when a check says it cannot."""
    from workers.__main__ import run

    stop_at(checks.unsafe(settings))
    port = settings.worker_metrics_port
    stop_at(_metrics_port(settings, port, "LAUREL_WORKER_METRICS_PORT"))
    stop_at(asyncio.run(_servers(settings)))
    run(settings)


def _metrics_port(settings: Settings, port: int, variable: str) -> Sequence[Trouble]:
    return checks.port(settings.host, port, variable=variable)


async def _servers(settings: Settings) -> Sequence[Trouble]:
    return [*await checks.database(settings), *await checks.valkey(settings)]
