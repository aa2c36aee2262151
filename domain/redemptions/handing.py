"""Handing: what others promised a member, a unit of a reward, is handed out.

Challenges promise a unit by the code of a reward, raffles a reward as their prize. What cannot be
handed out yet, because it is sold out or no reward is called by that code, is owed and tried
again. Order of locks: the member, what is owed, then as for a gift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import members, rewards
from domain.redemptions import cancelling, reserving, storing
from domain.redemptions.records import State
from infra import ids
from infra.db import Row, Tx
from infra.errors import Refused

TRIED_EVERY = timedelta(minutes=10)

OWE = """
INSERT INTO redemption_owed (programme, id, member, unit, reward, owed_since, due_at, why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""
# One at a time, since each locks whose it is.
DUE = """
SELECT programme, id, member FROM redemption_owed WHERE due_at <= $1 ORDER BY due_at LIMIT 1
"""
# Somebody else may have been at it while the member was waited for.
STILL_DUE = """
SELECT programme, id, member, unit, reward, owed_since, why FROM redemption_owed
WHERE programme = $1 AND id = $2 AND due_at <= $3 FOR UPDATE
"""
PUT_OFF = "UPDATE redemption_owed SET due_at = $3, why = $4 WHERE programme = $1 AND id = $2"
PAID = "DELETE FROM redemption_owed WHERE programme = $1 AND id = $2"
LISTED = """
SELECT programme, id, member, unit, reward, owed_since, why FROM redemption_owed
WHERE programme = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """A unit of a reward that a member is to have, and has not yet.

    id   -- of the redemption that it will be.
    unit -- what a challenge calls it; None: `reward` says which.
    why  -- the code of what stood in the way when it was tried last.
    """

    programme: int
    id: UUID
    member: UUID
    unit: str | None
    reward: UUID | None
    owed_since: datetime
    why: str = ""


async def hand_out(
    owed: UUID,
    *,
    member: UUID,
    unit: str | None = None,
    reward: UUID | None = None,
    programme: int,
    at: datetime,
    tx: Tx,
) -> None:
    """The member has a unit of that reward now, or is owed it. Saying it again changes nothing.

    owed -- the UUIDv7 of what it was promised by; unit, reward: one of the two.
    """
    one = Owed(programme, id_of(owed, programme=programme), member, unit, reward, at)
    if await storing.find(one.id, programme=programme, tx=tx) is not None:
        return
    why = await _tried(one, at, tx)
    if why is not None:
        words = (member, unit, reward, at, at + TRIED_EVERY)
        await tx.run(OWE, programme, one.id, *words, why)


async def take_back(owed: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """What was promised is not to be had after all: nothing is owed, and what waits for a till is
    let go of. What was handed over stays."""
    id = id_of(owed, programme=programme)
    await tx.run(PAID, programme, id)
    found = await storing.find(id, programme=programme, tx=tx)
    if found is not None and found.state is State.RESERVED:
        await cancelling.cancel(id, programme=programme, at=at, tx=tx)


async def hand_out_owed(at: datetime, tx: Tx) -> int:
    """Try one that is owed again; 0 when none is due."""
    row = await tx.row(DUE, at)
    if row is None:
        return 0
    await members.lock([row["member"]], programme=row["programme"], tx=tx)
    held = await tx.row(STILL_DUE, row["programme"], row["id"], at)
    if held is None:
        return 1
    one = _owed(held)
    why = await _tried(one, at, tx)
    if why is None:
        await tx.run(PAID, one.programme, one.id)
    else:
        await tx.run(PUT_OFF, one.programme, one.id, at + TRIED_EVERY, why)
    return 1


async def owed(*, programme: int, after: UUID | None, limit: int, tx: Tx) -> Sequence[Owed]:
    """What members of the programme are owed, in the order of its ids."""
    return [_owed(row) for row in await tx.rows(LISTED, programme, after, limit)]


def id_of(owed: UUID, *, programme: int) -> UUID:
    """The id of the redemption that something promised becomes."""
    return ids.derived(ids.made_at(owed), "redemptions.owed", programme, owed)


async def _tried(one: Owed, at: datetime, tx: Tx) -> str | None:
    """Hand it out, to whom the member is now; None: done, or there is nobody to have it, else what
    stands in the way."""
    reward = one.reward
    if one.unit is not None:
        called = await rewards.by_code(one.unit, programme=one.programme, tx=tx)
        reward = None if called is None else called.id
    if reward is None:
        return rewards.NoSuchReward.code
    who = await members.get(one.member, programme=one.programme, tx=tx)
    member = who.merged_into or who.id
    try:
        async with tx.savepoint():
            await reserving.give(
                reward, member=member, programme=one.programme, id=one.id, at=at, tx=tx
            )
    except members.NoSuchMember:
        return None
    except Refused as refused:
        return refused.code
    return None


def _owed(row: Row) -> Owed:
    return Owed(**row)
