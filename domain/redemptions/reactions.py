"""What redemptions do when others promised something."""

from collections.abc import Sequence
from typing import Any

from domain import challenges, raffles
from domain.redemptions import handing
from infra.db import Tx
from infra.outbox import Delivery, Reaction


async def hand_out_units(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """A challenge gave a unit of a reward, or takes it back."""
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
    for delivery in deliveries:
        event = delivery.event
        if event.reward is not None:
            where: dict[str, Any] = {"programme": event.programme, "at": delivery.at, "tx": tx}
            prize = event.reward
            await handing.hand_out(event.ticket, member=event.subject, reward=prize, **where)


REACTIONS = (
    Reaction("redemptions.units", (challenges.Rewarded, challenges.RewardReturned), hand_out_units),
    Reaction("redemptions.prizes", (raffles.Won,), hand_out_prizes),
)
