"""Processes killed in the middle of a load."""

from datetime import datetime

from tests.faults import crashes
from tests.support.own_server import OwnServer


async def test_given_a_load_when_app_processes_are_killed_then_nothing_acknowledged_is_lost(
    url: str, at: datetime
) -> None:
    await crashes.app_killed(url, seed=11, at=at)


async def test_given_a_load_when_postgresql_is_killed_then_nothing_acknowledged_is_lost(
    mortal: OwnServer, mortal_url: str, at: datetime
) -> None:
    await crashes.power_cut(mortal, mortal_url, seed=12, at=at)
