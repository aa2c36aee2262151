"""Credentials: what anybody may read of the badges that members have shared.

GET only, nobody signs in, nothing here names a member who did not choose so. The addresses stand
in signed credentials, so they never change.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api import faults
from api.doorway import request_id
from domain import badges
from domain.badges import Issuer
from infra import clock, db
from infra.db import Tx
from infra.settings import Settings

# Whoever reads them may be a web page of anybody's.
HEADERS = {"access-control-allow-origin": "*", "x-content-type-options": "nosniff"}
FRESH = {**HEADERS, "cache-control": f"public, max-age={int(badges.LIST_FRESH.total_seconds())}"}
JSON, LD, DID = "application/json", "application/ld+json", "application/did+json"
# Securing Verifiable Credentials using JOSE and COSE (W3C, 2025), section 6.1.
VC_JWT = "application/vc+jwt"
GONE = (badges.NoSuchBadge, badges.NoSuchIssuer, badges.NoSuchShare)

Look: TypeAlias = Callable[[Request, Issuer, Tx], Awaitable[Response]]


class Credentials:
    """What the world reads of one installation's badges."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.public_url

    def routes(self) -> Sequence[Route]:
        """Where everything is, below the programme's own address."""
        looks: Sequence[tuple[str, Look]] = (
            ("did.json", _did),
            ("issuer", _issuer),
            ("jwks.json", _keys),
            ("achievements/{key}/{level:int}", _achievement),
            ("credentials/{id:uuid}", _credential),
            ("status/{number:int}", _status),
        )
        return [Route(f"/badges/{{slug}}/{path}", self._public(look)) for path, look in looks]

    def _public(self, look: Look) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            slug = request.path_params["slug"]
            # No address has it, and PostgreSQL takes it for no text: that would be our error.
            if "\0" in request.scope["path"]:
                return PlainTextResponse("There is no such thing.", 404, FRESH)
            try:
                async with db.transaction() as tx:
                    issuer = await badges.public_issuer(slug, root=self._root, tx=tx)
                    return await look(request, issuer, tx)
            except GONE:
                return PlainTextResponse("There is no such thing.", 404, FRESH)
            except badges.ShareRevoked:
                return PlainTextResponse("This credential was revoked.", 410, FRESH)
            except (db.PostgresError, *db.Unavailable) as error:
                told = faults.hidden(error, request_id())
                return PlainTextResponse(str(told), told.status, HEADERS)

        return answer


async def _did(request: Request, issuer: Issuer, tx: Tx) -> Response:
    return _json(badges.did_document(issuer), DID)


async def _issuer(request: Request, issuer: Issuer, tx: Tx) -> Response:
    return _json(badges.profile(issuer), LD)


async def _keys(request: Request, issuer: Issuer, tx: Tx) -> Response:
    return _json(badges.key_set(issuer), JSON)


async def _achievement(request: Request, issuer: Issuer, tx: Tx) -> Response:
    key, level = request.path_params["key"], request.path_params["level"]
    badge = await badges.public_badge(key, level, issuer=issuer, tx=tx)
    return _json(badges.achievement(badge, level, issuer), LD)


async def _credential(request: Request, issuer: Issuer, tx: Tx) -> Response:
    id: UUID = request.path_params["id"]
    token = await badges.public_credential(id, issuer=issuer, tx=tx)
    return Response(token, 200, FRESH, VC_JWT)


async def _status(request: Request, issuer: Issuer, tx: Tx) -> Response:
    number: int = request.path_params["number"]
    found = await badges.public_status(number, issuer=issuer, tx=tx)
    token = badges.sign_list(number, found.revoked, issuer, at=clock.now())
    return Response(token, 200, FRESH, VC_JWT)


def _json(content: object, media_type: str) -> Response:
    return Response(orjson.dumps(content), 200, FRESH, media_type)
