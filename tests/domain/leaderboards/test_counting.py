"""Counting: a board says what all that is known says, in whatever order it came to be known."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import leaderboards, metrics
from domain.activities import Type
from domain.leaderboards import Board, Earning, Measure, Span
from domain.leaderboards.reckoning import NOTHING, reckon
from domain.leaderboards.recounting import age, recount_next
from domain.leaderboards.windows import first_day, window_of, window_on
from domain.members import Member
from domain.metrics import Change, Fact, Filter
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.domain.leaderboards.boards import DAY, HOUR, a_board, drawn, happen, scores, windows
from tests.support import given
from tests.support.facts import changed, fact, gone, new
from tests.support.given import NOON

SINCE, UNTIL = date(2000, 1, 1), date(2100, 1, 1)


def today(board: Board, at: datetime = NOON) -> date:
    window = window_of(board, at)
    assert window is not None
    return window.starts_on


async def two(tx: Tx) -> tuple[Programme, Member, Member]:
    club = await given.a_programme(tx=tx)
    return club, await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)


async def test_given_runs_when_counted_then_the_sum_was_reached_when_the_last_of_them_ended(
    tx: Tx,
) -> None:
    club, ada, bob = await two(tx)
    board = await a_board(club, tx, span=Span.ALL_TIME)
    late, early = fact(ada), fact(ada, started_at=NOON - 9 * DAY, distance_m=7_000)

    await happen(new(late), new(early), new(fact(bob, distance_m=0)), tx=tx)

    assert await scores(board, tx, starts_on=today(board)) == {ada.id: (12_000, late.ended_at)}


async def test_given_a_board_for_runs_of_a_length_when_others_happen_then_they_do_not_count(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    only = Filter(types=frozenset({Type.RUN}), distance_min_m=4_000)
    board = await a_board(club, tx, filter=only, measure=Measure.COUNT)

    await happen(
        new(fact(ada)), new(fact(ada, type=Type.RIDE)), new(fact(ada, distance_m=3_999)), tx=tx
    )

    found = await scores(board, tx, starts_on=today(board))
    assert {member: score for member, (score, _) in found.items()} == {ada.id: 1}


async def test_given_an_activity_when_its_type_is_corrected_then_each_board_has_what_is_its(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    runs, rides = [
        await a_board(club, tx, filter=Filter(types=frozenset({type})))
        for type in (Type.RUN, Type.RIDE)
    ]
    run = fact(ada)

    await happen(new(run), changed(run, type=Type.RIDE), tx=tx)

    assert await scores(runs, tx, starts_on=today(runs)) == {}
    assert ada.id in await scores(rides, tx, starts_on=today(rides))


async def test_given_a_sum_when_its_last_activity_is_withdrawn_then_it_was_reached_before(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    board = await a_board(club, tx)
    first, last = fact(ada, started_at=NOON - 3 * HOUR), fact(ada)
    await happen(new(first), new(last), tx=tx)

    await happen(gone(last), tx=tx)

    assert await scores(board, tx, starts_on=today(board)) == {ada.id: (5_000, first.ended_at)}
    await happen(gone(first), tx=tx)
    assert await scores(board, tx, starts_on=today(board)) == {}


async def test_given_points_that_were_reversed_when_counted_then_they_have_left_the_board(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    board = await a_board(club, tx, measure=Measure.POINTS)
    run = fact(ada, points=0)
    await happen(new(run), tx=tx)
    earned = changed(run, points=50)

    await happen(earned, tx=tx)

    assert (await scores(board, tx, starts_on=today(board)))[ada.id][0] == 50
    await happen(changed(earned.after, points=0), tx=tx)
    assert await scores(board, tx, starts_on=today(board)) == {}


async def test_given_the_same_change_again_when_the_fact_is_known_then_a_recount_says_the_same(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    board = await a_board(club, tx)
    await happen(new(fact(ada)), tx=tx)
    before = await scores(board, tx, starts_on=today(board))

    await leaderboards.recount([ada.id], programme=club.id, at=NOON, tx=tx)

    assert await scores(board, tx, starts_on=today(board)) == before


async def test_given_a_programme_in_vienna_when_somebody_runs_at_its_midnight_then_weeks_part_there(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    board = await a_board(club, tx, cutoff_hours=168)
    monday = window_on(board, first_day(board, NOON.date())).starts_at
    assert monday is not None
    before = fact(ada, started_at=monday - timedelta(seconds=1), distance_m=1)
    after = fact(ada, started_at=monday, distance_m=2)

    await happen(new(before), new(after), tx=tx)

    this, last = today(board), today(board, monday - HOUR)
    assert {key: row[0] for key, row in (await scores(board, tx, starts_on=last)).items()} == {
        ada.id: 1
    }
    assert {key: row[0] for key, row in (await scores(board, tx, starts_on=this)).items()} == {
        ada.id: 2
    }


async def test_given_a_cut_off_that_is_over_when_an_activity_comes_late_then_it_does_not_count(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    board = await a_board(club, tx, cutoff_hours=2)
    window = window_of(board, NOON - 7 * DAY)
    assert window is not None
    assert window.ends_at is not None
    assert window.closes_at is not None
    run = fact(ada, started_at=window.ends_at - HOUR)

    await happen(new(run, at=window.closes_at), tx=tx)

    assert await scores(board, tx, starts_on=window.starts_on) == {}
    await happen(new(fact(ada, started_at=window.ends_at - HOUR), at=window.ends_at + HOUR), tx=tx)
    assert ada.id in await scores(board, tx, starts_on=window.starts_on)


async def test_given_points_of_a_challenge_when_told_again_and_taken_back_then_the_last_word_holds(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    board = await a_board(club, tx, measure=Measure.POINTS)
    narrow = await a_board(
        club, tx, measure=Measure.POINTS, filter=Filter(types=frozenset({Type.RUN}))
    )
    run, reward = fact(ada), Earning(ids.new(NOON), ada.id, 200, NOON)
    await happen(new(run), tx=tx)

    for points, sum_ in ((200, 250), (200, 250), (120, 170), (0, 50)):
        told = Earning(reward.id, ada.id, points, NOON)
        await leaderboards.earn([told], programme=club.id, tx=tx)

        found = await scores(board, tx, starts_on=today(board))
        assert found[ada.id] == (sum_, NOON if points else run.ended_at)
        assert (await scores(narrow, tx, starts_on=today(narrow)))[ada.id][0] == 50


async def test_given_points_that_live_a_month_when_it_is_over_then_they_leave_an_expiring_board(
    tx: Tx,
) -> None:
    club = await given.a_programme(expiry_months=1, tx=tx)
    ada = await given.a_member(club, tx=tx)
    words: dict[str, Any] = {"measure": Measure.POINTS, "span": Span.ALL_TIME}
    aging = await a_board(club, tx, expiring=True, **words)
    ever = await a_board(club, tx, **words)
    old, fresh = [fact(ada, started_at=NOON - days * DAY) for days in (75, 0)]

    await happen(new(old), new(fresh), tx=tx)

    assert (await scores(aging, tx, starts_on=today(aging)))[ada.id] == (50, fresh.ended_at)
    assert (await scores(ever, tx, starts_on=today(ever)))[ada.id][0] == 100
    later = NOON + 75 * DAY
    await _age(aging, later, tx)
    assert await scores(aging, tx, starts_on=today(aging)) == {}
    assert (await scores(ever, tx, starts_on=today(ever)))[ada.id][0] == 100


async def test_given_what_was_done_before_when_a_board_is_opened_then_the_job_counts_it(
    tx: Tx,
) -> None:
    club, ada, bob = await two(tx)
    await happen(new(fact(ada)), tx=tx)
    wanted = drawn(club, measure=Measure.COUNT, span=Span.MONTH, zone="UTC")
    board = await leaderboards.create(wanted, at=NOON, tx=tx)
    await happen(new(fact(bob)), tx=tx)

    await _counted(tx)

    found = await scores(board, tx, starts_on=today(board))
    assert {member: row[0] for member, row in found.items()} == {ada.id: 1, bob.id: 1}
    assert board.zone == "Europe/Vienna"


async def test_given_somebody_who_went_when_they_left_then_nobody_sees_them_and_again_they_do(
    tx: Tx,
) -> None:
    club, ada, _ = await two(tx)
    board = await a_board(club, tx)
    await happen(new(fact(ada)), tx=tx)

    await leaderboards.leave([ada.id], programme=club.id, at=NOON, tx=tx)

    assert await scores(board, tx, starts_on=today(board)) == {}
    await leaderboards.recount([ada.id], programme=club.id, at=NOON, tx=tx)
    assert ada.id in await scores(board, tx, starts_on=today(board))


@pytest.mark.parametrize("measure", [m for m in Measure if m is not Measure.PROGRESS])
async def test_given_anything_in_any_order_when_counted_then_it_is_what_a_recount_says(
    measure: Measure, tx: Tx
) -> None:
    club, *people = await two(tx)
    spans = [Span.DAY, Span.WEEK, Span.ALL_TIME]
    boards = [
        await a_board(club, tx, measure=measure, span=span, filter=filter, cutoff_hours=168)
        for span in spans
        for filter in (Filter(), Filter(types=frozenset({Type.RUN}), distance_min_m=500))
    ]
    lot = random.Random(f"boards {measure}")
    known: dict[UUID, Fact] = {}
    for _ in range(60):
        await happen(_anything(people, known, lot), tx=tx)

    for board in boards:
        for starts_on in await windows(board, tx):
            told = await scores(board, tx, starts_on=starts_on)
            assert told == await _from_scratch(board, starts_on, people, tx), board.span


def _anything(people: list[Member], known: dict[UUID, Fact], lot: random.Random) -> Change:
    """Something new, or something known that is told otherwise, again, or not at all."""
    if not known or lot.random() < 0.5:
        member = lot.choice(people)
        one = fact(
            member,
            started_at=NOON - lot.randrange(6 * 24) * HOUR,
            distance_m=lot.choice([0, 400, 600, 5_000]),
            points=lot.choice([0, 0, 30, 50]),
            type=lot.choice([Type.RUN, Type.RIDE, Type.ENERGY]),
            quantity=lot.choice([0, 700]),
            elevation_m=lot.choice([0, 70]),
            source=lot.choice(["file", "partner:gym", "partner:shop"]),
            counts=lot.random() < 0.8,
        )
        known[one.activity] = one
        return new(one, at=NOON)
    before = known[lot.choice(list(known))]
    how = lot.randrange(5)
    start = NOON - lot.randrange(6 * 24) * HOUR
    words: dict[str, Any] = [
        {"counts": not before.counts},
        {"points": lot.choice([0, 20, 90])},
        {"source": lot.choice(["file", "partner:gym", "partner:shop"])},
        {"distance_m": lot.choice([0, 450, 900]), "type": lot.choice([Type.RUN, Type.RIDE])},
        {"started_at": start, "ended_at": start + HOUR, "day": start.date()},
    ][how]
    change = changed(before, at=NOON, **words)
    known[before.activity] = change.after
    return change


async def _from_scratch(
    board: Board, starts_on: date, people: list[Member], tx: Tx
) -> dict[UUID, tuple[int, datetime]]:
    facts = await metrics.facts_of(
        [one.id for one in people], programme=board.programme, since=SINCE, until=UNTIL, tx=tx
    )
    window = window_on(board, starts_on)
    found = {member: reckon(board, window, done) for member, done in facts.items()}
    return {
        member: (score.score, score.reached_at)
        for member, score in found.items()
        if score != NOTHING
    }


async def _counted(tx: Tx) -> None:
    while await recount_next(NOON, tx):
        pass


async def _age(board: Board, at: datetime, tx: Tx) -> None:
    await age(board, at=at, tx=tx)
    await _counted(tx)
