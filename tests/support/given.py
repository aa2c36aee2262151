"""Given: the few sentences a test starts with, said with real verbs."""

import itertools
from datetime import UTC, datetime, time
from typing import Any

from domain import friends, ledger, members, programmes
from domain.members import Member
from domain.programmes import Programme
from infra import clock, ids
from infra.db import Tx

# Today's, because the journal has partitions around the present only.
NOON = datetime.combine(clock.now().date(), time(12), UTC)
ISSUER = "https://issuer.example"

_numbers = itertools.count(1)


async def a_programme(*, slug: str | None = None, tx: Tx, **policies: Any) -> Programme:
    """A programme of its own; `policies` are those of programmes.found."""
    return await programmes.found(
        slug or f"club-{next(_numbers)}",
        name="Running Club",
        unit="points",
        zone="Europe/Vienna",
        locale="en",
        at=NOON,
        tx=tx,
        **policies,
    )


async def a_member(
    programme: Programme,
    *,
    holding: int = 0,
    handle: str | None = None,
    zone: str = "Europe/Vienna",
    subject: str | None = None,
    tx: Tx,
) -> Member:
    """A member of `programme` with that many points to spend."""
    number = next(_numbers)
    member = await members.join(
        programme,
        handle=handle or f"runner{number}",
        name=f"Runner {number}",
        locale="en",
        zone=zone,
        issuer=ISSUER,
        subject=subject or f"person-{number}",
        at=NOON,
        tx=tx,
    )
    if holding:
        await points(holding, member, tx=tx)
    return member


async def points(amount: int, member: Member, *, at: datetime = NOON, tx: Tx) -> None:
    """Give the member `amount` points that never have to be explained."""
    item = ledger.issue(amount, account=member.account, id=ids.new(at))
    ledger.require(await ledger.post_one(item, book=member.book, at=at, tx=tx))


async def friendship(a: Member, b: Member, *, tx: Tx) -> None:
    """Make the two friends."""
    await friends.request(a, friend=b.id, at=NOON, tx=tx)
    await friends.accept(b, friend=a.id, at=NOON, tx=tx)


async def two_friends(
    *, holding: int = 0, programme: Programme | None = None, tx: Tx, **policies: Any
) -> tuple[Member, Member]:
    """Two friends, the first with that many points, in a programme of their own."""
    programme = programme or await a_programme(tx=tx, **policies)
    ada = await a_member(programme, holding=holding, tx=tx)
    bob = await a_member(programme, tx=tx)
    await friendship(ada, bob, tx=tx)
    return ada, bob
