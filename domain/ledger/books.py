"""Books: open a programme's ledger, and accounts in it."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import cast

from infra.db import Tx

OPEN_BOOK = "SELECT ledger.open_book($1, $2, $3, $4, $5)"
OPEN_ACCOUNTS = "SELECT ledger.open_accounts($1, $2, $3)"


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


async def open_account(*, book: int, account_class: AccountClass, tx: Tx) -> int:
    """A new empty account; its number is unique over all books."""
    return (await open_accounts(1, book=book, account_class=account_class, tx=tx))[0]


async def open_accounts(
    count: int, *, book: int, account_class: AccountClass, tx: Tx
) -> Sequence[int]:
    """`count` >= 1 new empty accounts, in ascending order."""
    return cast(Sequence[int], await tx.value(OPEN_ACCOUNTS, book, account_class, count))
