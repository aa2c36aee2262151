"""Explaining: the parts of a balance, and how it came to be."""

from datetime import timedelta

from domain import ledger
from domain.ledger import Balance, Kind, Lot, OpenHold, OpenPromise, Reason, ReturnPolicy
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.ledger_history import a_book, a_wallet, posted

AT = given.NOON
MONTH = ledger.month_of(AT)


async def test_given_a_full_life_when_explained_then_every_part_adds_up(tx: Tx) -> None:
    await a_book(at=AT, tx=tx)
    wallet, friend = [await a_wallet(1, at=AT, tx=tx) for _ in range(2)]
    new = [ids.new(AT) for _ in range(9)]
    run, coffee = {"why": "activity", "km": 5}, {"why": "coffee"}
    soon, later = AT + timedelta(days=1), AT + timedelta(days=9)
    for item in (
        ledger.issue(50, account=wallet, id=new[0], month=MONTH + 1, meta=run),
        ledger.issue(20, account=wallet, id=new[1], month=ledger.NEVER, meta=run),
        ledger.spend(15, account=wallet, id=new[2], meta=coffee),
        ledger.spend(5, account=wallet, id=new[3], meta=coffee),
        ledger.reverse(original=new[3], id=new[4]),
        ledger.move(6, debit=wallet, credit=friend, id=new[5]),
        ledger.move(2, debit=friend, credit=wallet, id=new[6]),
        ledger.hold(7, account=wallet, id=new[7], expires_at=later),
        ledger.hold(3, account=wallet, id=new[8], expires_at=soon),
    ):
        await posted(item, book=1, at=AT, tx=tx)
    promise = ledger.Promise(ids.new(AT), wallet, 11, matures_at=soon)
    act = ledger.Promise(ids.new(AT), wallet, 4)
    await ledger.promise([act, promise], book=1, at=AT, tx=tx)

    found = await ledger.explain(wallet, book=1, at=AT, tx=tx)

    assert found.account == wallet
    assert found.balance == Balance(available=41, balance=51, held=10, pending=15, debt=0, seq=9)
    assert found.lots == (Lot(MONTH + 1, 31), Lot(ledger.NEVER, 20))
    assert found.holds == (OpenHold(new[8], 3, soon), OpenHold(new[7], 7, later))
    assert found.promises == (
        OpenPromise(promise.id, 11, soon, AT),
        OpenPromise(act.id, 4, None, AT),
    )
    assert found.reasons == (
        Reason(Kind.MOVE, "activity", 2, 70, 0),
        Reason(Kind.MOVE, "coffee", 2, 0, 20),
        Reason(Kind.MOVE, None, 2, 2, 6),
        Reason(Kind.REVERSE, None, 1, 5, 0),
    )
    assert sum(each.gained - each.lost for each in found.reasons) == found.balance.balance


async def test_given_debt_when_explained_then_the_settlements_are_a_reason(tx: Tx) -> None:
    await a_book(at=AT, tx=tx, return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
    wallet = await a_wallet(1, at=AT, tx=tx)
    earned, spent, back, new = [ids.new(AT) for _ in range(4)]
    await posted(ledger.issue(30, account=wallet, id=earned), book=1, at=AT, tx=tx)
    await posted(ledger.spend(20, account=wallet, id=spent), book=1, at=AT, tx=tx)
    await posted(ledger.reverse(original=earned, id=back), book=1, at=AT, tx=tx)
    await posted(ledger.issue(5, account=wallet, id=new), book=1, at=AT, tx=tx)

    found = await ledger.explain(wallet, book=1, at=AT, tx=tx)

    assert (found.balance.balance, found.balance.debt) == (0, 15)
    assert found.reasons == (
        Reason(Kind.MOVE, None, 3, 35, 20),
        Reason(Kind.REVERSE, None, 1, 0, 10),
        Reason(Kind.SETTLE, None, 1, 0, 5),
    )
    assert found.lots == found.holds == found.promises == ()
