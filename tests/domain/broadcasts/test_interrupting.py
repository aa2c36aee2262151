"""Interrupting: what else happens while a broadcast runs changes nothing of who is told, once."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain import broadcasts, inbox, windows
from domain.broadcasts import State
from domain.members import Member
from domain.windows import Channel, Topic, Urgency, Wish
from infra import db, ids
from tests.domain.broadcasts.dying import TURN
from tests.domain.broadcasts.telling import MINUTE, a_running_one, spread
from tests.domain.push.scenes import a_device
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres
from tests.support.waiting import until

ROOT = Path(__file__).parents[3]
PEOPLE, PHONES, PAGE = 25, 3, 10
TOLD = """
SELECT i.member, i.last, i.unread, array_agg(k.number ORDER BY k.number) AS numbers
FROM inbox AS i JOIN inbox_item AS k ON k.programme = i.programme AND k.member = i.member
GROUP BY i.programme, i.member
"""
ORDERS = "SELECT count(DISTINCT member) AS members, count(*) AS orders FROM push_order"
WAITS_FOR_US = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


@pytest.fixture
async def url(postgres: Postgres) -> AsyncIterator[str]:
    """A database of a test's own: elsewhere others would spread what is running here."""
    async with databases.own(postgres) as url:
        yield url


async def a_club(count: int) -> tuple[int, list[Member]]:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        return club.id, [await given.a_member(club, tx=tx) for _ in range(count)]


async def killed_while_telling(url: str) -> int:
    """SIGKILL to a worker that has told members, but not yet committed that; how many it told."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "tests.domain.broadcasts.dying", url),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    told = int(await process.stdout.readline())
    process.kill()
    await process.communicate()
    return told


async def test_given_a_worker_that_is_killed_while_it_tells_when_another_goes_on_then_all_know_once(
    url: str,
) -> None:
    programme, people = await a_club(PEOPLE)
    async with db.transaction() as tx:
        for member in people[-PHONES:]:
            await a_device(member, tx=tx)
        one = await a_running_one(programme, pace_per_minute=120, tx=tx)

    cut_off = await killed_while_telling(url)
    async with db.transaction() as tx:
        before = await broadcasts.get(one.id, programme=programme, tx=tx)
    for turn in (2, 3, 4):
        async with db.transaction() as tx:
            await spread(at=NOON + turn * TURN, tx=tx)

    async with db.transaction() as tx:
        done = await broadcasts.get(one.id, programme=programme, tx=tx)
        told, orders = await tx.rows(TOLD), await tx.row(ORDERS)
    assert (cut_off, before.told) == (PAGE, PAGE)
    assert (done.state, done.told) == (State.DONE, PEOPLE)
    assert {row["member"] for row in told} == {member.id for member in people}
    assert {(row["last"], row["unread"], tuple(row["numbers"])) for row in told} == {(1, 1, (1,))}
    assert dict(orders) == {"members": PHONES, "orders": PHONES}


async def test_given_who_is_being_told_something_else_when_news_come_then_none_waits_for_ever(
    url: str,
) -> None:
    programme, [ada] = await a_club(1)
    async with db.transaction() as tx:
        one = await a_running_one(programme, tx=tx)
    go = asyncio.Event()

    async def tell_news() -> None:
        await go.wait()
        async with db.transaction() as tx:
            await broadcasts.spread(at=NOON + MINUTE, tx=tx)

    # Before the transaction is opened: it must not be a part of it.
    telling = asyncio.create_task(tell_news())
    async with db.transaction() as tx:
        await inbox.hold([ada.id], programme=programme, tx=tx)
        go.set()
        await until(lambda: _somebody_waits(tx))
        await windows.decide([a_wish(ada)], programme=programme, at=NOON, tx=tx)
    await telling

    async with db.transaction() as tx:
        assert (await broadcasts.get(one.id, programme=programme, tx=tx)).told == 1
        assert await inbox.unread([ada.id], programme=programme, tx=tx) == {ada.id: 1}


def a_wish(member: Member) -> Wish:
    """Something that counts towards the member's day."""
    topic, urgency = Topic.OFFERS, Urgency.PLAIN
    return Wish(ids.new(NOON), member.id, topic, Channel.PHONE, urgency, NOON + MINUTE)


async def _somebody_waits(tx: db.Tx) -> bool:
    return await tx.value(WAITS_FOR_US) > 0
