"""Proving: which partner a key or a signature stands for, before anything else is known.

These are the only reads of a partner that are not keyed by programme: the key says which one.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.partners.errors import KeyRefused
from domain.partners.finding import read, read_key
from domain.partners.keying import BEARER_PREFIX, hashed
from domain.partners.records import Key, Known, State
from domain.partners.signing import SIGNATURES_MAX, fits, is_fresh
from infra.db import Row, Tx

BEARER = re.compile(BEARER_PREFIX + r"([a-z2-7]{16})_([a-z2-7]{52})", re.ASCII)
MESSAGE_ID_CHARACTERS_MAX = 256
SIGNATURE_CHARACTERS_MAX = 100 * SIGNATURES_MAX
NOTED_EVERY = timedelta(minutes=1)
SECRETS_MAX = 20

FIND = """
SELECT k.hash, k.id AS key_id, k.kind, k.scopes, k.created_at, k.expires_at, k.revoked_at,
       k.replaced_by, k.last_used_at, p.id, p.programme, p.slug, p.name, p.state, p.book,
       p.account, p.registered_at
FROM partner_key AS k JOIN partner AS p ON p.programme = k.programme AND p.id = k.partner
WHERE k.id = $1 AND k.kind = 'BEARER'
"""
SECRETS = """
SELECT k.secret, k.id AS key_id, k.kind, k.scopes, k.created_at, k.expires_at, k.revoked_at,
       k.replaced_by, k.last_used_at, p.id, p.programme, p.slug, p.name, p.state, p.book,
       p.account, p.registered_at
FROM partner AS p JOIN partner_key AS k ON k.programme = p.programme AND k.partner = p.id
WHERE p.id = $1 AND k.kind = 'SIGNING' AND k.revoked_at IS NULL AND k.expires_at > $2
ORDER BY k.created_at DESC LIMIT $3
"""
# Rarely, so that a busy key is not one hot row.
NOTE_USE = """
UPDATE partner_key SET last_used_at = $3
WHERE programme = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)
"""
STILL = """
SELECT EXISTS (
    SELECT FROM partner_key AS k JOIN partner AS p ON p.programme = k.programme AND p.id = k.partner
    WHERE k.id = $1 AND k.revoked_at IS NULL AND k.expires_at > $2 AND p.state = 'ACTIVE'
)
"""
KEY_COLUMNS = (
    "kind", "scopes", "created_at", "expires_at", "revoked_at", "replaced_by", "last_used_at",
)  # fmt: skip
PARTNER_COLUMNS = (
    "id", "programme", "slug", "name", "state", "book", "account", "registered_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as Standard Webhooks sends it.

    partner   -- who it says it is from.
    id        -- `webhook-id`, timestamp -- `webhook-timestamp`, signature -- `webhook-signature`.
    body      -- the bytes as they came.
    """

    partner: UUID
    id: str
    timestamp: str
    signature: str
    body: bytes


async def bearer(text: str, *, at: datetime, tx: Tx) -> Known:
    """The partner whose bearer key `text` is, noting its use. Raises KeyRefused.

    In this order: not shaped like a key, unknown or with another secret (which look the same),
    revoked, expired, of a suspended partner.
    """
    parts = BEARER.fullmatch(text)
    if parts is None:
        raise KeyRefused("not a key")
    id, secret = parts.groups()
    row = await tx.row(FIND, id)
    # Compared also where there is nothing to compare with, so that the time tells nothing.
    kept = bytes(32) if row is None else bytes(row["hash"])
    if not hmac.compare_digest(kept, hashed(secret)) or row is None:
        raise KeyRefused("there is no such key")
    known = _known(row)
    if known.key.revoked_at is not None:
        raise KeyRefused("the key is revoked")
    await _admit(known, at=at, tx=tx)
    return known


async def signed(message: Signed, *, at: datetime, tx: Tx) -> Known:
    """The partner who signed a message with one of its open signing keys. Raises KeyRefused.

    In this order: not shaped like a signed message, sent more than five minutes ago or ahead,
    no key of the partner signed it, of a suspended partner.
    """
    sound = 0 < len(message.id) <= MESSAGE_ID_CHARACTERS_MAX and message.id.isprintable()
    if not sound or len(message.signature) > SIGNATURE_CHARACTERS_MAX:
        raise KeyRefused("not a signed message")
    if not is_fresh(message.timestamp, at=at):
        raise KeyRefused("the timestamp is too old, or ahead of time")
    rows = await tx.rows(SECRETS, message.partner, at, SECRETS_MAX)
    place = fits(
        message.signature,
        body=message.body,
        id=message.id,
        timestamp=message.timestamp,
        secrets=[bytes(row["secret"]) for row in rows],
    )
    if place is None:
        raise KeyRefused("the signature does not fit")
    known = _known(rows[place])
    await _admit(known, at=at, tx=tx)
    return known


async def still_valid(key: str, *, at: datetime, tx: Tx) -> bool:
    """Whether the key with that id proves something at this very moment.

    To be asked before each part of a batch: a key that is revoked meanwhile ends it there.
    """
    return bool(await tx.value(STILL, key, at))


async def _admit(known: Known, *, at: datetime, tx: Tx) -> None:
    key = known.key
    if at >= key.expires_at:
        raise KeyRefused("the key has expired")
    if known.partner.state is not State.ACTIVE:
        raise KeyRefused("the partner is suspended")
    if key.last_used_at is None or key.last_used_at <= at - NOTED_EVERY:
        await tx.run(NOTE_USE, key.programme, key.id, at, at - NOTED_EVERY)


def _known(row: Row) -> Known:
    partner = read({name: row[name] for name in PARTNER_COLUMNS})
    key: Key = read_key(
        {name: row[name] for name in KEY_COLUMNS}
        | {"id": row["key_id"], "programme": partner.programme, "partner": partner.id}
    )
    return Known(partner, key)
