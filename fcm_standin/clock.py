"""Clock: the stand-in's own time, which may be moved forward.

Tokens expire by it, messages that wait for a device too, and quotas fill up again: so a test need
not wait an hour, or four weeks.
"""

import time
from datetime import UTC, datetime

# A hundred years: what comes after the year 9999 cannot be written.
AHEAD_S_MAX = 3_155_760_000.0


class Clock:
    """The machine's time, and so many seconds more."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """From now on, be so much later; `seconds` is neither negative nor over `AHEAD_S_MAX`."""
        assert 0 <= seconds <= AHEAD_S_MAX, "time does not run backwards, nor for ever"
        self._ahead_s = min(self._ahead_s + seconds, AHEAD_S_MAX)


def written(at: float) -> str:
    """The time as RFC 3339 writes it, to the microsecond, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
