"""Pushing: takes what is due to be pushed, sends it, and writes down what Firebase answers.

Taking, sending and writing go on at the same time, so a slow answer keeps nothing else waiting.
Nothing is kept in memory that is not also in the database: whoever dies has sent, at the worst,
what the next one sends again, under the same id.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any

from domain import push
from domain.push import Answered, Due, Lane
from infra import clock, db, signals
from infra.push import Answer, BadMessage, FcmTransport, Outcome
from infra.push.building import build
from workers.turning import Bell, keep_doing

# How many may be on their way at once. What is for many has its own, so that the rest never waits
# for it; together they fit the streams of a few connections.
ROOM: Mapping[Lane, int] = {Lane.ONE: 384, Lane.MANY: 192}
TAKEN_MAX = 128
WRITTEN_MAX = 256
# Of the lease, so that whoever is too slow has given up before another begins.
SENDING_SHARE = 0.8
ANSWERS = "push.answers"
PAUSE_SECONDS = 60.0


class Sender:
    """Sends what is due by one way to Firebase, as tasks of `group`."""

    def __init__(
        self, way: FcmTransport, group: asyncio.TaskGroup, bell: Bell, *, lease_seconds: float
    ) -> None:
        self._way, self._group, self._bell = way, group, bell
        self.lease = timedelta(seconds=lease_seconds)
        self._under_way: Counter[Lane] = Counter()
        self._answered: list[Answered] = []
        self._landed = asyncio.Event()
        self.sending: set[asyncio.Task[None]] = set()
        self._paused_until = 0.0
        self._ended = False

    def loops(self) -> list[Coroutine[Any, Any, None]]:
        """What is to run until the bell is closed; the last ends when nothing is on its way."""
        return [*(self._taking(lane) for lane in Lane), self._writing()]

    async def take(self, lane: Lane) -> int:
        """Take what is due and begin to send it; 0 when nothing is due, or nothing more fits."""
        room = min(self._room(lane), TAKEN_MAX)
        if room <= 0:
            return 0
        async with db.transaction() as tx:
            due, looked = await push.take(lane, limit=room, lease=self.lease, at=clock.now(), tx=tx)
        self._begin(due, lane)
        return looked

    @property
    def room(self) -> int:
        """How many more for one member may be given to it now."""
        return self._room(Lane.ONE)

    async def give(self, due: Sequence[Due]) -> None:
        """Begin to send what was leased for it; who has ended leaves it to others."""
        if not self._ended:
            self._begin(due, Lane.ONE)
            return
        at = clock.now()
        async with db.transaction() as tx:
            await push.put_off([(one.key, at, False) for one in due], tx=tx)
        await signals.wake(push.CHANNEL, [push.ABOUT[Lane.ONE]])

    async def write(self) -> int:
        """Write down the answers that have come; how many."""
        answered = self._answered[:WRITTEN_MAX]
        if not answered:
            return 0
        async with db.transaction() as tx:
            await push.answer(answered, at=clock.now(), tx=tx)
        del self._answered[: len(answered)]
        for lane, count in Counter(push.lane_of(one.due.kind) for one in answered).items():
            full = self._under_way[lane] >= ROOM[lane]
            self._under_way[lane] -= count
            if full:
                self._bell.ring(push.ABOUT[lane])
        return len(answered)

    def _taking(self, lane: Lane) -> Coroutine[Any, Any, None]:
        about = push.ABOUT[lane]
        words = (push.CHANNEL, about)

        async def turn() -> int:
            return await self.take(lane)

        return keep_doing(about, turn, self._bell, words=words)

    async def _writing(self) -> None:
        with push.handing(self):
            await keep_doing(ANSWERS, self.write, self._bell, words=(ANSWERS,))
        while self._under_way.total():
            self._landed.clear()
            if not await self.write():
                await self._landed.wait()
        self._ended = True

    def _room(self, lane: Lane) -> int:
        paused = asyncio.get_running_loop().time() < self._paused_until
        return 0 if paused else ROOM[lane] - self._under_way[lane]

    def _begin(self, due: Sequence[Due], lane: Lane) -> None:
        self._under_way[lane] += len(due)
        for one in due:
            task = self._group.create_task(self._send(one, lane))
            self.sending.add(task)
            task.add_done_callback(self.sending.discard)

    async def _send(self, due: Due, lane: Lane) -> None:
        answer = await self._answer(due)
        if answer.outcome is Outcome.THROTTLED:
            seconds = answer.retry_after_s or PAUSE_SECONDS
            self._paused_until = asyncio.get_running_loop().time() + seconds
        self._answered.append(Answered(due, answer))
        self._landed.set()
        self._bell.ring(ANSWERS)

    async def _answer(self, due: Due) -> Answer:
        at = clock.now()
        try:
            built = build(push.compose(due, at=at), at=at)
        except BadMessage as error:
            return Answer(Outcome.BAD_MESSAGE, error=str(error), template=due.template, sends=0)
        try:
            async with asyncio.timeout(self.lease.total_seconds() * SENDING_SHARE):
                return await self._way.send(built, attempt=due.attempts)
        except TimeoutError:
            return Answer(Outcome.LATER, retry_after_s=0.0, error="no answer in time")
