"""Posting: what is done, what is refused, and that both are said again for ever."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import ledger
from domain.ledger import Item, Kind, Outcome, Result
from infra import db, ids
from tests.domain.ledger import books
from tests.domain.ledger.books import DAY, MONTH, START, Book

HUGE = 10**30
NOBODY = 1 << 60


class Scene:
    """Ada has 100 points of which 30 are held, Bob has none; a move of 5 was made."""

    def __init__(self, book: Book) -> None:
        self.book = book

    async def set(self) -> "Scene":
        self.ada, self.bob = await self.book.wallet(105), await self.book.wallet()
        self.moved = ledger.move(5, debit=self.ada, credit=self.bob, id=self.book.id())
        self.hold = ledger.hold(30, account=self.ada, id=self.book.id())
        self.late = ledger.hold(
            1, account=self.bob, id=self.book.id(), expires_at=START + timedelta(seconds=1)
        )
        self.spent = ledger.hold(1, account=self.bob, id=self.book.id())
        freed = ledger.release(hold=self.spent.id, account=self.bob, id=self.book.id())
        await self.book.done(self.moved, self.hold, self.late, self.spent, freed)
        self.book.at = START + timedelta(seconds=1)
        return self

    def id(self) -> UUID:
        return self.book.id()

    def move(self, amount: int, **other: Any) -> Item:
        facts = {"debit": self.ada, "credit": self.bob, "id": self.id()} | other
        return ledger.move(amount, **facts)

    def capture(self, amount: int, **other: Any) -> Item:
        facts = {"hold": self.hold.id, "account": self.ada, "id": self.id()} | other
        return ledger.capture(amount, **facts)


Make = Callable[[Scene], Item]
REFUSALS: dict[str, tuple[Outcome, Make]] = {
    "move: more than is free": (Outcome.INSUFFICIENT, lambda s: s.move(71)),
    "move: what is held too": (
        Outcome.INSUFFICIENT,
        lambda s: s.move(5, debit=s.bob, credit=s.ada),
    ),
    "move: from nobody": (Outcome.NO_ACCOUNT, lambda s: s.move(1, debit=NOBODY)),
    "move: to nobody": (Outcome.NO_ACCOUNT, lambda s: s.move(1, credit=NOBODY)),
    "move: the same id for more": (Outcome.KEY_REUSED, lambda s: replace(s.moved, amount=6)),
    "move: the same id for another": (Outcome.KEY_REUSED, lambda s: replace(s.moved, credit=-2)),
    "move: the same id for a spend": (Outcome.KEY_REUSED, lambda s: s.move(5, id=s.hold.id)),
    "move: nothing": (Outcome.INVALID, lambda s: s.move(0)),
    "move: a negative amount": (Outcome.INVALID, lambda s: s.move(-1)),
    "move: beyond 2^53": (Outcome.INVALID, lambda s: s.move(2**53)),
    "move: beyond any column": (Outcome.INVALID, lambda s: s.move(HUGE)),
    "move: to itself": (Outcome.INVALID, lambda s: s.move(1, credit=s.ada)),
    "move: between system accounts": (Outcome.INVALID, lambda s: s.move(1, debit=-1, credit=-2)),
    "move: from an unknown system account": (Outcome.INVALID, lambda s: s.move(1, debit=-6)),
    "move: to the other side of a hold": (Outcome.INVALID, lambda s: s.move(1, credit=0)),
    "move: with a month of its own": (
        Outcome.INVALID,
        lambda s: replace(s.move(1), month=ledger.NEVER),
    ),
    "move: an id too old": (
        Outcome.OUTSIDE_WINDOW,
        lambda s: s.move(1, id=books.new_id(START - 31 * DAY)),
    ),
    "move: an id too new": (
        Outcome.OUTSIDE_WINDOW,
        lambda s: s.move(1, id=books.new_id(START + 3 * DAY)),
    ),
    "issue: a month that has passed": (
        Outcome.INVALID,
        lambda s: ledger.issue(1, account=s.ada, id=s.id(), month=MONTH - 1),
    ),
    "issue: a month too far": (
        Outcome.INVALID,
        lambda s: ledger.issue(1, account=s.ada, id=s.id(), month=MONTH + 35),
    ),
    "issue: no month at all": (
        Outcome.INVALID,
        lambda s: ledger.issue(1, account=s.ada, id=s.id(), month=HUGE),
    ),
    "issue: beyond what an account may have": (
        Outcome.INVALID,
        lambda s: ledger.issue(ledger.POINTS_MAX, account=s.ada, id=s.id()),
    ),
    "hold: more than is free": (
        Outcome.INSUFFICIENT,
        lambda s: ledger.hold(71, account=s.ada, id=s.id()),
    ),
    "hold: of nobody": (Outcome.NO_ACCOUNT, lambda s: ledger.hold(1, account=NOBODY, id=s.id())),
    "hold: of a system account": (
        Outcome.INVALID,
        lambda s: ledger.hold(1, account=-1, id=s.id()),
    ),
    "hold: too long": (
        Outcome.INVALID,
        lambda s: ledger.hold(1, account=s.ada, id=s.id(), expires_at=START + 32 * DAY),
    ),
    "hold: already over": (
        Outcome.INVALID,
        lambda s: ledger.hold(1, account=s.ada, id=s.id(), expires_at=START),
    ),
    "hold: with another side": (
        Outcome.INVALID,
        lambda s: Item(s.id(), Kind.HOLD, s.ada, s.bob, 1),
    ),
    "capture: more than the hold": (Outcome.HOLD_NOT_OPEN, lambda s: s.capture(31)),
    "capture: of a hold not known": (Outcome.HOLD_NOT_OPEN, lambda s: s.capture(1, hold=s.id())),
    "capture: of no hold": (
        Outcome.HOLD_NOT_OPEN,
        lambda s: Item(s.id(), Kind.CAPTURE, s.ada, -2, 1),
    ),
    "capture: of another's hold": (Outcome.HOLD_NOT_OPEN, lambda s: s.capture(1, account=s.bob)),
    "capture: of a hold that has run out": (
        Outcome.HOLD_NOT_OPEN,
        lambda s: s.capture(1, hold=s.late.id, account=s.bob),
    ),
    "capture: of a hold released": (
        Outcome.HOLD_NOT_OPEN,
        lambda s: s.capture(1, hold=s.spent.id, account=s.bob),
    ),
    "capture: of a move": (Outcome.HOLD_NOT_OPEN, lambda s: s.capture(1, hold=s.moved.id)),
    "capture: nothing": (Outcome.INVALID, lambda s: s.capture(0)),
    "capture: to nobody": (Outcome.NO_ACCOUNT, lambda s: s.capture(1, credit=NOBODY)),
    "release: of a hold not known": (
        Outcome.HOLD_NOT_OPEN,
        lambda s: ledger.release(hold=s.id(), account=s.ada, id=s.id()),
    ),
    "release: of another's hold": (
        Outcome.HOLD_NOT_OPEN,
        lambda s: ledger.release(hold=s.hold.id, account=s.bob, id=s.id()),
    ),
    "release: a part": (
        Outcome.HOLD_NOT_OPEN,
        lambda s: Item(s.id(), Kind.RELEASE, s.ada, 0, 7, ref=s.hold.id),
    ),
    "release: by nobody": (
        Outcome.NO_ACCOUNT,
        lambda s: ledger.release(hold=s.hold.id, account=NOBODY, id=s.id()),
    ),
    "reverse: what never was": (
        Outcome.NOT_REVERSIBLE,
        lambda s: ledger.reverse(original=s.id(), id=s.id()),
    ),
    "reverse: a hold": (
        Outcome.NOT_REVERSIBLE,
        lambda s: ledger.reverse(original=s.hold.id, id=s.id()),
    ),
    "reverse: what is spent": (
        Outcome.INSUFFICIENT,
        lambda s: ledger.reverse(original=s.moved.id, id=s.id()),
    ),
    "expire: by a caller": (Outcome.INVALID, lambda s: Item(s.id(), Kind.EXPIRE, s.ada, -3, 1)),
    "settle: by a caller": (Outcome.INVALID, lambda s: Item(s.id(), Kind.SETTLE, s.ada, -1, 1)),
}
UNKEPT = {Outcome.INVALID, Outcome.KEY_REUSED}
REFUSED = """
SELECT outcome FROM ledger.refusal WHERE book = $1 AND id = $2
"""


async def by_post(book: Book, item: Item) -> Result:
    return (await book.post(item))[0]


async def by_post_one(book: Book, item: Item) -> Result:
    async with db.transaction() as tx:
        return await ledger.post_one(item, book=book.number, at=book.at, tx=tx)


async def by_preview(book: Book, item: Item) -> Result:
    async with db.reading() as tx:
        return (await ledger.preview([item], book=book.number, at=book.at, tx=tx))[0]


async def by_coalescer(book: Book, item: Item) -> Result:
    async with ledger.coalescer(now=lambda: book.at) as poster:
        return await poster.post(item, book=book.number)


Way = Callable[[Book, Item], Awaitable[Result]]
WAYS: list[Way] = [by_post, by_post_one, by_coalescer]


@pytest.mark.parametrize("way", [*WAYS, by_preview])
@pytest.mark.parametrize("case", REFUSALS)
async def test_given_a_bad_item_when_it_is_posted_then_it_is_refused_and_nothing_changes(
    book: Book, case: str, way: Way
) -> None:
    scene = await Scene(book).set()
    if case == "reverse: what is spent":
        await book.done(ledger.spend(3, account=scene.bob, id=scene.id()))
    before = await book.state(scene.ada), await book.state(scene.bob), await book.journal()
    expected, make = REFUSALS[case]
    item = make(scene)

    result = await way(book, item)

    assert result.outcome is expected
    after = await book.state(scene.ada), await book.state(scene.bob), await book.journal()
    assert after == before
    with pytest.raises(ledger.NotPosted) as refused:
        ledger.require(result)
    assert refused.value.code == ledger.refuse(result).code
    async with db.reading() as tx:
        kept = await tx.value(REFUSED, book.number, item.id)
    assert kept == (None if way is by_preview or expected in UNKEPT else expected)


@pytest.mark.parametrize("way", WAYS)
async def test_given_a_refusal_when_its_duplicate_comes_after_the_points_then_it_is_refused_again(
    book: Book, way: Way
) -> None:
    ada, bob = await book.wallet(1), await book.wallet()
    item = ledger.move(5, debit=ada, credit=bob, id=book.id())
    first = await way(book, item)
    await book.done(ledger.issue(100, account=ada, id=book.id()))

    again = await way(book, item)

    assert (first.outcome, first.available) == (Outcome.INSUFFICIENT, 1)
    assert again.outcome is Outcome.INSUFFICIENT
    assert (await way(book, replace(item, amount=4))).outcome is Outcome.KEY_REUSED
    assert (await book.state(bob))["balance"] == 0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("days", [0, 29])
async def test_given_a_posting_when_it_is_sent_again_then_the_first_answer_is_given(
    book: Book, way: Way, days: int
) -> None:
    scene = await Scene(book).set()
    items = [
        scene.move(10),
        ledger.issue(7, account=scene.ada, id=scene.id()),
        ledger.spend(3, account=scene.ada, id=scene.id()),
        scene.capture(20, credit=scene.bob),
        ledger.release(hold=scene.late.id, account=scene.bob, id=scene.id()),
        ledger.reverse(original=scene.moved.id, id=scene.id()),
    ]
    first = await book.done(*items)
    rows = await book.journal()
    book.at += days * DAY

    again = [await way(book, item) for item in items]

    assert again == [replace(result, outcome=Outcome.ALREADY_DONE) for result in first]
    assert await book.journal() == rows


async def test_given_an_id_too_old_when_a_done_posting_comes_again_then_it_is_still_known(
    book: Book,
) -> None:
    item = ledger.issue(5, account=await book.wallet(), id=book.id())
    await book.done(item)
    book.at += 100 * DAY

    assert await book.outcome(item) is Outcome.ALREADY_DONE


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        (timedelta(days=30), Outcome.DONE),
        (timedelta(days=30, milliseconds=1), Outcome.OUTSIDE_WINDOW),
        (timedelta(days=-2, milliseconds=1), Outcome.DONE),
        (timedelta(days=-2), Outcome.OUTSIDE_WINDOW),
    ],
)
async def test_the_id_window_is_exact_to_the_millisecond(
    book: Book, before: timedelta, outcome: Outcome
) -> None:
    account = await book.wallet()

    posted = await book.outcome(ledger.issue(1, account=account, id=books.new_id(START - before)))

    assert posted is outcome


async def test_given_a_hold_when_a_part_is_captured_then_the_rest_is_free_again(
    book: Book,
) -> None:
    ada, bob = await book.wallet(100), await book.wallet()
    hold = ledger.hold(60, account=ada, id=book.id())
    await book.done(hold)

    await book.done(ledger.capture(25, hold=hold.id, account=ada, credit=bob, id=book.id()))

    state = await book.state(ada)
    assert (state["balance"], state["held"]) == (75, 0)
    assert (await book.state(bob))["balance"] == 25
    again = ledger.capture(1, hold=hold.id, account=ada, credit=bob, id=book.id())
    assert await book.outcome(again) is Outcome.HOLD_NOT_OPEN


async def test_given_a_batch_when_its_items_need_each_other_then_their_order_decides(
    book: Book,
) -> None:
    ada, bob = await book.wallet(), await book.wallet()
    hold = ledger.hold(6, account=ada, id=book.id())
    capture = ledger.capture(6, hold=hold.id, account=ada, credit=bob, id=book.id())
    gift = ledger.issue(6, account=ada, id=book.id())
    undo = ledger.reverse(original=capture.id, id=book.id())

    results = await book.post(
        ledger.capture(6, hold=hold.id, account=ada, credit=bob, id=book.id()),
        ledger.hold(6, account=ada, id=book.id()),
        gift,
        hold,
        ledger.reverse(original=capture.id, id=book.id()),
        capture,
        ledger.release(hold=hold.id, account=ada, id=book.id()),
        capture,
        undo,
        ledger.reverse(original=capture.id, id=book.id()),
    )

    assert [result.outcome for result in results] == [
        Outcome.HOLD_NOT_OPEN,
        Outcome.INSUFFICIENT,
        Outcome.DONE,
        Outcome.DONE,
        Outcome.NOT_REVERSIBLE,
        Outcome.DONE,
        Outcome.HOLD_NOT_OPEN,
        Outcome.ALREADY_DONE,
        Outcome.DONE,
        Outcome.NOT_REVERSIBLE,
    ]
    assert ((await book.state(ada))["balance"], (await book.state(bob))["balance"]) == (6, 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_given_a_hold_when_a_release_and_a_capture_meet_then_the_first_of_them_wins(
    book: Book, order: tuple[int, int]
) -> None:
    ada = await book.wallet(10)
    hold = ledger.hold(10, account=ada, id=book.id())
    await book.done(hold)
    pair = [
        ledger.release(hold=hold.id, account=ada, id=book.id()),
        ledger.capture(10, hold=hold.id, account=ada, id=book.id()),
    ]

    results = await book.post(*(pair[n] for n in order))

    assert [result.outcome for result in results] == [Outcome.DONE, Outcome.HOLD_NOT_OPEN]


class TestGroups:
    async def test_given_a_group_when_one_fails_then_none_is_done_and_all_are_kept(
        self, book: Book
    ) -> None:
        ada, bob = await book.wallet(10), await book.wallet()
        group = book.id()
        items = [
            ledger.move(6, debit=ada, credit=bob, id=book.id(), group=group),
            ledger.hold(2, account=bob, id=book.id(), group=group),
            ledger.spend(9, account=ada, id=book.id(), group=group),
            ledger.spend(1, account=ada, id=book.id(), group=group),
        ]
        alone = ledger.spend(10, account=ada, id=book.id())

        first = await book.post(*items, alone)

        linked = Outcome.LINKED_FAILED
        expected = [linked, linked, Outcome.INSUFFICIENT, linked]
        assert [result.outcome for result in first] == [*expected, Outcome.DONE]
        await book.done(ledger.issue(100, account=ada, id=book.id()))
        assert [result.outcome for result in await book.post(*items)] == expected

    async def test_given_a_done_group_when_it_comes_again_then_each_is_already_done(
        self, book: Book
    ) -> None:
        ada, bob = await book.wallet(10), await book.wallet()
        group = book.id()
        items = [
            ledger.move(10, debit=ada, credit=bob, id=book.id(), group=group),
            ledger.move(10, debit=bob, credit=ada, id=book.id(), group=group),
        ]
        first = await book.done(*items)

        again = await book.post(*items)

        assert again == [replace(result, outcome=Outcome.ALREADY_DONE) for result in first]
        assert {row["grp"] for row in (await book.journal())[-2:]} == {group}

    async def test_given_a_group_half_known_when_it_is_posted_then_the_new_half_fails(
        self, book: Book
    ) -> None:
        ada = await book.wallet(10)
        known = ledger.spend(1, account=ada, id=book.id())
        await book.done(known)
        group = book.id()
        fresh = ledger.spend(2, account=ada, id=book.id(), group=group)

        results = await book.post(replace(known, group=group), fresh)

        assert [r.outcome for r in results] == [Outcome.ALREADY_DONE, Outcome.LINKED_FAILED]
        assert await book.outcome(fresh) is Outcome.LINKED_FAILED

    async def test_given_a_group_that_is_wrong_when_it_is_mended_then_it_is_not_held_against_it(
        self, book: Book
    ) -> None:
        ada = await book.wallet(10)
        group = book.id()
        good = ledger.spend(1, account=ada, id=book.id(), group=group)
        wrong = ledger.spend(0, account=ada, id=book.id(), group=group)
        results = await book.post(good, wrong)
        assert [r.outcome for r in results] == [Outcome.LINKED_FAILED, Outcome.INVALID]

        await book.done(good, replace(wrong, amount=2))

    async def test_given_two_groups_side_by_side_when_one_fails_then_the_other_does_not(
        self, book: Book
    ) -> None:
        ada = await book.wallet(10)
        one, two = book.id(), book.id()

        results = await book.post(
            ledger.spend(4, account=ada, id=book.id(), group=one),
            ledger.spend(7, account=ada, id=book.id(), group=one),
            ledger.spend(5, account=ada, id=book.id(), group=two),
            ledger.spend(5, account=ada, id=book.id(), group=two),
        )

        assert [r.outcome for r in results] == [
            Outcome.LINKED_FAILED,
            Outcome.INSUFFICIENT,
            Outcome.DONE,
            Outcome.DONE,
        ]


async def test_given_what_a_caller_says_of_a_posting_when_it_is_done_then_the_journal_keeps_it(
    book: Book,
) -> None:
    ada, actor = await book.wallet(), book.id()

    for way in WAYS:
        item = ledger.issue(
            5, account=ada, id=book.id(), actor=actor, meta={"why": "activity", "km": 5}
        )
        await way(book, item)
        row = (await book.journal())[-1]
        assert (row["id"], row["actor"], row["at"]) == (item.id, actor, book.at)
        assert row["meta"] == '{"km": 5, "why": "activity"}'


async def test_given_a_batch_of_one_id_when_it_is_posted_then_one_is_done(book: Book) -> None:
    ada = await book.wallet(10)
    item = ledger.spend(4, account=ada, id=book.id())
    more = replace(item, amount=5)

    results = await book.post(item, item, more, item)

    done, again, other = Outcome.DONE, Outcome.ALREADY_DONE, Outcome.KEY_REUSED
    assert [result.outcome for result in results] == [done, again, other, again]
    assert results[1] == replace(results[0], outcome=again)
    assert (await book.state(ada))["balance"] == 6


async def test_given_a_bad_item_when_its_id_comes_mended_in_the_same_batch_then_that_one_counts(
    book: Book,
) -> None:
    ada = await book.wallet(10)
    good = ledger.spend(4, account=ada, id=book.id())
    bad = replace(good, amount=0)
    undo = ledger.reverse(original=good.id, id=book.id())

    results = await book.post(bad, good, good, bad, undo)

    assert [result.outcome for result in results] == [
        Outcome.INVALID,
        Outcome.DONE,
        Outcome.ALREADY_DONE,
        Outcome.KEY_REUSED,
        Outcome.DONE,
    ]
    assert (await book.state(ada))["balance"] == 10


async def test_the_database_derives_the_same_ids_as_the_code(book: Book) -> None:
    id = book.id()

    async with db.reading() as tx:
        made = await tx.value("SELECT ledger.derived_id($1, $2)", id, f"settle\x1f7\x1f{id}")

    assert made == ids.derived(ids.made_at(id), "settle", 7, id)


async def test_given_no_book_when_something_is_posted_then_it_is_our_mistake(tx: db.Tx) -> None:
    item = ledger.issue(1, account=1, id=books.new_id())

    with pytest.raises(db.PostgresError) as error:
        await ledger.post([item], book=999_999_999, at=START, tx=tx)

    assert error.value.sqlstate == "LG903"  # type: ignore[attr-defined]
