"""Granting: the watch comes back for its token, again and again until its member has decided.

The answers are those of RFC 8628, section 3.5. A device code is good for one token.
"""

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain import members
from domain.devices import asking, proving
from domain.devices.errors import TooManyDevices
from domain.devices.records import session_of
from domain.devices.registering import check_room, hold
from domain.programmes import Programme
from infra import ids
from infra.db import Row, Tx

DEVICE_CODE = re.compile(asking.PREFIX + r"([a-z2-7]{16})_([a-z2-7]{52})", re.ASCII)
# Each time a device comes too early it must wait so much longer; section 3.5.
SLOWER_S = 5
INTERVAL_S_MAX = 300
# Clocks and networks are not exact: who comes this much too early is in time.
LEEWAY = timedelta(seconds=1)

# Held, so that one code makes one token however many ask at once.
LOCK = """
SELECT id, hash, platform, kind, name, app_version, locale, state, interval_s, polled_at,
       expires_at, member, issuer, subject, decided_at
FROM device_code WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
POLLED = """
UPDATE device_code SET polled_at = $3, interval_s = $4 WHERE programme = $1 AND id = $2
"""
DECIDED = "UPDATE device_code SET state = $3 WHERE programme = $1 AND id = $2"
# It is signed in since its member said so: what ended their sessions after that ends it too.
ADD = """
INSERT INTO device (programme, id, member, platform, kind, name, app_version, locale, issuer,
                    subject, session, token, hash, registered_at, seen_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""


class Outcome(StrEnum):
    """What came of asking for a token, in the RFC's words.

    NO_SUCH_CODE -- never given out, long over, or used: `invalid_grant` of RFC 6749.
    """

    GRANTED = "granted"
    PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    DENIED = "access_denied"
    EXPIRED = "expired_token"
    NO_SUCH_CODE = "invalid_grant"


@dataclass(frozen=True, slots=True)
class Poll:
    """What a device is answered. token -- only of a granted one, and only this once.

    interval_s -- how long to wait before it asks again.
    """

    outcome: Outcome
    token: str | None = field(default=None, repr=False)
    interval_s: int = asking.INTERVAL_S


async def poll(device_code: str, *, programme: Programme, at: datetime, tx: Tx) -> Poll:
    """What the member has decided of the device that has this code, and its token if it may.

    In this order: NO_SUCH_CODE, EXPIRED, DENIED, GRANTED, SLOW_DOWN, PENDING. A device that
    comes too early is told to slow down only while there is nothing else to tell.
    """
    parts = DEVICE_CODE.fullmatch(device_code)
    id, secret = parts.groups() if parts else ("", "")
    row = await tx.row(LOCK, programme.id, id) if parts else None
    # Compared also where there is nothing to compare with, so that the time tells nothing.
    kept = bytes(32) if row is None else bytes(row["hash"])
    if not hmac.compare_digest(kept, proving.hashed(secret)) or row is None:
        return Poll(Outcome.NO_SUCH_CODE)
    if row["state"] == "USED":
        return Poll(Outcome.NO_SUCH_CODE)
    if at >= row["expires_at"]:
        return Poll(Outcome.EXPIRED)
    if row["state"] == "REFUSED":
        return Poll(Outcome.DENIED)
    if row["state"] == "APPROVED":
        return await _granted(row, programme, at, tx)
    return await _later(row, programme, at, tx)


async def _later(row: Row, programme: Programme, at: datetime, tx: Tx) -> Poll:
    interval_s, polled_at = row["interval_s"], row["polled_at"]
    early = polled_at is not None and at < polled_at + timedelta(seconds=interval_s) - LEEWAY
    if early:
        interval_s = min(interval_s + SLOWER_S, INTERVAL_S_MAX)
    await tx.run(POLLED, programme.id, row["id"], at, interval_s)
    return Poll(Outcome.SLOW_DOWN if early else Outcome.PENDING, interval_s=interval_s)


async def _granted(row: Row, programme: Programme, at: datetime, tx: Tx) -> Poll:
    """A token, unless its member has gone since, or has no room for one more device."""
    try:
        member = await members.get(row["member"], programme=programme.id, tx=tx)
        await hold(member, tx=tx)
        await check_room(member, tx=tx)
    except (members.NoSuchMember, TooManyDevices):
        await tx.run(DECIDED, programme.id, row["id"], "REFUSED")
        return Poll(Outcome.DENIED)
    device = ids.derived(row["decided_at"], "devices.granted", programme.id, row["id"])
    id, secret = proving.fresh_id(), proving.fresh_secret()
    await tx.run(
        ADD,
        programme.id,
        device,
        *_told(row, device),
        id,
        proving.hashed(secret),
        row["decided_at"],
        at,
    )
    await tx.run(DECIDED, programme.id, row["id"], "USED")
    return Poll(Outcome.GRANTED, f"{proving.PREFIX}{id}_{secret}")


def _told(row: Row, device: UUID) -> tuple[object, ...]:
    return (
        row["member"],
        row["platform"],
        row["kind"],
        row["name"],
        row["app_version"],
        row["locale"],
        row["issuer"],
        row["subject"],
        session_of(device),
    )
