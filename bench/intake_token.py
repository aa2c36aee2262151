"""Bench of a token: the processor time to believe one, the first time and again.

    python -m bench.intake_token

Tokens are Firebase's in shape and size, signed by RSA as Firebase does; the keys are at hand,
as they are for all but the first token of a day.
"""

import asyncio
import gc
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from joserfc import jwt
from joserfc.jwk import RSAKey

from infra import clock, identity
from infra.identity import Trusted, Verifier
from infra.keys import HeldKeys

PROJECT = "running-club"
ISSUER = f"https://securetoken.google.com/{PROJECT}"
KID = "4bf8a9d67f6c9e5a1f4d2c3b"
ROUNDS = 9
TOKENS = 400


async def measure(
    here: object = None, *, rounds: int = ROUNDS, tokens: int = TOKENS
) -> dict[str, float]:
    """Microseconds of processor time: `token_first_us`, `token_again_us`; medians of rounds.

    here -- not needed: no database is asked.
    """
    key = RSAKey.generate_key(2048, {"kid": KID})
    keys = HeldKeys({KID: RSAKey.import_key(key.as_dict(private=False))})
    trusted = Trusted(ISSUER, PROJECT, "north", ("RS256",), keys, firebase=True)
    made = [_token(key, number) for number in range(tokens)]
    first, again = [], []
    for _ in range(rounds):
        async with identity.verifier([], also=[trusted]) as verifier:
            first.append(await _asked(verifier, made))
            again.append(await _asked(verifier, made))
    return {"token_first_us": median(first), "token_again_us": median(again)}


async def _asked(verifier: Verifier, tokens: Sequence[str]) -> float:
    at = clock.now()
    gc.collect()
    began = time.process_time()
    for token in tokens:
        await verifier.identify(token, at=at)
    return (time.process_time() - began) / len(tokens) * 1e6


def _token(key: RSAKey, number: int) -> str:
    now = clock.now()
    subject = f"zoMo1Z2d3Fh4j5k6l7m8n9o{number:05}"
    claims = {
        "iss": ISSUER,
        "aud": PROJECT,
        "auth_time": int((now - timedelta(days=3)).timestamp()),
        "user_id": subject,
        "sub": subject,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "email": f"somebody.{number}@example.com",
        "email_verified": True,
        "firebase": {
            "identities": {"email": [f"somebody.{number}@example.com"]},
            "sign_in_provider": "password",
        },
    }
    return jwt.encode({"alg": "RS256", "kid": KID, "typ": "JWT"}, claims, key)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
