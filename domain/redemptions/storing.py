"""Storing: the one place that reads and writes rows of redemptions."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from domain.redemptions.coding import NUMBER_DIGITS, SECRET_BYTES
from domain.redemptions.errors import NoSuchRedemption
from domain.redemptions.records import Redemption, State
from infra.db import Row, Tx

# That one number is taken is unlikely; that all are does not happen.
NUMBERS = 3
COLUMNS = tuple(field.name for field in fields(Redemption))

# Whichever of the two indexes has it: the caller holds the member, so it is never the id.
ADD = """
INSERT INTO redemption (programme, id, member, reward, version, kind, price, quantity, state,
                        discount, payer_account, payer_hold, offer, cash_minor, currency, outlet,
                        hold, donation, reserved_at, expires_at, refundable_until, secret, number)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'RESERVED', $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
       $19, $20, $21, n.number
FROM unnest($22::text[]) WITH ORDINALITY AS n (number, place)
WHERE NOT EXISTS (SELECT FROM redemption AS r WHERE r.programme = $1 AND r.number = n.number)
ORDER BY n.place LIMIT 1
ON CONFLICT DO NOTHING
RETURNING number
"""
FIND = """
SELECT id, programme, member, reward, version, kind, price, quantity, state, reserved_at,
       expires_at, number, discount, payer_account, payer_hold, offer, cash_minor, currency,
       outlet, hold, donation, fulfilled_at, handed_at, released_at, refunded_at,
       refundable_until, refund
FROM redemption WHERE programme = $1 AND id = $2
"""
SEVERAL = """
SELECT id, programme, member, reward, version, kind, price, quantity, state, reserved_at,
       expires_at, number, discount, payer_account, payer_hold, offer, cash_minor, currency,
       outlet, hold, donation, fulfilled_at, handed_at, released_at, refunded_at,
       refundable_until, refund
FROM redemption WHERE programme = $1 AND id = ANY($2::uuid[])
"""
LOCK = """
SELECT id, programme, member, reward, version, kind, price, quantity, state, reserved_at,
       expires_at, number, discount, payer_account, payer_hold, offer, cash_minor, currency,
       outlet, hold, donation, fulfilled_at, handed_at, released_at, refunded_at,
       refundable_until, refund
FROM redemption WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
LISTED = """
SELECT id, programme, member, reward, version, kind, price, quantity, state, reserved_at,
       expires_at, number, discount, payer_account, payer_hold, offer, cash_minor, currency,
       outlet, hold, donation, fulfilled_at, handed_at, released_at, refunded_at,
       refundable_until, refund
FROM redemption
WHERE programme = $1 AND member = $2 AND ($3::text[] IS NULL OR state = ANY($3))
  AND ($4::uuid IS NULL OR id < $4)
ORDER BY id DESC LIMIT $5
"""
OF_REWARD = """
SELECT id, programme, member, reward, version, kind, price, quantity, state, reserved_at,
       expires_at, number, discount, payer_account, payer_hold, offer, cash_minor, currency,
       outlet, hold, donation, fulfilled_at, handed_at, released_at, refunded_at,
       refundable_until, refund
FROM redemption
WHERE programme = $1 AND reward = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
BY_NUMBER = "SELECT id, secret FROM redemption WHERE programme = $1 AND number = $2"
SECRET = "SELECT secret FROM redemption WHERE programme = $1 AND id = $2"
KEEP = """
UPDATE redemption
SET state = $3, fulfilled_at = $4, handed_at = $5, released_at = $6, refunded_at = $7, refund = $8,
    refundable_until = $9
WHERE programme = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A redemption with what only redemptions themselves need to know of it.

    payer_hold -- in the ledger, of the discount; donation: what the price has become, of one that
    gave to a cause; refund: whose request it was that it was given back.
    """

    one: Redemption
    payer_hold: UUID | None = None
    donation: UUID | None = None
    refund: UUID | None = None


async def add(kept: Kept, *, tx: Tx) -> Redemption:
    """Write a new redemption, with a number and a secret of its own; as it is now."""
    one = kept.one
    numbers = [f"{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}}" for _ in range(NUMBERS)]
    what = (one.reward, one.version, one.kind, one.price, one.quantity)
    paid = (one.discount, one.payer_account, kept.payer_hold, one.offer)
    rest = (one.cash_minor, one.currency, one.outlet, one.hold, kept.donation)
    times = (one.reserved_at, one.expires_at, one.refundable_until)
    secret = secrets.token_bytes(SECRET_BYTES)
    where = (one.programme, one.id, one.member)
    number = await tx.value(ADD, *where, *what, *paid, *rest, *times, secret, numbers)
    assert number is not None, "one of three numbers of ten digits is free"
    return replace(one, number=number)


async def find(id: UUID, *, programme: int, tx: Tx) -> Redemption | None:
    """The redemption with that id, whosever it is; None when there is none."""
    row = await tx.row(FIND, programme, id)
    return None if row is None else redemption_of(row)


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Redemption]:
    """Those redemptions of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: redemption_of(row) for row in rows}


async def locked(id: UUID, *, programme: int, tx: Tx) -> Kept:
    """The redemption, held until `tx` ends. Whoever holds its member too has held that first.

    Raises NoSuchRedemption.
    """
    row = await tx.row(LOCK, programme, id)
    if row is None:
        raise NoSuchRedemption("there is no such redemption")
    return kept_of(row)


async def listed(
    member: UUID,
    *,
    programme: int,
    states: Collection[State] | None,
    before: UUID | None,
    limit: int,
    tx: Tx,
) -> Sequence[Redemption]:
    """The member's redemptions in any of these states, newest first; None: in all."""
    wanted = None if states is None else sorted(states)
    rows = await tx.rows(LISTED, programme, member, wanted, before, limit)
    return [redemption_of(row) for row in rows]


async def of_reward(
    reward: UUID, *, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Redemption]:
    """The redemptions of a reward, newest first."""
    rows = await tx.rows(OF_REWARD, programme, reward, before, limit)
    return [redemption_of(row) for row in rows]


async def by_number(number: str, *, programme: int, tx: Tx) -> tuple[UUID, bytes] | None:
    """Which redemption has that number, and its secret; None: none, or it was forgotten."""
    row = await tx.row(BY_NUMBER, programme, number)
    if row is None or row["secret"] is None:
        return None
    return row["id"], bytes(row["secret"])


async def secret_of(id: UUID, *, programme: int, tx: Tx) -> bytes | None:
    """What the codes of a redemption are made with; None once it was forgotten."""
    found = await tx.value(SECRET, programme, id)
    return None if found is None else bytes(found)


async def keep(
    one: Redemption, *, refund: UUID | None = None, tx: Tx, **changes: Any
) -> Redemption:
    """Write a held redemption with these changes; as it is now."""
    now = replace(one, **changes)
    times = (now.fulfilled_at, now.handed_at, now.released_at, now.refunded_at)
    where = (now.programme, now.id, now.state)
    await tx.run(KEEP, *where, *times, refund, now.refundable_until)
    return now


def redemption_of(row: Row) -> Redemption:
    """One row of the table as a value; other columns of the row are passed over."""
    words = {name: row[name] for name in COLUMNS}
    return Redemption(**{**words, "state": State(row["state"])})


def kept_of(row: Row) -> Kept:
    """One row of the table as a value, with what is not told."""
    return Kept(redemption_of(row), row["payer_hold"], row["donation"], row["refund"])
