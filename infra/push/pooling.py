"""Pooling: as many HTTP/2 connections as there is work for, each within its hundred streams.

A client keeps one connection and replaces it when the server says GOAWAY: what the server had
not looked at goes on the next one by itself, what it had is answered on the old one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from pyreqwest.client import Client, ClientBuilder

# What Firebase allows one connection; one carries about 1,200 messages a second.
STREAMS_MAX = 100
CONNECTIONS_MAX = 20
PER_CONNECTION_PER_MINUTE = 60_000
# A connection that died without a word is found out by then.
PING_SECONDS = 20.0


class Connection:
    """One client with its one connection, and how many messages are on it."""

    __slots__ = ("client", "under_way")

    def __init__(self, client: Client) -> None:
        self.client = client
        self.under_way = 0


class Pool:
    """The connections to one place. The fullest that has a place left is used, so that there are
    no more of them than it takes."""

    def __init__(self, *, connections: int, ca: Path | None, timeout_s: float) -> None:
        self._most, self._ca, self._timeout_s = connections, ca, timeout_s
        self._connections: list[Connection] = []
        self._places = asyncio.Semaphore(connections * STREAMS_MAX)

    async def enter(self) -> Connection:
        """A connection with a place on it; waits where all are full. To be left by `leave`."""
        await self._places.acquire()
        for connection in self._connections:
            if connection.under_way < STREAMS_MAX:
                break
        else:
            connection = Connection(_client(self._ca, self._timeout_s))
            self._connections.append(connection)
        connection.under_way += 1
        return connection

    def leave(self, connection: Connection) -> None:
        """Give the place to the next."""
        connection.under_way -= 1
        self._places.release()

    def abandon(self, connection: Connection) -> None:
        """Leave before the answer is there: the client keeps the stream open as long as an answer
        may take, so the place is given to nobody before."""
        asyncio.get_running_loop().call_later(self._timeout_s, self.leave, connection)

    async def close(self) -> None:
        """Close all connections; what is on them is cut off."""
        for connection in self._connections:
            await connection.client.close()
        self._connections.clear()


def connections_for(per_minute: int) -> int:
    """How many connections so many messages a minute take."""
    return min(max(-(-per_minute // PER_CONNECTION_PER_MINUTE), 1), CONNECTIONS_MAX)


@asynccontextmanager
async def pool(*, connections: int, ca: Path | None, timeout_s: float) -> AsyncIterator[Pool]:
    """A pool for the length of the block."""
    made = Pool(connections=connections, ca=ca, timeout_s=timeout_s)
    try:
        yield made
    finally:
        await made.close()


def _client(ca: Path | None, timeout_s: float) -> Client:
    builder = (
        ClientBuilder()
        .http2_prior_knowledge()
        .http2_keep_alive_interval(timedelta(seconds=PING_SECONDS))
        .http2_keep_alive_timeout(timedelta(seconds=timeout_s))
        .default_headers({"content-type": "application/json"})
        .https_only(True)
        .follow_redirects(False)
        .no_proxy()
        .referer(False)
        .timeout(timedelta(seconds=timeout_s))
    )
    if ca is not None:
        builder = builder.add_root_certificate_pem(ca.read_bytes())
    return builder.build()
