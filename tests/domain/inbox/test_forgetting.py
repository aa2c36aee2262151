"""What is old or too much goes, and the count stays that of what is there."""

from datetime import timedelta

from domain import inbox
from domain.inbox import forgetting, personal
from infra.db import Tx
from tests.domain.inbox.telling import news, numbers, tell, unread
from tests.support import given
from tests.support.given import NOON


async def test_given_items_of_two_ages_when_the_old_are_forgotten_then_the_rest_is_counted(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    told = [news(ada), news(bob), news(ada, minutes=60), news(ada, minutes=61)]
    first, *_ = await tell(*told, tx=tx, programme=ada.programme)
    await inbox.read(first.id, member=ada.id, programme=ada.programme, at=NOON, tx=tx)

    changed = await forgetting.forget_old(NOON + forgetting.KEPT + timedelta(minutes=30), tx)
    again = await forgetting.forget_old(NOON + forgetting.KEPT + timedelta(minutes=30), tx)

    # Of other tests, too, maybe.
    assert (changed >= 2, again) == (True, 0)
    assert (await numbers(ada, tx), await unread(ada, tx)) == ([2, 3], 2)
    assert (await numbers(bob, tx), await unread(bob, tx)) == ([], 0)
    await tell(news(bob), tx=tx, programme=bob.programme)
    assert await numbers(bob, tx) == [2]


async def test_given_more_items_than_are_kept_when_it_is_tidied_then_the_newest_stay(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    many = [news(ada) for _ in range(forgetting.ITEMS_MAX + 3)]
    await tell(*many, news(bob), tx=tx, programme=ada.programme)

    changed = await forgetting.forget_many(NOON, tx)
    again = await forgetting.forget_many(NOON, tx)

    assert (changed, again) == (1, 0)
    assert (await numbers(ada, tx))[0] == 4
    assert await unread(ada, tx) == len(await numbers(ada, tx)) == forgetting.ITEMS_MAX
    assert await numbers(bob, tx) == [1]


async def test_given_a_told_member_when_they_ask_what_is_kept_then_they_are_told_all(
    tx: Tx,
) -> None:
    ada, _ = await given.two_friends(tx=tx)
    (item,) = await tell(news(ada), tx=tx, programme=ada.programme)
    receipt = inbox.Receipt(item.id, inbox.Kind.OPENED, NOON)
    await inbox.receive([receipt], member=ada.id, programme=ada.programme, at=NOON, tx=tx)

    kept = await personal.told(ada.id, programme=ada.programme, tx=tx)
    await personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx)

    assert {table: len(rows) for table, rows in kept.items()} == dict.fromkeys(personal.TABLES, 1)
    assert kept["inbox_item"][0]["args"] == {"points": 5}
    gone = await personal.told(ada.id, programme=ada.programme, tx=tx)
    assert {table for table, rows in gone.items() if rows} == {"inbox"}
