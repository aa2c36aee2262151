"""Spenders of one balance, and requests that arrive more than once."""

from datetime import datetime

import pytest

from tests.faults import scenes


@pytest.mark.parametrize("way", [scenes.many, scenes.single])
async def test_given_one_balance_when_many_spend_it_at_once_then_only_what_it_covers_is_spent(
    url: str, at: datetime, way: scenes.Way
) -> None:
    await scenes.spenders(url, way=way, at=at, count=16, balance=95, amount=10)


async def test_given_one_balance_when_many_spend_it_in_batches_then_only_what_it_covers_is_spent(
    url: str, at: datetime
) -> None:
    await scenes.spenders(url, way=scenes.coalesced, at=at, count=300, balance=1997, amount=10)


@pytest.mark.parametrize("way", [scenes.many, scenes.single])
async def test_given_a_refused_spend_when_it_arrives_late_again_then_it_is_refused_again(
    url: str, at: datetime, way: scenes.Way
) -> None:
    await scenes.late_duplicate(url, way=way, at=at)


@pytest.mark.parametrize("seed", [1, 2])
async def test_given_requests_when_they_are_repeated_in_every_way_then_each_counts_once(
    url: str, at: datetime, seed: int
) -> None:
    await scenes.duplicates(url, seed=seed, at=at)


async def test_given_a_mixed_batch_when_it_is_posted_then_accounts_equal_their_journal(
    url: str, at: datetime
) -> None:
    await scenes.mixed_batch(url, at=at)


async def test_given_an_overspender_when_they_spend_then_no_account_is_below_zero(
    url: str, at: datetime
) -> None:
    await scenes.overspender(url, at=at)


async def test_given_a_journal_row_when_its_number_is_written_twice_then_the_database_refuses(
    url: str, at: datetime
) -> None:
    await scenes.doubled_seq(url, at=at)
