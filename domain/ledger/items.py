"""Items: what the ledger is asked to do, one value each, and the words to say it.

An item's id is a UUIDv7 made by the caller and is its idempotency key: the same item again is
answered with its first result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

# System accounts: they have no row, nobody locks them, and their totals are derived.
ISSUANCE = -1
REDEMPTION = -2
BREAKAGE = -3
CLEARING = -4
ADJUSTMENT = -5
# The other side of a hold and of its release: no points move.
NOBODY = 0
# Exact in every client, JavaScript's included.
POINTS_MAX = 2**53 - 1


class Kind(IntEnum):
    """What a journal row is. EXPIRE and SETTLE are made by the ledger itself only."""

    MOVE = 1
    HOLD = 2
    CAPTURE = 3
    RELEASE = 4
    EXPIRE = 5
    REVERSE = 6
    SETTLE = 7


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to post.

    amount     -- whole points, 1 to 2^53 - 1; 0 where the hold or the original decides.
    month      -- lot month (see lots.py) of points from a system account; None: the book's
                  expiry policy.
    ref        -- the hold captured or released, the posting reversed.
    group      -- items side by side with one group succeed or fail together.
    expires_at -- of a hold; None: 15 minutes after it is made; at most 31 days.
    meta       -- plain JSON kept with the journal row for statements.
    """

    id: UUID
    kind: Kind
    debit: int
    credit: int
    amount: int
    month: int | None = None
    ref: UUID | None = None
    group: UUID | None = None
    expires_at: datetime | None = None
    actor: UUID | None = None
    meta: Mapping[str, Any] | None = None


def move(
    amount: int,
    *,
    debit: int,
    credit: int,
    id: UUID,
    group: UUID | None = None,
    actor: UUID | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Item:
    """Points from one account to another; they keep their lots."""
    return Item(id, Kind.MOVE, debit, credit, amount, group=group, actor=actor, meta=meta)


def issue(
    amount: int,
    *,
    account: int,
    id: UUID,
    month: int | None = None,
    source: int = ISSUANCE,
    group: UUID | None = None,
    actor: UUID | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Item:
    """New points for an account, in one lot; `month` as for Item."""
    return Item(id, Kind.MOVE, source, account, amount, month, None, group, None, actor, meta)


def spend(
    amount: int,
    *,
    account: int,
    id: UUID,
    target: int = REDEMPTION,
    group: UUID | None = None,
    actor: UUID | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Item:
    """Points used up by an account, those that expire soonest first."""
    return Item(id, Kind.MOVE, account, target, amount, group=group, actor=actor, meta=meta)


def hold(
    amount: int,
    *,
    account: int,
    id: UUID,
    expires_at: datetime | None = None,
    group: UUID | None = None,
    actor: UUID | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Item:
    """Points set aside until they are captured, released, or `expires_at` comes."""
    return Item(id, Kind.HOLD, account, NOBODY, amount, None, None, group, expires_at, actor, meta)


def capture(
    amount: int,
    *,
    hold: UUID,
    account: int,
    id: UUID,
    credit: int = REDEMPTION,
    group: UUID | None = None,
    actor: UUID | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Item:
    """Held points moved on, up to the hold's amount; the rest of it is free again."""
    return Item(id, Kind.CAPTURE, account, credit, amount, None, hold, group, None, actor, meta)


def release(
    *,
    hold: UUID,
    account: int,
    id: UUID,
    group: UUID | None = None,
    actor: UUID | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Item:
    """The whole of a hold free again."""
    return Item(id, Kind.RELEASE, account, NOBODY, 0, None, hold, group, None, actor, meta)


def reverse(
    *,
    original: UUID,
    id: UUID,
    group: UUID | None = None,
    actor: UUID | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Item:
    """A move or capture undone, once: the very lots go back where they came from.

    The ledger finds the accounts and the amount. Points that were issued to a wallet are taken
    back as the book's return policy says, so less than all may move.
    """
    return Item(id, Kind.REVERSE, NOBODY, NOBODY, 0, None, original, group, None, actor, meta)
