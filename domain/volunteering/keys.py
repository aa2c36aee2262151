"""Keys: what organisers sign statements with."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.partners import Partner
from domain.volunteering.errors import BadSigningKey
from domain.volunteering.records import Algorithm
from domain.volunteering.stating import Key
from infra.db import Tx

KEYS_MAX = 5
ED25519_BYTES = 32
SECRET_BYTES = (24, 64)

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::uuid, 15))"
COUNT = """
SELECT count(*) FROM volunteer_key WHERE programme = $1 AND partner = $2 AND valid_until > $3
"""
ADD = """
INSERT INTO volunteer_key (programme, partner, id, algorithm, key, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
END_OTHERS = """
UPDATE volunteer_key SET valid_until = least(valid_until, $4)
WHERE programme = $1 AND partner = $2 AND id <> $3
"""
VALID = """
SELECT algorithm, key FROM volunteer_key
WHERE programme = $1 AND partner = $2 AND valid_until > $3 ORDER BY created_at DESC LIMIT $4
"""


async def add_key(
    *,
    algorithm: Algorithm,
    key: bytes,
    overlap: timedelta,
    organiser: Partner,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> UUID:
    """Believe what the key signs from now on, and what earlier ones sign for `overlap`; its id.

    key -- for ED25519 the public key, 32 bytes; for HMAC_SHA256 the secret, 24 to 64 bytes.
    Refuses BadSigningKey.
    """
    least, most = SECRET_BYTES
    sound = len(key) == ED25519_BYTES if algorithm is Algorithm.ED25519 else False
    sound = sound or (algorithm is Algorithm.HMAC_SHA256 and least <= len(key) <= most)
    if not sound or (algorithm is Algorithm.ED25519 and not _is_point(key)):
        raise BadSigningKey(f"an Ed25519 key has 32 bytes, an HMAC secret {least} to {most}")
    await tx.run(LOCK, programme, organiser.id)
    if await tx.value(COUNT, programme, organiser.id, at) >= KEYS_MAX:
        raise BadSigningKey(f"{KEYS_MAX} keys are valid already; wait until one has ended")
    await tx.run(ADD, programme, organiser.id, id, algorithm, key, at)
    await tx.run(END_OTHERS, programme, organiser.id, id, at + overlap)
    return id


async def valid_keys(partner: UUID, *, programme: int, at: datetime, tx: Tx) -> Sequence[Key]:
    """The keys that are valid at `at`, the newest first."""
    rows = await tx.rows(VALID, programme, partner, at, KEYS_MAX)
    return [Key(Algorithm(row["algorithm"]), row["key"]) for row in rows]


def _is_point(key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key)
    except ValueError:
        return False
    return True
