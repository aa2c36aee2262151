"""Reversing: the very lots come back, once, and a programme chooses how it takes earns back."""

import pytest

from domain import ledger
from domain.ledger import NEVER, AccountClass, Item, Outcome, ReturnPolicy
from tests.domain.ledger import books
from tests.domain.ledger.books import MONTH, Book, months_later


def undo(original: Item, book: Book) -> Item:
    return ledger.reverse(original=original.id, id=book.id())


async def test_given_a_spend_of_two_lots_when_it_is_reversed_then_both_are_back(
    book: Book,
) -> None:
    ada = await book.wallet(5, month=MONTH)
    await book.done(ledger.issue(5, account=ada, id=book.id()))
    spend = ledger.spend(8, account=ada, id=book.id())
    await book.done(spend)

    results = await book.post(undo(spend, book), undo(spend, book))

    assert [result.outcome for result in results] == [Outcome.DONE, Outcome.NOT_REVERSIBLE]
    assert (await book.state(ada))["lots"] == {MONTH: 5, NEVER: 5}


async def test_given_lots_that_have_passed_when_a_spend_is_reversed_then_they_live_this_month(
    book: Book,
) -> None:
    ada = await book.wallet(5, month=MONTH)
    await book.done(ledger.issue(5, account=ada, id=book.id(), month=MONTH + 1))
    spend = ledger.spend(8, account=ada, id=book.id())
    await book.done(spend)
    book.at = months_later(2)

    await book.done(undo(spend, book))

    state = await book.state(ada)
    assert state["lots"] == {MONTH + 1: 2, MONTH + 2: 8}
    row = (await book.journal())[-1]
    assert (row["month"], row["lots"]) == (MONTH + 2, None)


async def test_given_a_move_when_it_is_reversed_then_the_receiver_gives_those_lots_first(
    book: Book,
) -> None:
    ada, bob = await book.wallet(5, month=MONTH + 3), await book.wallet(4, month=MONTH)
    move = ledger.move(5, debit=ada, credit=bob, id=book.id())
    await book.done(move)
    await book.done(ledger.spend(5, account=bob, id=book.id()))
    await book.done(ledger.issue(9, account=bob, id=book.id(), month=MONTH + 1))

    await book.done(undo(move, book))

    assert (await book.state(bob))["lots"] == {MONTH + 1: 8}
    assert (await book.state(ada))["lots"] == {MONTH + 3: 5}


async def test_given_a_move_when_its_points_are_spent_then_its_reversal_is_all_or_nothing(
    book: Book,
) -> None:
    ada, bob = await book.wallet(5), await book.wallet()
    move = ledger.move(5, debit=ada, credit=bob, id=book.id())
    await book.done(move, ledger.spend(1, account=bob, id=book.id()))

    result = (await book.post(undo(move, book)))[0]

    assert (result.outcome, result.available) == (Outcome.INSUFFICIENT, 4)


async def test_given_a_reversal_when_it_comes_before_its_original_then_it_stays_refused(
    book: Book,
) -> None:
    ada, bob = await book.wallet(5), await book.wallet()
    move = ledger.move(5, debit=ada, credit=bob, id=book.id())
    early = undo(move, book)

    first = await book.outcome(early)
    await book.done(move)

    assert first is Outcome.NOT_REVERSIBLE
    assert await book.outcome(early) is Outcome.NOT_REVERSIBLE
    await book.done(undo(move, book))


async def test_given_a_capture_when_it_is_reversed_then_the_points_are_free(book: Book) -> None:
    ada = await book.wallet(5)
    hold = ledger.hold(5, account=ada, id=book.id())
    capture = ledger.capture(3, hold=hold.id, account=ada, id=book.id())
    await book.done(hold, capture)

    await book.done(undo(capture, book))

    state = await book.state(ada)
    assert (state["balance"], state["held"]) == (5, 0)


async def test_given_a_reversal_when_it_is_reversed_then_it_is_refused(book: Book) -> None:
    ada = await book.wallet(5)
    spend = ledger.spend(5, account=ada, id=book.id())
    back = undo(spend, book)
    await book.done(spend, back)

    assert await book.outcome(undo(back, book)) is Outcome.NOT_REVERSIBLE


async def test_given_an_earn_from_months_ago_when_it_is_reversed_then_it_is_found(
    book: Book,
) -> None:
    ada = await book.wallet()
    earn = ledger.issue(5, account=ada, id=book.id())
    await book.done(earn)
    book.at = months_later(6)

    await book.done(undo(earn, book))

    assert (await book.state(ada))["balance"] == 0


