"""Taking: units of a reward set aside for a member, handed over, or back on the shelf.

The only code that changes what of a reward is reserved and redeemed. The order of locks is always
the member (by who asks), the reward, its stock, what was taken of it, and then the ledger.
"""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from domain import ledger, outlets
from domain.members import Member
from domain.rewards import finding, gating
from domain.rewards.errors import (
    LimitReached,
    NoSuchReward,
    NotForYou,
    OutletNeeded,
    OutOfStock,
    RewardGone,
)
from domain.rewards.gating import Traits
from domain.rewards.records import HANDED_OVER, Gate, Reward, State, Stock, Take, Taking
from infra.db import Tx

COLUMNS = tuple(field.name for field in fields(Take))
# To members, what nobody has approved is as if there were none.
UNKNOWN = frozenset({State.DRAFT, State.SUBMITTED, State.REJECTED})

LOOK = """
SELECT id, programme, reward, version, member, outlet, quantity, free, state
FROM reward_take WHERE programme = $1 AND id = $2
"""
LOCK = """
SELECT id, programme, reward, version, member, outlet, quantity, free, state
FROM reward_take WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
TAKE = """
WITH counted AS (
    UPDATE reward SET reserved = reserved + $6 WHERE programme = $1 AND id = $3
), shelved AS (
    INSERT INTO reward_stock AS s (programme, reward, outlet, reserved)
    SELECT $1, $3, $5::uuid, $6::int WHERE $5::uuid IS NOT NULL
    ON CONFLICT (programme, reward, outlet) DO UPDATE SET reserved = s.reserved + excluded.reserved
), limited AS (
    INSERT INTO reward_day AS d (programme, reward, day, taken)
    SELECT $1, $3, $10::date, $6::int WHERE NOT $8::boolean
    ON CONFLICT (programme, reward, day) DO UPDATE SET taken = d.taken + excluded.taken
)
INSERT INTO reward_take (programme, id, reward, version, member, outlet, quantity, free, state,
                         day, counted_on, taken_at)
