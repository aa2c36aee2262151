"""Doorway: what HTTP and WebSocket share, from a bearer token to a context."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog
from graphql import GraphQLSchema

from api import executing
from api.context import Context
from api.cursors import Cursors
from api.executing import Answer
from api.faults import Fault, FaultCode
from api.live import Hub
from api.operations import Operation, Operations
from infra import clock, identity, issuing, observing
from infra.identity import Identity, TokenRefused, Verifier
from infra.keys import IssuerAway
from infra.settings import Settings

BEARER = "bearer "
UNNAMED = "unnamed"


@dataclass(slots=True)
class Doorway:
    """One process's way in: who may enter, which operations are known, what is live."""

    settings: Settings
    schema: GraphQLSchema
    verifier: Verifier
    hub: Hub
    operations: Operations
    cursors: Cursors

    async def identify(self, authorization: str | None) -> Identity:
        """Who holds the token of an Authorization header. Raises Fault: 401, 503."""
        said = authorization or ""
        if said[: len(BEARER)].lower() != BEARER:
            raise _unauthenticated("Send `Authorization: Bearer` and a token.", "")
        try:
            return await self.verifier.identify(said[len(BEARER) :].strip(), at=clock.now())
        except TokenRefused as refused:
            told = f', error="invalid_token", error_description="{refused}"'
            raise _unauthenticated(f"The token is not accepted: {refused}.", told) from refused
        except IssuerAway as refused:
            said = "The issuer of the token cannot be reached; try again."
            raise Fault(
                FaultCode.UNAVAILABLE, said, status=503, headers={"retry-after": "2"}
            ) from refused

    def context(self, who: Identity, request_id: str) -> Context:
        """A context for one operation that starts now."""
        return Context(who, clock.now(), request_id, self.cursors, self.hub)

    async def run(
        self, operation: Operation, variables: Mapping[str, Any], context: Context
    ) -> Answer:
        """Run a query or a mutation, watched."""
        with observing.operation(operation.name or UNNAMED, operation.kind.value) as observed:
            answer = await executing.run(self.schema, operation, variables, context)
            observed.outcome = "errors" if answer.errors else "ok"
            return answer

    async def stream(
        self, operation: Operation, variables: Mapping[str, Any], context: Context
    ) -> AsyncGenerator[Answer, None]:
        """Run a subscription, counted while it lives."""
        with observing.SUBSCRIPTIONS.track_inprogress():
            found = executing.stream(self.schema, operation, variables, context)
            async with aclosing(found) as answers:
                async for answer in answers:
                    yield answer


@asynccontextmanager
async def doorway(settings: Settings, schema: GraphQLSchema) -> AsyncIterator[Doorway]:
    """Open the way in for the length of the block; the database must be open already."""
    development = issuing.development_issuer(settings)
    also = [development.trusted()] if development else []
    async with identity.verifier(settings.issuers, also=also) as verifier, Hub.running() as hub:
        yield Doorway(
            settings,
            schema,
            verifier,
            hub,
            Operations(schema),
            Cursors.of(settings.secret_key.get_secret_value()),
        )


def request_id() -> str:
    """The id that logs and answers share: the one that is bound, or a fresh one."""
    bound = structlog.contextvars.get_contextvars().get("request_id")
    return bound if isinstance(bound, str) else uuid4().hex


def _unauthenticated(message: str, told: str) -> Fault:
    challenge = {"www-authenticate": f'Bearer realm="laurel"{told}'}
    return Fault(FaultCode.UNAUTHENTICATED, message, status=401, headers=challenge)
