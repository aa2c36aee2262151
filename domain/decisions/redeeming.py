"""Redeem: what an accepted offer promised was used, which is noted with its decision, once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from domain import members
from domain.decisions import marking, reading
from domain.decisions.records import Kind
from domain.offers import BonusEarned
from domain.redemptions import Fulfilled
from infra.db import Tx
from infra.outbox import Delivery

LISTENED = (BonusEarned, Fulfilled)

# The newest acceptance of each member, unless it is known already.
ACCEPTED = """
SELECT d.id, d.programme, d.slate, d.member, d.placement, d.position, d.item, d.subject, d.about,
       d.propensity, d.value, d.p, d.model, d.chooser, d.exploring, d.holdout, d.why, d.at,
       d.expires_at, d.seen_at, d.answer, d.answered_at, d.taken
FROM unnest($2::uuid[], $3::uuid[]) AS u (member, offer)
CROSS JOIN LATERAL (
    SELECT k.id FROM decision AS k
    WHERE k.programme = $1 AND k.member = u.member AND k.subject = u.offer AND k.answer = 'ACCEPT'
    ORDER BY k.id DESC LIMIT 1
) AS newest
JOIN decision AS d ON d.programme = $1 AND d.id = newest.id
WHERE NOT EXISTS (
    SELECT FROM decision_answer AS a
    WHERE a.programme = $1 AND a.decision = d.id AND a.kind = 'REDEEMED')
ORDER BY d.member, d.id FOR NO KEY UPDATE OF d
"""


async def redeem(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Note what was used of what members had accepted. Several of one member at most once each."""
    by_programme: defaultdict[int, list[Delivery[Any]]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.event.offer is not None:
            by_programme[delivery.event.programme].append(delivery)
    for programme in sorted(by_programme):
        told = [one.event for one in by_programme[programme]]
        who = [event.subject for event in told]
        at = max(one.at for one in by_programme[programme])
        await members.lock(who, programme=programme, tx=tx)
        rows = await tx.rows(ACCEPTED, programme, who, [event.offer for event in told])
        # Each of them only once in its life, so that this is seldom more than one or two.
        for row in rows:
            await marking.answer(reading.decision_of(row), Kind.REDEEMED, at=at, tx=tx)
