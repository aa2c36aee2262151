"""Causes: the sentences that the tests of giving begin with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import giving, ledger
from domain.giving import Cause, Donation
from domain.members import Member
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

OPERATOR = ids.derived(NOON, "operator")
DAY = timedelta(days=1)


def a_draft(**said: Any) -> giving.Draft:
    words = {"name": "Trees", "description": "We plant.", "url": "https://trees.example/why"}
    return giving.Draft(**{**words, "active_from": NOON - DAY, **said})


async def a_cause(club: Programme, tx: Tx, **said: Any) -> Cause:
    draft = a_draft(**said)
    return await giving.create(draft, programme=club.id, id=ids.new(NOON), at=NOON, tx=tx)


async def a_donor(tx: Tx, *, holding: int = 100, **said: Any) -> tuple[Member, Cause]:
    """Ada with that many points, and a cause of her programme."""
    club = await given.a_programme(tx=tx)
    return await given.a_member(club, holding=holding, tx=tx), await a_cause(club, tx, **said)


async def donate(
    points: int, ada: Member, cause: Cause | UUID, tx: Tx, *, at: datetime = NOON, **said: Any
) -> Donation:
    words = {"named": False, "id": ids.new(at), **said}
    to = cause if isinstance(cause, UUID) else cause.id
    return await giving.donate(points, member=ada, cause=to, at=at, tx=tx, **words)


async def undo(donation: Donation, tx: Tx, *, at: datetime = NOON) -> Donation:
    programme = donation.programme
    return await giving.undo(donation.id, programme=programme, operator=OPERATOR, at=at, tx=tx)


async def pay_out(cause: Cause, tx: Tx, **said: Any) -> giving.Payout:
    words = {"reference": "bank 17", "id": ids.new(NOON), "at": NOON, **said}
    return await giving.pay_out(
        cause.id, programme=cause.programme, operator=OPERATOR, tx=tx, **words
    )


async def close(cause: Cause, tx: Tx, *, at: datetime = NOON) -> Cause:
    return await giving.close(cause.id, programme=cause.programme, at=at, tx=tx)


async def now(cause: Cause, tx: Tx) -> Cause:
    return (await giving.several([cause.id], programme=cause.programme, tx=tx))[cause.id]


async def has(owner: Member | Cause, tx: Tx) -> int:
    """Points that can be spent."""
    balance = await ledger.balance(owner.account, book=owner.book, at=NOON, tx=tx)
    return balance.available
