"""Guarding: what both ways to Firebase have in common.

Before a message goes: is everybody, its platform or its device to wait? After an answer: who is
to wait from now on? A message that is kept back is answered at once with how long that will be, so
that nobody waits here for longer than a moment, and whoever keeps the queue decides.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

import structlog

from infra import clock, observing
from infra.push import classifying
from infra.push.classifying import Verdict
from infra.push.pacing import Breaker, Bucket, Devices
from infra.push.records import Answer, Built, Outcome, Platform
from infra.settings import Settings

# Longer than this nobody waits for a turn: it is answered THROTTLED instead.
TURN_SECONDS = 2.0
TEMPLATES_MAX = 1_000
# What another try may bring to a good end.
AGAIN: Final = frozenset(
    {Outcome.APPLE_PAUSED, Outcome.THROTTLED, Outcome.DEVICE_THROTTLED, Outcome.LATER}
)

_log = structlog.get_logger(__name__)
_counts: Final = {outcome: observing.FCM_ANSWERS.labels(outcome.value) for outcome in Outcome}


class Guarded(ABC):
    """A transport; how one message is put on the wire is said by those who derive from it."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = Bucket(settings.fcm_per_minute)
        self._apple = Breaker()
        self._devices = Devices()
        self._patience_s = settings.fcm_timeout_seconds
        self._taken: set[str] = set()
        self._under_way = 0
        self._closing = False
        self._idle = asyncio.Event()

    async def send(self, built: Built, *, attempt: int = 1) -> Answer:
        """As FcmTransport says. LATER without a time to wait: it has expired."""
        self._under_way += 1
        try:
            verdict, sends = await self._guarded(built)
        finally:
            self._under_way -= 1
            if self._closing and not self._under_way:
                self._idle.set()
        if sends:
            self._heed(built, verdict)
        _counts[verdict.outcome].inc()
        return self._answer(built, verdict, attempt=attempt, sends=sends)

    async def __aenter__(self) -> Self:
        observing.FCM_UNDER_WAY.set_function(lambda: self._under_way)
        observing.FCM_PAUSED.labels("all").set_function(
            lambda: self._bucket.shut_s(time.monotonic()) > 0
        )
        observing.FCM_PAUSED.labels(Platform.IOS.value).set_function(lambda: self._apple.paused)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take nothing more, and wait for what is under way as long as an answer may take."""
        self._closing = True
        if self._under_way and kind is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience_s):
                    await self._idle.wait()

    @abstractmethod
    async def _put(self, built: Built) -> tuple[Verdict, int]:
        """Put it on the wire where `_kept_back` lets it, and again where that is certain to do no
        harm; the verdict on the last answer, and how often it was put."""

    def _kept_back(self, built: Built) -> Verdict | None:
        """Why it must not go on the wire at this moment. None: it goes now, perhaps as a probe."""
        now = time.monotonic()
        if seconds := self._bucket.shut_s(now):
            return _kept(Outcome.THROTTLED, seconds)
        if seconds := self._devices.kept_s(built.target, now):
            return _kept(Outcome.DEVICE_THROTTLED, seconds)
        if built.platform is Platform.IOS and (seconds := self._apple.kept_s(now)):
            return _kept(Outcome.APPLE_PAUSED, seconds)
        return None

    async def _guarded(self, built: Built) -> tuple[Verdict, int]:
        if self._closing:
            return _kept(Outcome.LATER, classifying.LATER_SECONDS), 0
        if clock.now() >= built.expires_at:
            return Verdict(Outcome.LATER, error="EXPIRED"), 0
        seconds = self._bucket.take(time.monotonic(), patience_s=TURN_SECONDS)
        if seconds > TURN_SECONDS:
            return _kept(Outcome.THROTTLED, seconds), 0
        if seconds:
            await asyncio.sleep(seconds)
        return await self._put(built)

    def _heed(self, built: Built, verdict: Verdict) -> None:
        """Learn from an answer which templates are good, and who is to wait."""
        now = time.monotonic()
        if verdict.outcome is Outcome.SENT:
            if built.template not in self._taken and len(self._taken) < TEMPLATES_MAX:
                self._taken.add(built.template)
            if built.platform is Platform.IOS:
                self._apple.passed(now)
        elif verdict.outcome is Outcome.BAD_MESSAGE:
            _log.error("push", template=built.template, error=verdict.error)
        elif verdict.outcome is Outcome.APPLE_PAUSED:
            begins = not self._apple.left_s(now)
            seconds = self._apple.refused(now)
            if begins:
                _log.error("push", paused="IOS", seconds=seconds, error=verdict.error)
        else:
            self._throttle(built, verdict, now)

    def _throttle(self, built: Built, verdict: Verdict, now: float) -> None:
        seconds = verdict.retry_after_s or classifying.THROTTLED_SECONDS
        if verdict.outcome is Outcome.DEVICE_THROTTLED:
            self._devices.throttle(built.target, now, seconds=seconds)
        elif verdict.outcome is Outcome.THROTTLED:
            if not self._bucket.shut_s(now):
                _log.warning("push", paused="all", seconds=seconds, error=verdict.error)
            self._bucket.shut(now, seconds=seconds)

    def _answer(self, built: Built, verdict: Verdict, *, attempt: int, sends: int) -> Answer:
        outcome = verdict.outcome
        again = outcome in AGAIN and verdict.error != "EXPIRED"
        if again and outcome is Outcome.APPLE_PAUSED and verdict.retry_after_s is None:
            seconds = self._apple.left_s(time.monotonic())
            verdict = Verdict(outcome, retry_after_s=seconds, error=verdict.error)
        return Answer(
            outcome=outcome,
            name=verdict.name,
            retry_after_s=classifying.wait_s(verdict, attempt=attempt) if again else None,
            error=verdict.error,
            template=built.template if outcome is Outcome.BAD_MESSAGE else None,
            known_good=built.template in self._taken,
            sends=sends,
        )


def _kept(outcome: Outcome, seconds: float) -> Verdict:
    return Verdict(outcome, retry_after_s=seconds, error="KEPT_BACK")
