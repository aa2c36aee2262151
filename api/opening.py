"""Opening: GET /s/<code>, where a member's short link leads whoever opens it.

It answers 302 to an address that an operator registered, never to one that the request says.
Two cookies, neither of which names anybody: one marks the member's own browsers, one says that
this browser has opened this link before.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from api import faults
from api.cursors import Cursors
from api.doorway import request_id
from api.faults import Fault
from domain import sharing
from infra import clock, db
from infra.settings import Environment, Settings

OWN, SEEN = "laurel_own", "laurel_seen"
OWN_LIST = "own browser"
OWN_SECONDS = 365 * 86_400
SEEN_SECONDS = 30 * 86_400
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


class Openings:
    """The short links of one process."""

    def __init__(self, settings: Settings) -> None:
        self._cursors = Cursors.of(settings.secret_key.get_secret_value())
        self._secure = settings.environment is Environment.PRODUCTION

    def routes(self) -> Sequence[Route]:
        """Where short links are."""
        return [Route("/s/{code}", self.open, methods=["GET"])]

    async def open(self, request: Request) -> Response:
        """302 to the link's target, 404 where there is none; counted if it is a stranger's."""
        code = request.path_params["code"]
        try:
            async with db.transaction() as tx:
                place = await sharing.find(code, tx=tx)
                own = self._is_own(request, place)
                seen = SEEN in request.cookies
                visit = _visit(request, known=own or seen)
                opened = await sharing.open_link(code, visit=visit, at=clock.now(), tx=tx)
        except sharing.NoSuchLink:
            return PlainTextResponse("There is no such link.", 404, HEADERS)
        except (db.PostgresError, *db.Unavailable) as error:
            told = faults.hidden(error, request_id())
            return PlainTextResponse(str(told), told.status, HEADERS)
        answer = RedirectResponse(opened.url, 302, HEADERS)
        if own:
            token = own_token(self._cursors, place)
            self._keep(answer, OWN, token, seconds=OWN_SECONDS, path="/s")
        elif opened.counted:
            self._keep(answer, SEEN, "1", seconds=SEEN_SECONDS, path=f"/s/{code}")
        return answer

    def _is_own(self, request: Request, place: sharing.Place) -> bool:
        said = request.query_params.get("own") or request.cookies.get(OWN) or ""
        try:
            return bool(self._cursors.read(said, of=OWN_LIST, owner=place.member))
        except Fault:
            return False

    def _keep(self, answer: Response, name: str, value: str, *, seconds: int, path: str) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=seconds,
            path=path,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )


def own_token(cursors: Cursors, of: sharing.Place | sharing.Link) -> str:
    """What marks a browser as the member's own: it says whose without saying who."""
    return cursors.make(b"own", of=OWN_LIST, owner=of.member)


def _visit(request: Request, *, known: bool) -> sharing.Visit:
    address = request.client.host if request.client else ""
    return sharing.Visit(request.method, address, dict(request.headers), known)
