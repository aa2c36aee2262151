"""Pending: points that were promised mature once, or never."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import ledger
from domain.ledger import NEVER, Outcome, Promise, Result, ReturnPolicy
from infra import db
from tests.domain.ledger import books
from tests.domain.ledger.books import DAY, MONTH, START, Book, months_later

STATES = "SELECT id, state FROM ledger.pending WHERE book = $1"


async def promise(book: Book, *promises: Promise) -> list[Result]:
    async with db.transaction() as tx:
        return list(await ledger.promise(promises, book=book.number, at=book.at, tx=tx))


async def mature(book: Book, *ids: UUID) -> list[Result]:
    async with db.transaction() as tx:
        return list(await ledger.mature(ids, book=book.number, at=book.at, tx=tx))


async def cancel(book: Book, *ids: UUID) -> list[Result]:
    async with db.transaction() as tx:
        return list(await ledger.cancel(ids, book=book.number, at=book.at, tx=tx))


async def due(book: Book) -> list[int]:
    async with db.transaction() as tx:
        return list(await tx.value("SELECT ledger.mature_due($1, $2, 10)", book.number, book.at))


def a_promise(book: Book, account: int, amount: int = 5, **other: Any) -> Promise:
    return Promise(book.id(), account, amount, **other)


async def test_given_a_promise_when_it_matures_then_it_is_posted_under_its_id(book: Book) -> None:
    ada, actor = await book.wallet(), book.id()
    one = a_promise(book, ada, actor=actor, meta={"why": "activity"})

    promised = await promise(book, one)
    before = await book.state(ada)
    matured = await mature(book, one.id)

    assert [(r.outcome, r.moved) for r in promised] == [(Outcome.DONE, 5)]
    assert before["balance"] == 0
    assert (matured[0].outcome, matured[0].credit_balance, matured[0].credit_seq) == (0, 5, 1)
    row = (await book.journal())[-1]
    assert (row["id"], row["actor"], row["meta"]) == (one.id, actor, '{"why": "activity"}')
    again = await mature(book, one.id)
    assert again == [replace(matured[0], outcome=Outcome.ALREADY_DONE)]
    assert (await promise(book, one))[0].outcome is Outcome.ALREADY_DONE
    assert (await cancel(book, one.id))[0].outcome is Outcome.PENDING_NOT_OPEN


@pytest.mark.parametrize("policy", ReturnPolicy)
async def test_given_any_return_policy_when_a_promise_is_cancelled_then_it_never_matures(
    policy: ReturnPolicy,
) -> None:
    book = await books.a_book(return_policy=policy)
    ada = await book.wallet()
    one = a_promise(book, ada, matures_at=START + DAY)
    await promise(book, one)

    cancelled = await cancel(book, one.id)
    again = await cancel(book, one.id)
    book.at += 2 * DAY

    assert [(r.outcome, r.moved) for r in cancelled] == [(Outcome.DONE, 5)]
    assert again[0].outcome is Outcome.ALREADY_DONE
    assert await due(book) == []
    assert (await mature(book, one.id))[0].outcome is Outcome.PENDING_NOT_OPEN
    assert (await promise(book, one))[0].outcome is Outcome.ALREADY_DONE
    assert (await book.state(ada))["balance"] == 0


async def test_given_promises_when_their_time_comes_then_they_mature_by_themselves(
    book: Book,
) -> None:
    ada, bob = await book.wallet(), await book.wallet()
    await promise(
        book,
        a_promise(book, ada, 1, matures_at=START + DAY),
        a_promise(book, bob, 2, matures_at=START + DAY),
        a_promise(book, bob, 4, matures_at=START + 2 * DAY),
        a_promise(book, bob, 8),
    )
    book.at = START + DAY - timedelta(microseconds=1)
    early = await due(book)
    book.at = START + DAY

    changed = await due(book)

    assert early == []
    assert sorted(changed) == [ada, bob]
    assert await due(book) == []
    assert (await book.state(bob))["balance"] == 2


async def test_given_a_promise_months_old_when_it_matures_then_its_age_is_no_matter(
    book: Book,
) -> None:
    ada = await book.wallet()
    one = a_promise(book, ada, month=MONTH + 1)
    other = a_promise(book, ada, 3, month=NEVER)
    await promise(book, one, other)
    book.at = months_later(5)

    results = await mature(book, one.id, other.id)

    assert [result.outcome for result in results] == [Outcome.DONE, Outcome.DONE]
    assert (await book.state(ada))["lots"] == {MONTH + 5: 5, NEVER: 3}


async def test_given_an_id_of_a_promise_when_it_is_posted_then_it_is_taken(book: Book) -> None:
    ada = await book.wallet()
    one = a_promise(book, ada)
    await promise(book, one)
    item = ledger.issue(5, account=ada, id=one.id)

    posted = [await book.outcome(item)]
    book.single = True
    posted.append(await book.outcome(item))

    assert posted == [Outcome.KEY_REUSED] * 2


async def test_given_an_id_of_a_posting_when_it_is_promised_then_it_is_already_done(
    book: Book,
) -> None:
    ada = await book.wallet()
    item = ledger.issue(5, account=ada, id=book.id())
    await book.done(item)

    results = await promise(book, Promise(item.id, ada, 5), Promise(item.id, ada, 6))

    assert [r.outcome for r in results] == [Outcome.ALREADY_DONE, Outcome.KEY_REUSED]
    async with db.reading() as tx:
        assert not await tx.rows(STATES, book.number)


async def test_given_bad_promises_when_they_are_made_then_each_is_refused(book: Book) -> None:
    ada = await book.wallet()
    first = a_promise(book, ada)
    cases = [
        (first, Outcome.DONE),
        (first, Outcome.ALREADY_DONE),
        (replace(first, amount=6), Outcome.KEY_REUSED),
        (a_promise(book, ada, 0), Outcome.INVALID),
        (a_promise(book, ada, -1), Outcome.INVALID),
        (a_promise(book, ada, 2**70), Outcome.INVALID),
        (a_promise(book, ada, source=ada), Outcome.INVALID),
        (a_promise(book, ada, source=-6), Outcome.INVALID),
        (a_promise(book, ada, month=MONTH - 1), Outcome.INVALID),
        (a_promise(book, ada, month=MONTH + 35), Outcome.INVALID),
        (a_promise(book, 1 << 60), Outcome.NO_ACCOUNT),
        (Promise(books.new_id(START - 31 * DAY), ada, 5), Outcome.OUTSIDE_WINDOW),
    ]

    results = await promise(book, *(one for one, _ in cases))

    assert [result.outcome for result in results] == [expected for _, expected in cases]
    again = [(await promise(book, one))[0].outcome for one, _ in cases[-2:]]
    assert again == [Outcome.NO_ACCOUNT, Outcome.OUTSIDE_WINDOW]
    unknown = book.id()
    assert (await mature(book, unknown))[0].outcome is Outcome.PENDING_NOT_OPEN
    assert (await cancel(book, unknown))[0].outcome is Outcome.PENDING_NOT_OPEN


async def test_given_a_refused_posting_when_it_is_promised_then_it_stays_refused(
    book: Book,
) -> None:
    item = ledger.issue(5, account=1 << 60, id=book.id())
    assert await book.outcome(item) is Outcome.NO_ACCOUNT

    result = await promise(book, Promise(item.id, 1 << 60, 5))

    assert result[0].outcome is Outcome.NO_ACCOUNT
