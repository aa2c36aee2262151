"""Raffles: tickets without a gap, one draw, and each prize once."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain import duplicates, ledger, raffles
from domain.members import Member
from domain.members import personal as forgetting
from domain.raffles import (
    BadPublicValue,
    BadRaffle,
    NoSuchRaffle,
    NotARaffle,
    Payout,
    Prize,
    PrizeKind,
    RaffleClosed,
    RaffleFull,
    RaffleOpened,
    RaffleStillOpen,
    State,
    personal,
)
from domain.raffles.awarding import draw_due
from domain.raffles.closing import close_due
from domain.rewards import NoSuchReward, RewardKind
from infra import db, ids
from infra.db import Tx
from tests.domain.moments.making import at_once
from tests.domain.raffles import making
from tests.domain.raffles.making import CLOSES, DAY, SOURCE, Scene, points
from tests.domain.vouchers.making import a_reward
from tests.faults import cuts
from tests.support import databases
from tests.support.given import NOON
from tests.support.servers import Postgres

RAFFLE = "SELECT reward FROM raffle WHERE reward = $1 FOR UPDATE"
TICKETS = "SELECT number FROM raffle_ticket WHERE reward = $1 AND NOT back ORDER BY number"
EVENTS = "SELECT action, evidence FROM event WHERE object = $1 ORDER BY number"
FULL = "UPDATE raffle SET tickets = 1000000 WHERE reward = $1"


async def holding(member: Member, tx: Tx) -> int:
    return (await ledger.balance(member.account, book=member.book, at=CLOSES, tx=tx)).available


async def drawn(scene: Scene, tx: Tx, *, value: str | None = None) -> raffles.Raffle:
    words = {"value": value, "at": CLOSES, "tx": tx, **scene.where}
    return await raffles.draw(scene.raffle.reward, **words)


BAD: dict[str, dict[str, Any]] = {
    "no prize": {"prizes": []},
    "51 kinds": {"prizes": [points(1)] * 51},
    "no winner": {"prizes": [points(1, count=0)]},
    "1001 winners": {"prizes": [points(1, count=1_000), points(1)]},
    "no points": {"prizes": [points(0)]},
    "too many points": {"prizes": [points(10_000_001)]},
    "points and a reward": {"prizes": [Prize(PrizeKind.POINTS, points=1, reward=UUID(int=1))]},
    "no reward": {"prizes": [Prize(PrizeKind.REWARD)]},
    "a reward and points": {"prizes": [Prize(PrizeKind.REWARD, points=1, reward=UUID(int=1))]},
    "over": {"closes_at": NOON},
    "in years": {"closes_at": NOON + 367 * DAY},
    "nothing named": {"source": "  "},
    "no plain text": {"source": "a\nb"},
    "a long name": {"source": "x" * 301},
}


@pytest.mark.parametrize("said", BAD)
async def test_given_terms_that_cannot_be_meant_when_opened_then_they_are_refused(
    said: str, tx: Tx
) -> None:
    with pytest.raises(BadRaffle):
        await making.a_scene(tx, people=0, **BAD[said])


async def test_given_a_raffle_when_opened_again_then_only_with_the_same_terms(tx: Tx) -> None:
    scene = await making.a_scene(tx, people=0)
    again = partial(making.opened, scene.raffle.reward, scene.programme, tx)

    first = await again()
    with pytest.raises(RaffleOpened):
        await again(prizes=[points(101)])
    with pytest.raises(RaffleOpened):
        await again(source=SOURCE)

    assert first == scene.raffle
    assert (first.state, first.seed, len(first.commitment)) == (State.OPEN, None, 32)


async def test_given_each_fault_when_entering_or_giving_back_then_it_is_refused_in_order(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    ada, redemption = scene.people[0], ids.new(NOON)
    elsewhere = await making.a_scene(tx, people=0)
    mixed = Scene(scene.programme, elsewhere.raffle, ())
    with pytest.raises(NoSuchRaffle):  # of another programme
        await making.entered(mixed, ada, tx)
    with pytest.raises(RaffleClosed):  # its time has come, though nobody has closed it
        await making.entered(scene, ada, tx, at=CLOSES)
    first = await making.entered(scene, ada, tx, redemption=redemption, quantity=2)
    words = {"at": CLOSES, "tx": tx, **scene.where}
    with pytest.raises(RaffleClosed):
        await raffles.withdraw(redemption, **words)
    await tx.run(FULL, elsewhere.raffle.reward)
    with pytest.raises(RaffleFull):
        await making.entered(elsewhere, ada, tx)
    await making.all_closed(tx)

    again = await making.entered(scene, ada, tx, redemption=redemption, quantity=2, at=CLOSES)
    with pytest.raises(RaffleClosed):
        await making.entered(scene, ada, tx)
    with pytest.raises(RaffleClosed):
        await raffles.withdraw(redemption, **words)

    assert again == first
    assert await raffles.withdraw(ids.new(NOON), **words) == 0


async def test_given_tickets_that_were_given_back_when_drawn_then_they_take_no_part(tx: Tx) -> None:
    scene = await making.a_scene(tx, prizes=[points(100, count=9)])
    ada, bob, cid = scene.people
    back = ids.new(NOON)
    await making.entered(scene, ada, tx, quantity=2)
    await making.entered(scene, bob, tx, quantity=2, redemption=back)
    words = {"at": NOON, "tx": tx, **scene.where}
    gone = await raffles.withdraw(back, **words), await raffles.withdraw(back, **words)
    later = await making.entered(scene, cid, tx)
    await making.all_drawn(tx)

    told = await making.evidence(scene, tx)
    raffles.check(told)

    assert (gone, later[0].number) == ((2, 0), 5)
    assert sorted(told.winners) == list(told.entries) == [1, 2, 5]
    assert [await holding(one, tx) for one in scene.people] == [200, 0, 100]
    mine = {"member": bob.id, "limit": 9, "tx": tx, **scene.where}
    assert [one.back for one in await raffles.tickets(scene.raffle.reward, **mine)] == [True, True]
    counted = await raffles.counts([scene.raffle.reward], member=bob.id, tx=tx, **scene.where)
    assert counted == {}


async def test_given_a_public_value_when_it_is_not_known_then_nobody_draws(tx: Tx) -> None:
    scene = await making.a_scene(tx, source=SOURCE)
    plain = await making.a_scene(tx, people=0)
    await making.entered(scene, scene.people[0], tx)
    with pytest.raises(NoSuchRaffle):
        await drawn(Scene(plain.programme, scene.raffle, ()), tx)
    with pytest.raises(RaffleStillOpen):
        await drawn(scene, tx, value="1")
    await making.all_drawn(tx)
    waiting = await making.now(scene, tx)
    for bad in (None, " ", "a\nb", "x" * 201):
        with pytest.raises(BadPublicValue):
            await drawn(scene, tx, value=bad)
    with pytest.raises(BadPublicValue):  # none was named
        await drawn(plain, tx, value="1")

    done = await drawn(scene, tx, value=" 2345.67 ")
    again = await drawn(scene, tx, value="2345.67")
    with pytest.raises(BadPublicValue):
        await drawn(scene, tx, value="2345.68")

    assert (waiting.state, waiting.waits) == (State.CLOSED, True)
    assert raffles.commitment(waiting.seed or b"") == waiting.commitment
    assert again == done
    assert (done.state, done.value) == (State.DRAWN, "2345.67")
    raffles.check(await making.evidence(scene, tx))
    assert await holding(scene.people[0], tx) == 100


async def test_given_winners_who_left_or_are_gone_when_drawn_then_each_prize_finds_its_owner(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, people=4, gift=3, prizes=[points(70, count=3)])
    for one in scene.people:
        await making.entered(scene, one, tx)
    open_too = await making.entered(scene, scene.people[0], tx)
    gone = scene.people[3]
    await making.all_closed(tx)
    for part in (personal, forgetting):
        await part.forget(gone.id, programme=scene.programme.id, at=CLOSES, tx=tx)

    await making.all_drawn(tx)

    told = await making.evidence(scene, tx)
    raffles.check(told)
    won = await raffles.winners(scene.raffle.reward, limit=9, tx=tx, **scene.where)
    assert [one.number for one in won] == list(told.winners)
    assert sorted(told.entries) == [1, 2, 3, 4, open_too[0].number]
    for one in won:
        kinds = {PrizeKind.POINTS: Payout.PAID, PrizeKind.REWARD: Payout.TOLD}
        assert one.payout is (Payout.FORFEIT if one.member == gone.id else kinds[one.prize.kind])
    paid = sum(70 for one in won if one.payout is Payout.PAID)
    assert sum([await holding(one, tx) for one in scene.people]) == paid


async def test_given_a_winner_who_was_merged_when_drawn_then_the_survivor_has_the_prizes(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, people=2, gift=1, prizes=[points(70, count=2)])
    survivor, twin = scene.people
    await making.entered(scene, twin, tx, quantity=3)
    who = {"survivor": survivor.id, "duplicate": twin.id}
    await duplicates.merge(id=ids.new(NOON), at=NOON, tx=tx, **scene.where, **who)

    await making.all_drawn(tx)

    won = await raffles.winners(scene.raffle.reward, limit=9, tx=tx, **scene.where)
    assert [(one.member, one.payout) for one in won] == [
        (twin.id, Payout.TOLD),
        (twin.id, Payout.PAID),
        (twin.id, Payout.PAID),
    ]
    assert (await holding(survivor, tx), await holding(twin, tx)) == (140, 0)
    told = [event for event in tx.staged if isinstance(event, raffles.Won)]
    # Whoever hands the reward over gives it to whom this names.
    assert {event.subject for event in told} == {survivor.id}


async def test_given_an_open_raffle_when_a_member_is_erased_then_their_tickets_take_no_part(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    ada, bob, _ = scene.people
    await making.entered(scene, ada, tx)
    await making.entered(scene, bob, tx)

    await personal.forget(ada.id, programme=scene.programme.id, at=NOON, tx=tx)
    await making.all_drawn(tx)

    assert list((await making.evidence(scene, tx)).winners) == [2]
    assert await holding(bob, tx) == 100


async def test_given_no_tickets_when_its_time_has_come_then_it_is_drawn_without_winners(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, people=0)

    await making.all_drawn(tx)

    raffles.check(await making.evidence(scene, tx))
    assert (await making.now(scene, tx)).state is State.DRAWN


TAMPERING = {
    "another seed": "UPDATE raffle SET seed = $2::bytea WHERE reward = $1",
    "another promise": "UPDATE raffle SET commitment = $2::bytea WHERE reward = $1",
    "another digest": "UPDATE raffle SET digest = $2::bytea WHERE reward = $1",
    "a ticket less": "UPDATE raffle_ticket SET back = $2::bytea IS NOT NULL WHERE reward = $1",
    "a ticket more": """
