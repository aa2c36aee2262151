"""Coalescing: what arrives together is posted together, and each gets its own answer."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from domain import ledger
from domain.ledger import Outcome, coalescing
from infra import db, signals
from tests.domain.ledger.books import START, Book
from tests.support import apart

BATCHES = """
SELECT count(DISTINCT xid) AS batches, count(*) AS rows FROM ledger.journal
WHERE book = $1 AND credit = -2
"""
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_given_many_requests_when_they_come_together_then_they_share_commits(
    book: Book,
) -> None:
    ada = await book.wallet(1000)

    async with ledger.coalescer(now=lambda: START) as poster:
        results = await asyncio.gather(
            *(
                poster.post(ledger.spend(1, account=ada, id=book.id()), book=book.number)
                for _ in range(300)
            )
        )

    assert {result.outcome for result in results} == {Outcome.DONE}
    async with db.reading() as tx:
        found = await tx.row(BATCHES, book.number)
    assert found is not None
    assert found["rows"] == 300
    assert found["batches"] <= 4


async def test_given_two_books_when_both_are_posted_to_then_each_gets_its_answers(
    book: Book, another: Book
) -> None:
    ada, bob = await book.wallet(5), await another.wallet(5)

    async with ledger.coalescer(now=lambda: START) as poster:
        mine, foreign, other = await asyncio.gather(
            poster.post(ledger.spend(5, account=ada, id=book.id()), book=book.number),
            poster.post(ledger.spend(5, account=ada, id=book.id()), book=another.number),
            poster.post(ledger.spend(5, account=bob, id=book.id()), book=another.number),
        )

    assert [r.outcome for r in (mine, foreign, other)] == [
        Outcome.DONE,
        Outcome.NO_ACCOUNT,
        Outcome.DONE,
    ]


async def test_given_linked_items_when_one_fails_then_none_is_done_and_neighbours_are(
    book: Book,
) -> None:
    ada, bob = await book.wallet(5), await book.wallet(5)

    async with ledger.coalescer(now=lambda: START) as poster:
        linked, lone = await asyncio.gather(
            poster.post_linked(
                [
                    ledger.spend(5, account=ada, id=book.id()),
                    ledger.spend(6, account=bob, id=book.id()),
                ],
                book=book.number,
            ),
            poster.post(ledger.spend(5, account=bob, id=book.id()), book=book.number),
        )

    assert [r.outcome for r in linked] == [Outcome.LINKED_FAILED, Outcome.INSUFFICIENT]
    assert lone.outcome is Outcome.DONE
    assert (await book.state(ada))["balance"] == 5


async def test_given_values_no_column_holds_when_they_are_posted_then_only_they_fail(
    book: Book,
) -> None:
    ada = await book.wallet(100)
    good = [ledger.spend(1, account=ada, id=book.id()) for _ in range(10)]
    unreadable = ledger.spend(1, account=ada, id=book.id(), meta={"why": object()})
    nowhere = ledger.spend(1, account=2**70, id=book.id())

    async with ledger.coalescer(now=lambda: START) as poster:
        answers = await asyncio.gather(
            *(
                poster.post(item, book=book.number)
                for item in [*good[:5], unreadable, nowhere, *good[5:]]
            ),
            return_exceptions=True,
        )

    assert [isinstance(answer, Exception) for answer in answers] == [False] * 5 + [True] * 2 + [
        False
    ] * 5
    assert (await book.state(ada))["balance"] == 90


async def test_given_an_id_that_another_posts_at_the_same_moment_when_they_meet_then_it_is_reused(
    book: Book,
) -> None:
    ada, bob = await book.wallet(5), await book.wallet(50)
    item = ledger.spend(5, account=ada, id=book.id())
    others = [ledger.spend(1, account=bob, id=book.id()) for _ in range(5)]
    taken = ledger.spend(5, account=bob, id=item.id)

    async with db.transaction() as tx:
        await ledger.post([item], book=book.number, at=START, tx=tx)
        async with ledger.coalescer(now=lambda: START, lanes=1) as poster:
            waiting = asyncio.gather(
                *(poster.post(one, book=book.number) for one in [*others[:2], taken, *others[2:]])
            )
            await asyncio.sleep(0.2)  # the batch is at the database, waiting for this commit
            await tx.run("COMMIT")
            results = await waiting
            await tx.run("BEGIN")

    done = Outcome.DONE
    assert [r.outcome for r in results] == [done, done, Outcome.KEY_REUSED, done, done, done]


async def test_given_a_lost_connection_when_requests_wait_then_the_same_batch_goes_again(
    book: Book, database_url: str
) -> None:
    ada = await book.wallet(10_000)

    async def spend(poster: ledger.Coalescer) -> list[Outcome]:
        items = [ledger.spend(1, account=ada, id=book.id()) for _ in range(20)]
        first = await asyncio.gather(*(poster.post(item, book=book.number) for item in items))
        return [result.outcome for result in first]

    async with apart.owner(database_url) as owner, ledger.coalescer(now=lambda: START) as poster:
        work = [asyncio.create_task(spend(poster)) for _ in range(30)]
        for _ in range(5):
            await owner.execute(CUT)
            await asyncio.sleep(0.01)
        outcomes = [outcome for task in work for outcome in await task]
        later = await spend(poster)

    assert set(outcomes) <= {Outcome.DONE, Outcome.ALREADY_DONE}
    assert len(outcomes) + len(later) == 620
    assert (await book.state(ada))["balance"] == 10_000 - 620


async def test_given_no_database_when_patience_ends_then_requests_fail_and_are_not_lost_silently(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await book.wallet(5)
    item = ledger.spend(5, account=ada, id=book.id())
    monkeypatch.setattr(coalescing, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(coalescing, "PAUSE_SECONDS", 0.01)

    away = True

    def now() -> datetime:
        if away:
            raise ConnectionRefusedError("the database is away")
        return START

    async with ledger.coalescer(now=now) as poster:
        with pytest.raises(ConnectionRefusedError):
            await poster.post(item, book=book.number)
        away = False
        assert (await poster.post(item, book=book.number)).outcome is Outcome.DONE


async def test_given_a_full_queue_when_more_come_then_they_wait_and_none_is_lost(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await book.wallet(1000)
    monkeypatch.setattr(coalescing, "QUEUE_MAX", 8)
    monkeypatch.setattr(coalescing, "BATCH_MAX", 4)

    async with ledger.coalescer(now=lambda: START) as poster:
        results = await asyncio.gather(
            *(
                poster.post(ledger.spend(1, account=ada, id=book.id()), book=book.number)
                for _ in range(200)
            )
        )

    assert {result.outcome for result in results} == {Outcome.DONE}


async def test_given_work_under_way_when_the_block_ends_then_it_is_finished_first(
    book: Book,
) -> None:
    ada = await book.wallet(1000)

    async with ledger.coalescer(now=lambda: START) as poster:
        tasks = [
            asyncio.create_task(
                poster.post(ledger.spend(1, account=ada, id=book.id()), book=book.number)
            )
            for _ in range(50)
        ]
        await asyncio.sleep(0)

    assert {(await task).outcome for task in tasks} == {Outcome.DONE}
    assert (await book.state(ada))["balance"] == 950
    with pytest.raises(AssertionError):
        await poster.post(ledger.spend(1, account=ada, id=book.id()), book=book.number)


async def test_given_a_caller_who_gives_up_when_the_batch_is_done_then_the_others_are_answered(
    book: Book,
) -> None:
    ada = await book.wallet(10)
    one, two = (ledger.spend(1, account=ada, id=book.id()) for _ in range(2))

    async with ledger.coalescer(now=lambda: START) as poster:
        first = asyncio.create_task(poster.post(one, book=book.number))
        second = asyncio.create_task(poster.post(two, book=book.number))
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).outcome is Outcome.DONE
        again = await poster.post(replace(one), book=book.number)

    assert again.outcome is Outcome.ALREADY_DONE


async def test_given_listeners_when_postings_commit_then_each_account_is_hinted(
    book: Book, valkey_url: str
) -> None:
    ada, bob = await book.wallet(10), await book.wallet()
    heard: set[str] = set()
    async with signals.connection(valkey_url):
        hints = signals.hear(f"laurel:account:{book.number}:*")
        assert (await anext(hints))[0] == ""

        move = ledger.move(1, debit=ada, credit=bob, id=book.id())
        async with ledger.coalescer(now=lambda: START) as poster:
            await poster.post(move, book=book.number)
            await poster.post(ledger.spend(100, account=ada, id=book.id()), book=book.number)
        while len(heard) < 2:
            heard.add((await anext(hints))[0])
        await book.done(ledger.reverse(original=move.id, id=book.id()))
        back = {(await anext(hints))[0] for _ in range(2)}
        await hints.aclose()

    assert heard == back == {ledger.channel(book.number, ada), ledger.channel(book.number, bob)}
