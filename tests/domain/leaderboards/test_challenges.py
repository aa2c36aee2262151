"""Boards of challenges and of their teams: who is on them, and when they come and go."""

from typing import Any

import pytest

from domain import challenges, leaderboards
from domain.challenges import Challenge, Mode, Reward
from domain.game.following import follow
from domain.leaderboards import BadBoard, Board, Measure, Part, Scope, Span
from domain.members import Member
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.challenges.making import DAY, TODAY, a_payer, live, terms
from tests.domain.challenges.playing import join
from tests.domain.leaderboards.boards import a_board, drawn, seen, shown
from tests.support import given
from tests.support.facts import judged, judged_again
from tests.support.given import NOON

TEAMS: dict[str, Any] = {"mode": Mode.COMPETITIVE, "team_size_max": 3, "teams_max": 1}
WITHDRAWN: dict[str, Any] = {"counts": False}


async def a_race(
    tx: Tx, *, scope: Scope = Scope.CHALLENGE, measure: Measure = Measure.PROGRESS, **said: Any
) -> tuple[Challenge, Board, list[Member]]:
    """A challenge, its board, and four members who are not in it."""
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, **{"from_joining": False, **said})
    words = {"scope": scope, "measure": measure, "span": Span.ALL_TIME, "challenge": one.id}
    board = await a_board(club, tx, **words)
    return one, board, [await given.a_member(club, tx=tx) for _ in range(4)]


async def told(*events: Any, tx: Tx) -> None:
    """What happened is told to the game."""
    await follow([Delivery(ids.new(NOON), number, one) for number, one in enumerate(events)], tx)


async def test_given_a_challenge_when_its_members_run_then_they_alone_are_on_its_board(
    tx: Tx,
) -> None:
    one, board, (ada, bob, eve, finn) = await a_race(tx)
    for member in (ada, bob, eve):
        await join(one, member, tx)

    await judged(ada, distance_m=3_000, tx=tx)
    await judged(bob, distance_m=4_000, tx=tx)
    await judged(finn, distance_m=9_000, tx=tx)

    view = await seen(board, ada, tx, part=Part.AROUND)
    assert [(place, score) for place, score, _ in shown(view)] == [(1, 4_000), (2, 3_000)]
    assert (view.place, view.score) == (2, 3_000)
    assert (await seen(board, finn, tx)).place is None


async def test_given_a_run_that_is_taken_back_when_counted_then_it_leaves_the_board(
    tx: Tx,
) -> None:
    one, board, (ada, *_) = await a_race(tx)
    await join(one, ada, tx)
    first = await judged(ada, distance_m=3_000, tx=tx)
    await judged(ada, distance_m=1_000, tx=tx)

    await judged_again(first, **WITHDRAWN, tx=tx)

    assert (await seen(board, ada, tx)).score == 1_000


async def test_given_somebody_who_ran_before_when_they_join_and_leave_then_the_board_follows(
    tx: Tx,
) -> None:
    one, board, (ada, *_) = await a_race(tx)
    await judged(ada, distance_m=3_000, tx=tx)
    whose: dict[str, Any] = {
        "programme": ada.programme,
        "subject": ada.id,
        "object": one.id,
        "at": NOON,
    }

    await join(one, ada, tx)
    await told(challenges.Joined(**whose), tx=tx)
    inside = await seen(board, ada, tx)
    await challenges.leave(one.id, member=ada, at=NOON, tx=tx)
    for _ in range(2):
        await told(challenges.Left(**whose), tx=tx)
    outside = await seen(board, ada, tx)

    assert (inside.place, inside.score) == (1, 3_000)
    assert (outside.place, outside.score, outside.everybody) == (None, 0, 0)


async def test_given_teams_when_they_run_then_each_sees_its_own_alone(tx: Tx) -> None:
    one, board, (ada, bob, eve, finn) = await a_race(tx, scope=Scope.TEAM, **TEAMS)
    for member, team in ((ada, "Red"), (bob, "red"), (eve, "Blue")):
        await join(one, member, tx, team=team)

    for number, member in enumerate((ada, bob, eve, finn), start=1):
        await judged(member, distance_m=number * 1_000, tx=tx)

    red, blue = [await seen(board, member, tx) for member in (ada, eve)]
    assert [(place, score) for place, score, _ in shown(red)] == [(1, 2_000), (2, 1_000)]
    assert [(place, score) for place, score, _ in shown(blue)] == [(1, 3_000)]
    assert (await seen(board, finn, tx)).lines == ()


async def test_given_another_measure_when_members_of_it_run_then_all_that_they_did_counts(
    tx: Tx,
) -> None:
    one, board, (ada, bob, *_) = await a_race(tx, measure=Measure.COUNT)
    await join(one, ada, tx)

    for member in (ada, ada, bob):
        await judged(member, day=TODAY, distance_m=100, tx=tx)

    assert [(place, score) for place, score, _ in shown(await seen(board, ada, tx))] == [(1, 2)]


async def test_given_a_board_of_a_challenge_when_rebuilt_then_it_is_the_same(tx: Tx) -> None:
    one, board, (ada, bob, *_) = await a_race(tx)
    for metres, member in ((3_000, ada), (4_000, bob)):
        await join(one, member, tx)
        await judged(member, distance_m=metres, tx=tx)
    before = await seen(board, ada, tx)

    await leaderboards.recount([ada.id, bob.id], programme=ada.programme, at=NOON + DAY, tx=tx)

    assert await seen(board, ada, tx) == before


async def test_given_a_challenge_when_it_is_asked_who_is_in_it_then_only_they_are(tx: Tx) -> None:
    one, _, (ada, bob, eve, _) = await a_race(tx)
    for member in (ada, bob):
        await join(one, member, tx)
    await challenges.leave(one.id, member=bob, at=NOON, tx=tx)

    found = await challenges.inside(
        [one.id], members=[ada.id, bob.id, eve.id], programme=ada.programme, tx=tx
    )

    assert found == {ada.id: [one.id]}


async def test_given_a_contest_of_friends_when_a_board_is_made_of_it_then_there_is_none(
    tx: Tx,
) -> None:
    _, _, (ada, *_) = await a_race(tx)
    free = terms(reward=Reward())
    where: dict[str, Any] = {"programme": ada.programme, "id": ids.new(NOON), "at": NOON}
    own = await challenges.open_private("Ours", free, creator=ada.id, **where, tx=tx)
    words = {"scope": Scope.CHALLENGE, "measure": Measure.PROGRESS, "span": Span.ALL_TIME}
    board = drawn(ada.programme, challenge=own.id, **words)

    with pytest.raises(BadBoard, match="no such challenge"):
        await leaderboards.create(board, at=NOON, tx=tx)
