"""Offers: the sentences that the tests of transfers begin and end with."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import ledger, transfers
from domain.members import Member
from domain.transfers import Transfer
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON


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


async def offered(points: int, ada: Member, bob: Member, tx: Tx) -> Transfer:
    return await transfers.send(
        points, sender=ada, receiver=bob.id, id=ids.new(NOON), at=NOON, tx=tx
    )
