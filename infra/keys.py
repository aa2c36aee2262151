"""Keys: an issuer's public keys, fetched over HTTPS and kept for as long as it allows.

One fetch at a time; while it runs, or while the issuer is away, the keys already held stay
good. A key id nobody knows makes us ask again, but rarely: whoever invents key ids must not
be able to make us hammer the issuer.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import httpx
import orjson
import structlog
from joserfc import jwk
from joserfc.errors import JoseError

from infra.errors import Refused

BODY_BYTES_MAX = 256 * 1024
KEYS_MAX = 64
UNKNOWN_MAX = 256
FRESH_DEFAULT = timedelta(minutes=5)
FRESH_MIN = timedelta(minutes=1)
FRESH_MAX = timedelta(hours=24)
STALE_MAX = timedelta(hours=24)
ASK_AGAIN = timedelta(seconds=30)
BACK_OFF = timedelta(seconds=5)
KINDS = frozenset({"RSA", "EC", "OKP"})
RSA_BITS_MIN = 2048
DISCOVERY = "/.well-known/openid-configuration"
MAX_AGE = re.compile(r"(?:^|[,\s])max-age=(\d{1,9})")

_log = structlog.get_logger(__name__)


class IssuerAway(Refused):
    """The issuer's keys are not at hand and it does not answer; a retry may work."""

    code = "UNAVAILABLE"
    retryable = True


class Keys(Protocol):
    """Where the public keys of one issuer come from."""

    @property
    def generation(self) -> int:
        """Grows whenever the keys change, so that what was proven by old ones is dropped."""
        ...

    async def find(self, kid: str | None, *, at: datetime) -> jwk.Key | None:
        """The key of that id; without an id the only key there is; None when unknown."""
        ...


@dataclass(slots=True)
class HeldKeys:
    """Keys that never change while the process lives."""

    known: Mapping[str, jwk.Key]
    generation: int = 0

    async def find(self, kid: str | None, *, at: datetime) -> jwk.Key | None:
        """The key of that id, or None."""
        return pick(self.known, kid)


@dataclass(slots=True)
class FetchedKeys:
    """The JWKS of one issuer (RFC 7517), kept by its Cache-Control.

    jwks_url -- None asks the issuer's discovery document where the keys are.
    owner    -- the task group that a fetch in the background belongs to.
    """

    issuer: str
    jwks_url: str | None
    client: httpx.AsyncClient
    owner: asyncio.TaskGroup
    known: Mapping[str, jwk.Key] = field(default_factory=dict)
    generation: int = 0
    fresh_until: datetime | None = None
    ask_after: datetime | None = None
    unknown: dict[str, datetime] = field(default_factory=dict)
    fetching: asyncio.Task[None] | None = None
    away: bool = False  # it did not answer the last time

    async def find(self, kid: str | None, *, at: datetime) -> jwk.Key | None:
        """The key of that id, asking the issuer when it is new. Raises IssuerAway.

        Who brings a known key waits for nobody, unless all keys have been stale for a day.
        """
        if self._spent(at):
            await self._fetch_unless_just_failed(at)
        elif self.fresh_until is not None and at >= self.fresh_until and self._may_ask(at):
            self._start(at)
        key = None if self._spent(at) else pick(self.known, kid)
        if key is None and self._may_ask_for(kid, at):
            await asyncio.shield(self._start(at))
            key = None if self._spent(at) else pick(self.known, kid)
            if key is None and not self.away:
                self._note_unknown(kid, at)
        if key is None and (self.away or self._spent(at)):
            raise IssuerAway(f"the keys of {self.issuer} cannot be had now")
        return key

    def _spent(self, at: datetime) -> bool:
        return self.fresh_until is None or at >= self.fresh_until + STALE_MAX

    async def _fetch_unless_just_failed(self, at: datetime) -> None:
        if self.fetching is not None or self._may_ask(at):
            await asyncio.shield(self._start(at))

    def _may_ask(self, at: datetime) -> bool:
        return self.ask_after is None or at >= self.ask_after

    def _may_ask_for(self, kid: str | None, at: datetime) -> bool:
        if self.fetching is not None:
            return True
        return self._may_ask(at) and at >= self.unknown.get(kid or "", at)

    def _note_unknown(self, kid: str | None, at: datetime) -> None:
        if len(self.unknown) >= UNKNOWN_MAX:
            self.unknown.clear()
        self.unknown[kid or ""] = at + FRESH_DEFAULT

    def _start(self, at: datetime) -> asyncio.Task[None]:
        if self.fetching is None:
            self.ask_after = at + ASK_AGAIN
            self.fetching = self.owner.create_task(self._fetch(at))
        return self.fetching

    async def _fetch(self, at: datetime) -> None:
        try:
            url = self.jwks_url or await self._discovered()
            body, fresh = await self._get(url)
            known = read(body)
            if known != self.known:
                self.known, self.generation = known, self.generation + 1
            self.fresh_until, self.away = at + fresh, False
            self.unknown.clear()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            self.ask_after, self.away = at + BACK_OFF, True
            _log.warning("issuer.away", issuer=self.issuer, error=type(error).__name__)
        finally:
            self.fetching = None

    async def _discovered(self) -> str:
        body, _ = await self._get(self.issuer.rstrip("/") + DISCOVERY)
        found = orjson.loads(body)
        if not isinstance(found, dict) or found.get("issuer") != self.issuer:
            raise ValueError("the discovery document is of another issuer")
        url = found.get("jwks_uri")
        if not isinstance(url, str):
            raise ValueError("the discovery document names no keys")
        return url

    async def _get(self, url: str) -> tuple[bytes, timedelta]:
        if url.startswith("http://") and not self.issuer.startswith("http://"):
            raise ValueError("keys are not taken over an open line")
        body = bytearray()
        async with self.client.stream("GET", url) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > BODY_BYTES_MAX:
                    raise ValueError("the key set is too large")
        return bytes(body), freshness(response.headers.get("cache-control", ""))


def pick(known: Mapping[str, jwk.Key], kid: str | None) -> jwk.Key | None:
    """The key of that id; a token without one is read by the only key there is."""
    if kid is None:
        return next(iter(known.values())) if len(known) == 1 else None
    return known.get(kid)


def freshness(cache_control: str) -> timedelta:
    """How long a key set stays fresh, between one minute and one day; five minutes unsaid."""
    found = MAX_AGE.search(cache_control.lower())
    if found is None:
        return FRESH_DEFAULT
    return min(max(timedelta(seconds=int(found[1])), FRESH_MIN), FRESH_MAX)


def read(body: bytes) -> dict[str, jwk.Key]:
    """The usable signing keys of a JWKS document by key id. Raises ValueError.

    Symmetric keys are left out: a published secret proves nothing. So are keys for encryption,
    weak RSA keys, and what we cannot read; one odd key must not lock everybody out.
    """
    document = orjson.loads(body)
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("not a key set")
    found = [key for entry in listed[:KEYS_MAX] if (key := _usable(entry)) is not None]
    if not found:
        raise ValueError("no usable key")
    return {key.kid or "": key for key in found}


def _usable(entry: object) -> jwk.Key | None:
    if not isinstance(entry, dict) or entry.get("kty") not in KINDS:
        return None
    if entry.get("use", "sig") != "sig" or not isinstance(entry.get("kid", ""), str):
        return None
    try:
        key = jwk.import_key({name: entry[name] for name in entry if name != "d"})
        bits = getattr(key.public_key, "key_size", RSA_BITS_MIN)
    except (JoseError, ValueError, TypeError):
        return None
    return None if entry["kty"] == "RSA" and bits < RSA_BITS_MIN else key
