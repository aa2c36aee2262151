"""Needing: the rewards and challenges that offers speak of, as their own capabilities tell."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain import challenges, rewards
from domain.members import Member
from domain.offers.errors import BadOffer
from domain.offers.records import Gain
from domain.rewards import RewardKind
from infra.db import Tx


async def check(gain: Gain, *, programme: int, tx: Tx) -> None:
    """Refuses BadOffer for a `reward` that there is not, or for which nobody else may pay, and for
    a `challenge` that there is not."""
    if gain.reward is not None:
        found = (await rewards.several([gain.reward], programme=programme, tx=tx)).get(gain.reward)
        if found is None or found.terms.kind is RewardKind.DONATION or not found.terms.price:
            raise BadOffer("there is no such reward that could cost less", "reward")
    if gain.challenge is not None:
        known = await challenges.several([gain.challenge], programme=programme, tx=tx)
        if gain.challenge not in known:
            raise BadOffer("there is no such challenge", "challenge")


async def price(reward: UUID, *, programme: int, tx: Tx) -> int:
    """Points for one unit of the reward, which is held until `tx` ends; 0: there is none."""
    try:
        found = await rewards.locked(reward, programme=programme, tx=tx)
    except rewards.NoSuchReward:
        return 0
    return found.terms.price


async def attainable(
    ids: Collection[UUID], *, member: Member, at: datetime, tx: Tx
) -> frozenset[UUID]:
    """Those of these rewards in whose way nothing stands for the member."""
    if not ids:
        return frozenset()
    found = await rewards.several(ids, programme=member.programme, tx=tx)
    gates = await rewards.eligible(list(found.values()), member=member, at=at, tx=tx)
    return frozenset(id for id in found if not gates.get(id))
