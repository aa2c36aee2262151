"""Glance: GET /glance, what a watch shows, and 304 when it has that already.

A watch asks often and mostly in vain, so that answer costs no SQL: Valkey knows for five minutes
whose a token is and which tag their glance has. What changes is heard of at once, and a token that
is revoked is believed no longer at once; five minutes is what it takes where Valkey was away or a
hint was lost. Anybody else's token, as that of a phone, is looked up each time.
"""

from collections.abc import Sequence
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from api import faults, glance_writing
from api.context import Context
from api.doorway import BEARER, MemberDoorway, request_id
from api.faults import Fault, FaultCode
from api.glance_changes import GlanceChanges
from domain import devices, glances
from domain.glances import Glance
from domain.members import Member
from infra import db
from infra.db import Tx

PATH = "/glance"
TAGS_CHARACTERS_MAX = 1000
HEADERS = {"cache-control": "private, no-cache", "vary": "authorization"}


class Glances:
    """The ASGI app at /glance."""

    def __init__(self, doorway: MemberDoorway, changes: GlanceChanges) -> None:
        self._doorway, self._changes = doorway, changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.method == "GET":
            response = await self._tell(request)
        else:
            response = Response(status_code=405, headers=HEADERS | {"allow": "GET"})
        await response(scope, receive, send)

    async def _tell(self, request: Request) -> Response:
        """200 with the glance and its tag, 304 to whoever has it; 401, 403, 503."""
        wanted = tags(request.headers.get("if-none-match", ""))
        authorization = request.headers.get("authorization")
        try:
            tag = await self._known(authorization) if wanted else None
            if tag in wanted:
                return Response(status_code=304, headers=HEADERS | {"etag": f"W/{tag}"})
            return await self._told(authorization, wanted)
        except Fault as fault:
            told = {"errors": [fault.shaped(request_id())]}
            return JSONResponse(told, fault.status, HEADERS | dict(fault.headers))
        except (db.PostgresError, *db.Unavailable) as error:
            hidden = faults.hidden(error, request_id())
            return JSONResponse({"errors": [hidden.shaped(request_id())]}, hidden.status, HEADERS)

    async def _known(self, authorization: str | None) -> str | None:
        """The tag that the holder's glance is known to have, without SQL; None: nobody knows."""
        place = await devices.believed((authorization or "")[len(BEARER) :].strip())
        return None if place is None else await glances.remembered(place)

    async def _told(self, authorization: str | None, wanted: Sequence[str]) -> Response:
        who = await self._doorway.identify(authorization)
        context = self._doorway.context(who, request_id())
        try:
            body, tag = await self._gathered(context, (authorization or "")[len(BEARER) :].strip())
        finally:
            await context.rest()
        headers = HEADERS | {"etag": f"W/{tag}"}
        if tag in wanted:
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, media_type="application/json")

    async def _gathered(self, context: Context, token: str) -> tuple[bytes, str]:
        """The body and its tag. Raises Fault: 401 for an ended session, 403 for no member."""
        asker = await context.asker()
        if asker is None:
            raise Fault(FaultCode.NOT_PERMITTED, "You have not joined the programme.", status=403)
        place = asker.programme, asker.id
        # Before anything is read, so that what changes meanwhile is heard of.
        self._changes.watch(asker)
        since = await glances.mark(place)
        async with context.reading() as tx:
            glance, body = await _gather(asker, context, tx)
        tag = tag_of(body)
        if since is not None and devices.is_token(token):
            left = (glance.next.at - context.at).total_seconds() if glance.next else 1e9
            await devices.believe(token, place)
            await glances.remember(place, tag, since=since, seconds=int(min(left, 1e9)))
        return body, tag


async def _gather(asker: Member, context: Context, tx: Tx) -> tuple[Glance, bytes]:
    glance = await glances.look(asker, at=context.at, tx=tx)
    content = glance_writing.content(glance)
    version = await glances.keep(asker, content.decode(), at=context.at, tx=tx)
    return glance, glance_writing.written(content, version=version)


def tags(header: str) -> Sequence[str]:
    """The tags of an If-None-Match header, compared weakly as RFC 9110 wants it; none when it is
    absurdly long."""
    if len(header) > TAGS_CHARACTERS_MAX:
        return []
    return [one.strip().removeprefix("W/") for one in header.split(",") if one.strip()]


def tag_of(body: bytes) -> str:
    """What tells this body from every other of the same member, in quotes. A hash and not the
    version: that begins anew for one who was erased and has joined again."""
    return f'"{blake2b(body, digest_size=9).hexdigest()}"'
