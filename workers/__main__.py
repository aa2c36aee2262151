"""python -m workers: deliver events, run jobs and read files until told to stop."""

import asyncio
import signal

import uvloop

from infra import observing
from infra.settings import Settings
from workers.working import work


def run(settings: Settings) -> None:
    """One worker process, from its first log line to its last."""
    observing.logs(settings.log_level)
    with (
        observing.metrics(settings.host, settings.worker_metrics_port),
        observing.tracing(settings, service="laurel-workers"),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_until_told(settings))


async def _until_told(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await work(settings, stop)


if __name__ == "__main__":
    run(Settings())
