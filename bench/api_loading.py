"""Loading: a process that asks over keep-alive connections as fast as it is answered.

One JSON line in, a slice of load, one JSON line out. It shares no process with what it
measures; its own work for a request is a few microseconds.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

import uvloop

from bench.api_asking import ENDPOINTS, Ask, asks
from bench.api_seeding import Friend, Sender

END_OF_HEAD = b"\r\n\r\n"
GOOD = b"HTTP/1.1 200 "
LENGTH = b"content-length:"
PROOFS = {endpoint.name: endpoint.proof for endpoint in ENDPOINTS}
# Longer than any server should need for what is on its way when a slice ends.
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Order:
    """One slice of load; way -- "graphql" or "rest"."""

    port: int
    endpoint: str
    way: str
    connections: int
    seconds: float
    seed: int


@dataclass(slots=True)
class Outcome:
    """What came of it: latencies in microseconds, and the first answer that was not good."""

    seconds: float = 0.0
    latencies_us: list[int] = field(default_factory=list)
    failed: int = 0
    first_failure: str = ""


class Asker(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again until the deadline."""

    def __init__(self, ask: Ask, proof: bytes, deadline: float, outcome: Outcome) -> None:
        self._ask, self._proof, self._deadline, self._outcome = ask, proof, deadline, outcome
        self._answer, self._whole, self._sent = b"", 0, 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        """Part of an answer, usually all of it."""
        self._answer += data
        if not self._whole:
            self._whole = _length(self._answer)
        if not self._whole or len(self._answer) < self._whole:
            return
        now = time.perf_counter()
        self._outcome.latencies_us.append(int((now - self._sent) * 1e6))
        if not self._answer.startswith(GOOD) or self._proof not in self._answer:
            self._outcome.failed += 1
            self._outcome.first_failure = self._outcome.first_failure or repr(self._answer)
        if now < self._deadline:
            self._next()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """The slice is over, or the server hung up."""
        if time.perf_counter() < self._deadline:
            self._outcome.failed += 1
            self._outcome.first_failure = self._outcome.first_failure or f"hung up: {error}"
        self.done.set_result(None)

    def _next(self) -> None:
        self._answer, self._whole = b"", 0
        request = self._ask()
        self._sent = time.perf_counter()
        self._transport.write(request)


def _length(answer: bytes) -> int:
    """How long the whole answer is; 0 while its head is not complete."""
    end = answer.find(END_OF_HEAD)
    if end < 0:
        return 0
    head = answer[:end].lower()
    place = head.index(LENGTH) + len(LENGTH)
    return end + len(END_OF_HEAD) + int(head[place:].split(b"\r\n", 1)[0])


async def carry_out(order: Order, senders: list[Sender]) -> Outcome:
    """One slice of load."""
    outcome = Outcome()
    ask = asks(order.endpoint, order.way, senders, seed=order.seed)
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    deadline = began + order.seconds
    proof = PROOFS[order.endpoint]

    def asker() -> Asker:
        return Asker(ask, proof, deadline, outcome)

    opened = [
        await loop.create_connection(asker, "127.0.0.1", order.port)
        for _ in range(order.connections)
    ]
    async with asyncio.timeout(order.seconds + PATIENCE_SECONDS):
        await asyncio.gather(*(protocol.done for _, protocol in opened))
    outcome.seconds = time.perf_counter() - began
    return outcome


def main() -> None:
    """Carry out one order a line until the input ends; the argument is the file of senders."""
    told = json.loads(Path(sys.argv[1]).read_text())
    senders = [
        Sender(one["token"], Friend(**one["accepts"]), Friend(**one["asked"])) for one in told
    ]
    for line in sys.stdin:
        outcome = uvloop.run(carry_out(Order(**json.loads(line)), senders))
        print(json.dumps(asdict(outcome)), flush=True)


if __name__ == "__main__":
    main()
