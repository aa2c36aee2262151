"""The controls: each guard of the ledger is taken away once, and a fault scene must see it.

A scene that stayed green here would be decoration. The match says which of its checks saw it.
"""

from datetime import datetime

import pytest

from tests.faults import breaking, crashes, scenes
from tests.support import apart
from tests.support.own_server import OwnServer

SPENDERS = 4  # of 25 points, 10 each: two may win


@pytest.mark.parametrize(
    ("breaks", "way"),
    [
        (breaking.without_lock, scenes.many),
        (breaking.without_lock_of_one, scenes.single),
    ],
)
async def test_given_no_lock_when_many_spend_one_balance_then_only_the_unique_order_stops_them(
    url: str, at: datetime, breaks: breaking.Break, way: scenes.Way
) -> None:
    await breaks(url)

    with pytest.raises(AssertionError, match="the database had to stop it: UniqueViolation"):
        async with breaking.gate(url, count=SPENDERS):
            await scenes.spenders(url, way=way, at=at, count=SPENDERS, balance=25, amount=10)


@pytest.mark.parametrize(
    ("breaks", "way"),
    [
        (breaking.without_lock, scenes.many),
        (breaking.without_lock_of_one, scenes.single),
    ],
)
async def test_given_no_lock_and_no_unique_order_when_many_spend_one_balance_then_too_many_win(
    url: str, at: datetime, breaks: breaking.Break, way: scenes.Way
) -> None:
    await breaks(url)
    await breaking.without_unique_seq(url)

    with pytest.raises(AssertionError, match="4 spenders won, 2 should have"):
        async with breaking.gate(url, count=SPENDERS):
            await scenes.spenders(url, way=way, at=at, count=SPENDERS, balance=25, amount=10)


async def test_given_no_unique_order_when_a_row_is_written_twice_then_the_scene_sees_it(
    url: str, at: datetime
) -> None:
    await breaking.without_unique_seq(url)

    with pytest.raises(AssertionError, match="a gap, a repeat or a wrong balance"):
        await scenes.doubled_seq(url, at=at)


@pytest.mark.parametrize("way", [scenes.many, scenes.single])
async def test_given_refusals_are_not_kept_when_one_arrives_late_again_then_the_scene_sees_it(
    url: str, at: datetime, way: scenes.Way
) -> None:
    await breaking.without_kept_refusals(url)

    with pytest.raises(AssertionError, match="a refused spend was answered"):
        await scenes.late_duplicate(url, way=way, at=at)


async def test_given_a_forgetful_function_when_somebody_overspends_then_the_check_still_refuses(
    url: str, at: datetime
) -> None:
    await breaking.forgetful(url)

    await scenes.overspender(url, at=at)


async def test_given_the_check_is_dropped_too_when_somebody_overspends_then_the_scene_sees_it(
    url: str, at: datetime
) -> None:
    await breaking.forgetful(url)
    await breaking.without_check(url)

    with pytest.raises(AssertionError, match="a wrong balance"):
        await scenes.overspender(url, at=at)


async def test_given_misaligned_columns_when_a_mixed_batch_is_posted_then_the_scene_sees_it(
    url: str, at: datetime
) -> None:
    await breaking.misaligned(url)

    with pytest.raises(AssertionError, match="a gap, a repeat or a wrong balance"):
        await scenes.mixed_batch(url, at=at)


async def test_given_commits_that_do_not_wait_when_postgresql_is_killed_then_the_loss_is_seen(
    mortal: OwnServer, mortal_url: str, at: datetime
) -> None:
    async def prepare() -> None:
        async with apart.owner(mortal_url) as owner:
            await owner.execute("ALTER DATABASE mortal SET synchronous_commit = off")
            await owner.execute("CHECKPOINT")
        # With nobody else to write the log, what commits do not write stays in memory.
        for role in ("walwriter", "checkpointer", "background writer"):
            mortal.suspend(role)

    with pytest.raises(AssertionError, match="acknowledged postings are lost"):
        await crashes.power_cut(mortal, mortal_url, seed=13, at=at, cuts=1, prepare=prepare)
