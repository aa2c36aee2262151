"""Delivering: what reaches a device, what waits until it is there again, and what never does.

A message for a device that is away waits for as long as its time to live says; a newer one with
the same collapse key takes its place ("Set and manage message priority", "Lifetime of a message",
"Collapsible and non-collapsible messages", firebase.google.com). What was dropped says why, in
the words of FCM's own delivery reports.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from fcm_standin.checking import Message
from fcm_standin.clock import Clock
from fcm_standin.installing import App, Platform
from fcm_standin.limiting import Limits


class Fate(StrEnum):
    """What became of a message that was accepted."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    COLLAPSED = "collapsed"
    EXPIRED = "droppedTtlExpired"
    TOO_MANY = "droppedTooManyPendingMessages"
    FORCE_STOPPED = "droppedAppForceStopped"
    UNINSTALLED = "droppedAppUninstalled"


@dataclass(slots=True)
class Delivery:
    """One message for one device.

    ttl_s -- how long it may wait; 0 means now or never.
    collapse_key -- a newer message with the same one takes its place.
    number -- of the delivery; None for what is not delivered.
    """

    name: str
    app: App
    message: Message
    sent_at: float
    ttl_s: float
    collapse_key: str | None
    fate: Fate = Fate.WAITING
    fate_at: float = 0.0
    number: int | None = None


@dataclass(slots=True)
class Waiting:
    """What waits for one device."""

    messages: OrderedDict[str, Delivery] = field(default_factory=OrderedDict)
    # Of messages with a collapse key: how many may go now, and since when that is counted.
    tokens: float = 0.0
    counted_at: float = -1.0


Listener = Callable[[Delivery], None]


