"""Bringing: the sentences that the tests of referrals begin and end with."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain import ledger, referrals
from domain.activities import Judged
from domain.members import Member
from domain.programmes import Programme
from domain.referrals import Referral
from domain.referrals.acting import act
from infra.db import Tx
from infra.outbox import Delivery
from tests.support import given
from tests.support.given import ISSUER, NOON

LONG_AGO = timedelta(days=20)

_numbers = itertools.count(1)


async def a_referrer(
    programme: Programme, tx: Tx, *, joined_at: datetime = NOON - LONG_AGO
) -> tuple[Member, str]:
    """A member of some standing, and their code."""
    member = await given.a_member(programme, tx=tx)
    await tx.run("UPDATE member SET joined_at = $2 WHERE id = $1", member.id, joined_at)
    return member, await referrals.code_of(member, at=NOON, tx=tx)


async def a_newcomer(
    programme: Programme,
    code: str | None,
    tx: Tx,
    *,
    subject: str | None = None,
    device: str | None = None,
) -> tuple[Member, Referral | None]:
    """Somebody who joins, by that code."""
    subject = subject or f"newcomer-{next(_numbers)}"
    member = await given.a_member(programme, subject=subject, tx=tx)
    referral = await referrals.arrive(
        member, who=(ISSUER, subject), code=code, device=device, at=NOON, tx=tx
    )
    return member, referral


async def brought(
    tx: Tx, programme: Programme | None = None, **policy: int
) -> tuple[Member, Member, Referral]:
    """A referrer, and the newcomer whom they brought; nothing speaks against it."""
    programme = programme or await given.a_programme(tx=tx)
    if policy:
        await referrals.set_policy(referrals.Policy(**policy), programme=programme.id, tx=tx)
    ada, code = await a_referrer(programme, tx)
    bob, referral = await a_newcomer(programme, code, tx)
    assert referral is not None
    return ada, bob, referral


def judged(member: Member, *, activity: UUID | None = None, **said: Any) -> Judged:
    """A run of the member that counts, as a watch has recorded it."""
    facts: dict[str, Any] = {
        "outcome": "COUNTED", "proof": "DEVICE", "at": NOON, "started_at": NOON, "revision": 1,
    }  # fmt: skip
    return Judged(
        programme=member.programme,
        subject=member.id,
        object=activity or uuid4(),
        type="RUN",
        day=NOON.date(),
        duration_s=1800,
        distance_m=5000,
        **facts | said,
    )


async def heard(events: Sequence[Judged], tx: Tx) -> None:
    """Let referrals hear of those judgements, in one batch."""
    await act([Delivery(uuid4(), number, one) for number, one in enumerate(events)], tx)


async def now(referral: Referral, tx: Tx) -> Referral:
    """The referral as it stands."""
    return await referrals.get(referral.id, programme=referral.programme, tx=tx)


async def has(member: Member, tx: Tx) -> tuple[int, int]:
    """The member's points: to be spent, and promised."""
    balance = await ledger.balance(member.account, book=member.book, at=NOON, tx=tx)
    return balance.available, balance.pending
