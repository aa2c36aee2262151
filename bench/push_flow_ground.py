"""Ground of the flow bench: servers, pairs of friends with phones, and workers that may die."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import httpx
import psutil

from bench.push_places import Place
from domain import transfers
from domain.members import Member
from domain.programmes import Programme
from infra import clock, db, embedded, ids, settings
from infra.db import Tx
from tests.domain.push.scenes import a_device
from tests.support import apart, given

ROOT = Path(__file__).parents[1]
PAIRS = 100
HOLDING = 1_000_000
READY_SECONDS = 60.0
PAGE = 1_000

ACCOUNTS = """
INSERT INTO ledger.account (book, id, class, balance, seq, lots)
SELECT $1, 1000000 + n, 1, 0, 0, array_fill(0::bigint, ARRAY[38])
FROM generate_series(1, $2::bigint) AS n
"""
PEOPLE = """
INSERT INTO member (programme, id, book, account, handle, name, locale, zone, joined_at,
                    external_ref)
SELECT $1, gen_random_uuid(), $2, 1000000 + n, 'bench' || n, 'Bench ' || n, 'en',
       'Europe/Vienna', $3, 'B-' || n
FROM generate_series(1, $4::bigint) AS n
"""
PHONES = """
INSERT INTO device (programme, id, member, installation, platform, kind, app_version, locale,
                    issuer, subject, registered_at, seen_at)
SELECT programme, gen_random_uuid(), id, 'd' || substr(replace(id::text, '-', ''), 1, 21),
       'ANDROID', 'PHONE', '1', 'en', 'bench', handle, $2, $2
FROM member WHERE programme = $1 AND handle LIKE 'bench%'
"""
TIDY = "VACUUM (ANALYZE) member, device"
EVENTS = "SELECT id, object FROM event WHERE action = 'transfers.Received'"


@dataclass
class Ground:
    """What the parts share. committed -- when each transfer was, by its id."""

    url: str
    valkey: str
    place: Place
    programme: Programme
    pairs: list[tuple[Member, Member]]
    committed: dict[UUID, float] = field(default_factory=dict)
    heard: dict[str, list[float]] = field(default_factory=dict)
    news: list[float] = field(default_factory=list)
    number: int = 0

    async def send(self, turn: int) -> None:
        """One transfer, as the API does it; the moment of its commit is kept."""
        sender, receiver = self.pairs[turn % len(self.pairs)]
        now = clock.now()
        id = ids.new(now)

        async def note() -> None:
            self.committed[id] = time.time()

        async with db.transaction() as tx:
            tx.after_commit(note)
            await transfers.send(1, sender=sender, receiver=receiver.id, id=id, at=now, tx=tx)

    async def load(self, *, seconds: float, a_second: int) -> None:
        """Transfers at that rate, whatever becomes of them, and until all are committed."""
        async with asyncio.TaskGroup() as group:
            began = time.perf_counter()
            for turn in range(int(seconds * a_second)):
                wait = began + turn / a_second - time.perf_counter()
                if wait > 0:
                    await asyncio.sleep(wait)
                group.create_task(self.send(turn))

    async def listen(self) -> None:
        """Read on what the stand-in was given since the last time."""
        while True:
            query = {"after": self.number, "limit": PAGE}
            said = (await self.place.control.get("/deliveries", params=query)).json()
            for one in said["deliveries"]:
                self.number = one["number"]
                at = datetime.fromisoformat(one["sent_at"].replace("Z", "+00:00")).timestamp()
                data = one["message"]["data"]
                if data["t"] == "news":
                    self.news.append(at)
                else:
                    self.heard.setdefault(data["id"], []).append(at)
            if len(said["deliveries"]) < PAGE:
                return

    async def drain(self, *, patience_s: float) -> None:
        """Wait until all that was committed has been handed over, or for so long."""
        until = time.perf_counter() + patience_s
        while time.perf_counter() < until:
            await self.listen()
            if len(self.heard) >= len(self.committed):
                return
            await asyncio.sleep(0.2)

    async def waits(self) -> list[float]:
        """From the commit of each transfer to when Firebase had it, in milliseconds, sorted."""
        async with db.reading() as tx:
            events = {str(row["id"]): row["object"] for row in await tx.rows(EVENTS)}
        return sorted(
            (min(times) - self.committed[events[id]]) * 1e3
            for id, times in self.heard.items()
            if id in events and events[id] in self.committed
        )

    def forget(self) -> None:
        """Measure the next part by itself."""
        self.committed.clear()
        self.heard.clear()
        self.news.clear()


class Worker:
    """A whole worker process, started again after each time it is killed."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._process: asyncio.subprocess.Process | None = None
        self.memory_mib = 0.0

    async def start(self) -> None:
        """One that is ready: it says so by its metrics."""
        port = embedded.free_port()
        place = self._ground.place
        environment = settings.inherited() | {
            "DATABASE_URL": self._ground.url,
            "REDIS_URL": self._ground.valkey,
            "LAUREL_WORKER_METRICS_PORT": f"{port}",
            "LAUREL_FCM_URL": place.url,
            "LAUREL_FCM_CA": str(place.folder / "ca.pem"),
            "LAUREL_FCM_CREDENTIALS": str(place.folder / "service-account.json"),
            "LAUREL_PUSH_LEASE_SECONDS": "3",
            "LAUREL_FCM_TIMEOUT_SECONDS": "2",
            "LAUREL_LOG_LEVEL": "error",
        }
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", "cli", "work"), cwd=ROOT, env=environment
        )
        async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient(trust_env=False) as client:
            while True:
                try:
                    text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
                    if "laurel_events_waiting{" in text:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.1)

    def weigh(self) -> None:
        """Keep the most memory that it was seen with."""
        if self._process is not None:
            used = psutil.Process(self._process.pid).memory_info().rss / 2**20
            self.memory_mib = max(self.memory_mib, used)

    async def kill(self) -> None:
        """SIGKILL, at any moment."""
        if self._process is not None:
            self.weigh()
            os.kill(self._process.pid, signal.SIGKILL)
            await self._process.wait()
            self._process = None


async def furnish(url: str, valkey: str, place: Place, *, members: int) -> Ground:
    """A programme with pairs of friends, and as many other members with a phone each."""
    async with db.transaction() as tx:
        limits = {"transfer_max": 2**40, "transfer_day_max": 2**40}
        club = await given.a_programme(tx=tx, **limits)
        pairs = [await _a_pair(club, tx) for _ in range(PAIRS)]
    if members:
        async with apart.owner(url) as owner:
            now = clock.now()
            await owner.execute(ACCOUNTS, club.book, members)
            await owner.execute(PEOPLE, club.id, club.book, now, members)
            await owner.execute(PHONES, club.id, now)
            await owner.execute(TIDY)
    return Ground(url, valkey, place, club, pairs)


async def _a_pair(club: Programme, tx: Tx) -> tuple[Member, Member]:
    """The second accepts what the first sends by itself, and has a phone."""
    ada = await given.a_member(club, holding=HOLDING, tx=tx)
    bob = await given.a_member(club, tx=tx)
    await given.friendship(ada, bob, tx=tx)
    await transfers.set_auto_accept(bob, friend=ada.id, auto_accept=True, at=clock.now(), tx=tx)
    await a_device(bob, at=clock.now(), tx=tx)
    return ada, bob


@asynccontextmanager
async def working(ground: Ground) -> AsyncIterator[Worker]:
    """A worker for the length of the block."""
    worker = Worker(ground)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.kill()
