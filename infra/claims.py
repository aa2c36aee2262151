"""Claims: a bearer token taken apart, and what its claims say of whoever holds it.

Nothing here proves anything: the signature is `identity`'s to check, before it believes a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from joserfc import jws
from joserfc.errors import JoseError

from infra.errors import Refused

SUBJECT_CHARACTERS_MAX = 255
# Firebase's own limit.
FIREBASE_SUBJECT_CHARACTERS_MAX = 128
CLAIM_CHARACTERS_MAX = 320
LEEWAY_SECONDS = 60
# Some issuers write it as text.
VERIFIED = (True, "true")
TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})


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

    programme        -- the programme's slug.
    subject          -- the issuer's own name for the person.
    issued_at        -- when the token was made; a refreshed one is younger than the sign-in.
    authenticated_at -- when the person last proved who they are (`auth_time`); None: unsaid.
    session          -- the sign-in that the token came from (`sid`, or else its time), the same
        for every token refreshed from it; None: the issuer names none.
    email            -- the address that the issuer knows; email_verified: that it has proven.
    phone            -- the number that the issuer has proven.
    device           -- of a watch that asks with a token of its own: which, with the rights of
        one; None: the person asks.
    """

    programme: str
    issuer: str
    subject: str
    expires_at: datetime
    email: str | None = None
    email_verified: bool = False
    phone: str | None = None
    issued_at: datetime | None = None
    authenticated_at: datetime | None = None
    session: str | None = None
    device: UUID | None = None


def tenant_of(claims: Mapping[str, Any]) -> object:
    """Whose users of a Firebase project it speaks of; None: nobody's but the project's own."""
    said = claims.get("firebase")
    return said.get("tenant") if isinstance(said, dict) else None


def taken_apart(token: str) -> tuple[jws.CompactSignature, Mapping[str, Any], Mapping[str, Any]]:
    """A token's own, its header and its claims, not yet proven. Raises TokenMalformed."""
    try:
        unproven = jws.extract_compact(token.encode("ascii"))
        header, claims = unproven.headers(), orjson.loads(unproven.payload)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenMalformed("not a signed JWT") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise TokenMalformed("not a signed JWT")
    if str(header.get("typ", "JWT")).lower() not in TYPES:
        raise TokenMalformed("not a token for this purpose")
    if "crit" in header or "b64" in header:
        # We know no extension, and what must be understood and is not must be refused (RFC 7515).
        raise TokenMalformed("the token asks for more than we understand")
    return unproven, header, claims


def identity_of(
    claims: Mapping[str, Any], *, issuer: str, programme: str | None, firebase: bool, at: datetime
) -> Identity:
    """What proven claims say. Raises TokenMalformed, TokenExpired, TokenTooEarly.

    programme -- None: the claims say it. firebase -- they must keep Firebase's rules, too.
    """
    exp, nbf = _seconds(claims, "exp"), _seconds(claims, "nbf")
    iat, auth_time = _seconds(claims, "iat"), _seconds(claims, "auth_time")
    now = at.timestamp()
    if exp is None or (firebase and (iat is None or auth_time is None)):
        raise TokenMalformed("a token must say when it ends; Firebase's, also when it began")
    if now >= exp + LEEWAY_SECONDS:
        raise TokenExpired("the token has expired")
    if max(nbf or 0, iat or 0, auth_time or 0) > now + LEEWAY_SECONDS:
        raise TokenTooEarly("the token is not good yet")
    most = FIREBASE_SUBJECT_CHARACTERS_MAX if firebase else SUBJECT_CHARACTERS_MAX
    subject, programme = claims.get("sub"), programme or claims.get("programme")
    if not isinstance(subject, str) or not 1 <= len(subject) <= most:
        raise TokenMalformed("a token must name its subject")
    if not isinstance(programme, str):
        raise TokenMalformed("the token must name a programme")
    reached = firebase or claims.get("phone_number_verified") in VERIFIED
    return Identity(
        programme,
        issuer,
        subject,
        datetime.fromtimestamp(exp + LEEWAY_SECONDS, UTC),
        _text(claims, "email"),
        claims.get("email_verified") in VERIFIED,
        _text(claims, "phone_number") if reached else None,
        None if iat is None else datetime.fromtimestamp(iat, UTC),
        None if auth_time is None else datetime.fromtimestamp(auth_time, UTC),
        _text(claims, "sid") or (None if auth_time is None else str(int(auth_time))),
    )


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is not None and not (isinstance(value, str) and len(value) <= CLAIM_CHARACTERS_MAX):
        raise TokenMalformed(f"{name} must be a short text")
    return value or None


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate (RFC 7519) of this century, or None when it is not said."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e10:
        raise TokenMalformed(f"{name} must be a time in seconds")
    return float(value)
