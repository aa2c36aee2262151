"""Device codes: POST /device/code and /device/token, by which a watch signs in without typing.

RFC 8628, OAuth 2.0 Device Authorization Grant: requests are forms, answers JSON, refusals the
words of the RFC (and of RFC 6749, section 5.2) under `error`. The client is the app of one
programme, so `client_id` is the programme's slug; it proves nothing, as that of a public client.
Beside what the RFC has, a device says what it is, for the member to see.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api import bodies, faults, negotiating
from api.doorway import request_id
from api.faults import Fault
from domain import devices, programmes
from domain.devices import About, Asked, DeviceKind, Outcome, Platform, Poll
from domain.programmes import Programme
from infra import clock, db
from infra.db import Tx
from infra.errors import Refused
from infra.settings import Settings

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FORM = "application/x-www-form-urlencoded"
BODY_BYTES_MAX = 4096
FIELDS_MAX = 20
HEADERS = {"cache-control": "no-store", "pragma": "no-cache"}
TOLD = {
    Outcome.PENDING: "The member has not decided yet.",
    Outcome.SLOW_DOWN: "Wait longer before asking again.",
    Outcome.DENIED: "The member said no.",
    Outcome.EXPIRED: "Nobody decided in time: ask for a new code.",
    Outcome.NO_SUCH_CODE: "There is no such device code, or it was used.",
}


class Wrong(Exception):
    """A request that is answered with 400 and a word of the RFCs; or another status."""

    def __init__(self, error: str, why: str, *, status: int = 400) -> None:
        super().__init__(why)
        self.error, self.status = error, status


class DeviceCodes:
    """The sign-in of watches at one process."""

    def __init__(self, settings: Settings) -> None:
        self._page = settings.watch_page_url or f"{settings.public_url}/watch"

    def routes(self) -> Sequence[Route]:
        """Where watches sign in."""
        return [
            Route("/device/code", self.code, methods=["POST"]),
            Route("/device/token", self.token, methods=["POST"]),
        ]

    async def code(self, request: Request) -> Response:
        """A new code for a device to show; section 3.2."""
        try:
            form = await _form(request)
            async with db.transaction() as tx:
                programme = await _programme(form, tx)
                asked = await devices.ask(programme, _about(form), at=clock.now(), tx=tx)
        except devices.TooManyCodes as refused:
            return _wrong(Wrong("slow_down", str(refused), status=429))
        except Refused as refused:
            return _wrong(Wrong("invalid_request", str(refused)))
        except Wrong as wrong:
            return _wrong(wrong)
        except (db.PostgresError, *db.Unavailable) as error:
            return _away(error)
        return JSONResponse(self._told(asked), headers=HEADERS)

    async def token(self, request: Request) -> Response:
        """The device's token, once its member has approved; section 3.5."""
        try:
            form = await _form(request)
            if _said(form, "grant_type") != GRANT:
                raise Wrong("unsupported_grant_type", f"`grant_type` is {GRANT}")
            code = _said(form, "device_code")
            async with db.transaction() as tx:
                programme = await _programme(form, tx)
                found = await devices.poll(code, programme=programme, at=clock.now(), tx=tx)
        except Wrong as wrong:
            return _wrong(wrong)
        except (db.PostgresError, *db.Unavailable) as error:
            return _away(error)
        return _polled(found)

    def _told(self, asked: Asked) -> Mapping[str, object]:
        shown = f"{asked.user_code[:4]}-{asked.user_code[4:]}"
        return {
            "device_code": asked.device_code,
            "user_code": shown,
            "verification_uri": self._page,
            "verification_uri_complete": f"{self._page}?user_code={shown}",
            "expires_in": int(devices.LIVES.total_seconds()),
            "interval": devices.INTERVAL_S,
        }


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form, each said once. Raises Wrong."""
    media = negotiating.read(request.headers.get("content-type", ""))
    if media.name != FORM:
        raise Wrong("invalid_request", f"send {FORM}")
    try:
        body = await bodies.whole(request, most=BODY_BYTES_MAX)
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict"
        )
    except Fault as fault:
        raise Wrong("invalid_request", str(fault), status=fault.status) from fault
    except ValueError as error:
        raise Wrong("invalid_request", "the body is not a form in UTF-8") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Wrong("invalid_request", "a field is said twice")
    return form


async def _programme(form: Mapping[str, str], tx: Tx) -> Programme:
    try:
        return await programmes.by_slug(_said(form, "client_id"), tx=tx)
    except programmes.NoSuchProgramme as refused:
        raise Wrong("invalid_client", "`client_id` is the slug of a programme") from refused


def _about(form: Mapping[str, str]) -> About:
    """What a device says of itself. Raises Wrong."""
    try:
        platform = Platform(_said(form, "platform").upper())
        kind = DeviceKind((form.get("kind") or DeviceKind.WATCH).upper())
    except ValueError as error:
        said = "`platform` is IOS, ANDROID or WEB, `kind` is WATCH, PHONE or TV"
        raise Wrong("invalid_request", said) from error
    version, locale = _said(form, "app_version"), _said(form, "locale")
    return About(platform, kind, version, locale, name=form.get("name") or None)


def _said(form: Mapping[str, str], name: str) -> str:
    said = form.get(name, "")
    # NUL is a letter to a form, and nothing that PostgreSQL would be asked about.
    if not said or "\0" in said:
        raise Wrong("invalid_request", f"`{name}` is missing")
    return said


def _polled(found: Poll) -> Response:
    if found.token is None:
        told: dict[str, object] = {
            "error": str(found.outcome),
            "error_description": TOLD[found.outcome],
        }
        if found.outcome in (Outcome.PENDING, Outcome.SLOW_DOWN):
            told["interval"] = found.interval_s
        return JSONResponse(told, 400, HEADERS)
    return JSONResponse({"access_token": found.token, "token_type": "Bearer"}, headers=HEADERS)


def _wrong(wrong: Wrong) -> Response:
    told = {"error": wrong.error, "error_description": str(wrong)}
    later = {"retry-after": "60"} if wrong.status == 429 else {}
    return JSONResponse(told, wrong.status, HEADERS | later)


def _away(error: Exception) -> Response:
    hidden = faults.hidden(error, request_id())
    told = {"error": "temporarily_unavailable", "error_description": str(hidden)}
    return JSONResponse(told, hidden.status, HEADERS)
