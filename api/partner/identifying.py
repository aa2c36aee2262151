"""Identifying: which partner sends a request, by a key it carries or by its signature.

For GraphQL and for the plain HTTP routes alike.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from starlette.requests import Request

from api import faults
from api.doorway import BEARER, request_id
from api.faults import Fault, FaultCode, unauthenticated
from domain import partners, programmes
from domain.partners import KeyRefused, Known, Partner, Scope, Signed
from domain.programmes import Programme
from infra import clock, db
from infra.db import Tx, Wall

SIGNATURE_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
# The signer's id in the address: the headers of Standard Webhooks do not say who signed.
PARTNER_PARAMETER = "partner"

Body: TypeAlias = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class PartnerIdentity:
    """A partner that has proven who it is.

    scopes -- what the key may be used for.
    key    -- its public id, for `partners.still_valid`.
    """

    partner: Partner
    programme: Programme
    scopes: frozenset[Scope]
    key: str

    @property
    def wall(self) -> Wall:
        """What the partner's transactions may touch."""
        return Wall(self.programme.id, self.programme.book)

    def check(self, scope: Scope) -> None:
        """Raises Fault with NOT_PERMITTED, 403, when the key may not be used for that."""
        if scope not in self.scopes:
            said = f"The key lacks the scope {scope}."
            raise Fault(FaultCode.NOT_PERMITTED, said, status=403)


async def identify(request: Request, *, body: Body | None = None) -> PartnerIdentity:
    """The partner that sent a request. Raises Fault: 401, 503, and what `body` raises.

    body -- reads the bytes as they came, and is asked only when a signature covers them; None
            where only a bearer key will do.
    """
    at = clock.now()
    try:
        if body is not None and SIGNATURE_HEADERS[-1] in request.headers:
            message = _message(request, await body())
            async with db.reading() as tx:
                return await _identity(await partners.signed(message, at=at, tx=tx), tx)
        said = request.headers.get("authorization", "")
        if said[: len(BEARER)].lower() != BEARER:
            raise unauthenticated("Send `Authorization: Bearer` and a key, or sign.", "")
        return await recognise(said[len(BEARER) :].strip(), at)
    except KeyRefused as refused:
        raise unauthenticated(f"The key is not accepted: {refused}.", str(refused)) from refused
    except (db.PostgresError, *db.Unavailable) as error:
        raise faults.hidden(error, request_id()) from error


async def recognise(key: str, at: datetime) -> PartnerIdentity:
    """The partner whose bearer key it is. Raises KeyRefused."""
    async with db.reading() as tx:
        return await _identity(await partners.bearer(key, at=at, tx=tx), tx)


async def _identity(known: Known, tx: Tx) -> PartnerIdentity:
    programme = await programmes.by_id(known.partner.programme, tx=tx)
    return PartnerIdentity(known.partner, programme, known.key.scopes, known.key.id)


def _message(request: Request, body: bytes) -> Signed:
    id, timestamp, signature = (request.headers.get(name, "") for name in SIGNATURE_HEADERS)
    try:
        partner = UUID(request.query_params.get(PARTNER_PARAMETER, ""))
    except ValueError as error:
        raise KeyRefused("the address must say ?partner= and the partner's id") from error
    return Signed(partner, id, timestamp, signature, body)
