"""Health: whether this process lives, and whether it should be sent requests."""

from collections.abc import Mapping, Sequence

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra import db, migrating

PATIENCE_MS = 2000

_log = structlog.get_logger(__name__)


class Readiness:
    """What one process says to whoever balances requests over many."""

    def __init__(self) -> None:
        self.draining = False
        self._migrated = False

    def routes(self) -> Sequence[Route]:
        """/health/live and /health/ready."""
        return [Route("/health/live", self.live), Route("/health/ready", self.ready)]

    async def live(self, _: Request) -> Response:
        """200 as long as the event loop turns."""
        return _answer(200, {"status": "live"})

    async def ready(self, _: Request) -> Response:
        """200 when the database answers and is migrated and we are not about to stop."""
        if self.draining:
            return _answer(503, {"status": "draining"})
        try:
            missing = await self._missing()
        except (*db.Unavailable, db.PostgresError) as error:
            _log.warning("database.away", error=type(error).__name__)
            return _answer(503, {"status": "database away"})
        if missing:
            return _answer(503, {"status": "migrations missing", "missing": list(missing)})
        return _answer(200, {"status": "ready"})

    def drain(self) -> None:
        """Say from now on that others should be asked instead."""
        self.draining = True

    async def _missing(self) -> Sequence[str]:
        async with db.transaction(statement_timeout_ms=PATIENCE_MS) as tx:
            if self._migrated:
                await tx.value("SELECT 1")
                return ()
            missing = await migrating.missing(tx=tx)
        self._migrated = not missing
        return missing


readiness = Readiness()


def _answer(status: int, content: Mapping[str, object]) -> Response:
    return Response(
        orjson.dumps(content), status, {"cache-control": "no-store"}, "application/json"
    )
