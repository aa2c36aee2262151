"""Balances: what can be spent, what expires, what was."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import ledger
from domain.ledger import Balance
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.ledger_history import a_book, a_wallet, posted

AT = given.NOON
MONTH = ledger.month_of(AT)
NEXT_MONTH = datetime.combine(ledger.last_day(MONTH), AT.timetz()) + timedelta(days=1)


async def lots_of(*amounts: tuple[int | None, int], tx: Tx) -> int:
    """A wallet in book 1 with a lot for each month from now, NEVER for None."""
    wallet = await a_wallet(1, at=AT, tx=tx)
    for months, amount in amounts:
        month = ledger.NEVER if months is None else MONTH + months
        item = ledger.issue(amount, account=wallet, id=ids.new(AT), month=month)
        await posted(item, book=1, at=AT, tx=tx)
    return wallet


async def held(amount: int, wallet: int, *, tx: Tx) -> None:
    expires_at = AT + timedelta(days=31)
    item = ledger.hold(amount, account=wallet, id=ids.new(AT), expires_at=expires_at)
    await posted(item, book=1, at=AT, tx=tx)


async def test_given_holds_and_promises_when_asked_then_every_part_is_told(tx: Tx) -> None:
    await a_book(at=AT, tx=tx)
    wallet = await a_wallet(1, holding=100, at=AT, tx=tx)
    await held(30, wallet, tx=tx)
    promises = [ledger.Promise(ids.new(AT), wallet, 7), ledger.Promise(ids.new(AT), wallet, 5)]
    await ledger.promise(promises, book=1, at=AT, tx=tx)
    await ledger.cancel([promises[1].id], book=1, at=AT, tx=tx)

    balance = await ledger.balance(wallet, book=1, at=AT, tx=tx)

    assert balance == Balance(available=70, balance=100, held=30, pending=7, debt=0, seq=2)


@pytest.mark.parametrize(("hold", "available"), [(0, 30), (25, 30), (40, 30), (60, 10)], ids=str)
async def test_given_lots_past_their_month_when_not_swept_then_they_cannot_be_spent(
    tx: Tx, hold: int, available: int
) -> None:
    await a_book(at=AT, tx=tx)
    wallet = await lots_of((0, 40), (1, 10), (None, 20), tx=tx)
    if hold:
        await held(hold, wallet, tx=tx)

    now = await ledger.balance(wallet, book=1, at=AT, tx=tx)
    later = await ledger.balance(wallet, book=1, at=NEXT_MONTH, tx=tx)
    spent = await ledger.preview(
        [ledger.spend(later.available, account=wallet, id=ids.new(NEXT_MONTH)),
         ledger.spend(1, account=wallet, id=ids.new(NEXT_MONTH))],
        book=1, at=NEXT_MONTH, tx=tx,
    )  # fmt: skip

    assert (now.available, now.balance) == (70 - hold, 70)
    assert (later.available, later.balance) == (available, 70)
    assert [each.outcome for each in spent] == [ledger.Outcome.DONE, ledger.Outcome.INSUFFICIENT]


async def test_given_several_accounts_when_asked_at_once_then_each_has_its_own(tx: Tx) -> None:
    await a_book(at=AT, tx=tx)
    await a_book(2, at=AT, tx=tx)
    one, two = [await a_wallet(1, holding=n, at=AT, tx=tx) for n in (1, 2)]
    foreign = await a_wallet(2, holding=3, at=AT, tx=tx)

    found = await ledger.balances([one, two, foreign, 999_999], book=1, at=AT, tx=tx)

    assert {account: each.balance for account, each in found.items()} == {one: 1, two: 2}


async def test_given_lots_of_many_months_when_asked_then_the_soon_ones_have_a_last_day(
    tx: Tx,
) -> None:
    await a_book(at=AT, tx=tx)
    wallet = await lots_of((0, 40), (1, 10), (2, 5), (None, 20), tx=tx)
    await held(15, wallet, tx=tx)

    soon = await ledger.expiring(wallet, book=1, at=AT, tx=tx)
    later = await ledger.expiring(wallet, book=1, at=AT, within_months=34, tx=tx)
    past = await ledger.expiring(wallet, book=1, at=NEXT_MONTH, within_months=1, tx=tx)

    days = [ledger.last_day(MONTH + months) for months in range(3)]
    assert soon == [(days[0], 25), (days[1], 10)]
    assert later == [(days[0], 25), (days[1], 10), (days[2], 5)]
    assert past == [(days[1], 10)]


async def test_given_a_history_when_asked_for_a_past_time_then_the_balance_of_then(
    tx: Tx,
) -> None:
    await a_book(at=AT - timedelta(days=40), tx=tx)
    wallet = await a_wallet(1, at=AT, tx=tx)
    for days, amount in ((40, 10), (20, 20), (0, 30)):
        moment = AT - timedelta(days=days)
        item = ledger.issue(amount, account=wallet, id=ids.new(moment), month=ledger.NEVER)
        await posted(item, book=1, at=moment, tx=tx)
    await posted(ledger.spend(5, account=wallet, id=ids.new(AT)), book=1, at=AT, tx=tx)

    async def at(moment: datetime) -> int:
        return await ledger.balance_at(wallet, book=1, at=moment, tx=tx)

    assert await at(AT - timedelta(days=41)) == 0
    assert await at(AT - timedelta(days=40)) == 10
    assert await at(AT - timedelta(days=20, microseconds=1)) == 10
    assert await at(AT - timedelta(days=1)) == 30
    assert await at(AT) == 55
    assert await at(datetime.max.replace(tzinfo=UTC)) == 55


async def test_given_no_such_account_when_asked_then_it_is_refused(tx: Tx) -> None:
    await a_book(at=AT, tx=tx)
    await a_book(2, at=AT, tx=tx)
    foreign = await a_wallet(2, holding=3, at=AT, tx=tx)

    for account in (foreign, -1, 0, 999_999):
        for question in (
            ledger.balance(account, book=1, tx=tx),
            ledger.expiring(account, book=1, at=AT, tx=tx),
            ledger.outlook(account, book=1, at=AT, tx=tx),
            ledger.balance_at(account, book=1, at=AT, tx=tx),
            ledger.explain(account, book=1, tx=tx),
            ledger.statement(account, book=1, limit=5, tx=tx),
            ledger.entries_after(account, book=1, after_seq=0, limit=5, tx=tx),
        ):
            with pytest.raises(ledger.NoSuchAccount):
                await question
