"""Issuing: an issuer of our own for development, whose one key is a file in the data folder.

It exists so that a newcomer has a token in one command. Outside development it refuses to be
made, because whoever reads that file could be any member of any programme.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from infra.errors import Refused
from infra.identity import Trusted
from infra.keys import HeldKeys
from infra.settings import Environment, Settings

ISSUER = "urn:laurel:development"
AUDIENCE = "laurel"
ALGORITHM = "ES256"
LIFETIME = timedelta(hours=12)


class DevelopmentOnly(Refused):
    """The development issuer was asked for where real members are."""

    code = "DEVELOPMENT_ONLY"


@dataclass(frozen=True, slots=True)
class DevelopmentIssuer:
    """Mints tokens that this installation, and no other, believes."""

    key: ECKey

    def mint(
        self, subject: str, *, programme: str, at: datetime, lifetime: timedelta = LIFETIME
    ) -> str:
        """A signed token for `subject` of the programme with that slug."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "programme": programme,
            "iat": int(at.timestamp()),
            "exp": int((at + lifetime).timestamp()),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, claims, self.key)

    def trusted(self) -> Trusted:
        """What a verifier needs to believe these tokens: the public half only."""
        public = ECKey.import_key(self.key.as_dict(private=False))
        keys = HeldKeys({str(self.key.kid): public})
        return Trusted(ISSUER, AUDIENCE, None, (ALGORITHM,), keys)


def development_issuer(settings: Settings) -> DevelopmentIssuer | None:
    """The development issuer; None where no key file is set. Raises DevelopmentOnly.

    The key file is made when it is missing; several processes may ask at the same moment.
    """
    if settings.development_key is None:
        return None
    if settings.environment is not Environment.DEVELOPMENT:
        raise DevelopmentOnly("LAUREL_DEVELOPMENT_KEY may be set in development only")
    path = settings.development_key
    if not path.exists():
        _make(path)
    key = ECKey.import_key(path.read_bytes())
    key.ensure_kid()
    return DevelopmentIssuer(key)


def _make(path: Path) -> None:
    """Write the key where only we can read it, whole or not at all: the first one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    pem = ECKey.generate_key("P-256").as_pem(private=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
