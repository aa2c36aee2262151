"""Pages: GET /demo, the demonstration, and what it needs to begin. In development only.

The pages are files; nothing is built. What they show comes from the public API alone, and from
what the local FCM stand-in delivered to the installations that the page pretends to be. What nobody
outside could know are the tokens of the two members whose devices are shown, and the key of the
till.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from console import retiming
from console.tills import Till
from infra import clock, issuing
from infra.issuing import DevelopmentIssuer
from infra.settings import Settings

FOLDER = Path(__file__).parent / "demo"
PROGRAMME = "verde"
# Friends, and the first two whom the seed makes: Ada is asked before points arrive, Bruno is not.
HANDLES = ("ada", "bruno")
KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
RECORDED = "application/vnd.ant.fit"


class Demonstration:
    """The demonstration of one installation; nothing where there is no development issuer."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = issuing.development_issuer(settings)
        self._pushes = settings.demo_pushes_url
        self._headers = _headers(self._pushes)
        self._till = Till(PROGRAMME)

    def routes(self) -> Sequence[Route]:
        """Where the page and its parts are."""
        if self._issuer is None:
            return []
        issuer = self._issuer

        async def setup(_: Request) -> Response:
            return JSONResponse(_setup(issuer, self._pushes), headers=self._headers)

        return [
            Route("/demo", self._file),
            Route("/demo/setup.json", setup),
            Route("/demo/till.json", self._key),
            Route("/demo/activities/{name}.fit", self._activity),
            Route("/demo/{name}", self._file),
        ]

    async def _key(self, _: Request) -> Response:
        return JSONResponse({"key": await self._till.secret()}, headers=self._headers)

    async def _file(self, request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        # Of the folder's own files and no others, whatever a name is made of.
        known = {file.name: file for file in FOLDER.iterdir() if file.suffix in KINDS}
        if name not in known:
            raise HTTPException(404)
        kind = KINDS[known[name].suffix]
        return FileResponse(known[name], media_type=kind, headers=self._headers)

    async def _activity(self, request: Request) -> Response:
        """The recorded activity of that name as if it had ended at `ends`, or just now."""
        name = request.path_params["name"]
        known = {file.stem: file for file in (FOLDER / "activities").glob("*.fit")}
        if name not in known:
            raise HTTPException(404)
        ends_at = _moment(request.query_params.get("ends"))
        content = retiming.retimed(known[name].read_bytes(), ends_at=ends_at)
        return Response(content, media_type=RECORDED, headers=self._headers)


def _moment(said: str | None) -> datetime:
    if said is None:
        return clock.now()
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise HTTPException(400, "`ends` is a moment such as 2026-11-22T10:00:00Z") from error
    if moment.tzinfo is None or not retiming.FIRST <= moment <= retiming.LAST:
        raise HTTPException(400, "`ends` is a moment of this century, with its zone")
    return moment


def _setup(issuer: DevelopmentIssuer, pushes: str | None) -> Mapping[str, object]:
    """What the page begins with."""
    tokens = [issuer.mint(handle, programme=PROGRAMME, at=clock.now()) for handle in HANDLES]
    return {
        "programme": PROGRAMME,
        "people": [
            {"handle": handle, "token": token}
            for handle, token in zip(HANDLES, tokens, strict=True)
        ],
        "pushes": pushes,
    }


def _headers(pushes: str | None) -> Mapping[str, str]:
    """The page may load itself, talk to its own API and listen to the stand-in, nothing else."""
    listened = ""
    if pushes is not None:
        parts = urlsplit(pushes)
        listened = f" {parts.scheme}://{parts.netloc}"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        f" connect-src 'self'{listened}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
    return {
        "cache-control": "no-store",
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
