"""Checking: every board that makes no sense is refused, by the field that is wrong."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain import leaderboards, ledger
from domain.leaderboards import BadBoard, Measure, Prize, Scope, Span, TooManyBoards
from domain.leaderboards.drafting import BOARDS_MAX
from domain.metrics import Filter
from infra import ids
from infra.db import Tx
from tests.domain.leaderboards.boards import a_league, drawn
from tests.support import given
from tests.support.given import NOON

DAY = date(2026, 6, 1)
SEASON = {"span": Span.SEASON, "first_day": DAY}


def paying(*prizes: Prize) -> dict[str, Any]:
    return {"prizes": prizes}


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "x" * 81}),
        ("name", {"name": "a\nb"}),
        ("filter", {"filter": Filter(from_minute=60)}),
        ("filter", {"measure": Measure.PROGRESS, "filter": Filter(distance_min_m=1)}),
        ("first_day", {"span": Span.SEASON}),
        ("first_day", {"first_day": DAY, "last_day": DAY}),
        ("last_day", SEASON),
        ("last_day", {**SEASON, "last_day": DAY - timedelta(days=1)}),
        ("last_day", {**SEASON, "last_day": DAY + timedelta(days=400)}),
        ("scope", {"league": a_league()}),
        ("scope", {"scope": Scope.COHORT, "league": None}),
        ("scope", {"scope": Scope.COHORT, "span": Span.DAY}),
        ("challenge", {"scope": Scope.CHALLENGE}),
        ("challenge", {"scope": Scope.TEAM}),
        ("challenge", {"measure": Measure.PROGRESS}),
        ("challenge", {"challenge": ids.new(NOON)}),
        ("challenge", {"measure": Measure.PROGRESS, "challenge": ids.new(NOON)}),
        ("expiring", {"expiring": True}),
        ("cutoff_hours", {"cutoff_hours": -1}),
        ("cutoff_hours", {"cutoff_hours": 169}),
        ("cutoff_hours", {"scope": Scope.COHORT, "cutoff_hours": 25}),
        ("league", {"scope": Scope.COHORT, "league": a_league(divisions=())}),
        ("league", {"scope": Scope.COHORT, "league": a_league(divisions=("A", "A"))}),
        ("league", {"scope": Scope.COHORT, "league": a_league(divisions=("",))}),
        ("league", {"scope": Scope.COHORT, "league": a_league(promoted=26)}),
        ("league", {"scope": Scope.COHORT, "league": a_league(demoted=-1)}),
        ("league", {"scope": Scope.COHORT, "league": a_league(idle_max=0)}),
        ("prizes", {"scope": Scope.FRIENDS, **paying(Prize(1, 1, 5))}),
        ("prizes", {"span": Span.ALL_TIME, **paying(Prize(1, 1, 5))}),
        ("prizes", paying(*[Prize(n, n, 5) for n in range(1, 22)])),
        ("prizes", paying(Prize(0, 1, 5))),
        ("prizes", paying(Prize(2, 1, 5))),
        ("prizes", paying(Prize(1, 2, 5), Prize(2, 3, 5))),
        ("prizes", paying(Prize(1, 1_001, 5))),
        ("prizes", paying(Prize(1, 1, -1))),
        ("prizes", paying(Prize(1, 1, 1_000_001))),
        ("prizes", paying(Prize(1, 1))),
        ("prizes", paying(Prize(1, 1, 5, level=1))),
        ("prizes", paying(Prize(1, 1, badge="no-such"))),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_given_a_board_that_makes_no_sense_when_created_then_its_field_is_refused(
    field: str, words: dict[str, Any], tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(BadBoard) as refused:
        await leaderboards.create(drawn(club, **words), at=NOON, tx=tx)

    assert refused.value.field == field


async def test_given_a_challenge_that_is_not_there_when_a_board_names_it_then_it_is_refused(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    board = drawn(
        club, measure=Measure.PROGRESS, span=Span.ALL_TIME, scope=Scope.CHALLENGE,
        challenge=ids.new(NOON),
    )  # fmt: skip

    with pytest.raises(BadBoard) as refused:
        await leaderboards.create(board, at=NOON, tx=tx)

    assert refused.value.field == "challenge"


async def test_given_as_many_boards_as_one_may_have_when_one_more_is_created_then_it_is_refused(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    made = [await leaderboards.create(drawn(club), at=NOON, tx=tx) for _ in range(BOARDS_MAX)]

    again = await leaderboards.create(made[0], at=NOON, tx=tx)
    with pytest.raises(ledger.KeyReused):
        await leaderboards.create(drawn(club, id=made[0].id, name="Other"), at=NOON, tx=tx)
    with pytest.raises(TooManyBoards):
        await leaderboards.create(drawn(club), at=NOON, tx=tx)

    assert again == made[0]
    await leaderboards.retire(made[1].id, programme=club.id, at=NOON, tx=tx)
    await leaderboards.create(drawn(club), at=NOON, tx=tx)


async def test_given_a_board_that_is_not_there_when_retired_then_it_is_refused(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(leaderboards.NoSuchBoard):
        await leaderboards.retire(ids.new(NOON), programme=club.id, at=NOON, tx=tx)
