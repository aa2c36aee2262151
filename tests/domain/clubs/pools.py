"""Pools: the sentences that the tests of clubs begin and end with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import clubs, ledger
from domain.clubs import Club, Gift, Payout
from domain.members import Member
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

UNSPENT = (
    "SELECT coalesce(sum(unspent), 0)::bigint FROM club_gift WHERE programme = $1 AND club = $2"
)


async def a_club(owner: Member, *others: Member, tx: Tx, **words: Any) -> Club:
    """A club of `owner`, in which the others, friends of the owner from now on, are members."""
    id = ids.new(NOON)
    made = await clubs.found("The Hares", owner=owner, id=id, at=NOON, tx=tx, **words)
    for other in others:
        await given.friendship(owner, other, tx=tx)
        await clubs.invite(id, inviter=owner, friend=other.id, at=NOON, tx=tx)
        await clubs.accept(id, member=other, at=NOON, tx=tx)
    return made.club


async def a_full_club(
    *, pooled: int = 100, programme: Programme | None = None, tx: Tx, **policy: int
) -> tuple[Club, Member, Member, Member]:
    """A club with points that Ada, its owner, gave; Bob is treasurer, Cy a member."""
    programme = programme or await given.a_programme(tx=tx)
    if policy:
        await clubs.set_policy(clubs.Policy(**policy), programme=programme.id, tx=tx)
    ada = await given.a_member(programme, holding=pooled, tx=tx)
    bob, cy = await given.a_member(programme, tx=tx), await given.a_member(programme, tx=tx)
    club = await a_club(ada, bob, cy, tx=tx)
    await clubs.appoint(club.id, owner=ada, member=bob.id, treasurer=True, at=NOON, tx=tx)
    if pooled:
        await give(pooled, club, ada, tx)
    return club, ada, bob, cy


async def give(
    points: int, club: Club, member: Member, tx: Tx, *, id: UUID | None = None, at: datetime = NOON
) -> Gift:
    return await clubs.give(points, club=club.id, member=member, id=id or ids.new(at), at=at, tx=tx)


async def pay(
    points: int,
    club: Club,
    payer: Member,
    receiver: Member | UUID,
    tx: Tx,
    *,
    id: UUID | None = None,
    at: datetime = NOON,
    **words: Any,
) -> Payout:
    whom = receiver if isinstance(receiver, UUID) else receiver.id
    return await clubs.pay(
        points,
        club=club.id,
        payer=payer,
        receiver=whom,
        id=id or ids.new(at),
        at=at,
        tx=tx,
        **words,
    )


async def has(member: Member, tx: Tx, *, at: datetime = NOON) -> int:
    """The points that the member can spend."""
    return (await ledger.balance(member.account, book=member.book, at=at, tx=tx)).available


async def pool(club: Club, tx: Tx, *, at: datetime = NOON) -> int:
    """The points in the pool, which what is unspent of the gifts must equal."""
    left = (await ledger.balance(club.account, book=club.book, at=at, tx=tx)).balance
    assert await tx.value(UNSPENT, club.programme, club.id) == left
    return left
