"""Ours: the ledger as the app uses it, with every feature on."""

from collections.abc import Sequence
from datetime import datetime

from bench.rivals import Pairs
from domain import ledger
from domain.ledger import AccountClass, Outcome
from infra import clock, db, ids

BOOK = 1
PLENTY = 1_000_000_000
CHUNK = 250


async def open_accounts(count: int, *, at: datetime) -> Sequence[int]:
    """A book with `count` wallets, each with lots of two months and one that never expires."""
    async with db.transaction() as tx:
        await ledger.open_book(BOOK, unit="PTS", at=at, tx=tx)
        accounts = await ledger.open_accounts(
            count, book=BOOK, account_class=AccountClass.WALLET, tx=tx
        )
    for begin in range(0, count, CHUNK):
        await _fund(accounts[begin : begin + CHUNK], at=at)
    return accounts


async def open_prepaid(*, at: datetime) -> int:
    """A partner's account with a bounded balance."""
    async with db.transaction() as tx:
        account = await ledger.open_account(book=BOOK, account_class=AccountClass.PREPAID, tx=tx)
    await _fund([account], at=at)
    return account


async def _fund(accounts: Sequence[int], *, at: datetime) -> None:
    month = at.year * 12 + at.month - 1
    gifts = [
        ledger.issue(points, account=account, id=ids.new(at), month=lot)
        for account in accounts
        for points, lot in ((200, month), (1000, month + 6), (PLENTY, ledger.NEVER))
    ]
    async with db.transaction() as tx:
        results = await ledger.post(gifts, book=BOOK, at=at, tx=tx)
    assert all(result.outcome is Outcome.DONE for result in results)


class Coalesced:
    """One transfer through the process's coalescer, as a request would send it."""

    def __init__(self, poster: ledger.Coalescer, pairs: Pairs, *, book: int = BOOK) -> None:
        self._poster, self._pairs, self._book = poster, pairs, book

    async def __call__(self, client: int) -> None:
        """Move one point."""
        debit, credit = self._pairs.next()
        item = ledger.move(1, debit=debit, credit=credit, id=ids.new(clock.now()))
        result = await self._poster.post(item, book=self._book)
        assert result.outcome is Outcome.DONE, result


class Single:
    """One transfer in a statement that is its own transaction, by `post_one`."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    async def __call__(self, client: int) -> None:
        """Move one point."""
        debit, credit = self._pairs.next()
        at = clock.now()
        item = ledger.move(1, debit=debit, credit=credit, id=ids.new(at))
        async with db.reading() as tx:
            result = await ledger.post_one(item, book=BOOK, at=at, tx=tx)
        assert result.outcome is Outcome.DONE, result
