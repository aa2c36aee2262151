"""What redemptions do when others promised something."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain import challenges, members, raffles
from domain.redemptions import handing
from infra.db import Tx
from infra.outbox import Delivery, Reaction


async def hand_out_units(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """A challenge gave a unit of a reward, or takes it back."""
    await _hold_members(deliveries, tx)
    for delivery in deliveries:
        event = delivery.event
        where: dict[str, Any] = {"programme": event.programme, "at": delivery.at, "tx": tx}
        match event:
            case challenges.Rewarded(unit=str() as unit):
                await handing.hand_out(event.reward, member=event.subject, unit=unit, **where)
            case challenges.RewardReturned():
                await handing.take_back(event.reward, **where)


async def hand_out_prizes(deliveries: Sequence[Delivery[raffles.Won]], tx: Tx) -> None:
    """A ticket won a reward."""
    await _hold_members(deliveries, tx)
    for delivery in deliveries:
        event = delivery.event
        if event.reward is not None:
            where: dict[str, Any] = {"programme": event.programme, "at": delivery.at, "tx": tx}
            prize = event.reward
            await handing.hand_out(event.ticket, member=event.subject, reward=prize, **where)


async def _hold_members(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Members come before rewards, those of the last delivery before the reward of the first."""
    whose: defaultdict[int, set[UUID]] = defaultdict(set)
    for delivery in deliveries:
        whose[delivery.event.programme].add(delivery.event.subject)
    for programme in sorted(whose):
        await members.lock(whose[programme], programme=programme, tx=tx)


REACTIONS = (
    Reaction("redemptions.units", (challenges.Rewarded, challenges.RewardReturned), hand_out_units),
    Reaction("redemptions.prizes", (raffles.Won,), hand_out_prizes),
)
