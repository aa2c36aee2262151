"""Strava: the few calls of its API that we make, over HTTP.

Never inside a transaction. A call is tried once: whoever asks for something later asks again.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from infra.settings import Settings

PATIENCE_SECONDS = 10.0
ANSWER_BYTES_MAX = 1024 * 1024


class StravaAway(Exception):
    """It cannot be reached, is broken, or has had enough of us; a later call may work."""


class StravaRefused(Exception):
    """The athlete has taken back what they allowed, or never allowed it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an athlete allows; `access` is good until `expires_at`, `refresh` gets the next."""

    access: str
    refresh: str
    expires_at: datetime


class Strava:
    """One application's client."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings) -> None:
        self._http, self._settings = http, settings

    async def exchanged(self, code: str) -> tuple[int, Tokens]:
        """The athlete's id and tokens for the code they came back with.

        Raises StravaAway, StravaRefused.
        """
        said = await self._tokens(grant_type="authorization_code", code=code)
        athlete = said.get("athlete")
        id = athlete.get("id") if isinstance(athlete, dict) else None
        if not isinstance(id, int):
            raise StravaAway("the answer names no athlete")
        return id, _read(said)

    async def refreshed(self, refresh: str) -> Tokens:
        """The next tokens. Raises StravaAway, StravaRefused."""
        return _read(await self._tokens(grant_type="refresh_token", refresh_token=refresh))

    async def activity(self, id: int, *, access: str) -> Mapping[str, Any] | None:
        """One activity; None where the athlete has none by that id (any more).

        Raises StravaAway, StravaRefused.
        """
        answer = await self._sent("GET", f"/api/v3/activities/{int(id)}", access=access)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return _object(answer)

    async def allows(self, *, access: str) -> bool:
        """Whether the athlete still allows it. Raises StravaAway."""
        try:
            _object(await self._sent("GET", "/api/v3/athlete", access=access))
        except StravaRefused:
            return False
        return True

    async def _tokens(self, **asked: str) -> Mapping[str, Any]:
        secret = self._settings.strava_client_secret
        assert secret is not None, "a client is made only where there is a secret"
        told = {
            "client_id": self._settings.strava_client_id or "",
            "client_secret": secret.get_secret_value(),
            **asked,
        }
        return _object(await self._sent("POST", "/oauth/token", data=told))

    async def _sent(
        self,
        method: str,
        path: str,
        *,
        access: str | None = None,
        data: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        headers = {} if access is None else {"authorization": f"Bearer {access}"}
        try:
            answer = await self._http.request(
                method, f"{self._settings.strava_url}{path}", headers=headers, data=data
            )
        except httpx.HTTPError as error:
            raise StravaAway(type(error).__name__) from error
        if answer.status_code in (400, 401, 403):
            raise StravaRefused(f"it answered {answer.status_code}")
        if answer.status_code >= 400 and answer.status_code != httpx.codes.NOT_FOUND:
            raise StravaAway(f"it answered {answer.status_code}")
        return answer


@asynccontextmanager
async def client(settings: Settings) -> AsyncIterator[Strava | None]:
    """The client for the length of the block; None where Strava is not set up."""
    if settings.strava_client_id is None or settings.strava_client_secret is None:
        yield None
        return
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as http:
        yield Strava(http, settings)


def _read(said: Mapping[str, Any]) -> Tokens:
    access, refresh, ends = (said.get(n) for n in ("access_token", "refresh_token", "expires_at"))
    if not isinstance(access, str) or not isinstance(refresh, str) or not isinstance(ends, int):
        raise StravaAway("the answer has no tokens")
    return Tokens(access, refresh, datetime.fromtimestamp(ends, UTC))


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    if len(answer.content) > ANSWER_BYTES_MAX:
        raise StravaAway("the answer is too large")
    try:
        said = answer.json()
    except ValueError as error:
        raise StravaAway("the answer is no JSON") from error
    if not isinstance(said, dict):
        raise StravaAway("the answer is no object")
    return said
