"""Issuing: what is believed in development only: our own issuer, and Firebase's emulator.

The one key of ours is a file in the data folder, so that a newcomer has a token in one command.
Outside development both refuse: whoever reads that file, or can write a token that nobody has
to sign, could be any member of any programme.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from infra.errors import Refused
from infra.identity import Trusted
from infra.keys import HeldKeys
from infra.settings import Environment, Issuer, Settings

ISSUER = "urn:laurel:development"
AUDIENCE = "laurel"
# Of tokens for operators: each door believes its own audience only.
OPERATORS = "laurel-operators"
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
        self,
        subject: str,
        *,
        programme: str,
        at: datetime,
        lifetime: timedelta = LIFETIME,
        audience: str = AUDIENCE,
        **more: object,
    ) -> str:
        """A signed token for `subject` of the programme with that slug.

        more -- further claims; whoever holds it signed in at that moment, unless they say else.
        """
        claims = (
            {"auth_time": int(at.timestamp())}
            | more
            | {
                "iss": ISSUER,
                "aud": audience,
                "sub": subject,
                "programme": programme,
                "iat": int(at.timestamp()),
                "exp": int((at + lifetime).timestamp()),
            }
        )
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, claims, self.key)

    def trusted(self, *, audience: str = AUDIENCE) -> Trusted:
        """What a verifier needs to believe these tokens: the public half only."""
        public = ECKey.import_key(self.key.as_dict(private=False))
        keys = HeldKeys({str(self.key.kid): public})
        return Trusted(ISSUER, audience, None, (ALGORITHM,), keys)


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


def emulated(issuers: Sequence[Issuer], settings: Settings) -> Sequence[Trusted]:
    """What a verifier needs to believe the tokens of Firebase's emulator, which nobody signs.

    Nothing where no emulator is set; else the same projects of `issuers`, and no others. Raises
    DevelopmentOnly.
    """
    if settings.firebase_auth_emulator_host is None:
        return ()
    if settings.environment is not Environment.DEVELOPMENT:
        raise DevelopmentOnly("FIREBASE_AUTH_EMULATOR_HOST may be set in development only")
    return [
        Trusted(one.issuer, one.audience, one.programme, (), None, firebase=True, tenant=one.tenant)
        for one in issuers
        if one.firebase is not None
    ]


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
