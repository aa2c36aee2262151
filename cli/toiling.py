"""Toiling: the worker process, with its checks before and its end; it loads nothing of the API."""

import asyncio

from cli.checking import servers
from cli.telling import stop_at
from infra import checks
from infra.settings import Settings
from workers.__main__ import run


def work(settings: Settings) -> None:
    """Run the workers until told to stop. Raises Stop when a check says it cannot."""
    stop_at(checks.unsafe(settings))
    port = settings.worker_metrics_port
    stop_at(checks.port(settings.host, port, variable="LAUREL_WORKER_METRICS_PORT"))
    stop_at(asyncio.run(servers(settings)))
    run(settings)
