"""Acting: what the judgement of a newcomer's activity means for their referral.

The first activity that counts and that more than the member's own word speaks for is the first
real act; purchases are activities, too. Until the points are paid, a withdrawal of that very
activity takes the promise back, and the next real act may make it again.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import ledger, programmes
from domain.activities import Judged
from domain.referrals.events import Unpromised
from domain.referrals.policies import locked_policy
from domain.referrals.promising import promise, save, tell
from domain.referrals.reading import referral_of
from domain.referrals.records import Referral, State
from infra.db import Tx
from infra.outbox import Delivery

REAL = frozenset({"DEVICE", "PARTNER", "VERIFIED"})
# What was done on the day of joining, on the way to it, is an act of the newcomer as well.
BEFORE_JOINING = timedelta(days=1)

# Most activities are of nobody who was referred lately; those are asked for no lock.
CONCERNED = """
SELECT DISTINCT r.programme FROM unnest($1::int[], $2::uuid[]) AS j (programme, member)
JOIN referral AS r ON r.programme = j.programme AND r.newcomer = j.member
WHERE r.state IN ('WAITING', 'HELD', 'PROMISED') ORDER BY r.programme
"""
LOCK = """
SELECT id, programme, referrer, newcomer, state, doubts, joined_at, lapses_at, cleared, activity,
       referrer_points, newcomer_points, referrer_posting, newcomer_posting, acted_at, pays_at,
       resolved_at
FROM referral
WHERE programme = $1 AND newcomer = ANY($2::uuid[]) AND state IN ('WAITING', 'HELD', 'PROMISED')
ORDER BY id FOR NO KEY UPDATE
"""


async def act(deliveries: Sequence[Delivery[Judged]], tx: Tx) -> None:
    """Promise what first real acts earn, and take back what withdrawn ones no longer do."""
    judged: defaultdict[int, dict[UUID, Judged]] = defaultdict(dict)
    for delivery in deliveries:
        judged[delivery.event.programme][delivery.event.subject] = delivery.event
    pairs = [(programme, member) for programme, by in judged.items() for member in by]
    concerned = await tx.rows(CONCERNED, [one for one, _ in pairs], [two for _, two in pairs])
    for row in concerned:
        await _act(row["programme"], judged[row["programme"]], tx)


async def _act(programme: int, judged: Mapping[UUID, Judged], tx: Tx) -> None:
    policy = await locked_policy(programme, tx=tx)
    rows = await tx.rows(LOCK, programme, list(judged))
    referrals = [referral_of(row) for row in rows]
    # The newest of the batch is the present, as for what the ledger accepts.
    at = max(one.at for one in judged.values())
    undone = [one for one in referrals if _is_undone(one, judged[one.newcomer])]
    begun = [
        replace(one, activity=judged[one.newcomer].object, acted_at=judged[one.newcomer].at)
        for one in referrals
        if one.activity is None and _is_real(judged[one.newcomer], one)
    ]
    if undone:
        await _take_back(undone, programme, at, tx)
    held = [one for one in begun if one.state is State.HELD]
    if held:
        await save(held, programme=programme, day=None, tx=tx)
    waiting = [one for one in begun if one.state is State.WAITING]
    if waiting:
        await promise(waiting, policy=policy, programme=programme, at=at, tx=tx)


def _is_real(judged: Judged, referral: Referral) -> bool:
    in_time = referral.joined_at - BEFORE_JOINING <= judged.started_at <= referral.lapses_at
    return judged.outcome == "COUNTED" and judged.proof in REAL and in_time


def _is_undone(referral: Referral, judged: Judged) -> bool:
    # Still counted, but on the member's word alone: the same as not at all.
    return referral.activity == judged.object and not _is_real(judged, referral)


async def _take_back(undone: Sequence[Referral], programme: int, at: datetime, tx: Tx) -> None:
    promised = [one for one in undone if one.state is State.PROMISED]
    postings = [posting for one in promised for posting in one.postings]
    if postings:
        book = (await programmes.by_id(programme, tx=tx)).book
        for result in await ledger.cancel(postings, book=book, at=at, tx=tx):
            ledger.require(result)
    for one in promised:
        tell(Unpromised, one, at=at, tx=tx)
    await save([_as_before(one) for one in undone], programme=programme, day=None, tx=tx)


def _as_before(referral: Referral) -> Referral:
    waits = referral.state is State.PROMISED
    return replace(
        referral,
        state=State.WAITING if waits else referral.state,
        activity=None,
        acted_at=None,
        referrer_points=None,
        newcomer_points=None,
        referrer_posting=None,
        newcomer_posting=None,
        pays_at=None,
    )
