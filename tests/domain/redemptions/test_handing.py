"""Handing out: what a challenge or a raffle promised is given, now or as soon as it can be."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import challenges, duplicates, privacy, raffles, redemptions, rewards
from domain.redemptions import State
from domain.redemptions.cancelling import release_due
from domain.redemptions.handing import hand_out_owed, id_of
from domain.redemptions.reactions import hand_out_prizes, hand_out_units
from domain.rewards import RewardKind
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery, Event
from tests.domain.redemptions import making
from tests.domain.redemptions.making import DAY, MINUTE, Scene
from tests.support import given
from tests.support.given import NOON


def rewarded(scene: Scene, reward: UUID, unit: str | None = "cup") -> challenges.Rewarded:
    """The member has earned a unit of what is called so."""
    return challenges.Rewarded(
        programme=scene.programme.id,
        subject=scene.member.id,
        object=ids.new(NOON),
        at=NOON,
        reward=reward,
        round=1,
        percent=100,
        points=0,
        unit=unit,
    )


def returned(scene: Scene, reward: UUID) -> challenges.RewardReturned:
    """It is not reached after all."""
    return challenges.RewardReturned(
        programme=scene.programme.id,
        subject=scene.member.id,
        object=ids.new(NOON),
        at=NOON,
        reward=reward,
        round=1,
        percent=100,
        points=0,
        returned=0,
    )


def on_their_way(*events: Event) -> list[Delivery[Any]]:
    return [Delivery(ids.new(NOON), number, event) for number, event in enumerate(events)]


async def had(scene: Scene, reward: UUID, tx: Tx) -> redemptions.Redemption | None:
    """The redemption that became of what was promised; None: none yet."""
    id = id_of(reward, programme=scene.programme.id)
    return (await redemptions.several([id], programme=scene.programme.id, tx=tx)).get(id)


async def due(scene: Scene, tx: Tx) -> list[tuple[str | None, str]]:
    """What members are owed, and what stands in the way."""
    found = await redemptions.owed(programme=scene.programme.id, after=None, limit=9, tx=tx)
    return [(one.unit, one.why) for one in found]


async def test_given_a_unit_when_it_is_earned_then_the_reward_waits_and_costs_nothing(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, code="cup", member_max=1)
    earned, other = ids.new(NOON), ids.new(NOON)
    await making.reserved(scene, tx)
    came = on_their_way(rewarded(scene, earned), rewarded(scene, other, unit=None))

    await hand_out_units(came, tx)
    await hand_out_units(came, tx)
    one = await had(scene, earned, tx)

    assert one is not None
    assert (one.state, one.price, one.cash_minor) == (State.RESERVED, 0, 0)
    assert await making.purse(scene, tx) == (100, 40)
    assert await making.shelf(scene.reward, tx) == (10, 2, 0)
    assert (await had(scene, other, tx), await due(scene, tx)) == (None, [])
    code = (await making.shown(one, scene, tx)).text
    assert (await making.handed(code, scene, tx)).redemption == one.id
    back = await making.refunded(one, tx)
    assert back.state is State.REFUNDED
    assert await making.purse(scene, tx) == (100, 40)


async def test_given_a_unit_that_is_not_fetched_when_days_pass_then_it_waits_for_thirty_of_them(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, code="cup")
    earned = ids.new(NOON)
    await hand_out_units(on_their_way(rewarded(scene, earned)), tx)

    await making.through(release_due, NOON + 30 * DAY - MINUTE, tx)
    waiting = await had(scene, earned, tx)
    await making.through(release_due, NOON + 31 * DAY, tx)
    gone = await had(scene, earned, tx)

    assert waiting is not None
    assert gone is not None
    assert (waiting.state, gone.state) == (State.RESERVED, State.RELEASED)


async def hand_out_all(at: datetime, tx: Tx) -> None:
    """Others are owed something in the same database, too."""
    while await hand_out_owed(at, tx):
        pass


async def test_given_a_unit_that_nobody_has_when_it_is_earned_then_it_is_owed_until_it_is_there(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, stock=0)
    earned, later = ids.new(NOON), NOON + 10 * MINUTE

    await hand_out_units(on_their_way(rewarded(scene, earned)), tx)
    nameless = await due(scene, tx)
    cup = await making.live(scene.programme, partner=scene.partner, stock=0, code="cup", tx=tx)
    await hand_out_all(later, tx)
    sold_out = await due(scene, tx)
    where = {"partner": scene.partner.id, "programme": scene.programme.id, "tx": tx}
    await rewards.set_stock(cup.id, 1, **where)
    await hand_out_all(later, tx)
    early = await due(scene, tx)
    await hand_out_all(later + 10 * MINUTE, tx)

    assert nameless == [("cup", "NO_SUCH_REWARD")]
    assert sold_out == early == [("cup", "OUT_OF_STOCK")]
    assert await due(scene, tx) == []
    assert await making.shelf(cup, tx) == (1, 1, 0)


async def test_given_a_unit_when_it_is_taken_back_then_what_was_not_fetched_is_let_go(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, code="cup")
    waits, fetched, owed = ids.new(NOON), ids.new(NOON), ids.new(NOON)
    events = [rewarded(scene, waits), rewarded(scene, fetched), rewarded(scene, owed, "hat")]
    await hand_out_units(on_their_way(*events), tx)
    one = await had(scene, fetched, tx)
    assert one is not None
    await making.handed((await making.shown(one, scene, tx)).text, scene, tx)

    back = on_their_way(*(returned(scene, one) for one in (waits, fetched, owed)))
    await hand_out_units(back, tx)
    await hand_out_units(back, tx)

    states = [found and found.state for found in [await had(scene, one, tx) for one in
                                                  (waits, fetched, owed)]]  # fmt: skip
    assert states == [State.CANCELLED, State.FULFILLED, None]
    assert (await due(scene, tx), await making.shelf(scene.reward, tx)) == ([], (10, 0, 1))


async def test_given_a_ticket_when_it_won_a_reward_then_it_is_given_once(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    ticket = ids.new(NOON)
    won = raffles.Won(
        programme=scene.programme.id,
        subject=scene.member.id,
        object=ids.new(NOON),
        at=NOON,
        ticket=ticket,
        number=7,
        place=1,
        prize="REWARD",
        reward=scene.reward.id,
    )

    await hand_out_prizes(on_their_way(won), tx)
    await hand_out_prizes(on_their_way(won), tx)

    one = await had(scene, ticket, tx)
    assert one is not None
    assert (one.reward, one.price, one.state) == (scene.reward.id, 0, State.RESERVED)
    assert await making.shelf(scene.reward, tx) == (10, 1, 0)


async def test_given_somebody_who_is_owed_when_they_are_erased_then_nothing_is_owed(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    earned, later = ids.new(NOON), ids.new(NOON)
    await hand_out_units(on_their_way(rewarded(scene, earned)), tx)

    await privacy.erase(scene.member.id, programme=scene.programme.id, at=NOON, tx=tx)
    await making.live(scene.programme, partner=scene.partner, code="cup", tx=tx)
    await hand_out_units(on_their_way(rewarded(scene, later)), tx)

    assert await due(scene, tx) == []
    assert await had(scene, later, tx) is None


async def test_given_somebody_who_is_owed_when_they_are_merged_then_the_survivor_is_given_it(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, holding=0)
    survivor = await given.a_member(scene.programme, tx=tx)
    before, after = ids.new(NOON), ids.new(NOON)
    await hand_out_units(on_their_way(rewarded(scene, before)), tx)
    who = {"survivor": survivor.id, "duplicate": scene.member.id}
    await duplicates.merge(programme=scene.programme.id, id=ids.new(NOON), at=NOON, tx=tx, **who)
    await making.live(scene.programme, partner=scene.partner, code="cup", tx=tx)

    await hand_out_owed(NOON + 10 * MINUTE, tx)
    await hand_out_units(on_their_way(rewarded(scene, after), rewarded(scene, before)), tx)

    had_now = [await had(scene, one, tx) for one in (before, after)]
    assert [one and one.member for one in had_now] == [survivor.id, survivor.id]
    assert await due(scene, tx) == []


async def test_given_a_donation_when_it_is_promised_then_it_stays_owed(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    cause = await making.a_cause(scene.programme, tx)
    words = {"kind": RewardKind.DONATION, "cause": cause.id, "cash_minor": 0, "code": "cup"}
    await making.live(scene.programme, tx=tx, **words)

    await hand_out_units(on_their_way(rewarded(scene, ids.new(NOON))), tx)

    assert await due(scene, tx) == [("cup", "NOT_DISCOUNTABLE")]
