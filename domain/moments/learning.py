"""Learn: what became of a treat is told to the decision by which it was offered."""

from collections.abc import Sequence
from typing import Any

from domain import decisions
from domain.decisions import Kind
from infra.db import Tx
from infra.outbox import Delivery


async def learn(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Treats were handed over at tills, whose own transactions know nothing of decisions.

    Each only once in its life, so that there are seldom more than one or two.
    """
    for delivery in sorted(deliveries, key=lambda one: (one.event.programme, one.event.subject)):
        event = delivery.event
        await decisions.mark(
            event.object,
            Kind.REDEEMED,
            member=event.subject,
            programme=event.programme,
            at=delivery.at,
            tx=tx,
        )
