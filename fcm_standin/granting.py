"""Granting: access tokens for a service account, and who may do what with them.

What Google's token endpoint does for RFC 7523 ("Using OAuth 2.0 for Server to Server
Applications", developers.google.com): the assertion is really verified, with the public half of
the key in the service account's file.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from fcm_standin import errors
from fcm_standin.certifying import keep
from fcm_standin.clock import Clock
from fcm_standin.exchange import Reply

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GOOGLE = "https://oauth2.googleapis.com/token"
SCOPES = frozenset(
    {
        "https://www.googleapis.com/auth/cloud-platform",
        "https://www.googleapis.com/auth/firebase.messaging",
    }
)
ASSERTION_SECONDS_MAX = 3600
SKEW_SECONDS = 300
LIFETIME_SECONDS = 3599
TOKENS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """A service account: who signs, and for which project."""

    project: str
    email: str
    key: rsa.RSAPrivateKey

    def pem(self) -> bytes:
        """The private key as PKCS #8."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def public(self) -> RSAKey:
        """The half that verifies."""
        public = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return RSAKey.import_key(public)

    def document(self, token_uri: str) -> bytes:
        """The file that Google's libraries read as credentials."""
        told = {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": self.public().thumbprint(),
            "private_key": self.pem().decode(),
            "client_email": self.email,
            "client_id": "100000000000000000000",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        }
        return orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"


def account(folder: Path, project: str) -> Account:
    """The account of a project, with the key kept in `folder`, made now when there is none."""
    file, email = folder / "service-account-key.pem", f"stand-in@{project}.iam.gserviceaccount.com"
    if file.exists():
        # Checking the primes takes a fifth of a second, and nobody else writes here.
        key = serialization.load_pem_private_key(
            file.read_bytes(), None, unsafe_skip_rsa_key_validation=True
        )
        assert isinstance(key, rsa.RSAPrivateKey), f"{file} holds another kind of key"
        return Account(project, email, key)
    made = Account(project, email, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    keep(file, made.pem())
    return made


class NotGranted(Exception):
    """Google's token endpoint says no: an OAuth error (RFC 6749, section 5.2) and its words."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


class Tokens:
    """The access tokens that are out."""

    def __init__(self, account: Account, clock: Clock, *, audiences: frozenset[str]) -> None:
        self._account, self._clock, self.audiences = account, clock, audiences
        self._public = account.public()
        self._until: OrderedDict[str, float] = OrderedDict()
        self.lifetime_s = LIFETIME_SECONDS
        self.fetches = 0
        self.refusals = 0

    def reply(self, body: bytes) -> Reply:
        """The answer to POST /token."""
        self.fetches += 1
        try:
            token = self.grant(body)
        except NotGranted as refusal:
            self.refusals += 1
            told = {"error": refusal.error, "error_description": refusal.description}
            return Reply(refusal.status, orjson.dumps(told))
        said = {"access_token": token, "expires_in": self.lifetime_s, "token_type": "Bearer"}
        return Reply(200, orjson.dumps(said))

    def grant(self, body: bytes) -> str:
        """A new access token for a form with a signed assertion.

        Raises NotGranted: unsupported_grant_type, invalid_grant (whose assertion, its signature,
        its times, its audience), invalid_scope, in this order.
        """
        form = {name: values[-1] for name, values in parse_qs(body.decode("latin-1")).items()}
        asked = form.get("grant_type", "")
        if asked != GRANT_TYPE:
            raise NotGranted("unsupported_grant_type", f"Invalid grant_type: {asked}")
        claims = self._claims(form.get("assertion", ""))
        self._check_times(claims)
        if claims.get("aud") not in self.audiences:
            raise NotGranted("invalid_grant", "Invalid JWT: Failed audience check.")
        if not SCOPES.intersection(str(claims.get("scope", "")).split()):
            text = "Invalid OAuth scope or ID token audience provided."
            raise NotGranted("invalid_scope", text)
        token = f"ya29.{secrets.token_urlsafe(120)}"
        self._until[token] = self._clock.now() + self.lifetime_s
        if len(self._until) > TOKENS_MAX:
            self._until.popitem(last=False)
        return token

    def check(self, header: str | None) -> None:
        """Whether an authorization header carries a token that is good now.

        Raises errors.Refused: UNAUTHENTICATED.
        """
        if not header:
            raise errors.unauthenticated("CREDENTIALS_MISSING")
        scheme, _, token = header.partition(" ")
        until = self._until.get(token)
        if scheme.lower() != "bearer" or until is None:
            raise errors.unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED")
        if until <= self._clock.now():
            raise errors.unauthenticated("ACCESS_TOKEN_EXPIRED")

    def revoke(self) -> int:
        """No token that is out is good any more; how many there were."""
        count = len(self._until)
        self._until.clear()
        return count

    def _claims(self, assertion: str) -> dict[str, object]:
        try:
            claims = jwt.decode(assertion, self._public, algorithms=["RS256"]).claims
        except (JoseError, ValueError) as wrong:
            raise NotGranted("invalid_grant", "Invalid JWT Signature.") from wrong
        if claims.get("iss") != self._account.email:
            text = "Invalid grant: account not found"
            raise NotGranted("invalid_grant", text)
        return dict(claims)

    def _check_times(self, claims: dict[str, object]) -> None:
        issued, until, now = claims.get("iat"), claims.get("exp"), self._clock.now()
        if (
            isinstance(issued, int)
            and isinstance(until, int)
            and issued <= now + SKEW_SECONDS
            and now - SKEW_SECONDS < until
            and until - issued <= ASSERTION_SECONDS_MAX
        ):
            return
        text = (
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
            "timeframe. Check your iat and exp values in the JWT claim."
        )
        raise NotGranted("invalid_grant", text)
