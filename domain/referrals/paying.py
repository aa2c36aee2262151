"""Paying: what was promised long enough ago, and what an operator decides."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.referrals.errors import NoSuchReferral, ReferralNotHeld
from domain.referrals.policies import locked_policy
from domain.referrals.promising import pay, promise
from domain.referrals.reading import get, referral_of
from domain.referrals.records import Referral, State
from infra.db import Tx

PAY_BATCH = 100
LAPSE_BATCH = 500
# An act of the last day may be reported, and judged, a little later.
LAPSES_LATE = timedelta(days=2)

# One that is being withdrawn at this moment is not waited for.
LOCK_DUE = """
SELECT id, programme, referrer, newcomer, state, doubts, joined_at, lapses_at, cleared, activity,
       referrer_points, newcomer_points, referrer_posting, newcomer_posting, acted_at, pays_at,
       resolved_at
FROM referral WHERE state = 'PROMISED' AND pays_at <= $1
ORDER BY pays_at, programme, id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
"""
LAPSE = """
UPDATE referral SET state = 'LAPSED', resolved_at = $1
WHERE state = 'WAITING' AND (programme, id) IN (
    SELECT programme, id FROM referral WHERE state = 'WAITING' AND lapses_at <= $2
    ORDER BY lapses_at LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
)
"""
LOCK = """
SELECT id, programme, referrer, newcomer, state, doubts, joined_at, lapses_at, cleared, activity,
       referrer_points, newcomer_points, referrer_posting, newcomer_posting, acted_at, pays_at,
       resolved_at
FROM referral WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
REFUSE = """
UPDATE referral SET state = 'REFUSED', resolved_at = $3 WHERE programme = $1 AND id = $2
"""
CLEAR = """
UPDATE referral SET state = 'WAITING', cleared = true WHERE programme = $1 AND id = $2
"""


async def pay_due(at: datetime, tx: Tx) -> int:
    """Pay a bounded number of referrals whose time has come; how many."""
    due = [referral_of(row) for row in await tx.rows(LOCK_DUE, at, PAY_BATCH)]
    by_programme: defaultdict[int, list[Referral]] = defaultdict(list)
    for referral in due:
        by_programme[referral.programme].append(referral)
    for programme in sorted(by_programme):
        await pay(by_programme[programme], programme=programme, at=at, tx=tx)
    return len(due)


async def lapse_due(at: datetime, tx: Tx) -> int:
    """End a bounded number of referrals whose newcomer did nothing in time; how many."""
    return await tx.run(LAPSE, at, at - LAPSES_LATE, LAPSE_BATCH)


async def decide(id: UUID, *, programme: int, pays: bool, at: datetime, tx: Tx) -> Referral:
    """An operator's decision on a held referral.

    pays -- True: guards and caps no longer stop it, so its act, done or to come, is paid; False:
            it is never paid.
    Refuses, in this order: NoSuchReferral, ReferralNotHeld.
    """
    policy = await locked_policy(programme, tx=tx)
    row = await tx.row(LOCK, programme, id)
    if row is None:
        raise NoSuchReferral("there is no such referral")
    referral = referral_of(row)
    if referral.state is not State.HELD:
        raise ReferralNotHeld(referral.state)
    if not pays:
        await tx.run(REFUSE, programme, id, at)
        return await get(id, programme=programme, tx=tx)
    await tx.run(CLEAR, programme, id)
    if referral.activity is not None:
        cleared = replace(referral, state=State.WAITING, cleared=True)
        await promise([cleared], policy=policy, programme=programme, at=at, tx=tx)
    return await get(id, programme=programme, tx=tx)
