"""Cancel: what waits for a till is not wanted, or nobody came for it in time.

Order of locks: the member, where somebody asks, then the redemption, the reward and its stock,
then the ledger's accounts.
"""

from datetime import datetime, timedelta
from uuid import UUID

from domain import members, rewards
from domain.redemptions import holding, storing, telling
from domain.redemptions.errors import NoSuchRedemption, RedemptionOver
from domain.redemptions.events import Cancelled, Released
from domain.redemptions.records import Redemption, State
from domain.redemptions.storing import Kept
from infra.db import Tx

SECRETS_KEPT = timedelta(days=1)
CHUNK = 500

# One at a time, since each locks what it is of; what a till is just taking is passed over.
EXPIRING = """
SELECT programme, id FROM redemption WHERE state = 'RESERVED' AND expires_at <= $1
ORDER BY expires_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
# A second till is told for a day that another was here first.
FORGET_SECRETS = """
UPDATE redemption SET secret = NULL
WHERE (programme, id) IN (
    SELECT programme, id FROM redemption
    WHERE state <> 'RESERVED' AND secret IS NOT NULL AND expires_at <= $1
    ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


async def cancel(
    id: UUID, *, member: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> Redemption:
    """It is not wanted: its points and units are free again. Cancelling again answers the same.

    member -- whose it must be; None: an operator asks.
    Refuses, in this order: NoSuchRedemption, RedemptionOver.
    """
    seen = await storing.find(id, programme=programme, tx=tx)
    if seen is None or member not in (None, seen.member):
        raise NoSuchRedemption("there is no such redemption")
    await members.lock([seen.member], programme=programme, tx=tx)
    kept = await storing.locked(id, programme=programme, tx=tx)
    if kept.one.state is State.CANCELLED:
        return kept.one
    if kept.one.state is not State.RESERVED:
        raise RedemptionOver(kept.one.state)
    own = member is not None
    return await let_go(kept, state=State.CANCELLED, by_member=own, at=at, tx=tx)


async def release_due(at: datetime, tx: Tx) -> int:
    """Let go of one redemption whose time is over; 0 when there is none."""
    row = await tx.row(EXPIRING, at)
    if row is None:
        return 0
    kept = await storing.locked(row["id"], programme=row["programme"], tx=tx)
    await let_go(kept, state=State.RELEASED, at=at, tx=tx)
    return 1


async def forget_secrets(at: datetime, tx: Tx) -> int:
    """Forget what codes of yesterday were made with; how many."""
    return len(await tx.rows(FORGET_SECRETS, at - SECRETS_KEPT, CHUNK))


async def let_go(
    kept: Kept, *, state: State, by_member: bool = True, at: datetime, tx: Tx
) -> Redemption:
    """The points and units of a held, open redemption are free; as it is now."""
    one = kept.one
    assert one.state is State.RESERVED, "a redemption is resolved once"
    reward = await rewards.get(one.reward, programme=one.programme, tx=tx)
    member = await members.get(one.member, programme=one.programme, tx=tx)
    name = rewards.text_of(reward.terms, locale=member.locale).title
    await rewards.return_unit(one.id, programme=one.programme, tx=tx)
    await holding.release(kept, member=member, name=name, at=at, tx=tx)
    now = await storing.keep(one, state=state, released_at=at, tx=tx)
    if state is State.CANCELLED:
        telling.tell(Cancelled, now, name, at=at, tx=tx, by_member=by_member)
    else:
        telling.tell(Released, now, name, at=at, tx=tx)
    return now
