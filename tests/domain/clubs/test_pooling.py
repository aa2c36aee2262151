"""Points into a club's pool and out of it: what is refused, repeated, raced and cut off."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import clubs, ledger
from domain.members import Member
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.clubs.pools import a_full_club, give, has, pay, pool
from tests.support import cutting, databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres


async def test_given_a_club_when_given_to_and_paid_from_then_points_and_lots_move_as_they_are(
    tx: Tx,
) -> None:
    programme = await given.a_programme(expiry_months=6, tx=tx)
    club, ada, bob, cy = await a_full_club(pooled=100, programme=programme, tx=tx)

    paid = await pay(30, club, bob, cy, tx, memo=" for the shirts ")

    assert (paid.points, paid.memo) == (30, "for the shirts")
    assert (await has(ada, tx), await has(cy, tx), await pool(club, tx)) == (0, 30, 70)
    entries = await ledger.statement(cy.account, book=cy.book, limit=1, tx=tx)
    month = ledger.month_of(NOON) + 6
    assert [(lot.month, lot.amount) for lot in entries[0].lots] == [(month, 30)]
    assert entries[0].meta["act"] == "payout"
    assert tx.staged[-1] == clubs.PaidOut(
        programme=club.programme, subject=cy.id, object=club.id, at=NOON, points=30, other=bob.id
    )


NOBODY = UUID(int=0)
GIFTS: list[tuple[str, dict[str, Any], str]] = [
    ("nothing", {"points": 0}, "BAD_POINTS"),
    ("less than nothing", {"points": -5}, "BAD_POINTS"),
    ("beyond any number", {"points": 2**60}, "BAD_POINTS"),
    ("another club", {"club": NOBODY}, "NO_SUCH_CLUB"),
    ("an old key", {"id": ids.new(NOON - timedelta(days=31))}, "KEY_EXPIRED"),
    ("more than there is", {"points": 101}, "INSUFFICIENT_POINTS"),
]


@pytest.mark.parametrize(("name", "wrong", "code"), GIFTS, ids=[row[0] for row in GIFTS])
async def test_given_a_fault_when_giving_then_it_is_refused_and_nothing_moves(
    tx: Tx, name: str, wrong: dict[str, Any], code: str
) -> None:
    club, ada, _, _ = await a_full_club(pooled=0, tx=tx)
    await given.points(100, ada, tx=tx)
    asked: dict[str, Any] = {"club": club.id, "id": ids.new(NOON), "points": 10} | wrong
    points = asked.pop("points")

    with pytest.raises(Refused) as refused:
        await clubs.give(points, member=ada, at=NOON, tx=tx, **asked)

    assert refused.value.code == code
    assert (await has(ada, tx), await pool(club, tx)) == (100, 0)


PAYOUTS: list[tuple[str, dict[str, Any], str]] = [
    ("nothing", {"points": 0}, "BAD_POINTS"),
    ("a long memo", {"memo": "m" * 141}, "BAD_MEMO"),
    ("another club", {"club": NOBODY}, "NO_SUCH_CLUB"),
    ("a mere member", {"payer": "cy"}, "CLUB_ROLE_NEEDED"),
    ("oneself", {"receiver": "bob"}, "OWN_PAYOUT"),
    ("nobody of the club", {"receiver": "eve"}, "NOT_IN_CLUB"),
    ("nobody at all", {"receiver": "nobody"}, "NOT_IN_CLUB"),
    ("over the day", {"points": 51}, "OVER_PAYOUT_LIMIT"),
    ("an old key", {"id": ids.new(NOON - timedelta(days=31))}, "KEY_EXPIRED"),
    ("more than the pool", {"points": 41}, "INSUFFICIENT_POINTS"),
]


@pytest.mark.parametrize(("name", "wrong", "code"), PAYOUTS, ids=[row[0] for row in PAYOUTS])
async def test_given_a_fault_when_paying_then_it_is_refused_and_nothing_moves(
    tx: Tx, name: str, wrong: dict[str, Any], code: str
) -> None:
    programme = await given.a_programme(tx=tx)
    limits = {"treasurer_day_max": 50, "treasurer_month_max": 60}
    club, _, bob, cy = await a_full_club(pooled=40, programme=programme, tx=tx, **limits)
    eve = await given.a_member(programme, tx=tx)
    people = {"bob": bob, "cy": cy, "eve": eve}
    ends = {name: member.id for name, member in people.items()} | {"nobody": NOBODY}
    said: dict[str, Any] = {"payer": "bob", "receiver": "cy", "points": 10} | wrong
    points, payer = said.pop("points"), people[said.pop("payer")]
    asked = {"club": club.id, "id": ids.new(NOON)} | said | {"receiver": ends[said["receiver"]]}

    with pytest.raises(Refused) as refused:
        await clubs.pay(points, payer=payer, at=NOON, tx=tx, **asked)

    assert refused.value.code == code
    assert (await has(cy, tx), await pool(club, tx)) == (0, 40)


async def test_given_a_key_of_other_content_when_used_again_then_refused(tx: Tx) -> None:
    club, ada, bob, cy = await a_full_club(tx=tx)
    await given.points(10, ada, tx=tx)
    gift, payout = ids.new(NOON), ids.new(NOON)
    await give(5, club, ada, tx, id=gift)
    await pay(5, club, bob, cy, tx, id=payout)

    with pytest.raises(ledger.KeyReused):
        await give(4, club, ada, tx, id=gift)
    with pytest.raises(ledger.KeyReused):
        await pay(4, club, bob, cy, tx, id=payout)


async def test_given_limits_of_a_day_and_a_month_when_paying_on_then_each_role_has_its_own(
    tx: Tx,
) -> None:
    club, ada, bob, cy = await a_full_club(
        pooled=1_000,
        tx=tx,
        treasurer_day_max=50,
        treasurer_month_max=70,
        owner_day_max=200,
        owner_month_max=200,
    )
    start = NOON.replace(day=1)
    await pay(50, club, bob, cy, tx, at=start)

    with pytest.raises(clubs.OverPayoutLimit) as day:
        await pay(1, club, bob, cy, tx, at=start)
    tomorrow = start + timedelta(days=1)
    await pay(20, club, bob, cy, tx, at=tomorrow)
    with pytest.raises(clubs.OverPayoutLimit) as month:
        await pay(1, club, bob, cy, tx, at=tomorrow)
    await pay(200, club, ada, bob, tx, at=tomorrow)

    assert (day.value.period, day.value.left) == ("day", 0)
    assert (month.value.period, month.value.limit) == ("month", 70)


async def test_given_one_key_when_used_eight_times_at_once_then_points_move_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club, ada, bob, cy = await a_full_club(tx=tx)
        await given.points(100, ada, tx=tx)
    gift, payout = ids.new(NOON), ids.new(NOON)

    async def both() -> object:
        async with db.transaction() as tx:
            given_ = await give(30, club, ada, tx, id=gift)
        async with db.transaction() as tx:
            return given_, await pay(20, club, bob, cy, tx, id=payout)

    answers = await asyncio.gather(*(both() for _ in range(8)))

    assert len(set(answers)) == 1
    async with db.transaction() as tx:
        assert (await has(ada, tx), await has(cy, tx), await pool(club, tx)) == (70, 20, 110)


async def test_given_a_pool_of_ten_when_two_officers_pay_sixteen_at_once_then_ten_go(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club, ada, bob, cy = await a_full_club(pooled=10, tx=tx)

    async def one(payer: Member) -> bool:
        try:
            async with db.transaction() as tx:
                await pay(1, club, payer, cy, tx)
        except ledger.InsufficientPoints:
            return False
        return True

    answers = await asyncio.gather(*(one(payer) for payer in (ada, bob) for _ in range(8)))

    assert (answers.count(True), answers.count(False)) == (10, 6)
    async with db.transaction() as tx:
        assert (await has(cy, tx), await pool(club, tx)) == (10, 0)


async def test_given_a_day_limit_of_fifty_when_one_officer_pays_tens_at_once_then_five_go(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club, _, bob, cy = await a_full_club(
            pooled=1_000, tx=tx, treasurer_day_max=50, treasurer_month_max=500
        )

    async def one() -> bool:
        try:
            async with db.transaction() as tx:
                await pay(10, club, bob, cy, tx)
        except clubs.OverPayoutLimit:
            return False
        return True

    answers = await asyncio.gather(*(one() for _ in range(12)))

    assert answers.count(True) == 5


async def test_given_gifts_while_the_club_is_closed_then_no_point_is_in_it_and_none_is_lost(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = [await a_full_club(pooled=20, tx=tx) for _ in range(5)]
        for _, _, bob, _ in scenes:
            await given.points(10, bob, tx=tx)

    async def give_ten(club: clubs.Club, bob: Member) -> None:
        try:
            async with db.transaction() as tx:
                await give(10, club, bob, tx)
        except clubs.NoSuchClub:
            pass

    async def close(club: clubs.Club, ada: Member) -> None:
        async with db.transaction() as tx:
            await clubs.close(club.id, owner=ada, at=NOON, tx=tx)

    await asyncio.gather(
        *(act for club, ada, bob, _ in scenes for act in (give_ten(club, bob), close(club, ada)))
    )

    async with db.transaction() as tx:
        for club, ada, bob, _ in scenes:
            assert (await has(ada, tx), await has(bob, tx), await pool(club, tx)) == (20, 10, 0)


async def test_given_a_session_cut_before_its_commit_when_sent_again_then_points_move_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            club, ada, bob, cy = await a_full_club(pooled=50, tx=tx)
            await given.points(50, ada, tx=tx)
        gift, payout = ids.new(NOON), ids.new(NOON)

        await cutting.before_commit(url, lambda tx: give(50, club, ada, tx, id=gift))
        await cutting.before_commit(url, lambda tx: pay(30, club, bob, cy, tx, id=payout))
        async with db.transaction() as tx:
            left = (await has(ada, tx), await has(cy, tx), await pool(club, tx))
        async with db.transaction() as tx:
            await give(50, club, ada, tx, id=gift)
            await pay(30, club, bob, cy, tx, id=payout)

        assert left == (50, 0, 50)
        async with db.transaction() as tx:
            assert (await has(ada, tx), await has(cy, tx), await pool(club, tx)) == (0, 30, 70)
