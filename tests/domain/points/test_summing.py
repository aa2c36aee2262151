"""What a member has, at a glance."""

from datetime import timedelta

from domain import ledger, points, transfers
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON


async def test_given_points_of_every_sort_when_summed_then_each_is_told_apart(tx: Tx) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    await transfers.send(30, sender=ada, receiver=bob.id, id=ids.new(NOON), at=NOON, tx=tx)
    promised = ledger.Promise(
        id=ids.new(NOON), account=ada.account, amount=7, matures_at=NOON + timedelta(days=1)
    )
    await ledger.promise([promised], book=ada.book, at=NOON, tx=tx)

    summary = await points.summary(ada, at=NOON, tx=tx)

    assert (summary.available, summary.pending, summary.held) == (70, 7, 30)
    assert list(summary.expiring) == []


async def test_given_points_that_live_this_month_when_summed_then_they_expire_soon(tx: Tx) -> None:
    club = await given.a_programme(expiry_months=0, tx=tx)
    ada = await given.a_member(club, holding=40, tx=tx)

    summary = await points.summary(ada, at=NOON, tx=tx)

    (expiring,) = summary.expiring
    assert expiring.points == 40
    assert expiring.last_day.month == NOON.month
    assert (expiring.last_day + timedelta(days=1)).day == 1
