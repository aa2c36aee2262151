"""Tokens: the one access token that all pushes bring along.

It is fetched in a thread, since Google's library blocks, and before it ends, so that no push waits
for one. However many pushes find it refused, it is fetched once.
"""

import asyncio
from contextlib import suppress
from datetime import UTC
from functools import partial
from pathlib import Path

import structlog
from firebase_admin.credentials import Certificate
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request

from infra import clock, observing
from infra.push import reaching

# Fetched anew when so much of its hour is left.
MARGIN_SECONDS = 300.0
# A fetch that failed, or whose token was never believed, is not repeated sooner.
AGAIN_SECONDS = 10.0

_log = structlog.get_logger(__name__)


class NoToken(Exception):
    """Google gives us none now, or Firebase believes none that it gives; later it may."""


class Tokens:
    """The token of one service account; within `keeping` it is always fresh."""

    def __init__(
        self,
        certificate: Certificate,
        *,
        ca: Path | None,
        timeout_s: float,
        again_s: float = AGAIN_SECONDS,
    ) -> None:
        self._credential = certificate.get_credential()
        self._session = reaching.session(ca=ca)
        self._request = partial(Request(self._session), timeout=timeout_s)
        self._token: str | None = None
        self._believed = False
        self._fresh_until = 0.0
        self._again_s, self._again_at = again_s, 0.0
        self._fetching: asyncio.Task[str] | None = None

    async def current(self) -> str:
        """The token, which may yet turn out to be refused. Raises NoToken."""
        if self._token is not None:
            return self._token
        return await self._fetched()

    async def instead_of(self, refused: str) -> str:
        """Another token than this one, which Firebase does not believe. Raises NoToken."""
        if self._token is not None and self._token != refused:
            return self._token
        return await self._fetched()

    def believe(self, token: str) -> None:
        """Firebase has looked at more than this token: should it be refused one day, there is a
        reason to ask for another."""
        if token == self._token:
            self._believed = True

    async def keep_fresh(self) -> None:
        """Fetch the next token before this one ends, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            # At least a pause: a fetch that fails is tried again, but not in a hurry.
            await asyncio.sleep(max(self._fresh_until - loop.time(), self._again_s))
            if loop.time() >= self._fresh_until:
                with suppress(NoToken):
                    await self._fetched()

    def close(self) -> None:
        """Give up the connections, and a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()
        self._session.close()

    async def _fetched(self) -> str:
        """The token of the fetch that is under way, or of a new one. Raises NoToken."""
        if self._fetching is None:
            if not self._believed and asyncio.get_running_loop().time() < self._again_at:
                raise NoToken("there was none to be had a moment ago")
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._landed)
        # One who stops waiting does not take the token from the others.
        return await asyncio.shield(self._fetching)

    def _landed(self, fetching: asyncio.Task[str]) -> None:
        self._fetching = None
        if not fetching.cancelled():
            # Looked at, so that a failure nobody waits for any more is not reported as lost.
            fetching.exception()

    async def _fetch(self) -> str:
        loop = asyncio.get_running_loop()
        self._again_at, self._believed = loop.time() + self._again_s, False
        try:
            await asyncio.to_thread(self._credential.refresh, self._request)
        except (GoogleAuthError, OSError) as error:
            observing.FCM_TOKENS.labels("failed").inc()
            _log.error("push token", outcome="failed", error=type(error).__name__)
            raise NoToken(type(error).__name__) from error
        observing.FCM_TOKENS.labels("fetched").inc()
        # The library's times have no zone and mean UTC.
        ends_at = self._credential.expiry.replace(tzinfo=UTC)
        left_s = (ends_at - clock.now()).total_seconds()
        self._fresh_until = loop.time() + max(left_s - MARGIN_SECONDS, left_s / 2)
        self._token = str(self._credential.token)
        return self._token
