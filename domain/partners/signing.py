"""Signing: Standard Webhooks 1.0 signatures, over the bytes as they were sent. Pure functions.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime, timedelta

VERSION = "v1"
TOLERANCE = timedelta(minutes=5)
SIGNATURES_MAX = 10


def sign(body: bytes, *, id: str, at: datetime, secret: bytes) -> str:
    """The `webhook-signature` of a message with that `webhook-id`, sent at `at`."""
    return f"{VERSION},{_mac(body, id, str(int(at.timestamp())), secret)}"


def fits(
    signature: str, *, body: bytes, id: str, timestamp: str, secrets: Collection[bytes]
) -> int | None:
    """The place in `secrets` of the one that made one of the signatures; None for none of them.

    signature -- several, between blanks, while the sender rotates its secret.
    Every secret is tried, so that the time it takes tells nothing.
    """
    sent = [part.partition(",")[2] for part in signature.split(" ")[:SIGNATURES_MAX]]
    found = None
    for place, secret in enumerate(secrets):
        made = _mac(body, id, timestamp, secret)
        if any(hmac.compare_digest(made.encode(), one.encode()) for one in sent):
            found = place
    return found


def is_fresh(timestamp: str, *, at: datetime) -> bool:
    """True for whole seconds since 1970 that are within five minutes of `at`."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return False
    return abs(at.timestamp() - int(timestamp)) <= TOLERANCE.total_seconds()


def _mac(body: bytes, id: str, timestamp: str, secret: bytes) -> str:
    said = f"{id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(secret, said, hashlib.sha256)).decode()
