"""Withdraw: nothing that was estimated of members stays once they no longer agree to it.

That they were shown something, and what they made of it, stays, for offers they accepted hang on
it; so does what they refused, for they asked not to see it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import interactions, members
from domain.members import ConsentWithdrawn
from infra.db import Tx
from infra.outbox import Delivery

# What was shown a moment ago is not shown again as it is. Slates before their decisions, as those
# who delete old ones do.
CLEAR_SLATES = """
UPDATE slate AS s SET candidates = NULL, stays_until = s.at
FROM unnest($2::uuid[], $3::timestamptz[]) AS w (member, until)
WHERE s.programme = $1 AND s.member = w.member AND s.at <= w.until AND s.chooser <> 'PLAIN'
"""
CLEAR_DECISIONS = """
UPDATE decision AS d SET features = NULL, why = 'CHOSEN', p = 0, value = 0
FROM unnest($2::uuid[], $3::timestamptz[]) AS w (member, until)
WHERE d.programme = $1 AND d.member = w.member AND d.at <= w.until AND d.chooser <> 'PLAIN'
"""


async def withdraw(deliveries: Sequence[Delivery[ConsentWithdrawn]], tx: Tx) -> None:
    """Clear what was estimated of members until they withdrew their consent."""
    by_programme: defaultdict[int, dict[UUID, datetime]] = defaultdict(dict)
    for delivery in deliveries:
        event = delivery.event
        if event.purpose == interactions.PERSONALISATION:
            by_programme[event.programme][event.subject] = event.at
    for programme in sorted(by_programme):
        await _clear(by_programme[programme], programme=programme, tx=tx)


async def _clear(whose: Mapping[UUID, datetime], *, programme: int, tx: Tx) -> None:
    """Of who was merged into them, too: they can no longer say it for themselves."""
    merged = await members.followers(whose.keys(), programme=programme, tx=tx)
    until = {**whose, **{one: whose[of] for one, of in merged.items()}}
    await members.lock(until.keys(), programme=programme, tx=tx)
    await tx.run(CLEAR_SLATES, programme, list(until), list(until.values()))
    await tx.run(CLEAR_DECISIONS, programme, list(until), list(until.values()))
