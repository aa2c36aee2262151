"""Http2: the way to Firebase over HTTP/2 connections of our own."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from firebase_admin.credentials import Certificate
from pyreqwest.client import Client
from pyreqwest.exceptions import RequestError
from pyreqwest.http import Url

from infra import clock
from infra.push import classifying, pooling
from infra.push.classifying import Verdict
from infra.push.guarding import Guarded
from infra.push.pooling import Pool
from infra.push.records import Built, Outcome
from infra.push.tokens import NoToken, Tokens
from infra.settings import Settings

# How the client words that the server has not looked at a request: a GOAWAY without an error, and
# REFUSED_STREAM (RFC 9113, sections 6.8 and 8.7). It repeats both by itself, but only twice. In
# other words than these they would be sent again later, as what nobody knows of.
UNTOUCHED = re.compile(
    "connection error received: not a result of an error"
    "|refused stream before processing any application logic"
)
RESENDS_MAX = 10


class HttpTransport(Guarded):
    """One project's way, over a pool of connections and with one token for all of them."""

    def __init__(self, pool: Pool, tokens: Tokens, settings: Settings, *, project: str) -> None:
        super().__init__(settings)
        self._pool, self._tokens = pool, tokens
        self._url = Url(f"{settings.fcm_url}/v1/projects/{project}/messages:send")

    async def _put(self, built: Built) -> tuple[Verdict, int]:
        connection = await self._pool.enter()
        leave = self._pool.leave
        try:
            return await self._told(connection.client, built)
        except asyncio.CancelledError:
            leave = self._pool.abandon
            raise
        finally:
            leave(connection)

    async def _told(self, client: Client, built: Built) -> tuple[Verdict, int]:
        sends = resends = 0
        try:
            token = await self._tokens.current()
            while True:
                # Looked at last, when it really goes: the wait for a place may have been long.
                if (kept := self._kept_back(built)) is not None:
                    return kept, sends
                verdict = await self._asked(client, built.body, token)
                if verdict.untouched and resends < RESENDS_MAX:
                    resends += 1
                    continue
                sends += 1
                if not verdict.refused_token:
                    self._tokens.believe(token)
                if not verdict.refused_token or sends == 2:
                    return verdict, sends
                token = await self._tokens.instead_of(token)
        except NoToken as error:
            return Verdict(Outcome.LATER, error=f"no token: {error}"), sends

    async def _asked(self, client: Client, body: bytes, token: str) -> Verdict:
        request = (
            client.post(self._url)
            .header("authorization", f"Bearer {token}", is_sensitive=True)
            .body_bytes(body)
            .build()
        )
        try:
            response = await request.send()
            said = bytes(await response.bytes())
        except RequestError as error:
            causes = error.details["causes"] or ()
            untouched = any(UNTOUCHED.search(cause["message"]) for cause in causes)
            return classifying.unanswered(error, untouched=untouched)
        return classifying.classified(
            response.status, said, retry_after=response.get_header("retry-after"), at=clock.now()
        )


@asynccontextmanager
async def opened(settings: Settings, certificate: Certificate) -> AsyncIterator[HttpTransport]:
    """The transport for the length of the block."""
    patience_s, ca = settings.fcm_timeout_seconds, settings.fcm_ca
    count = pooling.connections_for(settings.fcm_per_minute)
    tokens = Tokens(certificate, ca=ca, timeout_s=patience_s)
    async with pooling.pool(connections=count, ca=ca, timeout_s=patience_s) as pool:
        keeping = asyncio.create_task(tokens.keep_fresh())
        try:
            project = str(certificate.project_id)
            async with HttpTransport(pool, tokens, settings, project=project) as transport:
                yield transport
        finally:
            keeping.cancel()
            tokens.close()
