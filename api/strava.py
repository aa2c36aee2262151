"""Strava: where its webhooks arrive. Unsigned, so each is only a hint; see domain.activities."""

import hmac
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api import bodies, faults
from api.doorway import request_id
from api.faults import Fault, FaultCode, unauthenticated
from domain import activities
from infra import clock, db
from infra.settings import Settings

PATH = "/webhooks/strava"
BODY_BYTES_MAX = 16 * 1024
ID_MAX = 2**63


class StravaWebhook:
    """The endpoint of the subscription; whoever does not bring its key gets nowhere."""

    def __init__(self, settings: Settings) -> None:
        key = settings.strava_webhook_key
        self._key = None if key is None else key.get_secret_value()

    def routes(self) -> Sequence[Route]:
        """Where it is; nowhere where Strava is not set up."""
        if self._key is None:
            return []
        return [
            Route(PATH, self.challenge, methods=["GET"]),
            Route(PATH, self.hear, methods=["POST"]),
        ]

    async def challenge(self, request: Request) -> Response:
        """Prove to Strava, which is about to subscribe, that the address is ours."""
        said = request.query_params
        try:
            self._check(said.get("hub.verify_token", ""))
        except Fault as fault:
            return _faulty(fault)
        return JSONResponse({"hub.challenge": said.get("hub.challenge", "")[:255]})

    async def hear(self, request: Request) -> Response:
        """Note an event at once; Strava waits two seconds and tries three times."""
        try:
            self._check(request.query_params.get("key", ""))
            said = bodies.loaded(await bodies.whole(request, most=BODY_BYTES_MAX))
            athlete, activity = _read(said)
            await _note(athlete, activity)
        except Fault as fault:
            return _faulty(fault)
        return JSONResponse({})

    def _check(self, said: str) -> None:
        assert self._key is not None, "there are no routes without a key"
        if not hmac.compare_digest(said.encode(), self._key.encode()):
            raise unauthenticated("This is not the subscription's key.", "")


def _read(said: object) -> tuple[int, int]:
    """The athlete and the activity, or ATHLETE. Raises Fault: 400."""
    event = said if isinstance(said, dict) else {}
    athlete, activity = _id(event.get("owner_id")), _id(event.get("object_id"))
    if athlete and activity and event.get("object_type") == "activity":
        return athlete, activity
    if athlete and event.get("object_type") == "athlete":
        return athlete, activities.ATHLETE
    raise Fault(FaultCode.BAD_REQUEST, "This is no event of an activity or an athlete.")


def _id(said: object) -> int:
    """The id, or 0 for what is none."""
    known = isinstance(said, int) and not isinstance(said, bool) and 0 < said < ID_MAX
    return int(said) if known and isinstance(said, int) else 0


async def _note(athlete: int, activity: int) -> None:
    try:
        async with db.transaction() as tx:
            await activities.hint(athlete, activity=activity, at=clock.now(), tx=tx)
    except (db.PostgresError, *db.Unavailable) as error:
        raise faults.hidden(error, request_id()) from error


def _faulty(fault: Fault) -> Response:
    return JSONResponse(
        {"errors": [fault.shaped(request_id())]}, fault.status, headers=fault.headers
    )
