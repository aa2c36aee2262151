"""Doorway: what the endpoints share over HTTP and WebSocket, from a bearer token to a context."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import uuid4

import structlog
from graphql import GraphQLSchema

from api import executing, faults
from api.asking import Asking
from api.bodies import BODY_BYTES_MAX
from api.context import Context
from api.executing import Answer
from api.faults import Fault, FaultCode
from api.live_sharing import Told
from api.operations import Operation, Operations
from domain.partners import KeyRefused
from infra import clock, db, observing
from infra.identity import Identity, TokenRefused
from infra.keys import IssuerAway
from infra.settings import Settings

BEARER = "bearer "
UNNAMED = "unnamed"

W = TypeVar("W")
C = TypeVar("C", bound=Asking)


@dataclass(frozen=True, slots=True)
class Doorway(Generic[W, C]):
    """One endpoint's way in: who may enter, and which operations are known.

    W, C           -- who is asking, as their token or key says, and the context made of it.
    recognise      -- who holds a token; raises TokenRefused, KeyRefused, IssuerAway.
    receive        -- the context of one operation of theirs: (who, at, request id).
    body_bytes_max -- of a request without a file.
    """

    settings: Settings
    schema: GraphQLSchema
    operations: Operations
    recognise: Callable[[str, datetime], Awaitable[W]]
    receive: Callable[[W, datetime, str], C]
    body_bytes_max: int = BODY_BYTES_MAX

    async def identify(self, authorization: str | None) -> W:
        """Who holds the token of an Authorization header. Raises Fault: 401, 503."""
        said = authorization or ""
        if said[: len(BEARER)].lower() != BEARER:
            raise faults.unauthenticated("Send `Authorization: Bearer` and a token.", "")
        try:
            return await self.recognise(said[len(BEARER) :].strip(), clock.now())
        except (TokenRefused, KeyRefused) as refused:
            raise faults.unauthenticated(
                f"The token is not accepted: {refused}.", str(refused)
            ) from refused
        except IssuerAway as refused:
            said = "The issuer of the token cannot be reached; try again."
            raise Fault(
                FaultCode.UNAVAILABLE, said, status=503, headers={"retry-after": "2"}
            ) from refused
        except (db.PostgresError, *db.Unavailable) as error:
            raise faults.hidden(error, request_id()) from error

    def context(self, who: W, request_id: str) -> C:
        """A context for one operation that starts now."""
        return self.receive(who, clock.now(), request_id)

    async def run(self, operation: Operation, variables: Mapping[str, Any], context: C) -> Answer:
        """Run a query or a mutation, watched."""
        with observing.operation(operation.name or UNNAMED, operation.kind.value) as observed:
            answer = await executing.run(self.schema, operation, variables, context)
            observed.outcome = "errors" if answer.errors else "ok"
            return answer


MemberDoorway: TypeAlias = Doorway[Identity, Context]


async def stream(
    doorway: MemberDoorway, operation: Operation, variables: Mapping[str, Any], context: Context
) -> AsyncGenerator[Told, None]:
    """Run a subscription, counted while it lives."""
    with observing.SUBSCRIPTIONS.track_inprogress():
        found = executing.stream(doorway.schema, operation, variables, context)
        async with aclosing(found) as answers:
            async for answer in answers:
                yield answer


def request_id() -> str:
    """The id that logs and answers share: the one that is bound, or a fresh one."""
    bound = structlog.contextvars.get_contextvars().get("request_id")
    return bound if isinstance(bound, str) else uuid4().hex
