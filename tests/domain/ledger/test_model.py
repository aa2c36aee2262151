"""The ledger against a plain model of it, on made-up histories of batches, days and sweeps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import ledger
from domain.ledger import Item, Kind, ReturnPolicy
from infra import db, ids
from tests.domain.ledger import books
from tests.domain.ledger.books import START, Book
from tests.support.ledger_model import Model

WALLETS = 3
END = START + timedelta(days=430)  # the calendar of the tests has months until then

points = st.integers(1, 40)
wallet = st.integers(0, WALLETS - 1)
place = st.integers(0, 30)
item = st.one_of(
    st.tuples(st.just("issue"), wallet, points, st.sampled_from([None, 0, 1, 5, 34, "never"])),
    st.tuples(st.just("move"), wallet, wallet, points),
    st.tuples(st.just("spend"), wallet, points),
    st.tuples(st.just("hold"), wallet, points, st.sampled_from([None, 1, 20, 31, 32])),
    st.tuples(st.just("capture"), place, st.one_of(st.none(), wallet), points),
    st.tuples(st.just("release"), place),
    st.tuples(st.just("reverse"), place),
    st.tuples(st.just("again"), place, st.sampled_from([0, 0, 1])),
    st.tuples(st.just("odd"), st.sampled_from(["old", "new", "zero", "nobody", "system"]), wallet),
)
batch = st.lists(
    st.tuples(item, st.sampled_from([None, None, None, 1, 2]), st.booleans()), max_size=6
)
step = st.one_of(
    batch,
    batch,
    batch,
    st.integers(1, 40),  # days that pass
    st.just("sweep"),
)
history = st.lists(step, min_size=1, max_size=14)
policies = st.tuples(st.sampled_from([None, 0, 1, 12, 34]), st.sampled_from(ReturnPolicy))


class Told:
    """Turns what hypothesis made up into items, by what was said before."""

    def __init__(self, book: Book) -> None:
        self.book, self.items = book, list[Item]()
        self.count = 0

    def batch(self, words: Sequence[tuple[Any, Any, bool]]) -> tuple[list[Item], list[bool]]:
        items, cuts = [], []
        for number, (word, group, cut) in enumerate(words):
            one = self.item(*word)
            if group is not None and not self.book.single:
                # One group each time it is said, side by side or not.
                place = next(n for n in range(number, -1, -1) if n == 0 or words[n - 1][1] != group)
                one = replace(
                    one, group=ids.derived(START, self.book.number, self.count, group, place)
                )
            else:
                one = replace(one, group=None)
            items.append(one)
            cuts.append(cut)
            self.items.append(one)
        self.count += 1
        return items, cuts

    def item(self, word: str, *facts: Any) -> Item:
        match word, facts:
            case "again", (which, more):
                first = self.said(which)
                return replace(first, amount=first.amount + more)
            case "odd", (kind, by):
                return self.odd(kind, self.book.wallets[by])
            case (("capture" | "release" | "reverse"), (which, *rest)):
                return self.answer(word, which, *rest)
        return self.fresh(word, *facts)

    def fresh(self, word: str, *facts: Any) -> Item:
        wallets, id = self.book.wallets, self.book.id()
        match word, facts:
            case "issue", (to, amount, month):
                if month == "never":
                    month = ledger.NEVER
                elif month is not None:
                    month += ledger.month_of(self.book.at)
                return ledger.issue(amount, account=wallets[to], id=id, month=month)
            case "move", (by, to, amount):
                return ledger.move(amount, debit=wallets[by], credit=wallets[to], id=id)
            case "spend", (by, amount):
                return ledger.spend(amount, account=wallets[by], id=id)
            case "hold", (by, amount, days):
                ends = None if days is None else self.book.at + timedelta(days=days)
                return ledger.hold(amount, account=wallets[by], id=id, expires_at=ends)
        raise AssertionError(word)

    def answer(self, word: str, which: int, to: int | None = None, amount: int = 0) -> Item:
        id = self.book.id()
        if word == "reverse":
            return ledger.reverse(original=self.said(which).id, id=id)
        hold = self.said(which, Kind.HOLD)
        if word == "release":
            return ledger.release(hold=hold.id, account=hold.debit, id=id)
        credit = ledger.REDEMPTION if to is None else self.book.wallets[to]
        return ledger.capture(amount, hold=hold.id, account=hold.debit, credit=credit, id=id)

    def said(self, which: int, kind: Kind | None = None) -> Item:
        known = [one for one in self.items if kind in (None, one.kind)]
        if known:
            return known[-1 - which % len(known)]
        return ledger.spend(1, account=self.book.wallets[0], id=self.book.id())

    def odd(self, kind: str, account: int) -> Item:
        at = self.book.at
        match kind:
            case "old":
                return ledger.spend(1, account=account, id=books.new_id(at - timedelta(days=31)))
            case "new":
                return ledger.spend(1, account=account, id=books.new_id(at + timedelta(days=2)))
            case "zero":
                return ledger.spend(0, account=account, id=self.book.id())
            case "nobody":
                return ledger.move(1, debit=account, credit=1 << 60, id=self.book.id())
        return ledger.move(1, debit=ledger.ISSUANCE, credit=ledger.BREAKAGE, id=self.book.id())


def parts(items: Sequence[Item], cuts: Sequence[bool]) -> list[list[Item]]:
    """The batch cut where it may be cut, which is nowhere inside a group."""
    found: list[list[Item]] = [[]]
    for before, one, cut in zip([None, *items], items, cuts, strict=False):
        together = before is not None and one.group is not None and before.group == one.group
        if cut and not together:
            found.append([])
        found[-1].append(one)
    return [part for part in found if part]


async def answers(book: Book, items: Sequence[Item], cuts: Sequence[bool], how: str) -> list[Any]:
    if how == "whole" and items:
        async with db.reading() as tx:
            foreseen = await ledger.preview(items, book=book.number, at=book.at, tx=tx)
        results = await book.post(*items)
        assert results == foreseen, "the dry run says what will happen"
    else:
        results = [
            result
            for part in (parts(items, cuts) if how == "split" else [items])
            for result in await book.post(*part)
        ]
    return [
        (r.outcome, r.moved, r.debit_balance, r.credit_balance, r.debit_seq, r.credit_seq)
        for r in results
    ]


async def compare(book: Book, model: Model) -> None:
    async with db.reading() as tx:
        rows = await tx.rows(books.STATE, book.number)
        progress = await tx.row(books.PROGRESS, book.number)
    assert (progress["closed_through"], progress["expired_through"]) == (
        model.closed,
        model.expired,
    )
    for row in rows:
        one = model.accounts[row["id"]]
        expected = (one.balance, one.held, one.debt, one.seq)
        assert (row["balance"], row["held"], row["debt"], row["seq"]) == expected
        assert books.lots_of(row["lots"], model.expired) == {k: v for k, v in one.lots.items() if v}


@pytest.mark.parametrize("how", ["whole", "split", "single"])
@given(history=history, policy=policies)
@settings(suppress_health_check=list(HealthCheck))
async def test_given_any_history_when_it_is_posted_then_the_model_agrees_after_every_step(
    calendar: None, how: str, history: list[Any], policy: tuple[int | None, ReturnPolicy]
) -> None:
    book = await books.a_book(expiry_months=policy[0], return_policy=policy[1])
    book.single = how == "single"
    async with db.transaction() as tx:
        book.wallets = list(
            await ledger.open_accounts(
                WALLETS, book=book.number, account_class=ledger.AccountClass.WALLET, tx=tx
            )
        )
    model, told = Model(book.wallets, START, *policy), Told(book)

    for now in history:
        if isinstance(now, int):
            book.at = min(book.at + timedelta(days=now), END)
        elif now == "sweep":
            await book.sweep(limit=2)
            model.sweep(book.at)
        else:
            items, cuts = told.batch(now)
            assert await answers(book, items, cuts, how) == model.post(items, book.at)
        await compare(book, model)

    await book.check()
