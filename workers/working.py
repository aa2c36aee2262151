"""Working: what one worker process does, as loops in one task group."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

import structlog

import domain
from domain import activities, broadcasts, energy, push
from infra import backlog, clock, db, jobs, observing, outbox, sandbox, signals, strava
from infra.jobs import Job
from infra.outbox import Reaction
from infra.push import FcmTransport
from infra.push.transporting import transport
from infra.sandbox import Pool
from infra.settings import Settings
from infra.strava import Strava
from workers import gathering, nightly
from workers.pushing import Sender
from workers.turning import Bell, keep_doing

READERS = 2
SCHEDULE_SECONDS = 1.0
GAUGE_SECONDS = 5.0
# How evenly a broadcast is told, where its pace is slow.
SPREAD_SECONDS = 0.1
HINTS = (
    signals.EVENTS,
    activities.HINTED,
    activities.UNREAD,
    broadcasts.CHANNEL,
    push.CHANNEL,
)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outside:
    """What is not ours and a worker talks to; None: it is not configured."""

    readers: Pool
    athletes: Strava | None
    firebase: FcmTransport | None


async def work(settings: Settings, stop: asyncio.Event) -> None:
    """Do what waits until `stop` is set, then finish what is begun, within `stop_seconds`."""
    async with (
        opened(settings),
        sandbox.pool(READERS) as readers,
        strava.client(settings) as athletes,
        transport(settings) as firebase,
    ):
        with push.switched(firebase is not None):
            await _turn(settings, stop, Outside(readers, athletes, firebase))
    _log.info("workers.stopped")


async def _turn(settings: Settings, stop: asyncio.Event, outside: Outside) -> None:
    reactions = gathering.reactions()
    async with db.transaction() as tx:
        await outbox.register(reactions, tx=tx)
    bell = Bell()
    async with asyncio.TaskGroup() as group:
        schedule = Schedule(gathering.jobs(), group)
        doing = [
            *(_deliver(reaction, bell) for reaction in reactions),
            *_reading(outside, bell),
            keep_doing("jobs", schedule.start_due, bell, words=(), poll_seconds=SCHEDULE_SECONDS),
            keep_doing(
                "broadcasts",
                _spread,
                bell,
                words=(broadcasts.CHANNEL,),
                poll_seconds=SPREAD_SECONDS,
            ),
            keep_doing(
                "training", nightly.train_due, bell, words=(), poll_seconds=nightly.LOOK_SECONDS
            ),
        ]
        sender = None
        if outside.firebase is not None:
            lease = settings.push_lease_seconds
            sender = Sender(outside.firebase, group, bell, lease_seconds=lease)
            doing.extend(sender.loops())
        loops = [group.create_task(each) for each in doing]
        watching = [group.create_task(each) for each in (bell.hear(*HINTS), gauge())]
        _log.info("workers.ready", reactions=len(reactions), jobs=len(schedule.jobs))
        await stop.wait()
        bell.close()
        await asyncio.wait([*loops, *schedule.running], timeout=settings.stop_seconds)
        sending = () if sender is None else sender.sending
        for task in (*loops, *schedule.running, *watching, *sending):
            task.cancel()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[None]:
    """The database and Valkey, open for the length of the block."""
    database = db.database(
        settings.database_url.get_secret_value(),
        domain.modules("models"),
        role=settings.database_role,
        pool=settings.database_pool,
        name="laurel workers",
    )
    async with database, signals.connection(settings.redis_url.get_secret_value()):
        yield


class Schedule:
    """Starts the jobs that are due, each at most once at a time in this process."""

    def __init__(self, jobs: tuple[Job, ...], group: asyncio.TaskGroup) -> None:
        self.jobs = jobs
        self._group = group
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def running(self) -> list[asyncio.Task[None]]:
        """The jobs at work now."""
        return [task for task in self._tasks.values() if not task.done()]

    async def start_due(self) -> int:
        """Start what is due and not at work; always 0, so that the loop sleeps after it."""
        idle = [job for job in self.jobs if self._free(job)]
        async with db.reading() as tx:
            due = await jobs.due(idle, at=clock.now(), tx=tx)
        for job in due:
            self._tasks[job.name] = self._group.create_task(_run(job))
        return 0

    def _free(self, job: Job) -> bool:
        task = self._tasks.get(job.name)
        return task is None or task.done()


async def gauge() -> None:
    """Keep the gauges of the queues and jobs current, for ever."""
    while True:
        try:
            await _measure()
        except db.Unavailable:
            _log.debug("gauges.stale")
        await asyncio.sleep(GAUGE_SECONDS)


def _deliver(reaction: Reaction, bell: Bell) -> Coroutine[Any, Any, None]:
    async def turn() -> int:
        taken = await outbox.deliver(reaction, at=clock.now())
        if taken:
            observing.DELIVERED.labels(reaction.name).inc(taken)
        return taken

    words = (signals.EVENTS, *map(outbox.action_of, reaction.events))
    return keep_doing(reaction.name, turn, bell, words=words)


def _reading(outside: Outside, bell: Bell) -> list[Coroutine[Any, Any, None]]:
    readers, athletes, unread = outside.readers, outside.athletes, (activities.UNREAD,)
    doing = [
        keep_doing("activities", partial(_read, readers), bell, words=unread),
        keep_doing("energy", partial(_read_energy, readers), bell, words=unread),
    ]
    if athletes is not None:
        hinted = (activities.HINTED,)
        doing.append(keep_doing("strava", partial(_follow, athletes), bell, words=hinted))
    return doing


async def _read(readers: Pool) -> int:
    return await activities.read_waiting(readers, at=clock.now(), limit=READERS)


async def _read_energy(readers: Pool) -> int:
    return await energy.read_waiting(readers, at=clock.now(), limit=READERS)


async def _follow(athletes: Strava) -> int:
    return await activities.follow_hints(athletes, at=clock.now())


async def _spread() -> int:
    async with db.transaction() as tx:
        return await broadcasts.spread(at=clock.now(), tx=tx)


async def _run(job: Job) -> None:
    started = perf_counter()
    try:
        done = await jobs.run_due(job, at=clock.now())
    except db.Unavailable as error:
        _log.warning("database.away", job=job.name, error=type(error).__name__)
        return
    observing.JOB_SECONDS.labels(job.name).observe(perf_counter() - started)
    if done:
        observing.JOB_ITEMS.labels(job.name).inc(done)


async def _measure() -> None:
    async with db.reading() as tx:
        waiting = await backlog.waiting(tx=tx)
        dead = await backlog.dead_by_reaction(tx=tx)
        failures = await jobs.failures(tx=tx)
    for reaction in gathering.reactions():
        for meter in (observing.WAITING, observing.OLDEST, observing.DEAD):
            meter.labels(reaction.name).set(0)
    for queue in waiting:
        age = (clock.now() - queue.oldest).total_seconds()
        observing.WAITING.labels(queue.reaction).set(queue.waiting)
        observing.OLDEST.labels(queue.reaction).set(age)
    for name, count in dead.items():
        observing.DEAD.labels(name).set(count)
    for job, count in failures.items():
        observing.JOB_FAILURES.labels(job).set(count)
