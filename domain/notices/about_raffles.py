"""What members won in raffles."""

from collections.abc import Callable, Mapping
from typing import Any

from domain import raffles
from domain.notices.records import Notice
from domain.windows import Topic
from infra.outbox import Event


def _won(event: raffles.Won) -> Notice:
    paid = {"points": event.points} if event.points else {}
    return Notice(
        key="raffles.paid" if paid else "raffles.won",
        topic=Topic.OFFERS,
        args={"raffle": event.name, **paid},
        refs={"raffle": event.object},
    )


TOLD: Mapping[type[Event], Callable[[Any], Notice | None]] = {raffles.Won: _won}
