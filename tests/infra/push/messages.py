"""Messages of the kinds that are sent, to build on."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from infra.push import Level, LiveUpdate, Message, Platform, Priority

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVENT = "0199d4a2-7c1e-7b3a-9a55-3f6f1e2d4c5b"
TARGET = "cY7k0_Qq3Qk9mZ1vXo2b3A"

POINTS = Message(
    id=EVENT,
    target=TARGET,
    platform=Platform.IOS,
    template="points.earned",
    ttl_s=86_400,
    title_key="points.earned.title",
    body_key="points.earned.body",
    body_args=("25", "1250"),
    level=Level.PASSIVE,
    relevance=0.3,
    collapse="balance",
    thread="points",
    channel="points",
    label="points_earned",
    data={"t": "points.earned", "points": "25", "balance": "1250"},
)
TRANSFER = Message(
    id=EVENT,
    target=TARGET,
    platform=Platform.IOS,
    template="transfer.received",
    ttl_s=3 * 86_400,
    title_key="transfers.received.title",
    body_key="transfers.received.body",
    body_args=("Åsa Łukasiewicz", "100"),
    priority=Priority.HIGH,
    relevance=0.8,
    thread="transfers",
    category="transfer.accept",
    sound="default",
    channel="transfers",
    label="transfer_received",
    data={"t": "transfer.received", "points": "100", "ref": EVENT},
)
OFFER = Message(
    id=EVENT,
    target=TARGET,
    platform=Platform.IOS,
    template="bonus.offer",
    ttl_s=1_800,
    title_key="moments.offer.title",
    body_key="moments.offer.body",
    body_args=("Śmietanka Café", "iced coffee", "30"),
    priority=Priority.HIGH,
    level=Level.TIME_SENSITIVE,
    relevance=1.0,
    thread="moments",
    category="moment.redeem",
    sound="bonus.caf",
    channel="moments",
    label="bonus_offer",
    data={"t": "bonus.offer", "ref": EVENT, "until": "1795400000", "kind": "drink"},
)
NEAR = replace(
    POINTS,
    template="challenge.near",
    level=Level.ACTIVE,
    ttl_s=21_600,
    title_key="challenges.near.title",
    body_key="challenges.near.body",
    body_args=("10 km", "0.8 km"),
    category="challenge",
)
BADGE = replace(
    POINTS,
    template="badge.unlocked",
    title_key="badges.given.title",
    body_key="badges.given.body",
    body_args=("10K",),
)
KINDS = {one.template: one for one in (POINTS, TRANSFER, OFFER, NEAR, BADGE)}

NEWS = replace(
    POINTS,
    template="news",
    title_key=None,
    body_key=None,
    body_args=(),
    title="Winter cup",
    body="It starts on Monday.",
)
LIVE = replace(
    NEAR,
    template="challenge.live",
    live=LiveUpdate(token="a1" * 80, state={"percent": 92, "left_m": 800}, at=NOON, stale_at=NOON),
)


def other(message: Message = TRANSFER, **fields: Any) -> Message:
    """The same message with other fields."""
    return replace(message, **fields)
