"""Limiting: how much FCM takes, of a project and for one device ("FCM Throttling and Quotas").

A limit of None is off. All of them are counted by the stand-in's own clock.
"""

from collections import deque
from dataclasses import dataclass, fields

from fcm_standin import errors

MINUTE_S, HOUR_S = 60.0, 3600.0


class BadLimits(ValueError):
    """What was said are no limits; the message says why."""


@dataclass(slots=True)
class Limits:
    """What FCM allows unless it was asked for more.

    collapse_keys -- how many different ones may wait for one device.
    collapsible_burst, collapsible_refill_s -- messages with a collapse key: so many at once, and
        one more for each so many seconds.
    pending -- messages without a collapse key that may wait; one more and all of them are dropped.
    """

    project_per_minute: int | None = 600_000
    device_per_minute: int | None = 240
    device_per_hour: int | None = 5_000
    collapse_keys: int | None = 4
    collapsible_burst: int | None = 20
    collapsible_refill_s: int = 180
    pending: int | None = 100

    def change(self, said: object) -> None:
        """Take new values for some. Raises BadLimits, and then changes none."""
        if not isinstance(said, dict):
            raise BadLimits("limits are an object")
        names = {field.name for field in fields(self)}
        for name, value in said.items():
            if name not in names:
                raise BadLimits(
                    f"no limit is called {name!r}; there are {', '.join(sorted(names))}"
                )
            whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            if not whole and (value is not None or name == "collapsible_refill_s"):
                raise BadLimits(f"{name} is a whole number, or null for none")
        for name, value in said.items():
            setattr(self, name, value)


class Meter:
    """What was sent lately."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._minute_began = 0.0
        self._in_minute = 0
        self._sent: dict[str, deque[float]] = {}

    def count_project(self, now: float) -> None:
        """One more message of the project, in minutes that begin with the first message of each.

        Raises errors.Refused: QUOTA_EXCEEDED, with the seconds until the next minute.
        """
        limit = self.limits.project_per_minute
        if now - self._minute_began >= MINUTE_S:
            self._minute_began, self._in_minute = now, 0
        if limit is not None and self._in_minute >= limit:
            wait_s = int(self._minute_began + MINUTE_S - now) + 1
            raise errors.quota("project", "Message rate exceeded.", retry_after_s=wait_s)
        self._in_minute += 1

    def count_device(self, fid: str, now: float) -> None:
        """One more message to a device. Raises errors.Refused: QUOTA_EXCEEDED."""
        hourly, minutely = self.limits.device_per_hour, self.limits.device_per_minute
        if hourly is None and minutely is None:
            return
        sent = self._sent.get(fid)
        if sent is None:
            sent = self._sent[fid] = deque()
        while sent and now - sent[0] >= HOUR_S:
            sent.popleft()
        if hourly is not None and len(sent) >= hourly:
            raise errors.quota(f"device:{fid}", "Device message rate exceeded.")
        if minutely is not None and len(sent) >= minutely and now - sent[-minutely] < MINUTE_S:
            raise errors.quota(f"device:{fid}", "Device message rate exceeded.")
        sent.append(now)
