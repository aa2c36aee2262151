"""Check what members and programmes want of windows. Pure functions."""

from collections.abc import Sequence

from domain.windows.errors import BadCap, BadDigestHour, BadMode, BadQuietHours
from domain.windows.records import (
    ALWAYS_IN_INBOX,
    DAY_HOURS,
    DAY_MINUTES,
    PUSHED,
    Channel,
    Choice,
    Mode,
    Quiet,
)


def sound_quiet(quiet: Quiet) -> Quiet:
    """The same hours; the day's last minute is the next one's first. Raises BadQuietHours."""
    ends = (quiet.from_minute, quiet.until_minute)
    sound = Quiet(*(minute % DAY_MINUTES for minute in ends))
    if sound.from_minute == sound.until_minute or not all(0 <= one <= DAY_MINUTES for one in ends):
        raise BadQuietHours("quiet hours begin and end at different minutes of the day")
    return sound


def sound_hour(hour: int) -> int:
    """The same hour. Raises BadDigestHour."""
    if not 0 <= hour < DAY_HOURS:
        raise BadDigestHour(f"a digest goes at a full hour, 0 to {DAY_HOURS - 1}")
    return hour


def sound_cap(channel: Channel, cap: int, *, most: int, field: str = "cap") -> int:
    """The same cap. Raises BadCap, which says what of the channel is wrong."""
    if not 0 <= cap <= most or channel not in PUSHED:
        raise BadCap(channel, most=most, field=field)
    return cap


def sound_choices(choices: Sequence[Choice]) -> Sequence[Choice]:
    """The same choices. Raises BadMode for the first that cannot be, or comes again."""
    seen = set()
    for place, one in enumerate(choices):
        kept = one.topic in ALWAYS_IN_INBOX and one.mode is Mode.OFF
        inbox = one.channel is Channel.INBOX and (kept or one.mode is Mode.DIGEST)
        if inbox or (one.topic, one.channel) in seen:
            raise BadMode(place)
        seen.add((one.topic, one.channel))
    return choices
