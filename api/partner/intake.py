"""Intake: POST /partner/activities, where partners send activities as CloudEvents.

A batch is taken in pieces, each in its own transaction: what one piece did stays done, whatever
happens to the next. Each item gets its own answer, in the order of the request.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import bodies, faults
from api.doorway import request_id
from api.faults import Fault, FaultCode, unauthenticated
from api.partner import cloudevents, taking, workouts
from api.partner.identifying import PartnerIdentity, identify
from api.partner.taking import Answer, Item
from api.view import Lingering
from domain import partners
from domain.activities import Status
from domain.partners import Scope
from infra import clock, db

PATH = "/partner/activities"
PIECE = 500
# Of one process; a flood of batches leaves connections and locks to everybody else.
AT_ONCE = 2


class Intake:
    """The endpoint."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> Sequence[Route]:
        """Where it is."""
        return [Route(PATH, self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        """Take what a request holds. 200: nothing was refused; 207: look at each item."""
        try:
            answers = await self._taken(request)
        except Fault as fault:
            told = _json({"errors": [fault.shaped(request_id())]}, fault.status, fault.headers)
            return Lingering(told) if fault.code is FaultCode.PAYLOAD_TOO_LARGE else told
        counts = taking.counts(answers)
        shown = {"counts": counts, "items": [_shown(answer) for answer in answers]}
        return _json(shown, 207 if counts["refused"] else 200, {})

    async def _taken(self, request: Request) -> Sequence[Answer]:
        read: list[bytes] = []

        async def body() -> bytes:
            if not read:
                read.append(await bodies.whole(request, most=cloudevents.BODY_BYTES_MAX))
            return read[0]

        who = await identify(request, body=body)
        who.check(Scope.ACTIVITIES_WRITE)
        events = cloudevents.read(request, await body())
        answers: list[Answer] = []
        async with self._turns:
            for start in range(0, len(events), PIECE):
                piece = events[start : start + PIECE]
                items = [workouts.read(event, source=who.partner.slug) for event in piece]
                try:
                    answers += await _piece(items, who, at=clock.now())
                except Fault as fault:
                    if not start:
                        raise
                    rest = events[start:]
                    return [*answers, *(_unread(event, who, fault) for event in rest)]
        return answers


async def _piece(items: Sequence[Item], who: PartnerIdentity, *, at: datetime) -> Sequence[Answer]:
    """Take up to 500 items. Raises Fault: 401 for a key that was revoked meanwhile, 500, 503."""
    try:
        async with db.transaction(wall=who.wall) as tx:
            if not await partners.still_valid(who.key, at=at, tx=tx):
                raise unauthenticated("The key is revoked or has expired.", "the key is closed")
            return await taking.take(items, who.partner, at=at, tx=tx)
    except (db.PostgresError, *db.Unavailable) as error:
        raise faults.hidden(error, request_id()) from error


def _unread(event: object, who: PartnerIdentity, fault: Fault) -> Answer:
    """What is answered to an item that its turn never came to."""
    item = workouts.read(event, source=who.partner.slug)
    closed = fault.code is FaultCode.UNAUTHENTICATED
    return taking.refused(item, "KEY_CLOSED" if closed else fault.code.value, str(fault))


def _shown(answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {"id": answer.id, "status": answer.status.value.lower()}
    if answer.status is Status.REFUSED:
        return said | {"code": answer.code, "path": answer.path, "message": answer.message}
    return said | {
        "activity": answer.activity,
        "state": answer.state,
        "reasons": answer.reasons,
    }


def _json(said: object, status: int, headers: Any) -> Response:
    common = {"cache-control": "no-store", **headers}
    return Response(orjson.dumps(said), status, common, "application/json")