class TestReturnPolicy:
    async def test_given_only_pending_when_an_earn_is_reversed_then_it_is_refused(self) -> None:
        book = await books.a_book(return_policy=ReturnPolicy.ONLY_PENDING)
        ada = await book.wallet(10)
        earn = ledger.issue(5, account=ada, id=book.id())
        await book.done(earn)

        assert await book.outcome(undo(earn, book)) is Outcome.RETURN_REFUSED
        await book.check()

    async def test_given_within_balance_when_a_part_is_spent_then_the_rest_is_taken(self) -> None:
        book = await books.a_book(return_policy=ReturnPolicy.WITHIN_BALANCE)
        ada = await book.wallet()
        earn = ledger.issue(5, account=ada, id=book.id())
        await book.done(earn, ledger.spend(2, account=ada, id=book.id()))
        back = undo(earn, book)

        result = (await book.post(back))[0]
        again = (await book.post(back))[0]

        assert (result.outcome, result.moved) == (Outcome.DONE, 3)
        assert (again.outcome, again.moved) == (Outcome.ALREADY_DONE, 3)
        assert (await book.state(ada))["debt"] == 0
        await book.check()

    async def test_given_within_balance_when_all_is_spent_then_there_is_nothing_to_take(
        self,
    ) -> None:
        book = await books.a_book(return_policy=ReturnPolicy.WITHIN_BALANCE)
        ada = await book.wallet()
        earn = ledger.issue(5, account=ada, id=book.id())
        await book.done(earn, ledger.spend(5, account=ada, id=book.id()))

        assert await book.outcome(undo(earn, book)) is Outcome.INSUFFICIENT
        await book.check()

    async def test_given_negative_allowed_when_all_is_spent_then_the_next_credits_pay(
        self,
    ) -> None:
        book = await books.a_book(return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
        ada = await book.wallet()
        earn = ledger.issue(5, account=ada, id=book.id())
        await book.done(earn, ledger.spend(5, account=ada, id=book.id()))
        back = undo(earn, book)

        result, again = (await book.post(back, back))[0], (await book.post(back))[0]
        debt = (await book.state(ada))["debt"]
        gifts = [ledger.issue(amount, account=ada, id=book.id()) for amount in (2, 9)]
        paid = await book.done(*gifts)

        assert (result.outcome, result.moved, again.outcome) == (
            Outcome.DONE,
            0,
            Outcome.ALREADY_DONE,
        )
        assert debt == 5
        assert [one.credit_balance for one in paid] == [2, 9], "before the debt is settled"
        state = await book.state(ada)
        assert (state["balance"], state["debt"]) == (6, 0)
        settled = [(r["amount"], r["ref"]) for r in await book.journal() if r["kind"] == 7]
        assert settled == [(2, gifts[0].id), (3, gifts[1].id)]
        assert await book.outcome(undo(earn, book)) is Outcome.NOT_REVERSIBLE
        await book.check()

    @pytest.mark.parametrize("single", [True, False])
    async def test_given_a_debt_when_a_friend_sends_points_then_they_pay_it(
        self, single: bool
    ) -> None:
        book = await books.a_book(return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
        book.single = single
        ada, bob = await book.wallet(), await book.wallet(10, month=MONTH)
        earn = ledger.issue(5, account=ada, id=book.id())
        await book.done(earn, ledger.spend(3, account=ada, id=book.id()))
        assert (await book.post(undo(earn, book)))[0].moved == 2

        await book.done(ledger.move(10, debit=bob, credit=ada, id=book.id()))

        state = await book.state(ada)
        assert (state["balance"], state["debt"], state["lots"]) == (7, 0, {MONTH: 7})
        await book.check()

    async def test_given_an_escrow_when_its_funding_is_reversed_then_it_is_all_or_nothing(
        self,
    ) -> None:
        book = await books.a_book(return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
        pot = await book.wallet(account_class=AccountClass.ESCROW)
        fund = ledger.issue(5, account=pot, id=book.id())
        await book.done(fund, ledger.spend(1, account=pot, id=book.id()))

        assert await book.outcome(undo(fund, book)) is Outcome.INSUFFICIENT
        await book.check()

    async def test_given_a_failing_group_when_a_reversal_is_in_it_then_no_debt_is_left(
        self,
    ) -> None:
        book = await books.a_book(return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
        ada = await book.wallet()
        earn = ledger.issue(5, account=ada, id=book.id())
        await book.done(earn, ledger.spend(5, account=ada, id=book.id()))
        group = book.id()

        results = await book.post(
            ledger.reverse(original=earn.id, id=book.id(), group=group),
            ledger.issue(3, account=ada, id=book.id(), group=group),
            ledger.spend(1, account=ada, id=book.id(), group=group),
        )

        assert [result.outcome for result in results][-1] is Outcome.INSUFFICIENT
        state = await book.state(ada)
        assert (state["balance"], state["debt"]) == (0, 0)
        await book.done(undo(earn, book))
        await book.check()


async def test_given_points_bought_and_spent_when_the_purchase_is_refunded_then_none_are_farmed(
    book: Book,
) -> None:
    ada = await book.wallet(100)
    spend = ledger.spend(50, account=ada, id=book.id())
    earn = ledger.issue(5, account=ada, id=book.id())
    await book.done(spend, earn)

    await book.post(undo(spend, book), undo(earn, book))
    await book.post(undo(spend, book), undo(earn, book))

    assert (await book.state(ada))["balance"] == 100
