"""Worlds: a small book with points in it, and seeded errands to run on it.

An errand is one or two items of which the second needs the first, so errands may be sent in any
order and again, and what a crash cut off can be sent again shuffled.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from domain import ledger
from domain.ledger import AccountClass, Item, Outcome, Result
from infra import db, ids

Errand: TypeAlias = tuple[Item, ...]
Send: TypeAlias = Callable[[Item], Awaitable[Result]]

BOOK = 7
POINTS = 1_000
GOOD = frozenset({Outcome.DONE, Outcome.ALREADY_DONE})


@dataclass(frozen=True, slots=True)
class World:
    """A book, its wallets with `POINTS` each, and a moment."""

    book: int
    wallets: tuple[int, ...]
    at: datetime


@dataclass(slots=True)
class Answers:
    """What was acknowledged, by id: the first answer to each, and answers that contradict it."""

    outcomes: dict[UUID, Outcome] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)

    def add(self, id: UUID, outcome: Outcome) -> None:
        """Keep an answer; a second one must say the same, but for "already"."""
        before = self.outcomes.setdefault(id, outcome)
        if before != outcome and not {before, outcome} <= GOOD:
            self.contradictions.append(f"{id} was answered {before!r}, then {outcome!r}")


async def founded(*, wallets: int, at: datetime, points: int = POINTS) -> World:
    """Open a book with wallets; half of their points expire next month, half never do."""
    async with db.transaction() as tx:
        await ledger.open_book(BOOK, unit="PTS", at=at, tx=tx)
        accounts = await ledger.open_accounts(
            wallets, book=BOOK, account_class=AccountClass.WALLET, tx=tx
        )
        month = at.year * 12 + at.month - 1
        gifts = [
            ledger.issue(part, account=account, id=ids.new(at), month=lot)
            for account in accounts
            for part, lot in ((points // 2, month + 1), (points - points // 2, ledger.NEVER))
            if part
        ]
        for result in await ledger.post(gifts, book=BOOK, at=at, tx=tx) if gifts else ():
            assert result.outcome is Outcome.DONE, result
    return World(BOOK, tuple(accounts), at)


@asynccontextmanager
async def coalescer() -> AsyncIterator[ledger.Coalescer]:
    """The ledger's coalescer; what the block raises comes out as it is, not in a group."""
    try:
        async with ledger.coalescer() as poster:
            yield poster
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


def errands(world: World, *, seed: int, count: int) -> list[Errand]:
    """`count` errands, the same for the same seed: moves, spends, earns, holds and reversals."""
    chance = random.Random(seed)
    return [_errand(world, chance, (seed, number)) for number in range(count)]


def _errand(world: World, chance: random.Random, name: tuple[int, int]) -> Errand:
    first = ids.derived(world.at, *name, "first")
    second = ids.derived(world.at, *name, "second")
    a, b = chance.sample(world.wallets, 2)
    amount = chance.choice((1, 7, 40, 400))
    match chance.randrange(6):
        case 0:
            return (ledger.issue(amount, account=a, id=first),)
        case 1:
            return (ledger.spend(amount, account=a, id=first),)
        case 2:
            part = chance.randint(1, amount)
            hold = ledger.hold(
                amount, account=a, id=first, expires_at=world.at + timedelta(hours=1)
            )
            return hold, ledger.capture(part, hold=first, account=a, credit=b, id=second)
        case 3:
            hold = ledger.hold(
                amount, account=a, id=first, expires_at=world.at + timedelta(hours=1)
            )
            return hold, ledger.release(hold=first, account=a, id=second)
        case 4:
            move = ledger.move(amount, debit=a, credit=b, id=first)
            return move, ledger.reverse(original=first, id=second)
    return (ledger.move(amount, debit=a, credit=b, id=first),)


async def run(tasks: Sequence[Errand], send: Send, answers: Answers, *, abreast: int = 32) -> None:
    """Send every errand, `abreast` at a time; one whose answer is lost stays unanswered."""
    waiting = list(reversed(tasks))

    async def sender() -> None:
        while waiting:
            for item in waiting.pop():
                try:
                    result = await send(item)
                except db.Unavailable:
                    break
                answers.add(result.id, result.outcome)
                if result.outcome not in GOOD:
                    break

    async with asyncio.TaskGroup() as group:
        for _ in range(abreast):
            group.create_task(sender())


def unanswered(tasks: Sequence[Errand], answers: Answers) -> list[Errand]:
    """The errands of which something was never answered."""
    return [task for task in tasks if any(item.id not in answers.outcomes for item in task)]
