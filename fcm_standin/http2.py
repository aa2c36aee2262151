"""HTTP/2 of one connection: frames in, answers out, and the faults that only HTTP/2 has.

hyper-h2 keeps the protocol's state. It cannot go on after a GOAWAY it sent (its connection is
closed by then), so that one frame is written past it: streams up to the announced one are answered,
those above were never looked at, as RFC 9113, section 6.8, promises the client.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    DataReceived,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError, StreamClosedError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame

from fcm_standin.exchange import BODY_BYTES_MAX, Answering, Fault, Reply, Request
from fcm_standin.headers import QuickDecoder

# Large enough that no window has to be topped up for each message.
WINDOW_BYTES = 2**30
LATER_BYTES = 2**29
HEADER_LIST_BYTES_MAX = 16_384
TOO_LARGE = Reply(413, b"Request Entity Too Large", content_type="text/plain")


@dataclass(slots=True)
class Shape:
    """How connections behave; changed while they are open.

    streams_max -- how many streams a client may have open at once.
    goaway_every_streams -- a connection says GOAWAY after so many streams; 0 means never.
    """

    streams_max: int = 100
    goaway_every_streams: int = 0


@dataclass(slots=True)
class Traffic:
    """What has happened on all connections so far."""

    connections: int = 0
    open_connections: int = 0
    streams: int = 0
    goaways: int = 0
    resets: int = 0
    refused_streams: int = 0
    dropped_connections: int = 0


@dataclass(slots=True)
class Stream:
    """A request while it arrives."""

    headers: list[tuple[bytes, bytes]]
    body: bytearray = field(default_factory=bytearray)


class Patient(Settings):
    """Settings that announce the limit of streams and leave holding it to us.

    hyper-h2 ends the connection over one stream too many; RFC 9113, section 5.1.2, only has that
    stream refused, and so do we.
    """

    unlimited: ClassVar[int] = 2**31 - 1

    @property
    def max_concurrent_streams(self) -> int:
        """What hyper-h2 compares with, not what the client is told."""
        return self.unlimited

    @max_concurrent_streams.setter
    def max_concurrent_streams(self, value: int) -> None:
        """What the client is told from the next SETTINGS on."""
        self[SettingCodes.MAX_CONCURRENT_STREAMS] = value


class Http2(asyncio.Protocol):
    """One connection, from the moment TLS is there."""

    def __init__(self, answer: Answering, shape: Shape, traffic: Traffic) -> None:
        self._answer, self._shape, self._traffic = answer, shape, traffic
        self._h2 = H2Connection(
            H2Configuration(
                client_side=False,
                # We look at what we need ourselves, and at nothing else.
                validate_inbound_headers=False,
                normalize_inbound_headers=False,
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self._h2.decoder = QuickDecoder(HEADER_LIST_BYTES_MAX)
        self._h2.local_settings = Patient(
            client=False,
            initial_values={
                SettingCodes.MAX_CONCURRENT_STREAMS: shape.streams_max,
                SettingCodes.MAX_HEADER_LIST_SIZE: HEADER_LIST_BYTES_MAX,
            },
        )
        self._streams: dict[int, Stream] = {}
        self._answering: dict[int, asyncio.TimerHandle | None] = {}
        self._blocked: dict[int, bytes] = {}
        self._received_bytes = 0
        self._looked_at = 0
        self._last = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say our settings."""
        self._transport = cast(asyncio.Transport, transport)
        self._loop = asyncio.get_running_loop()
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(WINDOW_BYTES)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Take what came, and answer whatever is complete with it."""
        try:
            events = self._h2.receive_data(data)
        except ProtocolError:
            self._flush()
            self._transport.close()
            return
        self._received_bytes += len(data)
        if self._received_bytes > LATER_BYTES:
            self._h2.increment_flow_control_window(self._received_bytes)
            self._received_bytes = 0
        for event in events:
            take = self.TAKEN.get(type(event))
            if take is not None:
                take(self, event)
        self._flush()

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was still to be answered."""
        self._traffic.open_connections -= 1
        for timer in self._answering.values():
            if timer is not None:
                timer.cancel()
        self._answering.clear()

    def _begin(self, event: RequestReceived) -> None:
        number = event.stream_id
        if self._last and number > self._last:
            return
        if len(self._streams) + len(self._answering) >= self._shape.streams_max:
            self._traffic.refused_streams += 1
            self._h2.reset_stream(number, ErrorCodes.REFUSED_STREAM)
            return
        self._streams[number] = Stream(event.headers)

    def _gather(self, event: DataReceived) -> None:
        stream = self._streams.get(event.stream_id)
        if stream is None:
            return
        stream.body += event.data
        if len(stream.body) > BODY_BYTES_MAX:
            del self._streams[event.stream_id]
            self._send(event.stream_id, TOO_LARGE)

    def _end(self, event: StreamEnded) -> None:
        number = event.stream_id
        stream = self._streams.pop(number, None)
        if stream is None:
            return
        self._traffic.streams += 1
        self._looked_at += 1
        reply = self._answer(_request(stream))
        if reply.delay_s > 0 or reply.fault is Fault.NEVER:
            self._answering[number] = (
                None
                if reply.fault is Fault.NEVER
                else self._loop.call_later(reply.delay_s, self._send_later, number, reply)
            )
        else:
            self._send(number, reply)
        every = self._shape.goaway_every_streams
        if every and self._looked_at >= every and not self._last:
            self._go_away(number)

    def _send_later(self, number: int, reply: Reply) -> None:
        del self._answering[number]
        self._send(number, reply)
        self._flush()

    def _send(self, number: int, reply: Reply) -> None:
        if reply.fault is Fault.DROP:
            self._traffic.dropped_connections += 1
            self._transport.abort()
            return
        if reply.fault is Fault.RESET:
            self._traffic.resets += 1
            with contextlib.suppress(StreamClosedError):
                self._h2.reset_stream(number, reply.reset_code)
            return
        # A client that has reset the stream in the same breath is not waiting any more.
        with contextlib.suppress(StreamClosedError):
            self._h2.send_headers(number, _headers(reply))
            self._send_body(number, reply.body)

    def _send_body(self, number: int, body: bytes) -> None:
        """As much as the client's windows take; the rest when it widens them."""
        room = self._h2.max_outbound_frame_size
        while True:
            part = body[: min(room, self._h2.local_flow_control_window(number))]
            body = body[len(part) :]
            self._h2.send_data(number, part, end_stream=not body)
            if not body:
                return
            if not part:
                self._blocked[number] = body
                return

    def _go_on(self, event: WindowUpdated) -> None:
        for number in [event.stream_id] if event.stream_id else list(self._blocked):
            body = self._blocked.pop(number, None)
            if body is not None:
                self._send_body(number, body)

    def _forget(self, event: StreamReset) -> None:
        self._streams.pop(event.stream_id, None)
        self._blocked.pop(event.stream_id, None)
        timer = self._answering.pop(event.stream_id, None)
        if timer is not None:
            timer.cancel()

    def _go_away(self, last: int) -> None:
        self._last = last
        self._traffic.goaways += 1
        self._flush()
        self._transport.write(GoAwayFrame(0, last, int(ErrorCodes.NO_ERROR)).serialize())
        self._streams = {n: stream for n, stream in self._streams.items() if n <= last}

    def _flush(self) -> None:
        sent = self._h2.data_to_send()
        if sent:
            self._transport.write(sent)
        if self._last and not (self._streams or self._answering or self._blocked):
            self._transport.close()

    TAKEN: ClassVar[dict[type, Callable[["Http2", Any], None]]] = {
        RequestReceived: _begin,
        DataReceived: _gather,
        StreamEnded: _end,
        StreamReset: _forget,
        WindowUpdated: _go_on,
    }


def _request(stream: Stream) -> Request:
    named = {name.decode("latin-1"): value.decode("latin-1") for name, value in stream.headers}
    path, _, query = named.get(":path", "/").partition("?")
    return Request(named.get(":method", "GET"), path, query, named, bytes(stream.body))


def _headers(reply: Reply) -> Iterable[tuple[str, str]]:
    return [
        (":status", str(reply.status)),
        ("content-type", reply.content_type),
        ("content-length", str(len(reply.body))),
        *reply.headers,
    ]
