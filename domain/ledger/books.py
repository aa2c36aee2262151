"""Books: open a programme's ledger, and accounts in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import cast

from infra.db import Tx

OPEN_BOOK = "SELECT ledger.open_book($1, $2, $3, $4, $5)"
POLICIES = "SELECT expiry_months, return_policy FROM ledger.book WHERE id = $1"
SET_POLICIES = "SELECT ledger.set_policies($1, $2, $3)"
OPEN_ACCOUNTS = "SELECT ledger.open_accounts($1, $2, $3)"
LOCK = "SELECT ledger.lock_accounts($1, $2::bigint[])"
RETURN_POLICY = "SELECT return_policy FROM ledger.book WHERE id = $1"


class AccountClass(IntEnum):
    """What an account is for: a member's wallet, a challenge's escrow, a partner's prepaid pot."""

    WALLET = 1
    ESCROW = 2
    PREPAID = 3


class ReturnPolicy(IntEnum):
    """How a book takes back points that a member earned and should not have.

    ONLY_PENDING     -- only while they are pending.
    WITHIN_BALANCE   -- what is left of them, never below zero.
    NEGATIVE_ALLOWED -- all of them; what is missing is a debt that the next credits pay.
    """

    ONLY_PENDING = 1
    WITHIN_BALANCE = 2
    NEGATIVE_ALLOWED = 3


@dataclass(frozen=True, slots=True)
class Policies:
    """What a book does from now on with what members earn.

    expiry_months -- whole months that points live after the month they were earned in, 0 to
                     34; None: for ever.
    """

    expiry_months: int | None
    return_policy: ReturnPolicy


async def open_book(
    book: int,
    *,
    unit: str,
    at: datetime,
    tx: Tx,
    expiry_months: int | None = None,
    return_policy: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE,
) -> None:
    """Open a new book, number `book` > 0, once.

    unit          -- what its points are called, such as "PTS".
    expiry_months -- whole months that points live after the month they were earned in, 0 to
                     34; None: for ever.
    """
    await tx.run(OPEN_BOOK, book, unit, at, expiry_months, return_policy)


async def policies(book: int, *, tx: Tx) -> Policies:
    """What the book does now with what members earn."""
    row = await tx.row(POLICIES, book)
    assert row is not None, "whoever asks for a book has opened it"
    return Policies(row["expiry_months"], ReturnPolicy(row["return_policy"]))


async def set_policies(book: int, policies: Policies, *, tx: Tx) -> None:
    """Change what the book does from now on; lots and promises keep the months they have."""
    found = await tx.value(SET_POLICIES, book, policies.expiry_months, policies.return_policy)
    assert found, "whoever changes a book has opened it before"


async def open_account(*, book: int, account_class: AccountClass, tx: Tx) -> int:
    """A new empty account; its number is unique over all books."""
    return (await open_accounts(1, book=book, account_class=account_class, tx=tx))[0]


async def open_accounts(
    count: int, *, book: int, account_class: AccountClass, tx: Tx
) -> Sequence[int]:
    """`count` >= 1 new empty accounts, in ascending order."""
    return cast(Sequence[int], await tx.value(OPEN_ACCOUNTS, book, account_class, count))


async def lock(accounts: Collection[int], *, book: int, tx: Tx) -> None:
    """Nobody else posts to these accounts before `tx` ends. Once in a transaction, before its
    first posting: whoever makes several calls could otherwise wait in a circle with another."""
    await tx.run(LOCK, book, list(accounts))


async def return_policy(book: int, *, tx: Tx) -> ReturnPolicy:
    """How the book takes back points that a member earned and should not have."""
    return ReturnPolicy(await tx.value(RETURN_POLICY, book))
