"""Evidence: GET /raffles/{programme}/{reward}, all that anybody needs to draw a raffle again.

For everybody, without a token: the list names tickets and not whose they are. It is sent a page
at a time, and no transaction is open while it is.
"""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from api import faults
from api.doorway import request_id
from domain import programmes, raffles
from domain.raffles import Evidence
from infra import db
from infra.errors import Refused

PATH = "/raffles/{programme}/{reward:uuid}"
PAGE = 5_000
MISSING = "There is no such raffle, or its tickets are not fixed yet."


def routes() -> Sequence[Route]:
    """Where it is."""
    return [Route(PATH, answer, methods=["GET"])]


async def answer(request: Request) -> Response:
    """200 with the evidence, without winners before the draw; 404, 503."""
    reward: UUID = request.path_params["reward"]
    try:
        async with db.reading() as tx:
            programme = await programmes.by_slug(request.path_params["programme"], tx=tx)
            told = await raffles.summary(reward, programme=programme.id, tx=tx)
    except Refused:
        return JSONResponse({"errors": [{"message": MISSING}]}, 404)
    except (db.PostgresError, *db.Unavailable) as error:
        hidden = faults.hidden(error, request_id())
        return JSONResponse({"errors": [hidden.shaped(request_id())]}, hidden.status)
    pieces = _pieces(told, reward, programme.id)
    return StreamingResponse(pieces, media_type="application/json")


async def _pieces(told: Evidence, reward: UUID, programme: int) -> AsyncIterator[bytes]:
    yield raffles.head(told)
    last = 0
    while True:
        async with db.reading() as tx:
            page = await raffles.entries(reward, programme=programme, after=last, limit=PAGE, tx=tx)
        if not page:
            break
        yield raffles.part(page, first=last == 0)
        last = max(page)
    yield raffles.TAIL
