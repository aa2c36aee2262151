"""Lots: what expires when, who may spend it, and that no road leads around it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import ledger
from domain.ledger import NEVER, Outcome
from infra import db
from tests.domain.ledger import books
from tests.domain.ledger.books import DAY, MONTH, START, Book, months_later
from tests.support import apart


@pytest.mark.parametrize(("expiry", "month"), [(None, NEVER), (0, MONTH), (34, MONTH + 34)])
async def test_given_a_policy_when_points_are_issued_then_they_are_of_its_month(
    expiry: int | None, month: int
) -> None:
    book = await books.a_book(expiry_months=expiry)

    ada = await book.wallet(5)

    assert (await book.state(ada))["lots"] == {month: 5}
    assert (await book.journal())[-1]["month"] == month


async def test_given_many_lots_when_points_are_spent_then_the_soonest_go_first(book: Book) -> None:
    ada = await book.wallet(5)
    for month, amount in ((MONTH + 34, 4), (MONTH, 3), (MONTH + 2, 2)):
        await book.done(ledger.issue(amount, account=ada, id=book.id(), month=month))

    await book.done(ledger.spend(4, account=ada, id=book.id()))
    await book.done(ledger.spend(1, account=ada, id=book.id()))
    await book.done(ledger.spend(6, account=ada, id=book.id()))

    assert (await book.state(ada))["lots"] == {NEVER: 3}
    rows = (await book.journal())[-3:]
    assert [(row["month"], row["lots"]) for row in rows] == [
        (None, [MONTH, 3, MONTH + 2, 1]),
        (MONTH + 2, None),
        (None, [MONTH + 34, 4, NEVER, 2]),
    ]


async def test_given_points_sent_to_and_fro_when_they_are_back_then_they_expire_as_before(
    book: Book,
) -> None:
    ada, bob = await book.wallet(5, month=MONTH + 1), await book.wallet(7)
    there = ledger.move(5, debit=ada, credit=bob, id=book.id())

    await book.done(there, ledger.move(5, debit=bob, credit=ada, id=book.id()))

    assert (await book.state(ada))["lots"] == {MONTH + 1: 5}
    assert (await book.state(bob))["lots"] == {NEVER: 7}


@pytest.mark.parametrize("single", [True, False])
async def test_given_the_last_second_of_a_month_when_it_ends_then_its_points_are_gone(
    book: Book, single: bool
) -> None:
    book.single = single
    ada = await book.wallet(5, month=MONTH)
    await book.done(ledger.issue(1, account=ada, id=book.id()))
    end = datetime(2025, 2, 1, tzinfo=UTC)
    book.at = end - timedelta(microseconds=1)
    assert await book.outcome(ledger.spend(5, account=ada, id=book.id())) is Outcome.DONE
    book.at = START
    await book.done(ledger.issue(5, account=ada, id=book.id(), month=MONTH))

    book.at = end
    result = (await book.post(ledger.spend(2, account=ada, id=book.id())))[0]

    assert (result.outcome, result.available) == (Outcome.INSUFFICIENT, 1)
    assert await book.outcome(ledger.spend(1, account=ada, id=book.id())) is Outcome.DONE
    assert (await book.state(ada))["lots"] == {MONTH: 5}


async def test_given_a_swept_month_when_a_slow_clock_issues_into_it_then_the_next_month_is_taken(
    book: Book,
) -> None:
    ada = await book.wallet(1, month=MONTH)
    book.at = months_later(1, day=1)
    assert await book.sweep() == [ada]

    book.at = datetime(2025, 1, 31, 23, 59, tzinfo=UTC)
    refused = await book.outcome(ledger.issue(5, account=ada, id=book.id(), month=MONTH))
    assert refused is Outcome.INVALID
    reversed_later = ledger.issue(5, account=ada, id=book.id(), month=MONTH + 1)
    await book.done(reversed_later)

    assert (await book.state(ada))["lots"] == {MONTH + 1: 5}


async def test_given_a_sweep_far_behind_when_points_would_share_a_slot_then_they_wait(
    book: Book,
) -> None:
    ada = await book.wallet(1)
    book.at = months_later(4)
    item = ledger.issue(5, account=ada, id=book.id(), month=MONTH + 38)
    just = ledger.issue(5, account=ada, id=book.id(), month=MONTH + 36)

    first = [result.outcome for result in await book.post(item, just)]
    await book.sweep()
    then = await book.outcome(item)

    assert first == [Outcome.EXPIRY_BEHIND, Outcome.DONE]
    assert then is Outcome.DONE
    assert (await book.state(ada))["lots"] == {NEVER: 1, MONTH + 36: 5, MONTH + 38: 5}


async def test_given_a_late_group_when_one_waits_for_the_sweep_then_all_may_be_sent_again(
    book: Book,
) -> None:
    ada = await book.wallet(1)
    book.at = months_later(4)
    group = book.id()
    pair = [
        ledger.spend(1, account=ada, id=book.id(), group=group),
        ledger.issue(5, account=ada, id=book.id(), month=MONTH + 38, group=group),
    ]
    results = await book.post(*pair)
    assert [r.outcome for r in results] == [Outcome.LINKED_FAILED, Outcome.EXPIRY_BEHIND]

    await book.sweep()

    await book.done(*pair)


@pytest.mark.parametrize("single", [True, False])
async def test_given_points_held_over_the_months_end_when_they_are_captured_then_they_still_count(
    book: Book, single: bool
) -> None:
    book.single = single
    ada, bob = await book.wallet(5, month=MONTH), await book.wallet()
    hold = ledger.hold(4, account=ada, id=book.id(), expires_at=START + 31 * DAY)
    await book.done(hold)
    book.at = months_later(1, day=2)
    assert await book.sweep() == [ada]

    await book.done(ledger.capture(4, hold=hold.id, account=ada, credit=bob, id=book.id()))

    assert (await book.state(ada))["balance"] == 0
    assert (await book.state(bob))["lots"] == {MONTH + 1: 4}, "they live out the month they came in"


@pytest.mark.parametrize("single", [True, False])
async def test_given_stale_points_when_a_hold_is_made_before_the_sweep_then_it_protects_none(
    book: Book, single: bool
) -> None:
    book.single = single
    ada = await book.wallet(60, month=MONTH)
    await book.done(ledger.issue(40, account=ada, id=book.id()))
    book.at = months_later(1, day=1)

    await book.done(ledger.hold(40, account=ada, id=book.id()))

    state = await book.state(ada)
    assert (state["balance"], state["held"], state["lots"]) == (40, 40, {NEVER: 40})
    expiry = (await book.journal())[-2]
    assert (expiry["kind"], expiry["credit"], expiry["amount"]) == (5, ledger.BREAKAGE, 60)
    again = await book.outcome(ledger.spend(1, account=ada, id=book.id()))
    assert again is Outcome.INSUFFICIENT


async def test_given_the_lots_of_an_account_when_they_do_not_cover_it_then_all_stops(
    database_url: str, book: Book
) -> None:
    ada = await book.wallet(5, month=MONTH)
    async with apart.owner(database_url) as owner:
        async with owner.transaction():
            lots = "UPDATE ledger.account SET lots = array_fill(0::bigint, ARRAY[38]) WHERE id = $1"
            await owner.execute(lots, ada)
        try:
            with pytest.raises(db.PostgresError) as error:
                await book.post(ledger.spend(1, account=ada, id=book.id()))
        finally:
            slot = MONTH % 37 + 1
            await owner.execute(f"UPDATE ledger.account SET lots[{slot}] = 5 WHERE id = $1", ada)

    assert error.value.sqlstate == "LG901"  # type: ignore[attr-defined]
