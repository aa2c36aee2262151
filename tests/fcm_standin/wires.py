"""Wires: a client of HTTP/2 that says exactly which frames it sends, and when."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from hyperframe.frame import Frame, GoAwayFrame

from fcm_standin import Served
from tests.fcm_standin.senders import SEND, assertion, form

PATIENCE_SECONDS = 10.0


class Wire:
    """One connection; what has come is kept by stream."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str
    ) -> None:
        self._reader, self._writer, self._token = reader, writer, token
        self.h2 = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self.statuses: dict[int, int] = {}
        self.bodies: dict[int, bytes] = {}
        self.resets: dict[int, int] = {}
        self.ended: set[int] = set()
        self.goaway: int | None = None
        self.closed = False
        self._half = b""

    def ask(self, body: bytes) -> int:
        """Put a request into the buffer; the number of its stream."""
        number = self.h2.get_next_available_stream_id()
        headers = [
            (":method", "POST"),
            (":scheme", "https"),
            (":authority", "fcm.googleapis.com"),
            (":path", SEND),
            ("authorization", f"Bearer {self._token}"),
        ]
        self.h2.send_headers(number, headers)
        self.h2.send_data(number, body, end_stream=True)
        return number

    def message(self, fid: str, **fields: Any) -> int:
        """Put a message into the buffer; the number of its stream."""
        return self.ask(orjson.dumps({"message": {"fid": fid, **fields}}))

    async def flush(self) -> None:
        """Send the buffer, in one piece."""
        self._writer.write(self.h2.data_to_send())
        await self._writer.drain()

    async def read(self, *, until: Any) -> None:
        """Take what comes until `until()` is true or the server ends it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not until() and not self.closed:
                data = await self._reader.read(65_536)
                self.closed = not data
                for event in self.h2.receive_data(self._without_goaway(data)):
                    self._take(event)
                await self.flush()

    def _without_goaway(self, data: bytes) -> bytes:
        """The whole frames in what came: hyper-h2 would not go on after a GOAWAY."""
        self._half += data
        found = b""
        while len(self._half) >= 9:
            frame, length = Frame.parse_frame_header(memoryview(self._half[:9]))
            if len(self._half) < 9 + length:
                break
            whole, self._half = self._half[: 9 + length], self._half[9 + length :]
            if isinstance(frame, GoAwayFrame):
                frame.parse_body(memoryview(whole[9:]))
                self.goaway = frame.last_stream_id
            else:
                found += whole
        return found

    def _take(self, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            self.statuses[event.stream_id] = int(dict(event.headers)[":status"])
        elif isinstance(event, DataReceived):
            self.bodies[event.stream_id] = self.bodies.get(event.stream_id, b"") + event.data
        elif isinstance(event, StreamEnded):
            self.ended.add(event.stream_id)
        elif isinstance(event, StreamReset):
            self.resets[event.stream_id] = int(event.error_code)


def trusting(served: Served) -> ssl.SSLContext:
    """What a client needs to believe the stand-in."""
    return ssl.create_default_context(cafile=str(served.authority))


@asynccontextmanager
async def wire(served: Served) -> AsyncIterator[Wire]:
    """A connection that has said hello, with a token."""
    context = trusting(served)
    context.set_alpn_protocols(["h2"])
    port = int(served.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname="fcm.googleapis.com"
    )
    token = served.standin.tokens.grant(form(assertion(served.standin)))
    opened = Wire(reader, writer, token)
    opened.h2.initiate_connection()
    try:
        yield opened
    finally:
        writer.close()
