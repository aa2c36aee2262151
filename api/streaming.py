"""Streaming: GraphQL over server-sent events, each operation on a connection of its own.

After the distinct connections mode of the GraphQL over SSE protocol (graphql-sse): a `next` for
each result, what cannot run told as a `next` with errors, and a `complete` at the end. The `id` of
each event is the place to go on from, so that a browser which reconnects by itself says it as
Last-Event-ID. Nothing is buffered for a slow client: one that takes nothing for a while is left.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from api import faults
from api.bodies import Asked, asked, loaded
from api.endings import Endings
from api.faults import Fault, OperationRefused
from api.live_sharing import Told, encoded
from infra import clock
from infra.identity import Identity

KEEP_ALIVE_SECONDS = 15.0
SEND_SECONDS = 10.0
LAST_EVENT = "last-event-id"
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"vary", b"accept, authorization"),
    # Proxies that gather an answer before they pass it on would hold it back for ever.
    (b"x-accel-buffering", b"no"),
)
BEAT = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"


class Left(Exception):
    """The client is gone, or takes nothing any more: there is nobody to tell."""


def question(request: Request) -> Asked:
    """What a GET asks for by its query. Raises Fault."""
    said: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in said:
            said[name] = loaded(said[name])
    return asked(said)


def refused(error: OperationRefused | Fault, request_id: str) -> list[Mapping[str, Any]]:
    """The entries of `errors` for what cannot run."""
    told = error.shaped(request_id)
    return [*told] if isinstance(told, list) else [told]


class EventStream:
    """The answer to one operation, for as long as it goes on.

    who -- whose session ends it; None: it is over at once, or has nobody's.
    """

    def __init__(
        self,
        answers: AsyncGenerator[Told, None],
        *,
        request_id: str,
        who: Identity | None = None,
        endings: Endings | None = None,
    ) -> None:
        self._answers, self._request, self._who, self._endings = answers, request_id, who, endings
        self._one = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it until either side is done; then nothing of it is left."""
        errors: list[Mapping[str, Any]] = []
        left = False
        try:
            await self._put(
                send, {"type": "http.response.start", "status": 200, "headers": HEADERS}
            )
            async with asyncio.TaskGroup() as group:
                beside = [
                    group.create_task(_gone(receive)),
                    group.create_task(self._beat(send)),
                    group.create_task(self._end()),
                ]
                errors = await self._deliver(send)
                for task in beside:
                    task.cancel()
        except* Left:
            left = True
        except* Fault as ended:
            errors = [fault.shaped(self._request) for fault in _flat(ended)]
        if not left:
            with suppress(Left):
                last = _next(encoded({"errors": errors}), None) if errors else b""
                await self._put(send, _body(last + COMPLETE))
                await self._put(send, _body(b"", more=False))

    async def _deliver(self, send: Send) -> list[Mapping[str, Any]]:
        """Everything there is to tell; why it ended, when it was not at its end."""
        try:
            async with aclosing(self._answers) as answers:
                async for told in answers:
                    await self._put(send, _body(_next(told.payload, told.cursor)))
        except (OperationRefused, Fault) as error:
            return refused(error, self._request)
        except Left:
            raise
        except Exception as error:
            return [faults.hidden(error, self._request).shaped(self._request)]
        return []

    async def _beat(self, send: Send) -> None:
        """Keep what is between us and the client from thinking that nothing comes any more."""
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            await self._put(send, _body(BEAT))

    async def _end(self) -> None:
        """End it with the session, or when the token does. Raises Fault."""
        if self._who is None or self._endings is None:
            return
        left = max(self._who.expires_at - clock.now(), timedelta()).total_seconds()
        try:
            async with asyncio.timeout(left):
                await self._endings.ended(self._who)
        except TimeoutError as error:
            raise faults.unauthenticated("The token has expired.", "expired") from error
        raise faults.unauthenticated("The session was ended.", "ended")

    async def _put(self, send: Send, message: Message) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS), self._one:
                await send(message)
        except (TimeoutError, OSError) as error:
            raise Left from error


async def told_once(answer: Mapping[str, Any]) -> AsyncGenerator[Told, None]:
    """One response as a stream, for a client that takes nothing else."""
    yield Told(encoded(answer))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise Left


def _body(content: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


def _next(payload: str, cursor: str | None) -> bytes:
    # JSON has no line breaks, and a cursor only letters, so neither can end the event.
    place = f"id: {cursor}\n" if cursor else ""
    return f"event: next\n{place}data: {payload}\n\n".encode()


def _flat(group: BaseExceptionGroup[Fault]) -> list[Fault]:
    found: list[Fault] = []
    for error in group.exceptions:
        found += _flat(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found
