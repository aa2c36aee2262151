"""Voucher intake: POST /ops/vouchers, where operators send a file of codes for a reward.

The body is the file itself. It goes to a temporary file as it comes, never whole into memory, and
from there into the pool some thousands of rows at a time; who is cut off sends the same file again,
and it goes on where it was.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api import bodies, faults, globalids
from api.doorway import Doorway, request_id
from api.faults import Fault, FaultCode
from api.globalids import Kind
from api.ops.context import Desk, OpsContext
from api.raffle_facts import reward_of
from api.view import Lingering
from domain import operators, vouchers
from domain.operators import Permission
from domain.vouchers import Upload
from infra import db
from infra.errors import Refused
from infra.identity import Identity

PATH = "/ops/vouchers"
ACTION = "uploadVouchers"
FILE_BYTES_MAX = 200_000_000
FAULTS_TOLD = 100
# Of one process; who comes third waits for their turn.
AT_ONCE = 2
SUFFIXES = {"text/csv": ".csv", "application/vnd.apache.parquet": ".parquet"}
HEADERS = {"cache-control": "no-store"}


class VoucherIntake:
    """The ASGI app at /ops/vouchers."""

    def __init__(self, doorway: Doorway[Identity, OpsContext]) -> None:
        self._doorway = doorway
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.method == "POST":
            response = await self._answer(request)
        else:
            response = Response(status_code=405, headers=HEADERS | {"allow": "POST"})
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        """200 with what came of it; 400, 401, 403, 413, 415, 422 for a refusal, 500, 503."""
        try:
            return _json(_shown(await self._taken(request)))
        except Refused as refused:
            told = {"code": refused.code, "path": refused.path, "message": str(refused)}
            return _json({"refused": told}, 422)
        except Fault as fault:
            forbidden = fault.code is FaultCode.NOT_PERMITTED
            status = 403 if forbidden else fault.status
            answer = _json({"errors": [fault.shaped(request_id())]}, status, fault.headers)
            return Lingering(answer) if fault.code is FaultCode.PAYLOAD_TOO_LARGE else answer
        except (db.PostgresError, *db.Unavailable) as error:
            hidden = faults.hidden(error, request_id())
            return _json({"errors": [hidden.shaped(request_id())]}, hidden.status)

    async def _taken(self, request: Request) -> Upload:
        """Raises Fault and Refused, in this order: token, permission, reason, format, size, and
        what the upload refuses."""
        who = await self._doorway.identify(request.headers.get("authorization"))
        context = self._doorway.context(who, request_id())
        try:
            await context.allowed(Permission.REWARDS_WRITE)
            desk = await context.desk()
        finally:
            await context.rest()
        assert desk is not None, "somebody who may is somebody"
        reason = operators.sound_reason(request.query_params.get("reason", ""))
        reward = reward_of(request.query_params.get("reward", ""))
        async with self._turns, _kept(request) as path:
            try:
                done = await vouchers.upload(
                    path,
                    reward=reward,
                    name=request.query_params.get("name") or "upload",
                    programme=desk.programme,
                    at=context.at,
                    wall=desk.wall,
                )
            except Refused as refused:
                await _note(desk, reward, reason, refused.code, context)
                raise
            await _note(desk, reward, reason, operators.DONE, context)
            return done


@asynccontextmanager
async def _kept(request: Request) -> AsyncIterator[Path]:
    """The body as a file, gone after the block. Raises Fault: 413, 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in SUFFIXES:
        raise Fault(
            FaultCode.UNSUPPORTED_MEDIA_TYPE,
            f"Send {' or '.join(SUFFIXES)}.",
            status=415,
        )
    with tempfile.NamedTemporaryFile(prefix="laurel-", suffix=SUFFIXES[kind]) as file:
        async for piece in bodies.pieces(request, FILE_BYTES_MAX):
            await asyncio.to_thread(file.write, piece)
        await asyncio.to_thread(file.flush)
        yield Path(file.name)


async def _note(desk: Desk, reward: UUID, reason: str, outcome: str, context: OpsContext) -> None:
    async with db.transaction(wall=desk.wall) as tx:
        await operators.note(
            ACTION,
            programme=desk.programme.id,
            operator=desk.operator.id,
            objects=[globalids.of(Kind.REWARD, reward)],
            reason=reason,
            outcome=outcome,
            at=context.at,
            tx=tx,
        )


def _shown(done: Upload) -> dict[str, Any]:
    counts = ("rows", "loaded", "bad", "in_file", "in_pool", "elsewhere")
    faults = [
        {"row": one.row, "why": one.why, "first": one.first} for one in done.faults[:FAULTS_TOLD]
    ]
    return {name: getattr(done, name) for name in counts} | {"faults": faults}


def _json(said: object, status: int = 200, headers: Any = None) -> Response:
    return Response(orjson.dumps(said), status, HEADERS | (headers or {}), "application/json")