class Post:
    """Everything that was accepted, and what became of it."""

    def __init__(self, clock: Clock, limits: Limits, *, keep: int) -> None:
        self._clock, self._limits = clock, limits
        self._kept: deque[Delivery] = deque(maxlen=keep)
        self._dropped: deque[Delivery] = deque(maxlen=keep)
        self._waiting: dict[str, Waiting] = {}
        self._listeners: dict[str | None, list[Listener]] = {}
        self.delivered = 0
        self.dropped: dict[str, int] = {}

    def accept(self, delivery: Delivery) -> None:
        """Take a message for a device: it is delivered now, waits, or is dropped."""
        app = delivery.app
        if app.restricted:
            self._drop(delivery, Fate.FORCE_STOPPED)
        elif app.online and app.fid not in self._waiting and not delivery.collapse_key:
            self._deliver(delivery)
        else:
            self._wait(delivery)
            self.release(app)

    def release(self, app: App) -> None:
        """Deliver what waits for a device and may go now; drop what has waited too long."""
        waiting = self._waiting.get(app.fid)
        if waiting is None:
            return
        now = self._clock.now()
        for key, delivery in list(waiting.messages.items()):
            if not app.installed:
                fate = Fate.UNINSTALLED
            elif _is_late(delivery, now):
                fate = Fate.EXPIRED
            elif not app.online or not self._may_go(waiting, delivery, now):
                continue
            else:
                fate = Fate.DELIVERED
            del waiting.messages[key]
            if fate is Fate.DELIVERED:
                self._deliver(delivery)
            else:
                self._drop(delivery, fate)
        if not waiting.messages and self._is_full(waiting, now):
            del self._waiting[app.fid]

    def release_all(self) -> None:
        """The same for everybody: by the clock."""
        now = self._clock.now()
        for fid, waiting in list(self._waiting.items()):
            first = next(iter(waiting.messages.values()), None)
            if first is not None:
                self.release(first.app)
            elif self._is_full(waiting, now):
                del self._waiting[fid]

    def after(self, number: int, *, fid: str | None, limit: int) -> Iterator[Delivery]:
        """Deliveries with a higher number, the oldest first."""
        found = 0
        for delivery in self._since(number):
            if fid is None or delivery.app.fid == fid:
                yield delivery
                found += 1
                if found == limit:
                    return

    def fated(self, fid: str | None, limit: int) -> list[Delivery]:
        """What was dropped, the newest last, and what waits."""
        waiting = [d for w in self._waiting.values() for d in w.messages.values()]
        found = [d for d in (*self._dropped, *waiting) if fid is None or d.app.fid == fid]
        return found[-limit:]

    def listen(self, fid: str | None, listener: Listener) -> Callable[[], None]:
        """Call `listener` at each delivery, to `fid` only unless it is None.

        The function returned ends it.
        """
        self._listeners.setdefault(fid, []).append(listener)

        def leave() -> None:
            self._listeners[fid].remove(listener)
            if not self._listeners[fid]:
                del self._listeners[fid]

        return leave

    @property
    def listeners(self) -> int:
        """How many listen."""
        return sum(len(listening) for listening in self._listeners.values())

    def waiting(self) -> int:
        """How many messages wait."""
        return sum(len(waiting.messages) for waiting in self._waiting.values())

    def _since(self, number: int) -> Iterator[Delivery]:
        """Numbers have no gap, so the first one's place is known."""
        if not self._kept:
            return iter(())
        first = self._kept[0].number or 0
        skip = max(0, number + 1 - first)
        # Of a long row the end is nearer from behind.
        if skip > len(self._kept) // 2:
            behind = [self._kept[-k] for k in range(1, len(self._kept) - skip + 1)]
            return reversed(behind)
        return (d for d in list(self._kept)[skip:])

    def _deliver(self, delivery: Delivery) -> None:
        self.delivered += 1
        delivery.number = self.delivered
        delivery.fate, delivery.fate_at = Fate.DELIVERED, self._clock.now()
        self._kept.append(delivery)
        if self._listeners:
            for fid in (delivery.app.fid, None):
                for listener in list(self._listeners.get(fid, ())):
                    listener(delivery)

    def _drop(self, delivery: Delivery, fate: Fate) -> None:
        delivery.fate, delivery.fate_at = fate, self._clock.now()
        self.dropped[fate] = self.dropped.get(fate, 0) + 1
        self._dropped.append(delivery)

    def _wait(self, delivery: Delivery) -> None:
        waiting = self._waiting.setdefault(delivery.app.fid, Waiting())
        key = delivery.collapse_key
        if not key:
            self._wait_uncollapsed(waiting, delivery)
            return
        before = waiting.messages.pop(f"key {key}", None)
        if before is not None:
            self._drop(before, Fate.COLLAPSED)
        keyed = [name for name in waiting.messages if name.startswith("key ")]
        limit = self._limits.collapse_keys
        if limit is not None and len(keyed) >= limit:
            self._drop(waiting.messages.pop(keyed[0]), Fate.COLLAPSED)
        waiting.messages[f"key {key}"] = delivery

    def _wait_uncollapsed(self, waiting: Waiting, delivery: Delivery) -> None:
        plain = [name for name in waiting.messages if not name.startswith("key ")]
        limit = self._limits.pending
        if (
            limit is not None
            and len(plain) >= limit
            and delivery.app.platform is Platform.ANDROID
            and not delivery.app.online
        ):
            for name in plain:
                self._drop(waiting.messages.pop(name), Fate.TOO_MANY)
        waiting.messages[f"id {delivery.name} {id(delivery)}"] = delivery

    def _may_go(self, waiting: Waiting, delivery: Delivery, now: float) -> bool:
        """Whether a message to a device that is there is not held up by its collapse key."""
        burst = self._limits.collapsible_burst
        if (
            burst is None
            or not delivery.collapse_key
            or delivery.app.platform is not Platform.ANDROID
        ):
            return True
        self._fill(waiting, now, burst)
        if waiting.tokens < 1:
            return False
        waiting.tokens -= 1
        return True

    def _fill(self, waiting: Waiting, now: float, burst: int) -> None:
        if waiting.counted_at < 0:
            waiting.tokens = burst
        else:
            gained = (now - waiting.counted_at) / max(1, self._limits.collapsible_refill_s)
            waiting.tokens = min(burst, waiting.tokens + gained)
        waiting.counted_at = now

    def _is_full(self, waiting: Waiting, now: float) -> bool:
        """Whether nothing need be remembered of a device for which nothing waits."""
        burst = self._limits.collapsible_burst
        if burst is None or waiting.counted_at < 0:
            return True
        self._fill(waiting, now, burst)
        return waiting.tokens >= burst


def _is_late(delivery: Delivery, now: float) -> bool:
    """A time to live of nothing means: now or never."""
    ttl_s = delivery.ttl_s
    return now - delivery.sent_at > ttl_s or (ttl_s == 0 and not delivery.app.online)
