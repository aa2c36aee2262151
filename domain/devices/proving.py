"""Proving: whose device a token is of, before anything else is known.

A token is `lw_<id>_<secret>`: the prefix lets scanners find one that leaked, the id finds its
row, and of the secret, 256 random bits, only SHA-256 is kept. So many bits need no slow hash.
This is the only read of a device that is not keyed by programme: the token says which one.
"""

import base64
import hashlib
import hmac
import os
import re
from datetime import datetime, timedelta

from domain.devices.errors import TokenUnknown
from domain.devices.records import Holder
from infra.db import Tx

PREFIX = "lw_"
TOKEN = re.compile(PREFIX + r"([a-z2-7]{16})_([a-z2-7]{52})", re.ASCII)
ID_BYTES, SECRET_BYTES = 10, 32
NOTED_EVERY = timedelta(hours=12)

FIND = """
SELECT d.hash, d.id, d.programme, d.member, d.issuer, d.subject, d.registered_at, d.seen_at, p.slug
FROM device AS d JOIN programme AS p ON p.id = d.programme
WHERE d.token = $1
"""
# Rarely, so that a busy watch is not one hot row.
NOTE_USE = """
UPDATE device SET seen_at = $3 WHERE programme = $1 AND id = $2 AND seen_at <= $4
"""


async def bearer(token: str, *, at: datetime, tx: Tx) -> Holder:
    """Who holds a device's token, noting now and then that it is used. Raises TokenUnknown.

    In this order: not shaped like a token; unknown, removed or with another secret (which look
    the same). Whether the session was ended is asked where the member is found.
    """
    parts = TOKEN.fullmatch(token)
    if parts is None:
        raise TokenUnknown("not a device's token")
    id, secret = parts.groups()
    row = await tx.row(FIND, id)
    # Compared also where there is nothing to compare with, so that the time tells nothing.
    kept = bytes(32) if row is None else bytes(row["hash"])
    if not hmac.compare_digest(kept, hashed(secret)) or row is None:
        raise TokenUnknown("there is no such device: sign in again")
    if row["seen_at"] <= at - NOTED_EVERY:
        await tx.run(NOTE_USE, row["programme"], row["id"], at, at - NOTED_EVERY)
    return Holder(
        row["id"], row["member"], row["slug"], row["issuer"], row["subject"], row["registered_at"]
    )


def is_token(text: str) -> bool:
    """True for what begins as a device's token does; no JWT does."""
    return text.startswith(PREFIX)


def hash_of(token: str) -> bytes | None:
    """What is kept of a token; None when it is not shaped like one."""
    parts = TOKEN.fullmatch(token)
    return None if parts is None else hashed(parts[2])


def hashed(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def fresh_id() -> str:
    """A new id of something that proves itself, 80 random bits."""
    return _letters(os.urandom(ID_BYTES))


def fresh_secret() -> str:
    """A new secret, 256 random bits."""
    return _letters(os.urandom(SECRET_BYTES))


def _letters(raw: bytes) -> str:
    """Base32 in lower case, without padding: no sign in it ends a word or means anything."""
    return base64.b32encode(raw).decode().rstrip("=").lower()
