"""Measuring: slices of load, and what each one cost.

Every contestant runs one short slice a round, in turn, so that a noisy minute touches all of
them. Rates are compared within a round and the median of the rounds is reported.
"""

import asyncio
import contextvars
import gc
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import asyncpg

from tests.support.own_server import OwnServer

One = Callable[[int], Awaitable[object]]

POSITION = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"


@dataclass(frozen=True, slots=True)
class Slice:
    """What one contestant did in one round; times in seconds, latencies sorted."""

    done: int
    seconds: float
    latencies: Sequence[float]
    server_seconds: float
    client_seconds: float
    wal_bytes: int

    @property
    def rate(self) -> float:
        """Transfers a second."""
        return self.done / self.seconds

    @property
    def server_us(self) -> float:
        """Processor time of PostgreSQL per transfer, in microseconds."""
        return self.server_seconds / self.done * 1e6

    def quantile(self, share: float) -> float:
        """The latency in milliseconds that `share` of the transfers stayed within."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1e3


@dataclass(slots=True)
class Series:
    """The slices of one contestant, one a round."""

    slices: list[Slice] = field(default_factory=list)

    def middle(self, of: Callable[[Slice], float]) -> float:
        """The median of a figure over the rounds."""
        return median(of(one) for one in self.slices)


def compared(ours: Series, other: Series, of: Callable[[Slice], float]) -> float:
    """How many times larger our figure is, round by round, then the median."""
    return median(of(a) / of(b) for a, b in zip(ours.slices, other.slices, strict=True))


class Bench:
    """Counts what the server and this process spend while something runs."""

    def __init__(self, server: OwnServer, connection: asyncpg.Connection) -> None:
        self._server, self._connection = server, connection

    async def drive(
        self,
        one: One,
        *,
        clients: int,
        seconds: float,
        context: contextvars.Context | None = None,
    ) -> Slice:
        """Let `clients` tasks call `one` over and over for `seconds`, in `context` if given."""
        latencies: list[float] = []
        clock = time.perf_counter
        gc.collect()
        before = await self._costs()
        began = clock()
        deadline = began + seconds

        async def client(number: int) -> None:
            started = clock()
            while started < deadline:
                await one(number)
                ended = clock()
                latencies.append(ended - started)
                started = ended

        async with asyncio.TaskGroup() as group:
            for number in range(clients):
                group.create_task(client(number), context=context and context.copy())
        return self._slice(latencies, clock() - began, before, await self._costs())

    async def watch(self, run: Callable[[], Awaitable[tuple[list[float], float]]]) -> Slice:
        """Measure a load of another process: `run` gives its latencies and its seconds."""
        before = await self._costs()
        latencies, seconds = await run()
        return self._slice(latencies, seconds, before, await self._costs())

    async def _costs(self) -> tuple[float, float, int]:
        position = int(await self._connection.fetchval(POSITION))
        return self._server.processor_seconds(), time.process_time(), position

    @staticmethod
    def _slice(
        latencies: list[float],
        seconds: float,
        before: tuple[float, float, int],
        after: tuple[float, float, int],
    ) -> Slice:
        latencies.sort()
        server, client, position = (b - a for a, b in zip(before, after, strict=True))
        return Slice(len(latencies), seconds, latencies, server, client, int(position))


def shown(name: str, series: Series) -> str:
    """One line for a person: the medians of one contestant."""
    figures: Mapping[str, float] = {
        "a second": series.middle(lambda s: s.rate),
        "p50 ms": series.middle(lambda s: s.quantile(0.5)),
        "p99 ms": series.middle(lambda s: s.quantile(0.99)),
        "server us": series.middle(lambda s: s.server_us),
        "client us": series.middle(lambda s: s.client_seconds / s.done * 1e6),
        "WAL bytes": series.middle(lambda s: s.wal_bytes / s.done),
    }
    return f"{name:<18}" + "".join(f"{value:>12,.2f} {unit}" for unit, value in figures.items())
