"""Scenes: faults as functions that raise AssertionError when the ledger did not stand them.

The tests run them on the ledger as it is; the controls run the same scenes on a ledger that was
broken on purpose, and expect exactly that AssertionError; the soak runs them over and over.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg

from domain import ledger
from domain.ledger import Item, Outcome, Result
from infra import db, ids
from tests.faults.worlds import BOOK, GOOD, coalescer, founded
from tests.support import apart, ledger_checks

Post: TypeAlias = Callable[[Item, datetime], Awaitable[Result]]
Way: TypeAlias = Callable[[], AbstractAsyncContextManager[Post]]


@asynccontextmanager
async def many() -> AsyncIterator[Post]:
    """Post in transactions of their own, by the function for many items."""

    async def post(item: Item, at: datetime) -> Result:
        async with db.transaction() as tx:
            return (await ledger.post([item], book=BOOK, at=at, tx=tx))[0]

    yield post


@asynccontextmanager
async def single() -> AsyncIterator[Post]:
    """Post in transactions of their own, by the light path for one item."""

    async def post(item: Item, at: datetime) -> Result:
        async with db.transaction() as tx:
            return await ledger.post_one(item, book=BOOK, at=at, tx=tx)

    yield post


@asynccontextmanager
async def coalesced() -> AsyncIterator[Post]:
    """Post by a coalescer, which takes its own moment for `at`."""
    async with coalescer() as poster:
        yield lambda item, at: poster.post(item, book=BOOK)


async def every(items: Sequence[Item], post: Post, at: datetime) -> Sequence[Result]:
    """Post all items at once, each by itself; a database error is a failed scene."""
    answers = await asyncio.gather(*(post(item, at) for item in items), return_exceptions=True)
    for answer in answers:
        assert not isinstance(answer, db.PostgresError), f"the database had to stop it: {answer!r}"
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


async def spenders(
    url: str, *, way: Way, at: datetime, count: int = 16, balance: int = 95, amount: int = 10
) -> None:
    """`count` spenders of one balance: exactly floor(balance / amount) win, the rest do not."""
    async with apart.database(url), apart.owner(url) as owner, way() as post:
        world = await founded(wallets=2, points=balance, at=at)
        first, second = world.wallets
        wishes = [
            ledger.move(amount, debit=first, credit=second, id=ids.derived(at, "spender", n))
            for n in range(count)
        ]
        answers = await every(wishes, post, at)
        won = sum(answer.outcome is Outcome.DONE for answer in answers)
        due = min(count, balance // amount)
        assert won == due, f"{won} spenders won, {due} should have"
        losers = {answer.outcome for answer in answers} - {Outcome.DONE}
        assert losers <= {Outcome.INSUFFICIENT}, f"losers were told {losers}"
        await ledger_checks.whole(owner, book=BOOK)


async def late_duplicate(url: str, *, way: Way, at: datetime) -> None:
    """A refused spend that arrives again once there are points is refused again."""
    async with apart.database(url), apart.owner(url) as owner, way() as post:
        world = await founded(wallets=1, points=5, at=at)
        account = world.wallets[0]
        wish = ledger.spend(50, account=account, id=ids.derived(at, "late"))
        first = await post(wish, at)
        assert first.outcome is Outcome.INSUFFICIENT, first
        await post(ledger.issue(500, account=account, id=ids.derived(at, "luck")), at)
        for days in (0, 1, 29):
            again = await post(wish, at + timedelta(days=days))
            assert again.outcome is Outcome.INSUFFICIENT, f"a refused spend was answered {again}"
        posted = await owner.fetchval("SELECT count(*) FROM ledger.journal WHERE id = $1", wish.id)
        assert posted == 0, "a refused spend was posted"


async def mixed_batch(url: str, *, at: datetime) -> None:
    """One batch of moves, holds, earns and spends leaves every account equal to its journal."""
    async with apart.database(url), apart.owner(url) as owner:
        world = await founded(wallets=4, at=at)
        a, b, c, d = world.wallets

        def id(n: int) -> UUID:
            return ids.derived(at, "mixed", n)

        batch = [
            ledger.issue(9, account=a, id=id(0)),
            ledger.spend(3, account=b, id=id(1)),
            ledger.move(10_000, debit=a, credit=b, id=id(2)),
            ledger.move(700, debit=c, credit=d, id=id(3)),
            ledger.hold(100, account=d, id=id(4)),
            ledger.capture(40, hold=id(4), account=d, credit=a, id=id(5)),
            ledger.issue(8, account=c, id=id(6)),
            ledger.move(1, debit=d, credit=b, id=id(7)),
        ]
        async with db.transaction() as tx:
            results = await ledger.post(batch, book=BOOK, at=at, tx=tx)
        good = [result.outcome in GOOD for result in results]
        assert good == [True, True, False, True, True, True, True, True], results
        await ledger_checks.whole(owner, book=BOOK)


async def overspender(url: str, *, at: datetime) -> None:
    """Nobody gets below zero, whatever a function forgets: the database says no."""
    async with apart.database(url), apart.owner(url) as owner, many() as post:
        world = await founded(wallets=1, points=5, at=at)
        wish = ledger.spend(50, account=world.wallets[0], id=ids.derived(at, "over"))
        with suppress(asyncpg.CheckViolationError):
            await post(wish, at)
        await ledger_checks.whole(owner, book=BOOK)


async def doubled_seq(url: str, *, at: datetime) -> None:
    """No account can have two rows with one number, whoever writes them."""
    async with apart.database(url), apart.owner(url) as owner:
        world = await founded(wallets=1, at=at)
        copy = """
            INSERT INTO ledger.journal (book, id, kind, debit, credit, amount, debit_seq,
                                        debit_balance, credit_seq, credit_balance, xid, at)
            SELECT book, $2, 1, debit, credit, amount, debit_seq, debit_balance, credit_seq,
                   credit_balance, xid, at
            FROM ledger.journal WHERE credit = $1 AND credit_seq = 1
        """
        try:
            await owner.execute(copy, world.wallets[0], ids.derived(at, "copy"))
        except asyncpg.UniqueViolationError:
            return
        await ledger_checks.whole(owner, book=BOOK)
        raise AssertionError("two rows of one account have one number")


async def duplicates(url: str, *, seed: int, at: datetime, count: int = 60) -> None:
    """The same items at once, in one batch, days later and with other content: once each."""
    chance = random.Random(seed)
    async with apart.database(url), apart.owner(url) as owner:
        world = await founded(wallets=4, at=at)
        before = await ledger_checks.total(owner, book=BOOK)
        wishes = []
        for number in range(count):
            a, b = chance.sample(world.wallets, 2)
            id = ids.derived(at, seed, number)
            wishes.append(ledger.move(chance.choice((1, 5, 900)), debit=a, credit=b, id=id))
        answers: dict[UUID, set[Outcome]] = {wish.id: set() for wish in wishes}
        copies = [wish for wish in wishes for _ in range(3)]
        chance.shuffle(copies)
        async with coalescer() as poster:
            results = await asyncio.gather(*(poster.post(wish, book=BOOK) for wish in copies))
        async with db.transaction() as tx:
            results += await ledger.post(copies, book=BOOK, at=at, tx=tx)
        later = at + timedelta(days=chance.randint(1, 29))
        async with single() as post:
            results += [await post(wish, later) for wish in wishes]
        for result in results:
            answers[result.id].add(result.outcome)
        allowed = ({Outcome.DONE, Outcome.ALREADY_DONE}, {Outcome.INSUFFICIENT})
        odd = [found for found in answers.values() if found not in allowed]
        assert not odd, f"answers to one request differ: {odd[:3]}"
        for wish in wishes[:10]:
            other = ledger.move(wish.amount + 1, debit=wish.debit, credit=wish.credit, id=wish.id)
            async with many() as post:
                again = await post(other, at)
            assert again.outcome is Outcome.KEY_REUSED, again
        assert await ledger_checks.total(owner, book=BOOK) == before, "points were made or lost"
        await ledger_checks.whole(owner, book=BOOK)
