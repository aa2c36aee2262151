"""Visiting: members and a partner as clients of the real API."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from functools import partial

from domain import members
from domain.activities import Type
from domain.partners import Scope
from infra import clock
from infra.db import Tx
from simulator import visiting
from simulator.visiting import Done, Visitor
from tests.support import given
from tests.support.client import Door, Person, System

SECONDS = 4.0


def visitor(person: Person, partner: System) -> Visitor:
    assert partner.partner is not None
    return Visitor(
        token=lambda: person.token,
        ref=person.me.external_ref,
        key=partner.token,
        source=partner.partner.slug,
        sport=Type.RUN,
        weight=1.0,
        free_at=clock.now() - timedelta(hours=2),
    )


async def rich(person: Person, tx: Tx) -> None:
    await given.points(200, person.me, at=clock.now(), tx=tx)


async def visited(door: Door, visitors: list[Visitor], *, rate: float) -> Counter[Done]:
    tally: Counter[Done] = Counter()

    def told(so_far: Counter[Done]) -> None:
        tally.update(so_far - tally)

    going = visiting.visit(door.at(""), visitors, rate=rate, dice=random.Random(3), told=told)
    task = asyncio.create_task(going)
    await asyncio.wait([task], timeout=SECONDS)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return tally


async def test_given_members_when_they_visit_then_they_look_give_and_move_like_real_ones(
    door: Door,
) -> None:
    people = [each for _ in range(8) for each in await door.friends("visited", holding=200)]
    for friend in people[1::2]:
        await door.given(partial(rich, friend))
    partner = await door.partner(Scope.ACTIVITIES_WRITE, programme="visited")

    tally = await visited(door, [visitor(each, partner) for each in people], rate=25)

    assert (tally[Done.FAILED], tally[Done.REFUSED]) == (0, 0)
    assert min(tally[Done.LOOKED], tally[Done.GAVE], tally[Done.MOVED]) > 0
    assert tally[Done.MOVED] <= len(people)  # Nobody runs twice within seconds.


async def test_given_a_stranger_and_a_wrong_key_when_they_visit_then_nothing_is_done(
    door: Door,
) -> None:
    ada = await door.member("visited")
    partner = await door.partner(Scope.ACTIVITIES_WRITE, programme="visited")
    wrong = visitor(ada, partner)
    wrong.key, wrong.token = "lk_nobody_nothing", lambda: "no token"

    tally = await visited(door, [wrong], rate=10)

    assert set(tally) == {Done.FAILED}
    async with asyncio.timeout(5):
        same = await door.given(
            lambda tx: members.get(ada.me.id, programme=ada.me.programme, tx=tx)
        )
    assert same.id == ada.me.id
