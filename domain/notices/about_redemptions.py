"""What becomes of rewards that members redeemed, or were given."""

from collections.abc import Callable, Mapping
from typing import Any

from domain import redemptions
from domain.notices.records import Notice
from domain.windows import Topic
from infra.outbox import Event


def _told(what: str, event: redemptions.About, **args: int) -> Notice:
    return Notice(
        key=f"redemptions.{what}",
        topic=Topic.OFFERS,
        args={"reward": event.reward_name, **args},
        refs={"redemption": event.object},
    )


# Who pays for it has just asked for it themselves.
def _reserved(event: redemptions.Reserved) -> Notice | None:
    return None if event.price or event.discount else _told("given", event)


def _fulfilled(event: redemptions.Fulfilled) -> Notice:
    return _told("fulfilled", event)


# Who did it themselves has just seen it.
def _cancelled(event: redemptions.Cancelled) -> Notice | None:
    return None if event.by_member else _told("cancelled", event)


def _released(event: redemptions.Released) -> Notice:
    return _told("released", event)


def _refunded(event: redemptions.Refunded) -> Notice | None:
    return _told("refunded", event, points=event.price) if event.price else None


TOLD: Mapping[type[Event], Callable[[Any], Notice | None]] = {
    redemptions.Reserved: _reserved,
    redemptions.Fulfilled: _fulfilled,
    redemptions.Cancelled: _cancelled,
    redemptions.Released: _released,
    redemptions.Refunded: _refunded,
}
