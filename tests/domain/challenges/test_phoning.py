"""A phone that shows a challenge as a Live Activity is told each step, and when it is over."""

from datetime import timedelta
from typing import Any

import orjson

from domain import devices, push
from domain.challenges import Criterion
from domain.metrics import Metric
from infra.db import Tx
from tests.domain.challenges.making import a_payer, live
from tests.domain.challenges.playing import join, run
from tests.domain.push.scenes import a_device
from tests.support import given
from tests.support.given import NOON

ORDERED = """
SELECT content::text AS content FROM push_order
WHERE programme = $1 AND kind = 'live' ORDER BY ordered_at, id
"""
TEN_KM = {"criteria": (Criterion(Metric.DISTANCE, 10_000),), "from_joining": False}
TOKEN = "ab" * 80


async def told(programme: int, tx: Tx) -> list[dict[str, Any]]:
    """What phones were told to show."""
    rows = await tx.rows(ORDERED, programme)
    return [orjson.loads(row["content"])["live"] for row in rows]


async def test_given_a_phone_that_shows_a_challenge_when_its_owner_runs_then_it_is_told_each_step(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    one = await live(await a_payer(programme, tx=tx), tx, **TEN_KM)
    for member in (ada, bob):
        await join(one, member, tx)
    phone = await a_device(ada, tx=tx)
    await devices.follow_live(phone.id, one.id, token=TOKEN, member=ada, at=NOON, tx=tx)

    with push.switched(True):
        await run(ada, tx, at=NOON, distance_m=5_000)
        await run(bob, tx, at=NOON, distance_m=4_000)
        await run(ada, tx, at=NOON + timedelta(minutes=1), distance_m=6_000)

    assert [(step["state"], step["ends"]) for step in await told(programme.id, tx)] == [
        ({"percent": 50, "round": 1, "left": "5000"}, False),
        ({"percent": 100, "round": 1, "left": "0"}, True),
    ]


async def test_given_no_phone_that_shows_it_when_somebody_runs_then_nobody_is_told(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    one = await live(await a_payer(programme, tx=tx), tx, **TEN_KM)
    await join(one, ada, tx)
    await a_device(ada, tx=tx)

    with push.switched(True):
        await run(ada, tx, at=NOON, distance_m=5_000)

    assert await told(programme.id, tx) == []