VALUES ($1, $2, $3, $4, $7, $5::uuid, $6::int, $8::boolean, 'TAKEN', $9, $10::date, $11)
"""
# reserved, redeemed -- how many more of these there are; given_back: units that no limit counts.
MOVE = """
WITH gone AS (
    UPDATE reward_take SET state = $3 WHERE programme = $1 AND id = $2
    RETURNING reward, outlet, counted_on, free
), counted AS (
    UPDATE reward AS r SET reserved = r.reserved + $4, redeemed = r.redeemed + $5 FROM gone AS g
    WHERE r.programme = $1 AND r.id = g.reward
), limited AS (
    UPDATE reward_day AS d SET taken = d.taken - $6 FROM gone AS g
    WHERE d.programme = $1 AND d.reward = g.reward AND d.day = g.counted_on AND NOT g.free
)
UPDATE reward_stock AS s SET reserved = s.reserved + $4, redeemed = s.redeemed + $5 FROM gone AS g
WHERE s.programme = $1 AND s.reward = g.reward AND s.outlet = g.outlet
"""


async def take_unit(
    reward: UUID,
    *,
    id: UUID,
    member: Member,
    outlet: UUID | None = None,
    quantity: int = 1,
    free: bool = False,
    at: datetime,
    tx: Tx,
) -> Reward:
    """Set units aside for a member; the reward as it was when they were taken, with its price.

    id     -- of the redemption; the same id again with the same words takes nothing more.
    outlet -- where they will be fetched; None: wherever it is handed over.
    free   -- they are given to the member: tier, segment and limits are not looked at, the age is.
    Refuses, in this order: NoSuchReward, ledger.KeyReused, RewardGone, outlets.NoSuchOutlet,
    OutletNeeded, NotForYou, LimitReached, OutOfStock.
    """
    assert quantity > 0, "nobody takes less than one"
    found = await finding.locked(reward, programme=member.programme, tx=tx)
    if found.state in UNKNOWN:
        raise NoSuchReward("there is no such reward")
    row = await tx.row(LOOK, member.programme, id)
    if row is not None:
        said = (row["reward"], row["member"], row["outlet"], row["quantity"], row["free"])
        if said != (reward, member.id, outlet, quantity, free):
            raise ledger.KeyReused
        return found
    if wrong := gating.not_now(found, at=at):
        raise RewardGone(wrong[0])
    await _check_outlet(found, outlet, tx)
    asked = await gating.traits([found], member=member, at=at, tx=tx)
    _check_member(found, asked, quantity=quantity, free=free)
    await _check_stock(found, outlet, quantity, tx)
    what = (id, reward, found.version, outlet, quantity, member.id, free)
    await tx.run(TAKE, member.programme, *what, asked.day, asked.counted_on, at)
    return found


async def settle_unit(id: UUID, *, programme: int, tx: Tx) -> None:
    """What was taken under that id is handed over. Again changes nothing."""
    take = await _locked(id, programme, tx)
    if take.state is Taking.TAKEN:
        many = take.quantity
        await tx.run(MOVE, programme, id, Taking.SETTLED, -many, many, 0)


async def return_unit(id: UUID, *, restock: bool = True, programme: int, tx: Tx) -> None:
    """What was taken under that id is given back, before or after it was handed over, and counts
    for no limit any more. Again changes nothing.

    restock -- False: what was handed over cannot be had by anybody else.
    """
    take = await _locked(id, programme, tx)
    many = take.quantity
    if take.state is Taking.TAKEN:
        await tx.run(MOVE, programme, id, Taking.RETURNED, -many, 0, many)
    elif take.state is Taking.SETTLED and restock:
        await tx.run(MOVE, programme, id, Taking.RETURNED, 0, -many, many)
    elif take.state is Taking.SETTLED:
        await tx.run(MOVE, programme, id, Taking.LOST, 0, 0, many)


async def _locked(id: UUID, programme: int, tx: Tx) -> Take:
    first = await tx.row(LOOK, programme, id)
    assert first is not None, "what is given back was taken"
    await finding.locked(first["reward"], programme=programme, tx=tx)
    row = await tx.row(LOCK, programme, id)
    assert row is not None, "what was taken is never deleted"
    words = {name: row[name] for name in COLUMNS}
    return Take(**{**words, "state": Taking(row["state"])})


async def _check_outlet(reward: Reward, outlet: UUID | None, tx: Tx) -> None:
    """Raises outlets.NoSuchOutlet where it is not handed over there."""
    if outlet is None:
        return
    there = await outlets.get(outlet, partner=reward.partner, programme=reward.programme, tx=tx)
    named = reward.terms.outlets
    anywhere = not named and reward.partner is not None
    if reward.terms.kind not in HANDED_OVER or not there.open or not (anywhere or outlet in named):
        raise outlets.NoSuchOutlet("it is not handed over there")


def _check_member(reward: Reward, asked: Traits, *, quantity: int, free: bool) -> None:
    if free:
        if not gating.is_old_enough(reward, asked):
            raise NotForYou([Gate.AGE])
        return
    if wrong := gating.not_for(reward, asked):
        raise NotForYou(wrong)
    if over := gating.over_limit(reward, asked, quantity=quantity):
        raise LimitReached(over)


async def _check_stock(reward: Reward, outlet: UUID | None, quantity: int, tx: Tx) -> None:
    shelves = await finding.stocks([reward.id], programme=reward.programme, tx=tx)
    counted = {one.outlet for one in shelves if one.stock is not None}
    # What was counted where it is not handed over any more asks nothing.
    if outlet is None and counted & reward.terms.outlets:
        raise OutletNeeded("say at which outlet it will be fetched")
    here: list[Reward | Stock] = [reward, *(one for one in shelves if one.outlet == outlet)]
    if any(one.left is not None and one.left < quantity for one in here):
        raise OutOfStock("not so many are left")
