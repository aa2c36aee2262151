"""Weighing: what is not a request: imports, the start, and the memory of a busy worker."""

import asyncio
import http.client
import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

import domain
from bench.api_places import Place
from bench.api_seeding import SLUG
from bench.api_serving import free_port
from domain import members, points, programmes
from domain.activities import Judged, Type
from domain.members import Member
from domain.points import Measure
from domain.programmes import Programme
from infra import clock, db, ids, outbox

REACTION = "points.award"
IMPORTS = 5
CHUNK = 250
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 300.0
REGISTERED = "SELECT EXISTS (SELECT FROM event_subscription WHERE reaction = $1)"
WAITING = "SELECT count(*) FROM event_queue WHERE reaction = $1"
AWARDED = "SELECT count(*) FROM award"


async def worker(here: Place, *, events: int) -> Mapping[str, float]:
    """A worker's memory while it awards points for so many activities, and how fast it is."""
    async with db.database(here.url, domain.modules("models"), role="laurel_app"):
        programme, people = await _ready()
        with here.child("worker", "-m", "cli", "work") as process:
            await _registered()
            started = process.resident_mib()
            resident, family = started, process.family_mib()
            began = time.perf_counter()
            for _ in range(0, events, CHUNK):
                await _emit(programme, people, clock.now())
                resident = max(resident, process.resident_mib())
            while await _value(WAITING, REACTION):
                process.check()
                resident = max(resident, process.resident_mib())
                family = max(family, process.family_mib())
                await asyncio.sleep(LOOK_SECONDS)
            seconds = time.perf_counter() - began
            awarded = await _value(AWARDED)
        assert awarded >= events, f"{awarded} of {events} events earned something"
    return {
        "worker_rss_started_mib": started,
        "worker_rss_loaded_mib": resident,
        "worker_family_mib": family,
        "worker_events_per_s": awarded / seconds,
    }


def import_seconds(module: str, here: Place) -> float:
    """How much longer a Python lives that imports `module`: the best of a few of each."""
    with_it = min(_lived(f"import {module}", here) for _ in range(IMPORTS))
    return with_it - min(_lived("pass", here) for _ in range(IMPORTS))


def up_seconds(here: Place) -> float:
    """From `laurel up` on an empty folder, demo and all, to an API that says it is ready."""
    port = free_port()
    command = ("-m", "cli", "up", "--data", str(here.folder / "data"), "--port", str(port))
    own = ("DATABASE_URL", "REDIS_URL", "LAUREL_DEVELOPMENT_KEY")
    elsewhere = {name: text for name, text in here.environment.items() if name not in own}
    began = time.perf_counter()
    with Place(here.server, elsewhere, here.folder).child("up", *command) as process:
        while not _is_ready(port):
            process.check()
            assert time.perf_counter() - began < PATIENCE_SECONDS, "it is not ready in time"
            time.sleep(LOOK_SECONDS)
        return time.perf_counter() - began


def _is_ready(port: int) -> bool:
    link = http.client.HTTPConnection("127.0.0.1", port)
    try:
        link.request("GET", "/health/ready")
        return link.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        link.close()


def _lived(program: str, here: Place) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, env=dict(here.environment))
    return time.perf_counter() - began


async def _ready() -> tuple[Programme, Sequence[Member]]:
    async with db.transaction() as tx:
        programme = await programmes.by_slug(SLUG, tx=tx)
        await points.set_rule(
            programme,
            activity=Type.RUN,
            measure=Measure.METRES,
            points=10,
            per=1000,
            day_max=10_000_000,
            at=clock.now(),
            tx=tx,
        )
        return programme, await members.listed(
            programme=programme.id, after=None, limit=1000, tx=tx
        )


async def _emit(programme: Programme, people: Sequence[Member], at: datetime) -> None:
    """Runs of a chunk of members, of which one in ten must wait for its points."""
    async with db.transaction() as tx:
        for number in range(CHUNK):
            outbox.emit(
                Judged(
                    programme=programme.id,
                    subject=random.choice(people).id,
                    object=ids.new(at),
                    at=at,
                    type=Type.RUN,
                    outcome="COUNTED" if number % 10 else "PENDING",
                    day=at.date(),
                    started_at=at,
                    duration_s=1800,
                    distance_m=5000,
                ),
                tx=tx,
            )


async def _registered() -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if await _value(REGISTERED, REACTION):
                return
            await asyncio.sleep(LOOK_SECONDS)


async def _value(sql: str, *args: object) -> int:
    async with db.reading() as tx:
        return int(await tx.value(sql, *args))
