"""Proxy: stands between the app and PostgreSQL, and cuts a connection at a chosen moment.

It reads the client's side of the wire protocol only as far as it must: to see the statement
that ends a transaction go by.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

CHUNK = 65536


class Proxy:
    """Passes bytes on until `cut_after` is seen from a client, then cuts that connection.

    The server gets the bytes; the client never gets the answer. `times` says how often.
    """

    def __init__(self, upstream: Path) -> None:
        self._upstream = upstream
        self._word = b""
        self._times = 0
        self.cuts = 0

    def cut_after(self, word: bytes, *, times: int = 1) -> None:
        """From now on, cut `times` connections right after one sent `word` to the server."""
        self._word, self._times = word, times

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client connection, from its first byte to its end."""
        source, target = await asyncio.open_unix_connection(str(self._upstream))
        answering = asyncio.create_task(_pass_on(source, writer))
        try:
            while data := await reader.read(CHUNK):
                cutting = self._times > 0 and self._word in data
                if cutting:
                    self._times -= 1
                    self.cuts += 1
                    answering.cancel()
                    with suppress(asyncio.CancelledError):
                        await answering
                target.write(data)
                await target.drain()
                if cutting:
                    # The server answers when it has done it; only then is the client cut off.
                    await source.read(CHUNK)
                    break
        except ConnectionError:
            pass
        finally:
            answering.cancel()
            for side in (writer, target):
                side.close()
                with suppress(ConnectionError, asyncio.CancelledError):
                    await side.wait_closed()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def between(upstream: Path, folder: Path) -> AsyncIterator[Proxy]:
    """A proxy in front of the server at `upstream`, listening in `folder` as a server would."""
    proxy = Proxy(upstream)
    server = await asyncio.start_unix_server(proxy.serve, path=folder / ".s.PGSQL.5432")
    try:
        yield proxy
    finally:
        server.close()
        await server.wait_closed()