INSERT INTO raffle_ticket (programme, reward, number, id, member, redemption, entered_at, back)
SELECT programme, reward, 99, gen_random_uuid(), member, redemption, now(), $2::bytea IS NULL
FROM raffle_ticket WHERE reward = $1 LIMIT 1
""",
}


@pytest.mark.parametrize("way", TAMPERING)
async def test_given_a_closed_raffle_when_anybody_changes_it_then_the_database_refuses(
    way: str, tx: Tx
) -> None:
    scene = await making.a_scene(tx)
    await making.entered(scene, scene.people[0], tx)
    await making.all_closed(tx)

    with pytest.raises(asyncpg.PostgresError):
        async with tx.savepoint():
            await tx.run(TAMPERING[way], scene.raffle.reward, bytes(32))


async def test_given_many_who_enter_at_once_when_closed_then_the_numbers_have_no_gap(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx, people=4)

    async def enter(member: Member, redemption: UUID, *, fails: bool = False) -> list[int]:
        try:
            async with db.transaction() as tx:
                words = {"redemption": redemption, "quantity": 2}
                got = await making.entered(scene, member, tx, **words)
                if fails:
                    raise LookupError
        except LookupError:
            return []
        return [one.number for one in got]

    redemptions = [ids.new(NOON) for _ in range(8)]
    people = [scene.people[place % 4] for place in range(8)]
    acts = [partial(enter, *one) for one in zip(people, redemptions, strict=True)]
    undone = [partial(enter, scene.people[0], ids.new(NOON), fails=True) for _ in range(3)]
    twice = acts[:2]
    said = await at_once([*undone, *acts, *twice], RAFFLE, scene.raffle.reward)

    given = said[3:11]
    assert sorted(number for one in given for number in one) == list(range(1, 17))
    assert list(said[11:]) == list(given[:2])
    async with db.transaction() as tx:
        assert (await making.now(scene, tx)).tickets == 16


async def test_given_a_draw_and_all_else_at_once_when_closed_then_each_prize_is_paid_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx, people=2, prizes=[points(30, count=2)], source=SOURCE)
        for one in scene.people:
            await making.entered(scene, one, tx)
        await making.all_closed(tx)

    async def draw(value: str) -> str:
        try:
            async with db.transaction() as tx:
                return (await drawn(scene, tx, value=value)).value or ""
        except BadPublicValue:
            return "REFUSED"

    values = ["1", "2", "1", "2", "1"]
    said = await at_once([partial(draw, one) for one in values], RAFFLE, scene.raffle.reward)

    async with db.transaction() as tx:
        now = await making.now(scene, tx)
        assert [one for one in said if one != "REFUSED"] == [now.value] * values.count(now.value)
        assert [await holding(one, tx) for one in scene.people] == [30, 30]
        raffles.check(await making.evidence(scene, tx))


async def a_closing(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    await making.entered(scene, scene.people[0], tx)
    return lambda tx: close_due(CLOSES, tx)


async def a_draw(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx, prizes=[points(50, count=2)])
    for one in scene.people:
        await making.entered(scene, one, tx)
    await making.all_closed(tx)
    return lambda tx: draw_due(CLOSES, tx)


async def an_entry(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    words = {"quantity": 2, "redemption": ids.new(NOON)}
    return lambda tx: making.entered(scene, scene.people[0], tx, **words)


SCENES: dict[str, Callable[[Tx], Awaitable[cuts.Act]]] = {
    "an entry": an_entry,
    "a closing": a_closing,
    "a draw": a_draw,
}


@pytest.mark.parametrize("scene", SCENES)
async def test_given_an_act_when_its_session_is_killed_at_any_statement_then_nothing_is_left(
    scene: str, postgres: Postgres
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            act = await SCENES[scene](tx)

        await cuts.before_the_commit(url, act)
        count = await cuts.at_every_statement(url, act)

    assert count >= 3


async def test_given_a_reward_that_is_no_raffle_when_opened_then_it_is_refused_in_order(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, people=0)
    code = await a_reward(scene.programme, tx=tx)
    fresh = await a_reward(scene.programme, RewardKind.RAFFLE, tx=tx)
    gone = [Prize(PrizeKind.REWARD, reward=ids.new(NOON))]
    again = [Prize(PrizeKind.REWARD, reward=scene.raffle.reward)]

    with pytest.raises(NoSuchReward):
        await making.opened(ids.new(NOON), scene.programme, tx)
    with pytest.raises(NotARaffle):
        await making.opened(code, scene.programme, tx, prizes=gone)
    for prizes in (gone, again):
        with pytest.raises(BadRaffle) as bad:
            await making.opened(fresh, scene.programme, tx, prizes=[points(1), *prizes])
        assert bad.value.path == ("prizes", "1", "reward")

    prizes = [Prize(PrizeKind.REWARD, reward=code)]
    assert (await making.opened(fresh, scene.programme, tx, prizes=prizes)).state is State.OPEN
