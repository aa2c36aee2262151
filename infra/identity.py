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
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from infra.claims import (
    AlgorithmRefused,
    Identity,
    IssuerUnknown,
    KeyUnknown,
    SignatureRefused,
    TokenExpired,
    TokenMalformed,
    TokenRefused,
    TokenTooEarly,
    identity_of,
    taken_apart,
    tenant_of,
)
from infra.keys import FetchedKeys, Keys
from infra.settings import Issuer

__all__ = [
    "AlgorithmRefused",
    "Identity",
    "IssuerUnknown",
    "KeyUnknown",
    "SignatureRefused",
    "TokenExpired",
    "TokenMalformed",
    "TokenRefused",
    "TokenTooEarly",
    "Trusted",
    "Verifier",
    "verifier",
]

TOKEN_CHARACTERS_MAX = 8192
KEY_ID_CHARACTERS_MAX = 255
SEEN_MAX = 4096
# A proven token is believed again this long without another look at its signature.
SEEN_FOR = timedelta(seconds=60)
UNSIGNED = "none"
FETCH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Trusted:
    """One issuer and audience we believe.

    programme -- None: the token's own `programme` claim says it (our development issuer).
    firebase  -- its tokens keep Firebase's rules, too; `tenant` is whose users they are.
    keys      -- None: its tokens are not signed (the emulator of Firebase, in development).
    """

    issuer: str
    audience: str
    programme: str | None
    algorithms: tuple[str, ...]
    keys: Keys | None
    firebase: bool = False
    tenant: str | None = None

    @property
    def generation(self) -> int:
        """Grows whenever the keys change; what no key signs does not age."""
        return 0 if self.keys is None else self.keys.generation


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
        if seen is None or at >= seen.until or seen.generation != seen.trusted.generation:
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
        unproven, header, claims = taken_apart(token)
        trusted = self._trusted(claims, signed=header.get("alg") != UNSIGNED)
        if trusted.keys is not None:
            await _check_signature(unproven, header, trusted, trusted.keys, at=at)
        elif not token.endswith("."):
            raise SignatureRefused("a token without an algorithm has no signature")
        identity = identity_of(
            claims,
            issuer=trusted.issuer,
            programme=trusted.programme,
            firebase=trusted.firebase,
            at=at,
        )
        return Seen(identity, trusted, trusted.generation, at + SEEN_FOR)

    def _trusted(self, claims: Mapping[str, Any], *, signed: bool) -> Trusted:
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        fits = [
            one
            for one in self.trusted
            if one.issuer == claims.get("iss")
            and one.audience in named
            and (one.keys is not None) == signed
            and (not one.firebase or one.tenant == tenant_of(claims))
        ]
        if len(fits) != 1:
            raise IssuerUnknown("no such issuer for this audience")
        return fits[0]


async def _check_signature(
    unproven: jws.CompactSignature,
    header: Mapping[str, Any],
    trusted: Trusted,
    keys: Keys,
    *,
    at: datetime,
) -> None:
    """Raises AlgorithmRefused, TokenMalformed, KeyUnknown, SignatureRefused, or IssuerAway.

    The key is always one that the issuer publishes: what a header carries along or points at
    (`jwk`, `jku`, `x5c`, `x5u`) is not looked at.
    """
    if header.get("alg") not in trusted.algorithms:
        raise AlgorithmRefused("this issuer does not sign with that algorithm")
    kid = header.get("kid")
    if kid is not None and not (isinstance(kid, str) and len(kid) <= KEY_ID_CHARACTERS_MAX):
        raise TokenMalformed("the key id must be a short text")
    key = await keys.find(kid, at=at)
    if key is None:
        raise KeyUnknown("the issuer has no such key")
    if not _signed(unproven, key, trusted):
        raise SignatureRefused("the signature does not fit")


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
        firebase=issuer.firebase is not None,
        tenant=issuer.tenant,
    )


# Made once for each list. Headers that nobody has defined are passed over, as RFC 7515 says: some
# issuers have their own.
@cache
def _registry(algorithms: tuple[str, ...]) -> jws.JWSRegistry:
    return jws.JWSRegistry(algorithms=algorithms, strict_check_header=False)


def _signed(unproven: jws.CompactSignature, key: Key, trusted: Trusted) -> bool:
    try:
        return jws.validate_compact(unproven, key, registry=_registry(trusted.algorithms))
    except (JoseError, ValueError, TypeError):
        return False
