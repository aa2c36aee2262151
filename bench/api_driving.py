"""Driving: slices of HTTP load, and what each of them cost."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from bench.api_loading import Order, Outcome
from bench.api_places import Place
from bench.api_seeding import Sender
from bench.api_serving import Child
from bench.measuring import Slice


@dataclass(frozen=True, slots=True)
class Way:
    """One contestant: its name, its process, its port."""

    name: str
    process: Child
    port: int


class Driver:
    """Has a process of its own ask, and reads what that cost the other processes."""

    def __init__(self, asker: subprocess.Popen[str], here: Place) -> None:
        self._asker, self._here, self._seed = asker, here, 0

    async def drive(self, way: Way, endpoint: str, *, width: int, seconds: float) -> Slice:
        """A slice over `width` connections.

        In it `server_seconds` are PostgreSQL's, as always, and `client_seconds` are those of
        the HTTP server, which is PostgreSQL's client.
        """
        self._seed += 1
        order = Order(way.port, endpoint, way.name, width, seconds, self._seed)
        database, process = self._costs(way)
        outcome = await asyncio.to_thread(self._carry_out, order)
        database_after, process_after = self._costs(way)
        way.process.check()
        assert not outcome.failed, f"{order}: {outcome.failed} failed: {outcome.first_failure}"
        return Slice(
            len(outcome.latencies_us),
            outcome.seconds,
            sorted(latency / 1e6 for latency in outcome.latencies_us),
            database_after - database,
            process_after - process,
            0,
        )

    def _costs(self, way: Way) -> tuple[float, float]:
        return self._here.server.processor_seconds(), way.process.processor_seconds()

    def _carry_out(self, order: Order) -> Outcome:
        assert self._asker.stdin is not None
        assert self._asker.stdout is not None
        self._asker.stdin.write(json.dumps(asdict(order)) + "\n")
        self._asker.stdin.flush()
        told = self._asker.stdout.readline()
        assert told, "the asking process ended"
        return Outcome(**json.loads(told))


@contextmanager
def driver(senders: Sequence[Sender], here: Place) -> Iterator[Driver]:
    """A driver whose asking process ends with the block."""
    known = here.folder / "senders.json"
    known.write_text(json.dumps([asdict(one) for one in senders]))
    command = [sys.executable, "-m", "bench.api_loading", str(known)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asker:
        try:
            yield Driver(asker, here)
        finally:
            asker.terminate()
