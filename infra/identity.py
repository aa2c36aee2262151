"""Identity: who a bearer token says is asking, once its signature and claims hold.

Tokens come from the OIDC issuers in the settings, or, in development only, from an issuer of
our own. A token names (programme, issuer, subject); whether that is a member, the domain says.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from infra.errors import Refused
from infra.keys import FetchedKeys, Keys
from infra.settings import Issuer

TOKEN_CHARACTERS_MAX = 8192
SUBJECT_CHARACTERS_MAX = 255
LEEWAY_SECONDS = 60
SEEN_MAX = 4096
# A proven token is believed again this long without another look at its signature.
SEEN_FOR = timedelta(seconds=60)
TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
FETCH_SECONDS = 5.0


class TokenRefused(Refused):
    """The token proves nothing. Which reason it was is no secret: only the owner has it."""

    code = "UNAUTHENTICATED"


class TokenMalformed(TokenRefused):
    """Not a signed JWT of sensible size, or a claim has the wrong type."""


class IssuerUnknown(TokenRefused):
    """Nobody in the settings issues tokens under this name for this audience."""


class AlgorithmRefused(TokenRefused):
    """Signed by an algorithm that this issuer is not pinned to."""


class KeyUnknown(TokenRefused):
    """The issuer has no such key."""


class SignatureRefused(TokenRefused):
    """The signature does not fit the content."""


class TokenExpired(TokenRefused):
    """It was good once."""


class TokenTooEarly(TokenRefused):
    """It is made for later, or says it was made later than now."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, for one programme, until the token ends.

    programme -- the programme's slug.
    subject   -- the issuer's own name for the person.
    """

    programme: str
    issuer: str
    subject: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Trusted:
    """One issuer and audience we believe.

    programme -- None: the token's own `programme` claim says it (our development issuer).
    """

    issuer: str
    audience: str
    programme: str | None
    algorithms: tuple[str, ...]
    keys: Keys


@dataclass(frozen=True, slots=True)
class Seen:
    """A token that was proven a moment ago."""

    identity: Identity
    trusted: Trusted
    generation: int
    until: datetime


@dataclass(slots=True)
class Verifier:
    """Checks bearer tokens against the issuers it was given."""

    trusted: Sequence[Trusted]
    seen: OrderedDict[bytes, Seen] = field(default_factory=OrderedDict)

    async def identify(self, token: str, *, at: datetime) -> Identity:
        """Who the token speaks for. Raises TokenRefused, or IssuerAway when keys are missing.

        A proof is remembered for at most `SEEN_FOR`, by the hash of the whole token. That is
        safe because `exp` is compared on each use and a change of the issuer's keys forgets it.
        """
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise TokenMalformed("the token is too long")
        name = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        seen = self.seen.get(name)
        if seen is None or at >= seen.until or seen.generation != seen.trusted.keys.generation:
            seen = await self._prove(token, at=at)
            self._remember(name, seen)
        if at >= seen.identity.expires_at:
            raise TokenExpired("the token has expired")
        return seen.identity

    def _remember(self, name: bytes, seen: Seen) -> None:
        self.seen[name] = seen
        self.seen.move_to_end(name)
        if len(self.seen) > SEEN_MAX:
            self.seen.popitem(last=False)

    async def _prove(self, token: str, *, at: datetime) -> Seen:
        unproven, header, claims = _read(token)
        trusted = self._trusted(claims)
        if header.get("alg") not in trusted.algorithms:
            raise AlgorithmRefused("this issuer does not sign with that algorithm")
        kid = header.get("kid")
        if kid is not None and not isinstance(kid, str):
            raise TokenMalformed("the key id must be text")
        key = await trusted.keys.find(kid, at=at)
        if key is None:
            raise KeyUnknown("the issuer has no such key")
        if not _signed(unproven, key, trusted):
            raise SignatureRefused("the signature does not fit")
        identity = _identity(claims, trusted, at=at)
        return Seen(identity, trusted, trusted.keys.generation, at + SEEN_FOR)

    def _trusted(self, claims: Mapping[str, Any]) -> Trusted:
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        fits = [
            one for one in self.trusted if one.issuer == claims.get("iss") and one.audience in named
        ]
        if len(fits) != 1:
            raise IssuerUnknown("no such issuer for this audience")
        return fits[0]


@asynccontextmanager
async def verifier(
    issuers: Sequence[Issuer], *, also: Sequence[Trusted] = ()
) -> AsyncIterator[Verifier]:
    """A verifier for the settings' issuers; keeps a client and its fetches until the block ends."""
    limits = httpx.Limits(max_connections=16)
    async with (
        httpx.AsyncClient(timeout=FETCH_SECONDS, limits=limits, follow_redirects=False) as client,
        asyncio.TaskGroup() as owner,
    ):
        sources: dict[tuple[str, str | None], FetchedKeys] = {}
        for issuer in issuers:
            place = (issuer.issuer, issuer.jwks_url)
            sources.setdefault(place, FetchedKeys(*place, client, owner))
        yield Verifier([*also, *(_trust(one, sources) for one in issuers)])


def _trust(issuer: Issuer, sources: Mapping[tuple[str, str | None], FetchedKeys]) -> Trusted:
    return Trusted(
        issuer=issuer.issuer,
        audience=issuer.audience,
        programme=issuer.programme,
        algorithms=issuer.algorithms,
        keys=sources[issuer.issuer, issuer.jwks_url],
    )


def _signed(unproven: jws.CompactSignature, key: Key, trusted: Trusted) -> bool:
    try:
        return jws.validate_compact(unproven, key, algorithms=trusted.algorithms)
    except (JoseError, ValueError, TypeError):
        return False


def _read(token: str) -> tuple[jws.CompactSignature, Mapping[str, Any], Mapping[str, Any]]:
    """The token taken apart: itself, its header and its claims, not yet proven."""
    try:
        unproven = jws.extract_compact(token.encode("ascii"))
        header, claims = unproven.headers(), orjson.loads(unproven.payload)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenMalformed("not a signed JWT") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenMalformed("not a signed JWT")
    if str(header.get("typ", "JWT")).lower() not in TYPES:
        raise TokenMalformed("not a token for this purpose")
    return unproven, header, claims


def _identity(claims: Mapping[str, Any], trusted: Trusted, *, at: datetime) -> Identity:
    now = at.timestamp()
    expires = _seconds(claims, "exp")
    if expires is None:
        raise TokenMalformed("a token must say when it ends")
    if now >= expires + LEEWAY_SECONDS:
        raise TokenExpired("the token has expired")
    for name in ("nbf", "iat"):
        if (_seconds(claims, name) or 0) > now + LEEWAY_SECONDS:
            raise TokenTooEarly("the token is not good yet")
    subject, programme = claims.get("sub"), trusted.programme or claims.get("programme")
    if not isinstance(subject, str) or not 1 <= len(subject) <= SUBJECT_CHARACTERS_MAX:
        raise TokenMalformed("a token must name its subject")
    if not isinstance(programme, str):
        raise TokenMalformed("the token must name a programme")
    ends = datetime.fromtimestamp(expires + LEEWAY_SECONDS, UTC)
    return Identity(programme, trusted.issuer, subject, ends)


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate (RFC 7519) of this century, or None when it is not said."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e10:
        raise TokenMalformed(f"{name} must be a time in seconds")
    return float(value)
