"""Bursts: many at once on one account, where check-then-act would lose or make points."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from domain import ledger
from domain.ledger import Coalescer, Item, Outcome, Result
from infra import db
from tests.domain.ledger.books import START, Book

SPENDERS = 40


async def apart(book: Book, items: list[Item], *, single: bool) -> list[Result]:
    """Each in a transaction of its own, all at once."""
    one = replace(book, single=single)
    return [results[0] for results in await asyncio.gather(*(one.post(item) for item in items))]


async def together(book: Book, items: list[Item]) -> list[Result]:
    """All through one coalescer."""
    async with ledger.coalescer(now=lambda: START) as poster:
        return list(await asyncio.gather(*(poster.post(item, book=book.number) for item in items)))


@pytest.mark.parametrize("way", ["post", "post_one", "coalescer"])
async def test_given_a_balance_when_many_spend_it_at_once_then_exactly_as_many_win_as_it_covers(
    book: Book, way: str
) -> None:
    ada = await book.wallet(100)
    items = [ledger.spend(7, account=ada, id=book.id()) for _ in range(SPENDERS)]

    if way == "coalescer":
        results = await together(book, items)
    else:
        results = await apart(book, items, single=way == "post_one")

    won = Counter(result.outcome for result in results)
    assert won == {Outcome.DONE: 100 // 7, Outcome.INSUFFICIENT: SPENDERS - 100 // 7}
    assert (await book.state(ada))["balance"] == 100 % 7


@pytest.mark.parametrize("way", ["post", "post_one", "coalescer"])
async def test_given_one_id_when_it_is_sent_many_times_at_once_then_it_is_posted_once(
    book: Book, way: str
) -> None:
    ada = await book.wallet(100)
    items = [ledger.spend(7, account=ada, id=book.id())] * SPENDERS

    if way == "coalescer":
        results = await together(book, items)
    else:
        results = await apart(book, items, single=way == "post_one")

    assert Counter(r.outcome for r in results) == {
        Outcome.DONE: 1,
        Outcome.ALREADY_DONE: SPENDERS - 1,
    }
    assert {(r.debit_balance, r.debit_seq) for r in results} == {(93, 2)}


async def test_given_two_accounts_when_points_go_both_ways_at_once_then_nobody_waits_for_ever(
    book: Book,
) -> None:
    ada, bob = await book.wallet(1000), await book.wallet(1000)
    there = [ledger.move(1, debit=ada, credit=bob, id=book.id()) for _ in range(SPENDERS)]
    back = [ledger.move(1, debit=bob, credit=ada, id=book.id()) for _ in range(SPENDERS)]

    results = await asyncio.gather(apart(book, there, single=True), apart(book, back, single=False))

    assert {result.outcome for part in results for result in part} == {Outcome.DONE}
    assert (await book.state(ada))["balance"] == 1000


async def test_given_a_hold_when_capture_release_and_time_out_race_then_one_of_them_wins(
    book: Book,
) -> None:
    ada = await book.wallet(1000)
    holds = [ledger.hold(10, account=ada, id=book.id()) for _ in range(20)]
    await book.done(*holds)
    captures = [ledger.capture(10, hold=h.id, account=ada, id=book.id()) for h in holds]
    releases = [ledger.release(hold=h.id, account=ada, id=book.id()) for h in holds]

    async def time_out() -> int:
        async with db.transaction() as tx:
            at = START.replace(month=2)
            return len(await tx.value("SELECT ledger.release_due($1, $2, 20)", book.number, at))

    captured, released, timed_out = await asyncio.gather(
        apart(book, captures, single=True), apart(book, releases, single=False), time_out()
    )

    won = Counter(result.outcome for result in [*captured, *released])
    assert won[Outcome.DONE] + timed_out == 20
    state = await book.state(ada)
    assert state["held"] == 0
    assert state["balance"] == 1000 - 10 * sum(r.outcome is Outcome.DONE for r in captured)


async def test_given_a_posting_when_many_reverse_it_at_once_then_it_is_reversed_once(
    book: Book,
) -> None:
    ada = await book.wallet(10)
    spend = ledger.spend(10, account=ada, id=book.id())
    await book.done(spend)

    results = await apart(
        book,
        [ledger.reverse(original=spend.id, id=book.id()) for _ in range(10)],
        single=False,
    )

    won = Counter(result.outcome for result in results)
    assert won == {Outcome.DONE: 1, Outcome.NOT_REVERSIBLE: 9}


async def test_given_a_promise_when_it_matures_and_is_cancelled_at_once_then_one_wins(
    book: Book,
) -> None:
    ada = await book.wallet()
    promises = [ledger.Promise(book.id(), ada, 1) for _ in range(20)]
    ids = [one.id for one in promises]
    async with db.transaction() as tx:
        await ledger.promise(promises, book=book.number, at=START, tx=tx)

    async def say(verb: str, some: list) -> list[Result]:
        async with db.transaction() as tx:
            return list(await getattr(ledger, verb)(some, book=book.number, at=START, tx=tx))

    parts = await asyncio.gather(
        *(say(verb, [id]) for id in ids for verb in ("mature", "cancel", "mature"))
    )

    matured = sum(r.outcome is Outcome.DONE for part in parts[::3] + parts[2::3] for r in part)
    cancelled = sum(r.outcome is Outcome.DONE for part in parts[1::3] for r in part)
    assert matured + cancelled == 20
    assert (await book.state(ada))["balance"] == matured


async def test_given_mixed_work_when_it_all_comes_at_once_then_the_book_is_whole(
    book: Book,
) -> None:
    wallets = [await book.wallet(50, month=None) for _ in range(4)]

    async def walk(poster: Coalescer, number: int) -> None:
        debit, credit = wallets[number % 4], wallets[(number + 1 + number // 4 % 3) % 4]
        hold = ledger.hold(5, account=debit, id=book.id())
        move = ledger.move(3, debit=debit, credit=credit, id=book.id())
        await asyncio.gather(
            poster.post(move, book=book.number),
            poster.post(hold, book=book.number),
            poster.post(move, book=book.number),
            poster.post_linked(
                [
                    ledger.spend(1, account=credit, id=book.id()),
                    ledger.move(9, debit=credit, credit=debit, id=book.id()),
                ],
                book=book.number,
            ),
        )
        await asyncio.gather(
            poster.post(
                ledger.capture(4, hold=hold.id, account=debit, credit=credit, id=book.id()),
                book=book.number,
            ),
            poster.post(
                ledger.release(hold=hold.id, account=debit, id=book.id()), book=book.number
            ),
            poster.post(ledger.reverse(original=move.id, id=book.id()), book=book.number),
        )

    async with ledger.coalescer(now=lambda: START) as poster:
        await asyncio.gather(*(walk(poster, number) for number in range(60)))

    states = [await book.state(wallet) for wallet in wallets]
    spent = sum(row["amount"] for row in await book.journal() if row["credit"] == -2)
    assert sum(state["balance"] for state in states) == 200 - spent
    assert [state["held"] for state in states] == [0] * 4
