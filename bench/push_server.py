"""A Firebase that says yes: as fast as a server in Python gets, so that it is no bottleneck.

    python -m bench.push_server FOLDER PORT LATENCY_MS_LEAST LATENCY_MS_MOST

Granian over TLS with HTTP/2 and HTTP/1.1, in a process of its own, with the certificate of the
stand-in that FOLDER belongs to. It checks nothing: for that there is the stand-in.
"""

import asyncio
import itertools
import random
import sys
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP2Settings
from granian.server.embed import Server

STREAMS_MAX = 100
TYPE = [("content-type", "application/json")]


class Yes:
    """The application, in granian's own interface."""

    def __init__(self, least_ms: float, most_ms: float) -> None:
        self._least_s, self._most_s = least_ms / 1000, most_ms / 1000
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Any, protocol: Any) -> None:
        await protocol()
        if self._most_s:
            await asyncio.sleep(random.uniform(self._least_s, self._most_s))
        name = f'{{"name":"projects/bench/messages/0:{next(self._numbers)}"}}'
        protocol.response_bytes(200, TYPE, name.encode())


async def serve(folder: Path, port: int, least_ms: float, most_ms: float) -> None:
    """Serve until the process is ended."""
    server = Server(
        Yes(least_ms, most_ms),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.RSGI,
        ssl_cert=folder / "server.pem",
        ssl_key=folder / "server.pem",
        http2_settings=HTTP2Settings(max_concurrent_streams=STREAMS_MAX),
        log_enabled=False,
    )
    await server.serve()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), *map(int, sys.argv[2:5])))
