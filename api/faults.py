"""Faults: what goes wrong outside a mutation's own answer, as the `errors` of a response.

A fault is about the request, the token, a limit, or us. What a member did wrong inside a
mutation is no fault but a value of the mutation's result (api/refusals.py).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import structlog
from graphql import GraphQLError

from infra import db
from infra.errors import Refused

# SQLSTATEs that pass by themselves: a serialisation failure, a deadlock, a lock or a statement
# that took too long, a full server.
PASSING = frozenset({"40001", "40P01", "55P03", "57014", "53300"})

_log = structlog.get_logger(__name__)


class FaultCode(StrEnum):
    """Every `extensions.code` there is."""

    BAD_REQUEST = "BAD_REQUEST"
    PARSE_FAILED = "PARSE_FAILED"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    BAD_VARIABLES = "BAD_VARIABLES"
    BAD_ARGUMENT = "BAD_ARGUMENT"
    BAD_CURSOR = "BAD_CURSOR"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    NOT_PERMITTED = "NOT_PERMITTED"
    GONE = "GONE"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    UNAVAILABLE = "UNAVAILABLE"
    TIMEOUT = "TIMEOUT"
    INTERNAL = "INTERNAL"


RETRYABLE = frozenset({FaultCode.UNAVAILABLE, FaultCode.TIMEOUT})


class Fault(Exception):
    """Something to say in `errors`.

    status  -- of an HTTP answer that is nothing but this fault.
    headers -- to send with it.
    """

    def __init__(
        self,
        code: FaultCode,
        message: str,
        *,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.status, self.headers = code, status, dict(headers or {})

    def shaped(self, request_id: str) -> dict[str, Any]:
        """This fault as one entry of `errors`."""
        return {"message": str(self), "extensions": extensions(self.code, request_id)}


class OperationRefused(Exception):
    """An operation never ran: it does not parse, is not valid, is too large, or its variables
    do not fit."""

    def __init__(self, code: FaultCode, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code, self.errors = code, errors

    def shaped(self, request_id: str) -> list[dict[str, Any]]:
        """The entries of `errors`; the text is about what the client sent."""
        said = extensions(self.code, request_id)
        return [{**error.formatted, "extensions": said} for error in self.errors]


def extensions(code: FaultCode, request_id: str) -> dict[str, Any]:
    """What each error tells a program: code, id of the request, and whether to try again."""
    said: dict[str, Any] = {"code": code.value, "requestId": request_id}
    return said | ({"retryable": True} if code in RETRYABLE else {})


def shaped(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """One error of an execution; what is not meant for the client is logged and hidden."""
    code, message = _told(error, request_id)
    plain: dict[str, Any] = {**error.formatted, "message": message}
    return plain | {"extensions": extensions(code, request_id)}


def hidden(error: BaseException, request_id: str) -> Fault:
    """What a client is told about a failure that is none of its business; we log the rest."""
    if away(error):
        _log.warning("database.away", request_id=request_id, error=type(error).__name__)
        said = "The service is not reachable for a moment; try again."
        return Fault(FaultCode.UNAVAILABLE, said, status=503)
    _log.error("operation.failed", request_id=request_id, exc_info=error)
    return Fault(FaultCode.INTERNAL, "Something went wrong on our side.", status=500)


def unauthenticated(message: str, refused: str) -> Fault:
    """What somebody gets who proves nothing; `refused`: why a token that was sent is not good."""
    told = f', error="invalid_token", error_description="{refused}"' if refused else ""
    challenge = {"www-authenticate": f'Bearer realm="laurel"{told}'}
    return Fault(FaultCode.UNAUTHENTICATED, message, status=401, headers=challenge)


def away(error: BaseException) -> bool:
    """True when the database could not be asked, or gave up; the same request may work soon."""
    passing = isinstance(error, db.PostgresError) and error.sqlstate in PASSING
    return passing or isinstance(error, (*db.Unavailable, OSError))


def _told(error: GraphQLError, request_id: str) -> tuple[FaultCode, str]:
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return FaultCode.BAD_ARGUMENT, error.message
    if isinstance(cause, Fault):
        return cause.code, str(cause)
    if isinstance(cause, Refused) and cause.code == FaultCode.UNAVAILABLE:
        return FaultCode.UNAVAILABLE, str(cause)
    fault = hidden(cause, request_id)
    return fault.code, str(fault)
