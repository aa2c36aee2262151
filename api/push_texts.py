"""Push texts: what an app must know to show a push that only names its text.

GET only, nobody signs in, the same for every programme. An app has the texts built in
(docs/loc-keys.json) and may look here for newer ones.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain import wording

FALLBACK = "en"
FRESH_SECONDS = 3600
# Whoever reads them may be a web page of anybody's, such as the demo.
HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag",
    "cache-control": f"public, max-age={FRESH_SECONDS}",
    "x-content-type-options": "nosniff",
}


def routes() -> Sequence[Route]:
    """Where the texts are."""
    return [Route("/push/texts/{locale}.json", _texts)]


async def _texts(request: Request) -> Response:
    """The texts of the nearest language there is; English where there is none near."""
    tag = wording.nearest(request.path_params["locale"]) or FALLBACK
    body, etag = _page(tag)
    headers = {**HEADERS, "etag": etag, "content-language": tag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@cache
def _page(tag: str) -> tuple[bytes, str]:
    body = orjson.dumps({"locale": tag, "texts": wording.app_texts(tag)})
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
