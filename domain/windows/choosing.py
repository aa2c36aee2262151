"""Choosing: what becomes of one message by one channel, by what a member wants. Pure functions.

How often is another matter: see capping.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.windows.hours import first_allowed, next_at
from domain.windows.records import (
    Action,
    Channel,
    Decision,
    Mode,
    Preferences,
    Reason,
    Topic,
    Urgency,
)


def window(
    preferences: Preferences,
    *,
    zone: str,
    topic: Topic,
    channel: Channel,
    urgency: Urgency,
    at: datetime,
    expires_at: datetime,
) -> Decision:
    """What becomes of a message that wants to go at `at`, but for the caps.

    zone -- IANA name of where the member lives now.

    In this order: what is off is dropped; the inbox takes everything at once; what has expired is
    dropped, unless it is MONEY; a digest gathers what is PLAIN; and in quiet hours all waits for
    their end but what is TIMELY, of a member who allowed it, and what would have expired by then.
    """
    mode = preferences.modes[topic, channel]
    if mode is Mode.OFF:
        return Decision(Action.DROP, at, Reason.OFF)
    if channel is Channel.INBOX:
        return Decision(Action.SEND, at)
    if urgency is not Urgency.MONEY and expires_at <= at:
        return Decision(Action.DROP, at, Reason.EXPIRED)
    if mode is Mode.DIGEST and urgency is Urgency.PLAIN:
        return Decision(Action.DIGEST, digest_at(preferences, zone=zone, at=at), Reason.GATHERED)
    if urgency is Urgency.TIMELY and preferences.urgent_in_quiet_hours:
        return Decision(Action.SEND, at)
    allowed = first_allowed(preferences.quiet, zone=ZoneInfo(zone), at=at)
    if allowed == at:
        return Decision(Action.SEND, at)
    if urgency is not Urgency.MONEY and expires_at <= allowed:
        return Decision(Action.DROP, at, Reason.QUIET)
    return Decision(Action.WAIT, allowed, Reason.QUIET)


def digest_at(preferences: Preferences, *, zone: str, at: datetime) -> datetime:
    """When the next digest after `at` goes: at its hour, or when the quiet it falls into ends."""
    place = ZoneInfo(zone)
    hour = next_at(preferences.digest_hour, zone=place, at=at)
    return first_allowed(preferences.quiet, zone=place, at=hour)
