"""View: GraphQL over HTTP, knowing nothing about what the schema offers.

After the GraphQL over HTTP draft of 2023 as its audits test it: whoever asks for
`application/graphql-response+json` gets 400 for a document that cannot run, whoever asks for
plain JSON gets 200 and `errors`. A request error has no `data` key. Everything is POST.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from api import bodies, negotiating
from api.doorway import Doorway, request_id
from api.faults import Fault, FaultCode, OperationRefused
from infra.settings import Environment

LINGER_SECONDS = 2.0
LINGER_BYTES_MAX = 16 * 1024 * 1024
COMMON = {"vary": "accept, authorization", "cache-control": "no-store"}


class View:
    """The ASGI app of one endpoint for plain HTTP."""

    def __init__(self, doorway: Doorway[Any, Any]) -> None:
        self._doorway = doorway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        accept = request.headers.get("accept", "")
        if request.method == "GET" and self._shows_page(accept):
            # Loads GraphiQL from a public CDN in the developer's browser; development only.
            response: Response = HTMLResponse(get_graphql_ide_html("graphiql"))
        else:
            response = await self._respond(request, negotiating.preferred(accept))
        await response(scope, receive, send)

    async def _respond(self, request: Request, media: str | None) -> Response:
        id = request_id()
        try:
            _check(request, media)
            return _json(await self._answer(request, id), 200, media)
        except OperationRefused as refused:
            status = 400 if media == negotiating.RESPONSE else 200
            return _json({"errors": refused.shaped(id)}, status, media)
        except Fault as fault:
            told = _json({"errors": [fault.shaped(id)]}, fault.status, media, fault.headers)
            return Lingering(told) if fault.code is FaultCode.PAYLOAD_TOO_LARGE else told

    async def _answer(self, request: Request, id: str) -> Mapping[str, Any]:
        who = await self._doorway.identify(request.headers.get("authorization"))
        question = await bodies.read(request, most=self._doorway.body_bytes_max)
        operation = self._doorway.operations.prepare(question.query, question.operation_name)
        if operation.kind is OperationType.SUBSCRIPTION:
            raise Fault(FaultCode.BAD_REQUEST, "Subscriptions are served over a WebSocket.")
        context = self._doorway.context(who, id)
        return (await self._doorway.run(operation, question.variables, context)).shaped()

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


def _check(request: Request, media: str | None) -> None:
    if request.method != "POST":
        said = "GraphQL is asked by POST."
        raise Fault(FaultCode.METHOD_NOT_ALLOWED, said, status=405, headers={"allow": "POST"})
    if media is None:
        said = f"Accept {negotiating.RESPONSE} or {negotiating.JSON}."
        raise Fault(FaultCode.NOT_ACCEPTABLE, said, status=406)


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
