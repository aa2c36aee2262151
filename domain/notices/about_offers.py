"""What accepted offers mean to whoever has accepted them."""

from collections.abc import Callable, Mapping
from typing import Any

from domain import offers
from domain.notices.records import Notice
from domain.push import Kind
from domain.windows import Topic
from infra.outbox import Event


def _earned(event: offers.BonusEarned) -> Notice:
    return Notice(
        key="points.earned",
        topic=Topic.POINTS,
        kind=Kind.POINTS_EARNED,
        args={"points": event.points},
        refs={"activity": event.activity},
        about=event.activity,
    )


def _taken_back(event: offers.BonusTakenBack) -> Notice:
    return Notice(
        key="points.taken_back",
        topic=Topic.POINTS,
        args={"points": event.points},
        refs={"activity": event.activity},
        about=event.activity,
    )


# Whoever has used it, in part at least, does not need to hear of its end.
def _lapsed(event: offers.Lapsed) -> Notice | None:
    if not event.unused:
        return None
    return Notice(key="offers.lapsed", topic=Topic.OFFERS, args={"offer": event.name})


TOLD: Mapping[type[Event], Callable[[Any], Notice | None]] = {
    offers.BonusEarned: _earned,
    offers.BonusTakenBack: _taken_back,
    offers.Lapsed: _lapsed,
}
