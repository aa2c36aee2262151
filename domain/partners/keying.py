"""Make, rotate and revoke the keys of a partner.

A bearer key is `lk_<id>_<secret>`: the prefix lets scanners find one that leaked, the id finds
its row, and of the secret, 256 random bits, only SHA-256 is kept. So many bits need no slow hash.
A signing key is `whsec_<secret>`, as Standard Webhooks has it; it must be kept to be used.
"""

import base64
import hashlib
import os
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.partners.errors import (
    BadExpiry,
    BadScopes,
    KeyClosed,
    KeyReplaced,
    NoSuchKey,
    PartnerSuspended,
    TooManyKeys,
)
from domain.partners.finding import one, read_key
from domain.partners.records import Key, Kind, Made, Partner, Scope, State
from infra.db import Tx

BEARER_PREFIX, SIGNING_PREFIX = "lk_", "whsec_"
ID_BYTES, SECRET_BYTES = 10, 32
LIVES = timedelta(days=365)
LIVES_MAX = timedelta(days=731)
OVERLAP = timedelta(days=7)
OVERLAP_MAX = timedelta(days=90)
OPEN_MAX = 20

# Held until the key is made, so that two requests at once cannot both be the last allowed one.
LOCK_PARTNER = """
SELECT id, programme, slug, name, state, book, account, registered_at
FROM partner WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
COUNT_OPEN = """
SELECT count(*) FROM partner_key
WHERE programme = $1 AND partner = $2 AND revoked_at IS NULL AND expires_at > $3
"""
ADD = """
INSERT INTO partner_key (programme, partner, id, kind, hash, secret, scopes, created_at,
                         expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
LOCK_KEY = """
SELECT id, programme, partner, kind, scopes, created_at, expires_at, revoked_at, replaced_by,
       last_used_at
FROM partner_key WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
REPLACE = """
UPDATE partner_key SET replaced_by = $3, expires_at = least(expires_at, $4)
WHERE programme = $1 AND id = $2
"""
# A second time leaves the first time as it was.
REVOKE = """
UPDATE partner_key SET revoked_at = coalesce(revoked_at, $3) WHERE programme = $1 AND id = $2
RETURNING id, programme, partner, kind, scopes, created_at, expires_at, revoked_at, replaced_by,
          last_used_at
"""
# Newest first; those that ended long ago are of no use to anyone.
KEYS_OF = """
SELECT id, programme, partner, kind, scopes, created_at, expires_at, revoked_at, replaced_by,
       last_used_at
FROM partner_key WHERE programme = $1 AND partner = $2 ORDER BY created_at DESC, id LIMIT $3
"""


async def create_key(
    partner: UUID,
    *,
    programme: int,
    kind: Kind = Kind.BEARER,
    scopes: Collection[Scope],
    expires_at: datetime | None = None,
    at: datetime,
    tx: Tx,
) -> Made:
    """A new key of a partner, and its secret for the only time.

    expires_at -- a year from `at` when None, two years at most.
    Refuses, in this order: BadScopes, BadExpiry, NoSuchPartner, PartnerSuspended, TooManyKeys.
    """
    if not scopes or len(set(scopes)) != len(scopes):
        raise BadScopes("a key has one scope or more, each once")
    ends = at + LIVES if expires_at is None else expires_at
    if not at < ends <= at + LIVES_MAX:
        raise BadExpiry(f"a key ends within {LIVES_MAX.days} days")
    owner = await _locked(partner, programme, tx)
    return await _made(owner, kind, frozenset(scopes), ends=ends, at=at, tx=tx)


async def rotate(
    id: str,
    *,
    programme: int,
    partner: UUID | None = None,
    old_until: datetime | None = None,
    at: datetime,
    tx: Tx,
) -> Made:
    """A new key with the scopes of an open one, which stays good for a while beside it.

    partner   -- only a key of that partner is found; None: of any in the programme.
    old_until -- when the old key ends; a week from `at` when None, 90 days at most; `at` ends
                 it at once.
    A key is rotated once: whoever still has an old one cannot make another of it.
    Refuses, in this order: BadExpiry, NoSuchKey, KeyClosed, KeyReplaced, PartnerSuspended,
    TooManyKeys.
    """
    until = at + OVERLAP if old_until is None else old_until
    if not at <= until <= at + OVERLAP_MAX:
        raise BadExpiry(f"a rotated key ends within {OVERLAP_MAX.days} days")
    old = await _key(id, programme, partner, tx)
    if not old.is_open(at=at):
        raise KeyClosed("the key is revoked or has expired")
    if old.replaced_by is not None:
        raise KeyReplaced("the key has been rotated before")
    owner = await _locked(old.partner, programme, tx)
    made = await _made(owner, old.kind, old.scopes, ends=at + LIVES, at=at, tx=tx)
    await tx.run(REPLACE, programme, id, made.key.id, until)
    return made


async def revoke(
    id: str, *, programme: int, partner: UUID | None = None, at: datetime, tx: Tx
) -> Key:
    """The key, which proves nothing any more; a second time changes nothing. Refuses NoSuchKey."""
    await _key(id, programme, partner, tx)
    row = await tx.row(REVOKE, programme, id, at)
    assert row is not None, "a locked key is there"
    return read_key(row)


async def keys_of(partner: UUID, *, programme: int, limit: int = 100, tx: Tx) -> Sequence[Key]:
    """The keys of a partner, newest first, also those that ended."""
    return [read_key(row) for row in await tx.rows(KEYS_OF, programme, partner, limit)]


def hashed(secret: str) -> bytes:
    """What is kept of the secret of a bearer key."""
    return hashlib.sha256(secret.encode()).digest()


async def _locked(id: UUID, programme: int, tx: Tx) -> Partner:
    """Raises NoSuchPartner, PartnerSuspended."""
    partner = one(await tx.row(LOCK_PARTNER, programme, id))
    if partner.state is not State.ACTIVE:
        raise PartnerSuspended("the partner is suspended")
    return partner


async def _key(id: str, programme: int, partner: UUID | None, tx: Tx) -> Key:
    row = await tx.row(LOCK_KEY, programme, id) if id.isalnum() else None
    if row is None or partner not in (None, row["partner"]):
        raise NoSuchKey("there is no such key")
    return read_key(row)


async def _made(
    owner: Partner,
    kind: Kind,
    scopes: frozenset[Scope],
    *,
    ends: datetime,
    at: datetime,
    tx: Tx,
) -> Made:
    if await tx.value(COUNT_OPEN, owner.programme, owner.id, at) >= OPEN_MAX:
        raise TooManyKeys(f"a partner has at most {OPEN_MAX} open keys")
    key = Key(_letters(os.urandom(ID_BYTES)), owner.programme, owner.id, kind, scopes, at, ends)
    raw = os.urandom(SECRET_BYTES)
    hash = kept = None
    if kind is Kind.BEARER:
        secret = _letters(raw)
        hash = hashed(secret)
        told = f"{BEARER_PREFIX}{key.id}_{secret}"
    else:
        kept = raw
        told = SIGNING_PREFIX + base64.b64encode(raw).decode()
    words = sorted(map(str, scopes))
    await tx.run(ADD, key.programme, key.partner, key.id, str(kind), hash, kept, words, at, ends)
    return Made(key, told)


def _letters(raw: bytes) -> str:
    """Base32 in lower case, without padding: no sign in it ends a word or means anything."""
    return base64.b32encode(raw).decode().rstrip("=").lower()
