"""What a merged member had earned is taken back from whoever has the points now."""

from datetime import timedelta

import pytest

from domain import duplicates
from domain.duplicates.forwarding import forward
from domain.ledger import ReturnPolicy
from infra.db import Tx
from tests.domain.duplicates.pairs import Pair
from tests.domain.points.judgements import a_club, a_run, again, deliver, has, sold, spent
from tests.support import given
from tests.support.given import NOON

WITHIN_BALANCE = {"return_policy": ReturnPolicy.WITHIN_BALANCE}
NEGATIVE = {"return_policy": ReturnPolicy.NEGATIVE_ALLOWED}


async def a_pair_of_runners(tx: Tx, policies: dict[str, ReturnPolicy]) -> Pair:
    """One person twice in a programme that pays 10 points a kilometre."""
    club = await a_club(tx, policies=policies)
    stays, goes = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    return Pair(club, stays, goes)


async def forwarded(tx: Tx, *, minutes: int = 1) -> None:
    await forward(NOON + timedelta(minutes=minutes), tx)


@pytest.mark.parametrize("policies", [WITHIN_BALANCE, NEGATIVE])
async def test_given_a_merged_members_run_when_it_is_withdrawn_then_the_survivor_gives_it_back(
    tx: Tx, policies: dict[str, ReturnPolicy]
) -> None:
    pair = await a_pair_of_runners(tx, policies)
    run = a_run(pair.goes)
    await deliver([run], tx)
    await pair.merged(tx=tx)

    await deliver([again(run, outcome="WITHDRAWN")], tx)
    await forwarded(tx)

    assert await pair.available(tx=tx) == (0, 0)
    await sold(pair.stays, tx)


@pytest.mark.parametrize("policies", [WITHIN_BALANCE, NEGATIVE])
async def test_given_a_merged_members_run_when_it_is_amended_then_it_is_paid_once(
    tx: Tx, policies: dict[str, ReturnPolicy]
) -> None:
    pair = await a_pair_of_runners(tx, policies)
    run = a_run(pair.goes)
    await deliver([run], tx)
    await pair.merged(tx=tx)

    await deliver([again(run, distance_m=4_000)], tx)
    await forwarded(tx)

    assert await pair.available(tx=tx) == (40, 0)


async def test_given_a_claim_on_a_merged_member_when_the_survivor_earns_then_it_is_settled(
    tx: Tx,
) -> None:
    pair = await a_pair_of_runners(tx, WITHIN_BALANCE)
    run = a_run(pair.goes)
    await deliver([run], tx)
    await spent(50, pair.goes, tx)
    await deliver([again(run, outcome="WITHDRAWN")], tx)
    await pair.merged(tx=tx)

    await deliver([a_run(pair.stays)], tx)

    assert await has(pair.stays, tx) == (0, 0)


async def test_given_a_debt_that_the_survivor_paid_when_the_merge_is_undone_then_each_has_their_own(
    tx: Tx,
) -> None:
    pair = await a_pair_of_runners(tx, NEGATIVE)
    run, kept = a_run(pair.goes, metres=3_000), a_run(pair.goes, metres=2_000)
    await deliver([run, kept, a_run(pair.stays, metres=1_000)], tx)
    merge = await pair.merged(tx=tx)
    await deliver([again(run, outcome="WITHDRAWN")], tx)
    await forwarded(tx)
    assert await pair.available(tx=tx) == (30, 0)

    await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)

    assert await pair.available(tx=tx) == (10, 20)
    await sold(pair.stays, tx)
