"""Ledger history: a book in which everything happens, made by the real verbs."""

import random
from datetime import datetime, timedelta
from uuid import UUID

from domain import ledger
from domain.ledger import AccountClass, Item, Outcome, ReturnPolicy, schedule
from infra import db, ids
from infra.db import Tx


async def a_book(
    book: int = 1,
    *,
    at: datetime,
    tx: Tx,
    expiry_months: int | None = None,
    return_policy: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE,
) -> int:
    """A book, opened at `at`."""
    await ledger.open_book(
        book, unit="PTS", at=at, tx=tx, expiry_months=expiry_months, return_policy=return_policy
    )
    return book


async def a_wallet(book: int, *, holding: int = 0, at: datetime, tx: Tx) -> int:
    """A wallet with that many points."""
    account = await ledger.open_account(book=book, account_class=AccountClass.WALLET, tx=tx)
    if holding:
        await posted(
            ledger.issue(holding, account=account, id=ids.new(at)), book=book, at=at, tx=tx
        )
    return account


async def posted(item: Item, *, book: int, at: datetime, tx: Tx) -> UUID:
    """The item posted; its id."""
    return ledger.require(await ledger.post_one(item, book=book, at=at, tx=tx)).id


async def jobs_run(*, at: datetime) -> None:
    """What the ledger does by itself up to `at`, each job to its end, in committed steps."""
    for body in (schedule.keep_months, schedule.release_due, schedule.mature_due, schedule.expire):
        done = 1
        while done:
            async with db.transaction() as tx:
                done = await body(at, tx)


class History:
    """A random but repeatable history of one book, step by step."""

    def __init__(self, book: int, accounts: list[int], *, seed: int) -> None:
        self.book, self.accounts = book, accounts
        self._random = random.Random(seed)
        self._holds: list[tuple[UUID, int, int]] = []
        self._moves: list[UUID] = []
        self._promises: list[UUID] = []

    async def steps(self, count: int, *, at: datetime, tx: Tx) -> None:
        """Do `count` things that may be refused or not, a second apart."""
        for number in range(count):
            moment = at + timedelta(seconds=number)
            items = self._items(moment)
            for result in await ledger.post(items, book=self.book, at=moment, tx=tx):
                self._remember(items, result)
            if self._random.random() < 0.1:
                await self._promise(moment, tx)

    def _items(self, at: datetime) -> list[Item]:
        some, other = self._random.sample(self.accounts, 2)
        amount, id = self._random.randrange(1, 40), ids.new(at)
        kind = self._random.choice(("issue", "issue", "move", "spend", "hold", "end", "reverse"))
        if kind == "issue":
            months = self._random.choice((None, None, 0, 1, 5))
            month = None if months is None else ledger.month_of(at) + months
            return [ledger.issue(amount, account=some, id=id, month=month, meta={"why": "gift"})]
        if kind == "move":
            back = ledger.move(1, debit=other, credit=some, id=ids.new(at), group=id)
            item = ledger.move(amount, debit=some, credit=other, id=id, group=id, meta={"n": 1})
            return [item, back]
        if kind == "spend":
            return [ledger.spend(amount, account=some, id=id)]
        if kind == "hold":
            ends = at + timedelta(days=self._random.choice((1, 20)))
            return [ledger.hold(amount, account=some, id=id, expires_at=ends)]
        if kind == "end" and self._holds:
            hold, account, held = self._holds.pop(self._random.randrange(len(self._holds)))
            if self._random.random() < 0.4:
                return [ledger.release(hold=hold, account=account, id=id)]
            target = self._random.choice((other, ledger.REDEMPTION))
            part = self._random.randrange(1, held + 1)
            return [ledger.capture(part, hold=hold, account=account, id=id, credit=target)]
        if kind == "reverse" and self._moves:
            original = self._moves.pop(self._random.randrange(len(self._moves)))
            return [ledger.reverse(original=original, id=id)]
        return [ledger.spend(amount, account=other, id=id, meta={"why": "coffee", "ü": [1.50]})]

    def _remember(self, items: list[Item], result: ledger.Result) -> None:
        item = next(each for each in items if each.id == result.id)
        if result.outcome is not Outcome.DONE:
            return
        if item.kind is ledger.Kind.HOLD:
            self._holds.append((item.id, item.debit, item.amount))
        elif item.kind in (ledger.Kind.MOVE, ledger.Kind.CAPTURE):
            self._moves.append(item.id)

    async def _promise(self, at: datetime, tx: Tx) -> None:
        account = self._random.choice(self.accounts)
        promise = ledger.Promise(ids.new(at), account, 7, matures_at=at + timedelta(days=1))
        await ledger.promise([promise], book=self.book, at=at, tx=tx)
        self._promises.append(promise.id)
        if self._random.random() < 0.3:
            await ledger.cancel([self._promises.pop()], book=self.book, at=at, tx=tx)
