"""Pacing: how fast we may send, and who must not send at all for now.

Times are of a clock that only goes forward, in seconds. Nothing here waits; it only says when.
"""

from collections import OrderedDict

# After a pause we come back slowly: Firebase asks for a minute from nothing to everything.
RAMP_SECONDS = 60.0
RAMP_LEAST = 0.02
# So much of a second may go at once, so that a burst after silence need not wait.
BURST_SECONDS = 0.1
# Apple is asked again with one message, and more rarely each time that it still refuses.
PROBE_SECONDS = 300.0
PROBE_SECONDS_MAX = 3_600.0
# While that one message is on its way, the others come back after so long.
PROBING_SECONDS = 5.0
DEVICES_MAX = 50_000


class Bucket:
    """A rate for all of us: a token bucket in its form of one number (GCRA, ITU-T I.371), shut
    while the project is throttled and then opened little by little."""

    def __init__(self, per_minute: int) -> None:
        self._full = per_minute / 60
        self._next = 0.0
        self._shut_until = 0.0
        self._ramps_until = 0.0

    def shut_s(self, now: float) -> float:
        """How long nothing at all may be sent; 0 when it may."""
        return max(self._shut_until - now, 0.0)

    def shut(self, now: float, *, seconds: float) -> None:
        """Nothing goes for so long, then less than usual for a while."""
        self._shut_until = max(self._shut_until, now + seconds)
        self._ramps_until = self._shut_until + RAMP_SECONDS
        self._next = max(self._next, self._shut_until)

    def take(self, now: float, *, patience_s: float) -> float:
        """Take the next turn; how long to wait for it. None is taken where that is too long."""
        at = max(self._next, now - BURST_SECONDS)
        if at - now <= patience_s:
            self._next = at + 1 / self.rate(max(at, now))
        return max(at - now, 0.0)

    def rate(self, now: float) -> float:
        """Messages a second that may go at this time, when it is open."""
        left_s = max(self._ramps_until - now, 0.0)
        return self._full * max(1 - left_s / RAMP_SECONDS, RAMP_LEAST)


class Breaker:
    """A pause of one platform that ends with one message as a probe (half-open)."""

    def __init__(self) -> None:
        self._until = 0.0
        self._pause_s = 0.0
        self._probing_until = 0.0

    @property
    def paused(self) -> bool:
        """Whether it was refused last."""
        return self._pause_s > 0

    def kept_s(self, now: float) -> float:
        """How long a message is to be kept back; 0 lets it go, after a pause as the probe."""
        if not self._pause_s:
            return 0.0
        left_s = max(self._until, self._probing_until) - now
        if left_s > 0:
            return left_s
        self._probing_until = now + PROBING_SECONDS
        return 0.0

    def left_s(self, now: float) -> float:
        """How long the pause still is."""
        return max(self._until - now, 0.0)

    def refused(self, now: float) -> float:
        """It was refused: pause, or pause on after a probe; for how long."""
        if self._until <= now:
            self._pause_s = min(max(self._pause_s * 2, PROBE_SECONDS), PROBE_SECONDS_MAX)
            self._until = now + self._pause_s
        self._probing_until = 0.0
        return self._until - now

    def passed(self, now: float) -> None:
        """It was taken; what was taken while the pause had already begun proves nothing."""
        if self._until <= now:
            self._pause_s = 0.0
            self._probing_until = 0.0


class Devices:
    """Single devices that have had enough, the newest so many of them."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    def throttle(self, target: str, now: float, *, seconds: float) -> None:
        """This device gets nothing for so long."""
        self._until[target] = now + seconds
        self._until.move_to_end(target)
        if len(self._until) > DEVICES_MAX:
            self._until.popitem(last=False)

    def kept_s(self, target: str, now: float) -> float:
        """How long a message for it is to be kept back; 0 lets it go."""
        if not self._until or (until := self._until.get(target)) is None:
            return 0.0
        if until > now:
            return until - now
        del self._until[target]
        return 0.0
