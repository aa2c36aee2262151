"""A club ends: what is left goes back, to the last point. Gifts end, too."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain import clubs, ledger
from domain.clubs import personal
from domain.clubs.closing import divided
from domain.clubs.squaring import expire
from infra import db, ids
from infra.db import Tx
from tests.domain.clubs.pools import a_club, a_full_club, give, has, pay, pool
from tests.support import cutting, databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres


@drawn(st.integers(0, 10**12), st.lists(st.integers(1, 10**12), min_size=1, max_size=30))
def test_shares_are_all_of_it_and_nobody_is_a_whole_point_away_from_their_part(
    points: int, stakes: list[int]
) -> None:
    by_id = {uuid4(): stake for stake in stakes}

    shares = divided(points, by_id)

    assert sum(shares.values()) == points
    whole = sum(stakes)
    assert all(
        points * stake // whole <= shares.get(one, 0) <= points * stake // whole + 1
        for one, stake in by_id.items()
    )


async def test_given_three_gifts_when_closed_then_the_oldest_gets_what_does_not_divide(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob, cy = [await given.a_member(programme, holding=10, tx=tx) for _ in range(3)]
    club = await a_club(ada, bob, cy, tx=tx)
    for number, member in enumerate((cy, ada, bob)):
        await give(10, club, member, tx, at=NOON + timedelta(seconds=number))
    # Twenty left, of which ten were Ada's and ten Bob's: Cy's were the oldest and are spent.
    await pay(10, club, ada, bob, tx)
    await pay(1, club, ada, cy, tx)

    shares = await clubs.close(club.id, owner=ada, at=NOON, tx=tx)

    assert shares == {ada.id: 9, bob.id: 10}
    assert (await has(ada, tx), await has(bob, tx), await has(cy, tx)) == (9, 20, 1)
    assert await pool(club, tx) == 0
    with pytest.raises(clubs.NoSuchClub):
        await clubs.close(club.id, owner=ada, at=NOON, tx=tx)


async def test_given_a_giver_who_has_left_when_closed_then_theirs_comes_back_to_them(
    tx: Tx,
) -> None:
    club, ada, bob, _ = await a_full_club(pooled=30, tx=tx)
    await given.points(10, bob, tx=tx)
    await give(10, club, bob, tx)
    await clubs.leave(club.id, member=bob, at=NOON, tx=tx)

    shares = await clubs.close(club.id, owner=ada, at=NOON, tx=tx)

    assert shares == {ada.id: 30, bob.id: 10}


async def test_given_a_session_cut_while_closing_when_done_again_then_each_share_came_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            club, ada, _, _ = await a_full_club(pooled=50, tx=tx)

        async def close(tx: Tx) -> Any:
            return await clubs.close(club.id, owner=ada, at=NOON, tx=tx)

        await cutting.before_commit(url, close)
        async with db.transaction() as tx:
            assert (await has(ada, tx), await pool(club, tx)) == (0, 50)
            await close(tx)

        async with db.transaction() as tx:
            assert (await has(ada, tx), await pool(club, tx)) == (50, 0)


async def test_given_gifts_kept_too_long_when_the_clock_says_so_then_they_go_and_younger_stay(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, holding=100, tx=tx)
    club = await a_club(ada, tx=tx, keep_months=2)
    await give(30, club, ada, tx)
    await _older(club, tx, months=2)
    await give(20, club, ada, tx)

    in_time = await expire(NOON, tx)
    await _older(club, tx, months=1)
    late, again = await expire(NOON, tx), await expire(NOON, tx)

    assert (in_time, late, again) == (0, 1, 0)
    assert await pool(club, tx) == 20
    (entry,) = await clubs.statement(club, before=None, limit=1, tx=tx)
    assert (entry.amount, entry.meta["act"]) == (-30, "expiry")
    assert entry.counter_account == ledger.BREAKAGE


async def _older(club: clubs.Club, tx: Tx, *, months: int) -> None:
    """Let that many months have passed since the gifts were given."""
    older = "UPDATE club_gift SET at = at - make_interval(months => $2) WHERE club = $1"
    await tx.run(older, club.id, months)


async def test_given_points_that_the_ledger_let_expire_when_given_again_then_gifts_say_so(
    tx: Tx,
) -> None:
    club, ada, _, _ = await a_full_club(pooled=50, tx=tx)
    # As the sweep does it: the pool loses points that no verb of clubs has taken.
    item = ledger.spend(20, account=club.account, id=ids.new(NOON), target=ledger.BREAKAGE)
    ledger.require(await ledger.post_one(item, book=club.book, at=NOON, tx=tx))
    await given.points(5, ada, tx=tx)

    await give(5, club, ada, tx)

    assert await pool(club, tx) == 35


async def test_given_an_owner_who_is_erased_then_the_treasurer_inherits_and_words_go(
    tx: Tx,
) -> None:
    club, ada, bob, cy = await a_full_club(tx=tx)
    await pay(10, club, ada, cy, tx, memo="thanks")
    told = await personal.told(ada.id, programme=ada.programme, tx=tx)

    await personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx)

    kept = await clubs.get(club.id, member=bob, tx=tx)
    assert (kept.role, kept.club.owner) == (clubs.Role.OWNER, bob.id)
    assert told["club_payout"][0]["memo"] == "thanks"
    assert told["club_member"][0]["owner"] is True
    assert (await personal.told(cy.id, programme=cy.programme, tx=tx))["club_payout"][0][
        "memo"
    ] is None
    await tx.run("SET CONSTRAINTS ALL IMMEDIATE")


async def test_given_an_owner_who_is_alone_when_erased_then_the_club_is_closed(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, holding=10, tx=tx)
    club = await a_club(ada, tx=tx)
    await give(10, club, ada, tx)

    await personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx)

    assert (await has(ada, tx), await pool(club, tx)) == (10, 0)
    await tx.run("SET CONSTRAINTS ALL IMMEDIATE")
