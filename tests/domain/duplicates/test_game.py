"""What a merge means for the game: what was counted stays with whom it was counted for."""

from datetime import date

import pytest

from domain import duplicates, metrics
from infra.db import Tx
from tests.domain.contests.playing import a_contest
from tests.domain.duplicates.pairs import a_pair
from tests.support import facts, given


async def test_given_a_merge_when_an_activity_from_before_is_judged_anew_then_it_stays_where_it_was(
    tx: Tx,
) -> None:
    pair = await a_pair(tx=tx)
    before = await facts.judged(pair.goes, distance_m=3_000, tx=tx)
    await pair.merged(tx=tx)

    await facts.judged_again(before, distance_m=4_000, tx=tx)
    after = await facts.judged(pair.goes, distance_m=5_000, tx=tx)

    ends = [pair.stays.id, pair.goes.id]
    found = await metrics.facts_of(
        ends, programme=pair.programme.id, since=date.min, until=date.max, tx=tx
    )
    assert [(one.activity, one.distance_m) for one in found[pair.goes.id]] == [
        (before.activity, 4_000)
    ]
    assert [(one.activity, one.distance_m) for one in found[pair.stays.id]] == [
        (after.activity, 5_000)
    ]


async def test_given_a_stake_of_the_duplicate_when_merged_then_it_is_refused(tx: Tx) -> None:
    pair = await a_pair(holding=(0, 50), tx=tx)
    friend = await given.a_member(pair.programme, tx=tx)
    await given.friendship(pair.goes, friend, tx=tx)
    await a_contest(pair.goes, friend, stake=30, tx=tx)

    with pytest.raises(duplicates.OpenHolds):
        await pair.merged(tx=tx)
