"""What devices say became of messages: each is answered by itself, and none is lost or doubled."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain import inbox
from domain.inbox import Interest, Item, Kind, Outcome, Receipt
from domain.members import Member
from infra import db
from infra.db import Tx
from tests.domain.inbox.telling import news, tell, unread
from tests.support import given
from tests.support.given import NOON

LATER = NOON + timedelta(minutes=10)


async def _receive(member: Member, *receipts: Receipt, tx: Tx) -> list[Outcome]:
    found = await inbox.receive(
        receipts, member=member.id, programme=member.programme, at=LATER, tx=tx
    )
    return list(found)


async def _interest(member: Member, tx: Tx) -> Interest | None:
    known = await inbox.interests([member.id], programme=member.programme, tx=tx)
    return next(iter(known[member.id]), None)


async def _an_item(tx: Tx) -> tuple[Member, Item]:
    ada, _ = await given.two_friends(tx=tx)
    (item,) = await tell(news(ada), tx=tx, programme=ada.programme)
    return ada, item


def _told(item: Item | UUID | None, kind: Kind = Kind.DELIVERED, **words: object) -> Receipt:
    id = item.id if isinstance(item, Item) else item
    return Receipt(id, kind, **{"at": NOON, **words})


async def test_given_an_item_when_it_is_delivered_and_opened_then_it_is_read_and_counted(
    tx: Tx,
) -> None:
    ada, item = await _an_item(tx)

    outcomes = await _receive(
        ada, _told(item), _told(item, Kind.OPENED, at=NOON + timedelta(minutes=1)), tx=tx
    )

    assert outcomes == [Outcome.RECORDED, Outcome.RECORDED]
    assert await unread(ada, tx) == 0
    opened = NOON + timedelta(minutes=1)
    assert await _interest(ada, tx) == Interest("TRANSFERS", 1, 1, 0, NOON, opened, None)


async def test_given_a_phone_and_a_watch_when_both_tell_the_same_then_it_counts_once(
    tx: Tx,
) -> None:
    ada, item = await _an_item(tx)
    phone, watch = _told(item, device=uuid4()), _told(item, device=uuid4())

    first = await _receive(ada, phone, watch, phone, tx=tx)
    again = await _receive(ada, watch, tx=tx)

    assert first == [Outcome.RECORDED, Outcome.REPEATED, Outcome.REPEATED]
    assert again == [Outcome.REPEATED]
    assert await _interest(ada, tx) == Interest("TRANSFERS", 1, 0, 0, NOON, None, None)


BAD = {
    "no id of ours": (None, {}, Outcome.NO_SUCH_ITEM),
    "made up": (UUID(int=7), {}, Outcome.NO_SUCH_ITEM),
    "made up, and tomorrow": (UUID(int=7), {"at": NOON + timedelta(days=1)}, Outcome.NO_SUCH_ITEM),
    "somebody else's": ("bob", {}, Outcome.NO_SUCH_ITEM),
    "in the future": ("ada", {"at": LATER + timedelta(minutes=6)}, Outcome.CLOCK_AHEAD),
    "far in the future": ("ada", {"at": NOON.replace(year=9999)}, Outcome.CLOCK_AHEAD),
    "before it happened": ("ada", {"at": NOON - timedelta(minutes=6)}, Outcome.CLOCK_BEHIND),
    "long before": ("ada", {"at": NOON.replace(year=1)}, Outcome.CLOCK_BEHIND),
}


@pytest.mark.parametrize("case", BAD)
async def test_given_a_bad_receipt_among_good_ones_when_they_come_then_only_it_is_refused(
    case: str, tx: Tx
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    mine, also, theirs = await tell(news(ada), news(ada), news(bob), tx=tx, programme=ada.programme)
    whose, words, expected = BAD[case]
    item = {"ada": mine, "bob": theirs}.get(whose, whose) if isinstance(whose, str) else whose

    outcomes = await _receive(
        ada, _told(also), _told(item, Kind.OPENED, **words), _told(mine), tx=tx
    )

    assert outcomes == [Outcome.RECORDED, expected, Outcome.RECORDED]
    assert (await unread(ada, tx), await unread(bob, tx)) == (2, 1)
    assert await _interest(ada, tx) == Interest("TRANSFERS", 2, 0, 0, NOON, None, None)
    assert await _interest(bob, tx) is None


async def test_given_clocks_that_differ_a_little_when_receipts_come_then_they_count(
    tx: Tx,
) -> None:
    ada, item = await _an_item(tx)

    outcomes = await _receive(
        ada,
        _told(item, at=NOON - timedelta(minutes=4)),
        _told(item, Kind.DISMISSED, at=LATER + timedelta(minutes=4)),
        tx=tx,
    )

    assert outcomes == [Outcome.RECORDED, Outcome.RECORDED]
    assert await unread(ada, tx) == 1


async def test_given_more_receipts_than_are_taken_when_they_come_then_none_is_kept(tx: Tx) -> None:
    ada, item = await _an_item(tx)

    with pytest.raises(inbox.TooManyReceipts):
        await _receive(ada, *[_told(item)] * (inbox.RECEIPTS_MAX + 1), tx=tx)

    assert await _interest(ada, tx) is None


async def test_given_one_receipt_when_it_comes_many_times_at_once_then_it_counts_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, item = await _an_item(tx)

    async def come() -> list[Outcome]:
        async with db.transaction() as tx:
            return await _receive(ada, _told(item, Kind.OPENED), _told(item), tx=tx)

    answers = await asyncio.gather(*(come() for _ in range(16)))

    assert sum(one == [Outcome.RECORDED, Outcome.RECORDED] for one in answers) == 1
    assert sum(one == [Outcome.REPEATED, Outcome.REPEATED] for one in answers) == 15
    async with db.transaction() as tx:
        assert await unread(ada, tx) == 0
        assert await _interest(ada, tx) == Interest("TRANSFERS", 1, 1, 0, NOON, NOON, None)
