"""Given: the few sentences a test starts with, said with real verbs."""

import itertools
from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain import friends, ledger, members, operators, partners, programmes
from domain.members import Member
from domain.operators import Operator, Role
from domain.partners import Kind, Made, Partner, Scope
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
    at: datetime = NOON,
    tx: Tx,
) -> Member:
    """A member of `programme` since `at`, with that many points to spend."""
    number = next(_numbers)
    member = await members.join(
        programme,
        handle=handle or f"runner{number}",
        name=f"Runner {number}",
        locale="en",
        zone=zone,
        issuer=ISSUER,
        subject=subject or f"person-{number}",
        at=at,
        tx=tx,
    )
    if holding:
        await points(holding, member, at=at, tx=tx)
    return member


async def points(amount: int, member: Member, *, at: datetime = NOON, tx: Tx) -> None:
    """Give the member `amount` points that never have to be explained."""
    item = ledger.issue(amount, account=member.account, id=ids.new(at))
    ledger.require(await ledger.post_one(item, book=member.book, at=at, tx=tx))


async def friendship(a: Member, b: Member, *, at: datetime = NOON, tx: Tx) -> None:
    """Make the two friends since `at`."""
    await friends.request(a, friend=b.id, at=at, tx=tx)
    await friends.accept(b, friend=a.id, at=at, tx=tx)


async def two_friends(
    *, holding: int = 0, programme: Programme | None = None, tx: Tx, **policies: Any
) -> tuple[Member, Member]:
    """Two friends, the first with that many points, in a programme of their own."""
    programme = programme or await a_programme(tx=tx, **policies)
    ada = await a_member(programme, holding=holding, tx=tx)
    bob = await a_member(programme, tx=tx)
    await friendship(ada, bob, tx=tx)
    return ada, bob


async def an_operator(
    programme: Programme,
    *roles: Role,
    issuer: str = ISSUER,
    subject: str | None = None,
    tx: Tx,
) -> Operator:
    """An operator with these roles; an administrator when none is said."""
    number = next(_numbers)
    return await operators.found(
        programme=programme.id,
        email=f"staff{number}@example.com",
        name=f"Staff {number}",
        roles=roles or [Role.ADMIN],
        issuer=issuer,
        subject=subject or f"staff-{number}",
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )


async def a_partner(
    programme: Programme,
    *scopes: Scope,
    kind: Kind = Kind.BEARER,
    slug: str | None = None,
    tx: Tx,
) -> tuple[Partner, Made]:
    """A partner with a key for these scopes; for all there are when none is said."""
    partner = await partners.register(
        slug or f"partner-{next(_numbers)}",
        programme=programme,
        name="Partner",
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )
    made = await partners.create_key(
        partner.id,
        programme=programme.id,
        kind=kind,
        scopes=scopes or list(Scope),
        at=NOON - timedelta(days=1),
        tx=tx,
    )
    return partner, made
