"""View: GraphQL over HTTP, knowing nothing about what the schema offers.

After the GraphQL over HTTP draft of 2023 as its audits test it: whoever asks for
`application/graphql-response+json` gets 400 for a document that cannot run, whoever asks for
plain JSON gets 200 and `errors`. A request error has no `data` key. Everything is POST, but for a
subscription, which may be a GET, and is told as server-sent events to whoever accepts them. That a
client accepts them beside JSON changes nothing for what is no subscription.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from api import bodies, negotiating, streaming
from api.bodies import Asked
from api.doorway import Doorway, request_id, stream
from api.endings import Endings
from api.faults import Fault, FaultCode, OperationRefused
from api.operations import Operation
from api.streaming import EventStream
from infra.identity import Identity
from infra.settings import Environment

LINGER_SECONDS = 2.0
LINGER_BYTES_MAX = 16 * 1024 * 1024
COMMON = {"vary": "accept, authorization", "cache-control": "no-store"}


class View:
    """The ASGI app of one endpoint for plain HTTP.

    endings -- tells open streams of the end of their session; None: it has no subscriptions.
    """

    def __init__(self, doorway: Doorway[Any, Any], endings: Endings | None = None) -> None:
        self._doorway, self._endings = doorway, endings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        accept = request.headers.get("accept", "")
        if request.method == "GET" and self._shows_page(accept):
            # Loads GraphiQL from a public CDN in the developer's browser; development only.
            response: ASGIApp = HTMLResponse(get_graphql_ide_html("graphiql"))
        else:
            streams = self._endings is not None and negotiating.takes_stream(accept)
            response = await self._respond(request, negotiating.preferred(accept), streams=streams)
        await response(scope, receive, send)

    async def _respond(self, request: Request, media: str | None, *, streams: bool) -> ASGIApp:
        id = request_id()
        only = streams and media is None
        try:
            _check(request, media, streams=streams)
            return await self._answer(request, id, media, streams=streams)
        except OperationRefused as refused:
            if only:
                return _failed(refused, id)
            status = 400 if media == negotiating.RESPONSE else 200
            return _json({"errors": refused.shaped(id)}, status, media)
        except Fault as fault:
            if only and fault.status == 400:
                return _failed(fault, id)
            told = _json({"errors": [fault.shaped(id)]}, fault.status, media, fault.headers)
            return Lingering(told) if fault.code is FaultCode.PAYLOAD_TOO_LARGE else told

    async def _answer(
        self, request: Request, id: str, media: str | None, *, streams: bool
    ) -> ASGIApp:
        who = await self._doorway.identify(request.headers.get("authorization"))
        by_get = request.method == "GET"
        question = (
            streaming.question(request)
            if by_get
            else await bodies.read(request, most=self._doorway.body_bytes_max)
        )
        operation = self._doorway.operations.prepare(question.query, question.operation_name)
        if operation.kind is OperationType.SUBSCRIPTION:
            if not streams:
                said = f"Subscriptions are served over a WebSocket, or as {negotiating.STREAM}."
                raise Fault(FaultCode.BAD_REQUEST, said)
            return self._stream(request, who, id, question, operation)
        if by_get:
            raise _only_post("Only subscriptions are asked by GET.")
        context = self._doorway.context(who, id)
        answered = (await self._doorway.run(operation, question.variables, context)).shaped()
        if media is None:
            return EventStream(streaming.told_once(answered), request_id=id)
        return _json(answered, 200, media)

    def _stream(
        self, request: Request, who: Identity, id: str, question: Asked, operation: Operation
    ) -> EventStream:
        context = self._doorway.context(who, id)
        context.last_event_id = request.headers.get(streaming.LAST_EVENT) or None
        answers = stream(self._doorway, operation, question.variables, context)
        return EventStream(answers, request_id=id, who=who, endings=self._endings)

    def _shows_page(self, accept: str) -> bool:
        development = self._doorway.settings.environment is Environment.DEVELOPMENT
        return development and negotiating.wants_page(accept)


class Lingering(Response):
    """An answer to a client that is still sending.

    Closing at once, with its bytes unread, would reset the connection and take the answer with
    it. So the answer is sent whole, some of what still comes is thrown away, and the connection
    ends: a file a little too large gets its answer, a flood gets only so much of our time.
    """

    def __init__(self, told: Response) -> None:
        super().__init__(told.body, told.status_code)
        self.raw_headers = [*told.raw_headers, (b"connection", b"close")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and read on for as long as that is cheap."""
        status, headers = self.status_code, self.raw_headers
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        left = LINGER_BYTES_MAX
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while left > 0 and (message := await receive())["type"] == "http.request":
                    left -= len(message.get("body", b""))
                    if not message.get("more_body"):
                        break
        await send({"type": "http.response.body", "body": b""})


def _check(request: Request, media: str | None, *, streams: bool) -> None:
    if request.method != "POST" and not (streams and request.method == "GET"):
        raise _only_post("GraphQL is asked by POST.")
    if media is None and not streams:
        said = f"Accept {negotiating.RESPONSE} or {negotiating.JSON}."
        raise Fault(FaultCode.NOT_ACCEPTABLE, said, status=406)


def _only_post(said: str) -> Fault:
    return Fault(FaultCode.METHOD_NOT_ALLOWED, said, status=405, headers={"allow": "POST"})


def _failed(error: OperationRefused | Fault, id: str) -> EventStream:
    errors = streaming.refused(error, id)
    return EventStream(streaming.told_once({"errors": errors}), request_id=id)


def _json(
    content: Mapping[str, Any],
    status: int,
    media: str | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return Response(
        orjson.dumps(content),
        status,
        {**COMMON, **(headers or {})},
        f"{media or negotiating.JSON}; charset=utf-8",
    )
