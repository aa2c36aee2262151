"""Profiles: how each kind of push sounds, feels and interrupts. One table; nothing else decides.

How long a push is worth something is said by each order; `lasts` is the longest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.push.records import Kind
from infra.push import Level, Priority


@dataclass(frozen=True, slots=True)
class Profile:
    """What is the same of all pushes of a kind.

    category -- of actions that the app offers beside the message; None: `CATEGORIES` or none.
    thread   -- what the device groups.
    channel  -- Android's, which the member can silence by itself.
    haptic   -- what the watch does: a name of WatchKit's WKHapticType, or none.
    """

    level: Level
    priority: Priority
    lasts: timedelta
    thread: str
    channel: str
    relevance: float
    haptic: str = "none"
    sound: str | None = None
    category: str | None = None


PROFILES: Mapping[Kind, Profile] = {
    Kind.POINTS_EARNED: Profile(
        Level.PASSIVE, Priority.NORMAL, timedelta(hours=24), "points", "points", 0.3
    ),
    Kind.TRANSFER_RECEIVED: Profile(
        Level.ACTIVE,
        Priority.HIGH,
        timedelta(days=3),
        "transfers",
        "transfers",
        0.8,
        haptic="notification",
        sound="default",
    ),
    Kind.CHALLENGE_NEAR: Profile(
        Level.ACTIVE,
        Priority.HIGH,
        timedelta(hours=6),
        "challenges",
        "challenges",
        0.7,
        haptic="directionUp",
        sound="default",
        category="CHALLENGE",
    ),
    Kind.BONUS_OFFER: Profile(
        Level.TIME_SENSITIVE,
        Priority.HIGH,
        timedelta(minutes=30),
        "offers",
        "offers",
        1.0,
        haptic="success",
        sound="default",
        category="OFFER",
    ),
    Kind.BADGE_UNLOCKED: Profile(
        Level.PASSIVE, Priority.NORMAL, timedelta(days=2), "badges", "badges", 0.5
    ),
    Kind.NEWS: Profile(
        Level.ACTIVE, Priority.NORMAL, timedelta(days=1), "news", "news", 0.2, sound="default"
    ),
    Kind.LIVE: Profile(
        Level.PASSIVE, Priority.HIGH, timedelta(hours=1), "challenges", "challenges", 0.7
    ),
}

# Of all that is said of transfers, only this one can be accepted.
CATEGORIES: Mapping[str, str] = {"transfers.offered": "TRANSFER"}
