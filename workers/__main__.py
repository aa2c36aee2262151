"""python -m workers: deliver events, run jobs and read files until told to stop."""

import asyncio
import gc
import signal

import uvloop

from infra import observing
from infra.settings import Settings
from workers import gathering
from workers.working import work

# How many more objects there must be than were freed before the collector looks, and how many of
# those looks before it looks at older ones: a batch makes some ten thousand and keeps none, and
# looking at what is kept took a quarter of a worker's time.
COLLECT_AFTER = (50_000, 20, 100)


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
    _collect_rarely()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await work(settings, stop)


def _collect_rarely() -> None:
    """What is imported by now stays for ever, and is not looked at again."""
    gathering.reactions()
    gathering.jobs()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


if __name__ == "__main__":
    run(Settings())
