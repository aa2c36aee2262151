"""Hours: when something is open, by the clock on its own wall. Pure functions.

What is compared is what that clock shows, as people read it who stand before the door: in the night
in which an hour comes twice both are inside "22:00 to 03:00", and in the one in which an hour is
left out nobody can come in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Span:
    """From one minute of a day until before another.

    opens  -- minutes after midnight, 0 to 1,439.
    closes -- 1 to 1,440; not later than `opens`: on the next day.
    """

    opens: int
    closes: int

    @property
    def is_sound(self) -> bool:
        """True when both are minutes of a day, and differ."""
        minutes = 0 <= self.opens < DAY_MINUTES and 0 < self.closes <= DAY_MINUTES
        return minutes and self.opens != self.closes

    @property
    def crosses(self) -> bool:
        """True when it ends on the next day."""
        return self.closes <= self.opens


@dataclass(frozen=True, slots=True)
class Hours:
    """When something is open.

    week       -- the spans that begin on each weekday, Monday first.
    exceptions -- the spans that begin on a date instead; none at all: closed then.
    """

    week: Sequence[Sequence[Span]]
    exceptions: Mapping[date, Sequence[Span]] = field(default_factory=dict)

    def begun_on(self, day: date) -> Sequence[Span]:
        """The spans that begin on that day."""
        found = self.exceptions.get(day)
        return self.week[day.weekday()] if found is None else found


def open_at(hours: Hours, zone: str, at: datetime) -> bool:
    """True when it is open at `at`, which is any aware time; `zone` is an IANA name."""
    local = at.astimezone(ZoneInfo(zone))
    minute, today = local.hour * 60 + local.minute, local.date()
    if any(_covers(span, minute) for span in hours.begun_on(today)):
        return True
    yesterday = hours.begun_on(today - timedelta(days=1))
    return any(span.crosses and minute < span.closes for span in yesterday)


def _covers(span: Span, minute: int) -> bool:
    return span.opens <= minute and (span.crosses or minute < span.closes)
