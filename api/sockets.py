"""Socket: GraphQL over WebSocket, one conversation at a time, graphql-transport-ws only.

Nothing is buffered here for a slow client: each operation writes its own events and waits for
the socket to take them. A client that takes none for a while is closed; it loses nothing,
because it can go on from its last cursor.
"""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from graphql import OperationType
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from api import faults, frames
from api.bodies import Asked
from api.doorway import MemberDoorway, request_id, stream
from api.endings import Endings
from api.faults import Fault, FaultCode, OperationRefused
from api.frames import PROTOCOL, Close, Closed, Message
from infra import clock
from infra.identity import Identity

INIT_SECONDS = 5.0
SEND_SECONDS = 10.0
OPERATIONS_MAX = 20
ENDED = "The session was ended"


class Sockets:
    """The ASGI app at /graphql for WebSocket connections."""

    def __init__(self, doorway: MemberDoorway, endings: Endings) -> None:
        self._doorway, self._endings = doorway, endings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold one conversation, from the handshake to the close."""
        socket = WebSocket(scope, receive, send)
        if not self._welcome(socket.headers.get("origin")):
            await socket.close(Close.FORBIDDEN)
            return
        if PROTOCOL not in socket.scope.get("subprotocols", ()):
            await socket.accept()
            await socket.close(Close.PROTOCOL_REFUSED, "Subprotocol not acceptable")
            return
        await socket.accept(PROTOCOL)
        await Conversation(socket, self._doorway, self._endings).hold()

    def _welcome(self, origin: str | None) -> bool:
        """A browser says where its page is from; apps and watches say nothing."""
        allowed = self._doorway.settings.allowed_origins
        return not allowed or origin is None or origin in allowed


@dataclass(slots=True)
class Conversation:
    """One open socket and the operations that run on it."""

    socket: WebSocket
    doorway: MemberDoorway
    endings: Endings
    who: Identity | None = None
    gone: bool = False
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def hold(self) -> None:
        """Talk until either side is done; then nothing of it is left."""
        reason: Closed | None = None
        try:
            async with asyncio.TaskGroup() as group:
                try:
                    await self._talk(group)
                finally:
                    for task in self.running.values():
                        task.cancel()
        except* Closed as closings:
            reason = next(iter(_flat(closings)))
        except* WebSocketDisconnect:
            # The client is gone: there is nobody to tell.
            self.gone = True
        if reason is not None and not self.gone:
            with suppress(RuntimeError, OSError, TimeoutError, WebSocketDisconnect):
                async with asyncio.timeout(SEND_SECONDS):
                    await self.socket.close(reason.code, reason.reason)

    async def _talk(self, group: asyncio.TaskGroup) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS):
                while (message := await self._receive()).type in ("ping", "pong"):
                    await self._answer(message, group)
        except TimeoutError as error:
            raise Closed(Close.INIT_TIMEOUT, "Connection initialisation timeout") from error
        if message.type != "connection_init":
            raise Closed(Close.UNAUTHENTICATED, "Unauthorized")
        self.who = await self._identified(message)
        await self._send(frames.shaped("connection_ack"))
        group.create_task(self._end(self.who))
        left = self.who.expires_at - clock.now()
        try:
            async with asyncio.timeout(max(left, timedelta()).total_seconds()):
                while True:
                    await self._answer(await self._receive(), group)
        except TimeoutError as error:
            raise Closed(Close.UNAUTHENTICATED, "The token has expired") from error

    async def _identified(self, message: Message) -> Identity:
        said = (message.payload or {}).get("authorization")
        try:
            return await self.doorway.identify(said if isinstance(said, str) else None)
        except Fault as fault:
            away = fault.code is FaultCode.UNAVAILABLE
            code = Close.UNAVAILABLE if away else Close.FORBIDDEN
            raise Closed(code, "Try again later" if away else "Forbidden") from fault

    async def _end(self, who: Identity) -> None:
        await self.endings.ended(who)
        raise Closed(Close.UNAUTHENTICATED, ENDED)

    async def _receive(self) -> Message:
        event = await self.socket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1006))
        return frames.read(event.get("text"))

    async def _answer(self, message: Message, group: asyncio.TaskGroup) -> None:
        match message.type:
            case "connection_init":
                raise Closed(Close.INIT_TWICE, "Too many initialisation requests")
            case "ping":
                await self._send(frames.shaped("pong", payload=message.payload))
            case "complete":
                if (task := self.running.pop(message.id, None)) is not None:
                    task.cancel()
            case "subscribe":
                await self._start(message, group)

    async def _start(self, message: Message, group: asyncio.TaskGroup) -> None:
        id = message.id
        assert message.asked is not None, "a subscribe has a question"
        if id in self.running:
            raise Closed(Close.ID_TAKEN, f"Subscriber for {id} already exists"[:120])
        if len(self.running) >= OPERATIONS_MAX:
            said = f"At most {OPERATIONS_MAX} operations run on one connection."
            fault = Fault(FaultCode.LIMIT_EXCEEDED, said)
            await self._send(frames.shaped("error", id, [fault.shaped(request_id())]))
            return
        self.running[id] = group.create_task(self._run(id, message.asked))

    async def _run(self, id: str, asked: Asked) -> None:
        request = request_id()
        try:
            await self._stream(id, asked, request)
            told = frames.shaped("complete", id)
        except OperationRefused as refused:
            told = frames.shaped("error", id, refused.shaped(request))
        except Fault as fault:
            if fault.code is FaultCode.UNAUTHENTICATED:
                raise Closed(Close.UNAUTHENTICATED, ENDED) from fault
            told = frames.shaped("error", id, [fault.shaped(request)])
        except (Closed, WebSocketDisconnect):
            raise
        except Exception as error:
            told = frames.shaped("error", id, [faults.hidden(error, request).shaped(request)])
        # Before the last word, so that the client may use the id again as soon as it hears it.
        self.running.pop(id, None)
        await self._send(told)

    async def _stream(self, id: str, asked: Asked, request: str) -> None:
        assert self.who is not None, "operations run after the token was checked"
        operation = self.doorway.operations.prepare(asked.query, asked.operation_name)
        context = self.doorway.context(self.who, request)
        if operation.kind is not OperationType.SUBSCRIPTION:
            answer = await self.doorway.run(operation, asked.variables, context)
            await self._send(frames.shaped("next", id, answer.shaped()))
            return
        async with aclosing(stream(self.doorway, operation, asked.variables, context)) as events:
            async for told in events:
                await self._send(frames.following(id, told.payload))

    async def _send(self, text: str) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.socket.send_text(text)
        except TimeoutError as error:
            raise Closed(Close.GOING_AWAY, "The client takes nothing any more") from error


def _flat(group: BaseExceptionGroup[Closed]) -> Iterator[Closed]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _flat(error)
        else:
            yield error
