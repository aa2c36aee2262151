"""HTTP/1.1 of one connection, for clients without HTTP/2 and for the control API.

One request at a time: what follows waits until the one before it is answered.
"""

import asyncio
from collections.abc import Callable
from typing import cast

import h11

from fcm_standin.exchange import BODY_BYTES_MAX, Fault, Reply, Request, Streaming
from fcm_standin.http2 import TOO_LARGE, Traffic

BEHIND_BYTES_MAX = 4_194_304
MALFORMED = Reply(400, b"Bad Request", content_type="text/plain")
Answering = Callable[[Request], Reply | Streaming]


class Http1(asyncio.Protocol):
    """One connection, with or without TLS."""

    def __init__(self, answer: Answering, traffic: Traffic) -> None:
        self._answer, self._traffic = answer, traffic
        self._h11 = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._end: Callable[[], None] | None = None
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Nothing is said before the client asks."""
        self._transport = cast(asyncio.Transport, transport)
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        """Take what came, and answer whatever is complete with it."""
        self._h11.receive_data(data)
        if not self._busy:
            self._read()

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was still to be answered."""
        self._traffic.open_connections -= 1
        if self._timer is not None:
            self._timer.cancel()
        if self._end is not None:
            self._end()

    def _read(self) -> None:
        try:
            while not self._busy and self._take(self._h11.next_event()):
                pass
        except h11.RemoteProtocolError:
            self._refuse(MALFORMED)

    def _take(self, event: object) -> bool:
        """Whether there may be more to take."""
        if isinstance(event, h11.Request):
            self._request, self._body = event, bytearray()
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > BODY_BYTES_MAX:
                self._refuse(TOO_LARGE)
                return False
        elif isinstance(event, h11.EndOfMessage):
            self._ended()
        elif isinstance(event, h11.ConnectionClosed):
            self._transport.close()
            return False
        else:
            return False
        return True

    def _ended(self) -> None:
        assert self._request is not None
        asked = self._request
        named = {name.decode("latin-1"): value.decode("latin-1") for name, value in asked.headers}
        path, _, query = asked.target.decode("latin-1").partition("?")
        request = Request(asked.method.decode("latin-1"), path, query, named, bytes(self._body))
        self._traffic.streams += 1
        self._busy = True
        reply = self._answer(request)
        if isinstance(reply, Streaming):
            self._stream(reply)
        elif reply.fault is Fault.NEVER:
            return
        elif reply.delay_s > 0:
            self._timer = self._loop.call_later(reply.delay_s, self._send_later, reply)
        else:
            self._send(reply)

    def _send_later(self, reply: Reply) -> None:
        self._timer = None
        self._send(reply)
        self._read()

    def _send(self, reply: Reply) -> None:
        if reply.fault is not None:
            # HTTP/1.1 has no streams to reset: the connection ends either way.
            self._traffic.dropped_connections += 1
            self._transport.abort()
            return
        headers = [
            ("content-type", reply.content_type),
            ("content-length", str(len(reply.body))),
            *reply.headers,
        ]
        self._write(h11.Response(status_code=reply.status, headers=headers))
        self._write(h11.Data(data=reply.body))
        self._write(h11.EndOfMessage())
        self._busy = False
        if self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._h11.start_next_cycle()
        else:
            self._busy = True
            self._transport.close()

    def _stream(self, streaming: Streaming) -> None:
        headers = [
            ("content-type", "text/event-stream"),
            ("cache-control", "no-store"),
            ("connection", "close"),
            *streaming.headers,
        ]
        self._write(h11.Response(status_code=200, headers=headers))
        self._end = streaming.feed.start(self._feed, self._finish)

    def _feed(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        self._write(h11.Data(data=data))
        # Whoever reads too slowly comes back later for the rest.
        if self._transport.get_write_buffer_size() > BEHIND_BYTES_MAX:
            self._finish()

    def _finish(self) -> None:
        if not self._transport.is_closing():
            self._write(h11.EndOfMessage())
            self._transport.close()

    def _refuse(self, reply: Reply) -> None:
        self._busy = True
        if self._h11.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [("content-length", str(len(reply.body))), ("connection", "close")]
            self._write(h11.Response(status_code=reply.status, headers=headers))
            self._write(h11.Data(data=reply.body))
            self._write(h11.EndOfMessage())
        self._transport.close()

    def _write(self, event: h11.Event) -> None:
        data = self._h11.send(event)
        if data:
            self._transport.write(data)
