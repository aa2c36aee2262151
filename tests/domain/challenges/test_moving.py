"""Moving and nearing: what who follows a member's challenges is told, and when somebody is near."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain import challenges, programmes
from domain.challenges import Challenge, Completed, Mode, Move, Neared, Part
from domain.members import Member
from infra.db import Tx
from tests.domain.challenges.making import DAY, a_payer, live
from tests.domain.challenges.playing import correct, count, delete, join, run
from tests.support import facts, given
from tests.support.given import NOON


async def a_start(tx: Tx, **said: Any) -> tuple[Challenge, Member]:
    """Somebody who takes part in a challenge of five kilometres."""
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, **{"from_joining": False, **said})
    await join(one, ada, tx)
    return one, ada


async def another(one: Challenge, tx: Tx, **said: Any) -> Challenge:
    """Another challenge of the same programme."""
    club = await programmes.by_id(one.programme, tx=tx)
    return await live(await a_payer(club, tx=tx), tx, **said)


async def moves(member: Member, number: int, tx: Tx) -> Sequence[Move]:
    return await challenges.moved_after(member, number=number, limit=10, at=NOON, tx=tx)


def near(tx: Tx) -> list[Any]:
    return [one for one in tx.staged if isinstance(one, Neared)]


async def test_given_steps_when_read_after_a_number_then_the_newest_state_comes_once(
    tx: Tx,
) -> None:
    one, ada = await a_start(tx)
    (joined,) = await moves(ada, 0, tx)
    await run(ada, tx, distance_m=1_000)
    await run(ada, tx, distance_m=1_000)

    (stepped,) = await moves(ada, joined.number, tx)

    assert (joined.participation.state, joined.participation.percent) == (Part.JOINED, 0)
    assert (stepped.participation.state, stepped.participation.percent) == (Part.ACTIVE, 40)
    assert stepped.challenge.id == one.id
    assert await moves(ada, stepped.number, tx) == []
    assert await challenges.heads([ada.id], programme=ada.programme, tx=tx) == {
        ada.id: stepped.number
    }


async def test_given_two_challenges_when_they_move_then_the_one_that_moved_first_comes_first(
    tx: Tx,
) -> None:
    one, ada = await a_start(tx)
    other = await another(one, tx)
    await join(other, ada, tx)
    await challenges.leave(one.id, member=ada, at=NOON, tx=tx)

    found = await moves(ada, 0, tx)

    assert [move.challenge.id for move in found] == [other.id, one.id]
    assert found[1].participation.state is Part.LEFT
    assert found[0].number < found[1].number


@pytest.mark.parametrize("happens", ["offer", "join", "leave", "run", "correct", "delete"])
async def test_given_whatever_changes_a_place_when_it_does_then_there_is_a_number_and_a_hint(
    happens: str, tx: Tx
) -> None:
    one, ada = await a_start(tx)
    done = await run(ada, tx, distance_m=1_000)
    if happens == "join":
        await challenges.leave(one.id, member=ada, at=NOON, tx=tx)
    before = (await moves(ada, 0, tx))[-1].number
    hooks = len(tx._committed)

    match happens:
        case "offer":
            other = await another(one, tx)
            await challenges.offer(other, [ada.id], at=NOON, tx=tx)
        case "join":
            await join(one, ada, tx)
        case "leave":
            await challenges.leave(one.id, member=ada, at=NOON, tx=tx)
        case "run":
            await run(ada, tx, distance_m=500)
        case "correct":
            await correct(done, tx, distance_m=700)
        case "delete":
            await delete(done, tx)

    assert len(await moves(ada, before, tx)) == 1
    assert len(tx._committed) > hooks


async def test_given_somebody_far_when_they_come_to_eighty_percent_then_it_is_told_once(
    tx: Tx,
) -> None:
    one, ada = await a_start(tx)
    await run(ada, tx, distance_m=3_900)
    first = len(near(tx))
    last = await run(ada, tx, distance_m=200)
    (told,) = near(tx)
    await correct(last, tx, distance_m=100)
    await delete(await run(ada, tx, distance_m=50), tx)
    await correct(await run(ada, tx, distance_m=300), tx, distance_m=500)

    assert first == 0
    assert (told.subject, told.object, told.activity) == (ada.id, one.id, last.activity)
    assert (told.round, told.percent, told.reached, told.targets) == (1, 82, "4100", "5000")
    assert len(near(tx)) == 1


async def test_given_a_fall_below_and_a_rise_when_near_again_then_it_is_not_told_again(
    tx: Tx,
) -> None:
    _, ada = await a_start(tx)
    done = await run(ada, tx, distance_m=4_500)
    await delete(done, tx)
    await run(ada, tx, distance_m=4_600)

    assert [one.percent for one in near(tx)] == [90]


async def test_given_one_activity_that_completes_it_when_undone_then_it_was_never_near(
    tx: Tx,
) -> None:
    _, ada = await a_start(tx)
    done = await run(ada, tx, distance_m=6_000)
    await correct(done, tx, distance_m=4_500)

    assert near(tx) == []
    assert any(isinstance(one, Completed) for one in tx.staged)


async def test_given_what_came_late_when_its_round_is_over_everywhere_then_it_is_not_told(
    tx: Tx,
) -> None:
    one, ada = await a_start(tx)
    late = NOON + (one.terms.last_day - NOON.date()) + 2 * DAY
    await count([facts.new(facts.fact(ada, distance_m=4_500), at=late)], tx)
    await run(ada, tx, at=NOON, distance_m=100)

    (move,) = await moves(ada, 0, tx)
    assert near(tx) == []
    assert move.participation.percent == 92


async def test_given_what_all_do_together_when_one_is_near_alone_then_it_is_not_told(
    tx: Tx,
) -> None:
    _, ada = await a_start(tx, mode=Mode.COOPERATIVE)
    await run(ada, tx, distance_m=4_500)

    assert near(tx) == []
