"""Offers: the sentences that the tests of transfers begin and end with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import ledger, transfers
from domain.members import Member
from domain.transfers import Policy, Transfer
from domain.transfers.schedule import JOBS
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

# A fifteenth, so that the days around it are of its month, and far enough from the beginning.
MIDDLE = next(day for day in (NOON + timedelta(days=n) for n in range(10, 45)) if day.day == 15)


async def has(member: Member, tx: Tx) -> tuple[int, int]:
    """Points available and held."""
    balance = await ledger.balance(member.account, book=member.book, at=NOON, tx=tx)
    return balance.available, balance.held


async def send(
    points: int,
    ada: Member,
    bob: Member | UUID,
    tx: Tx,
    *,
    id: UUID | None = None,
    at: datetime = NOON,
    **words: Any,
) -> Transfer:
    receiver = bob if isinstance(bob, UUID) else bob.id
    return await transfers.send(
        points, sender=ada, receiver=receiver, id=id or ids.new(at), at=at, tx=tx, **words
    )


async def an_offer(tx: Tx) -> tuple[Member, Member, Transfer]:
    """Ada, who had 100, has offered 30 to Bob."""
    ada, bob = await given.two_friends(holding=100, tx=tx)
    return ada, bob, await offered(30, ada, bob, tx)


async def a_held_one(tx: Tx, **policy: Any) -> tuple[Member, Member, Transfer]:
    """Ada, who had 100 of which Bob gave her 30 and 20, has sent 30 back, which is held."""
    ada, bob = await given.two_friends(holding=50, tx=tx)
    await given.points(50, bob, tx=tx)
    for points in (30, 20):
        came = await send(points, bob, ada, tx)
        await transfers.accept(came.id, member=ada, at=NOON, tx=tx)
    await allow(ada.programme, returns_max=1, screen_points_min=0, tx=tx, **policy)
    return ada, bob, await send(30, ada, bob, tx)


async def offered(points: int, ada: Member, bob: Member, tx: Tx) -> Transfer:
    return await transfers.send(
        points, sender=ada, receiver=bob.id, id=ids.new(NOON), at=NOON, tx=tx
    )


async def allow(programme: int, *, tx: Tx, at: datetime = NOON, **said: Any) -> Policy:
    """Let the programme allow that, and the defaults beside it."""
    return await transfers.set_policy(Policy(**said), programme=programme, at=at, tx=tx)


async def run_all(name: str, at: datetime, tx: Tx) -> int:
    """Let the job of that name run until nothing is due, as infra.jobs does."""
    job = next(job for job in JOBS if job.name == name)
    done = 0
    while count := await job.body(at, tx):
        done += count
    return done
