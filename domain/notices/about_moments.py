"""What bonuses and offers mean to whoever is on the move."""

from collections.abc import Callable, Mapping
from typing import Any

from domain import moments
from domain.notices.records import HOUR, Notice
from domain.push import Kind
from domain.windows import Topic, Urgency
from infra.outbox import Event

OFFER_TTL = HOUR / 2


def _bonus(event: moments.BonusOpened) -> Notice:
    return Notice(
        key="moments.bonus",
        topic=Topic.OFFERS,
        urgency=Urgency.TIMELY,
        kind=Kind.BONUS_OFFER,
        ttl=min(event.lapses_at - event.at, OFFER_TTL),
        args={"factor": f"{event.hundredths / 100:g}", "points": event.most},
        about=event.object,
    )


def _bonus_paid(event: moments.BonusPaid) -> Notice:
    return Notice(
        key="points.earned",
        topic=Topic.POINTS,
        kind=Kind.POINTS_EARNED,
        args={"points": event.points},
        refs={"activity": event.activity},
        about=event.activity,
    )


def _bonus_taken_back(event: moments.BonusTakenBack) -> Notice:
    return Notice(
        key="points.taken_back",
        topic=Topic.POINTS,
        args={"points": event.points},
        refs={"activity": event.activity},
        about=event.activity,
    )


def _offered(event: moments.TreatOffered) -> Notice:
    # Who offers it need not say more than its name: then we say where it is.
    title, body = (event.title, event.body) if event.body else (None, None)
    return Notice(
        key="moments.offer",
        topic=Topic.OFFERS,
        urgency=Urgency.TIMELY,
        kind=Kind.BONUS_OFFER,
        ttl=min(event.expires_at - event.at, OFFER_TTL),
        args={"treat": event.title, "outlet": event.outlet_name},
        refs={"moment": event.object},
        title=title,
        body=body,
    )


def _redeemed(event: moments.Redeemed) -> Notice:
    return Notice(
        key="moments.redeemed",
        topic=Topic.OFFERS,
        args={"treat": event.title, "outlet": event.outlet_name},
        refs={"moment": event.object},
    )


def _expired(event: moments.Expired) -> Notice:
    return Notice(
        key="moments.expired",
        topic=Topic.OFFERS,
        args={"treat": event.title},
        refs={"moment": event.object},
    )


TOLD: Mapping[type[Event], Callable[[Any], Notice | None]] = {
    moments.BonusOpened: _bonus,
    moments.BonusPaid: _bonus_paid,
    moments.BonusTakenBack: _bonus_taken_back,
    moments.TreatOffered: _offered,
    moments.Redeemed: _redeemed,
    moments.Expired: _expired,
}
