"""Asking: a watch wants to be signed in, and shows a code that a member types on their phone.

The shape is that of RFC 8628 (OAuth 2.0 Device Authorization Grant). The device code, which only
the watch has, is an id and 256 random bits of which SHA-256 is kept.

The user code is eight of 20 letters, as the RFC's section 6.1 proposes: consonants without Y, so
that no words come out, and no digits that look like letters. That is 20 ** 8 = 2.6e10 codes, or
34.6 bits, good enough only because they live for ten minutes and because tries are counted: at
most 100,000 codes of a programme are open, a member has 20 tries an hour, so one hits somebody's
code once in 13,000 hours of trying at the very worst, and would have a stranger's watch show
their own glance. A code is also over once it was looked up ten times. What remains is that
somebody is talked into approving a watch that is not theirs (section 5.4), so whoever approves
is shown first which device asks, and since when.

A code is found by an index and not compared in constant time: who could tell the difference
would still need a try for each letter, and has twenty.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.devices.checking import sound
from domain.devices.errors import TooManyCodes
from domain.devices.proving import fresh_id, fresh_secret, hashed
from domain.devices.records import About, Waiting
from domain.programmes import Programme
from infra.db import Tx

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
CODE_CHARACTERS = 8
PREFIX = "ld_"
LIVES = timedelta(minutes=10)
INTERVAL_S = 5
OPEN_MAX = 100_000
# Who asks again with a code that is over is told so for a day.
REMEMBERED = timedelta(days=1)
PURGE_BATCH = 1_000

# Counted up to the limit and no further, and without locking anybody out who comes at once: a few
# more than the limit are no harm.
CROWDED = """
SELECT count(*) >= $3 FROM (
    SELECT FROM device_code WHERE programme = $1 AND expires_at > $2 LIMIT $3
) AS open
"""
# The same code twice, which once in many millions of times happens, is like being one too many.
ADD = """
INSERT INTO device_code (programme, id, hash, user_code, platform, kind, name, app_version, locale,
                         interval_s, asked_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT DO NOTHING
"""
PURGE = """
DELETE FROM device_code WHERE (programme, id) IN (
    SELECT programme, id FROM device_code WHERE expires_at < $1 LIMIT $2
)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a watch is told that asked to be signed in.

    device_code -- its secret, to come back with; user_code -- for its member to type.
    """

    device_code: str = field(repr=False)
    user_code: str
    waiting: Waiting


async def ask(programme: Programme, about: About, *, at: datetime, tx: Tx) -> Asked:
    """A code for a device that wants to be signed in; anybody may ask.

    about -- what it says of itself, without an installation: that it registers afterwards.
    Refuses, in this order: BadKind, BadVersion, BadDeviceName, programmes.BadLocale, TooManyCodes.
    """
    about = sound(about)
    if await tx.value(CROWDED, programme.id, at, OPEN_MAX):
        raise TooManyCodes("too many devices ask to be signed in: try again in a minute")
    code, id, secret, until = fresh_code(), fresh_id(), fresh_secret(), at + LIVES
    told = (str(about.platform), str(about.kind), about.name, about.app_version, about.locale)
    terms = (INTERVAL_S, at, until)
    if not await tx.run(ADD, programme.id, id, hashed(secret), code, *told, *terms):
        raise TooManyCodes("the code is taken: try again")
    return Asked(f"{PREFIX}{id}_{secret}", code, Waiting(about, at, until))


def fresh_code() -> str:
    """A new random user code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))


def read_code(text: str) -> str | None:
    """The code that somebody typed, in its one spelling; None when it is none."""
    if len(text) > 3 * CODE_CHARACTERS:
        return None
    plain = text.upper().replace("-", "").replace(" ", "")
    return plain if len(plain) == CODE_CHARACTERS and set(plain) <= set(ALPHABET) else None


async def purge_codes(at: datetime, tx: Tx) -> int:
    """Forget a bounded number of codes that are long over; how many."""
    return await tx.run(PURGE, at - REMEMBERED, PURGE_BATCH)
