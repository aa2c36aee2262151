"""Bench of the intake: activities a second accepted, and to posted points, in one interleaved run.

    python -m bench.intake            the whole of it: a few minutes
    python -m bench.intake --quick    a smoke run: are the parts in order?

A partner sends batches of 500 CloudEvents to the real endpoint of one API process, and one real
worker turns them into points; then the same one by one. Processes, PostgreSQL and the sender
share the machine. `accepted` is measured while the worker is stopped, `posted` from the first
byte of a request to the last posting, both at work. The last line is one JSON object; the parts
of others are in it when they are there.
"""

import argparse
import asyncio
import gc
import importlib
import json
import signal
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from statistics import median

import asyncpg
import uvloop

import domain
from bench.api_places import Place, migrated, place
from bench.api_serving import Child, free_port
from bench.intake_sending import BATCH, STRUCTURED, Diary, Target, batches, send, singles
from domain import members, partners, points, programmes
from domain.activities import Type
from domain.partners import Scope
from domain.points import Measure
from infra import clock, db, ids
from infra.db import Tx

SIZE = 500
AT_ONCE = 2
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 300.0
PLENTY = 10_000_000
PARTS = ("intake_token", "intake_walls", "intake_import", "intake_replay")
RULES = {Type.WALK: 10, Type.RUN: 10, Type.RIDE: 4}
WAITING = "SELECT count(*) FROM event_queue"
REGISTERED = "SELECT count(*) FROM event_subscription"
AWARDED = "SELECT count(*) FROM award WHERE given > 0"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    rounds: int
    batches: int
    singles: int
    members: int
    parts: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """A running programme and who sends to it."""

    target: Target
    diary: Diary
    worker: Child
    owner: asyncpg.Connection


async def main(options: Options, here: Place) -> Mapping[str, float]:
    """Run everything; the figures by name."""
    await migrated(here)
    async with db.database(here.url, domain.modules("models"), role="laurel_app"):
        key, slug, refs = await _seeded(options.members)
    owner = await asyncpg.connect(here.url)
    await owner.execute("VACUUM (ANALYZE)")
    port = free_port()
    with (
        here.child("api", "-m", "cli", "serve", port=port) as api,
        here.child("worker", "-m", "cli", "work") as worker,
    ):
        api.answers(port)
        await until(owner, REGISTERED, worker, lambda count: count > 0)
        diary = Diary(slug, refs, until=clock.now())
        ground = Ground(Target(port, key), diary, worker, owner)
        found = await _interleaved(options, ground)
        found["worker_rss_mib"] = worker.resident_mib()
        found["api_rss_mib"] = api.resident_mib()
    await owner.close()
    for name in PARTS if options.parts else ():
        found |= await _part(name, here)
    return found


async def _interleaved(options: Options, ground: Ground) -> dict[str, float]:
    rates: dict[str, list[float]] = {}
    for number in range(options.rounds + 1):
        ways = ("batch", "one") if number % 2 else ("one", "batch")
        for way in ways:
            for what, measure in (("accepted", _accepted), ("posted", posted)):
                rate = await measure(way, options, ground)
                # The first round warms caches and statements; it is not counted.
                if number:
                    rates.setdefault(f"{what}_{way}_per_s", []).append(rate)
        if not number:
            # What autovacuum does within a minute of a table's first rows.
            await ground.owner.execute("ANALYZE")
        print(f"round {number} of {options.rounds}", flush=True)
    for name, found in sorted(rates.items()):
        print(f"{name:24}" + "".join(f"{rate:10.0f}" for rate in found), flush=True)
    middle = {name: median(found) for name, found in rates.items()}
    for what in ("accepted", "posted"):
        pairs = zip(rates[f"{what}_batch_per_s"], rates[f"{what}_one_per_s"], strict=True)
        middle[f"{what}_batch_vs_one"] = median(batch / one for batch, one in pairs)
    return middle


async def _accepted(way: str, options: Options, ground: Ground) -> float:
    """Activities a second that were answered, while nobody turns them into points."""
    bodies, media, count = _bodies(way, options, ground.diary)
    ground.worker.process.send_signal(signal.SIGSTOP)
    try:
        seconds = await send(bodies, ground.target, media=media, at_once=AT_ONCE)
    finally:
        ground.worker.process.send_signal(signal.SIGCONT)
    await drained(ground)
    return count / seconds


async def posted(way: str, options: Options, ground: Ground) -> float:
    """Activities a second from the first byte sent to the last point posted."""
    bodies, media, count = _bodies(way, options, ground.diary)
    before = await ground.owner.fetchval(AWARDED)
    began = time.perf_counter()
    await send(bodies, ground.target, media=media, at_once=AT_ONCE)
    await drained(ground)
    seconds = time.perf_counter() - began
    after = await ground.owner.fetchval(AWARDED)
    assert after - before == count, f"{after - before} of {count} activities earned something"
    return count / seconds


def _bodies(way: str, options: Options, diary: Diary) -> tuple[Sequence[bytes], str, int]:
    gc.collect()
    if way == "one":
        return singles(diary, count=options.singles), STRUCTURED, options.singles
    count = options.batches * SIZE
    return batches(diary, count=options.batches, size=SIZE), BATCH, count


async def drained(ground: Ground) -> None:
    await until(ground.owner, WAITING, ground.worker, lambda count: count == 0)


async def until(owner: asyncpg.Connection, sql: str, worker: Child, is_met) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_met(await owner.fetchval(sql)):
            worker.check()
            await asyncio.sleep(LOOK_SECONDS)


async def _seeded(count: int) -> tuple[str, str, Sequence[str]]:
    """A programme with rules, a partner and members; the key, the slug, the loyalty numbers."""
    at = clock.now() - timedelta(days=400)
    async with db.transaction() as tx:
        programme = await programmes.found(
            "bench", name="Bench", unit="leaves", zone="Europe/Vienna", locale="en", at=at, tx=tx
        )
        await rules(programme, tx)
        partner = await partners.register(
            "mill", programme=programme, name="Mill", id=ids.new(at), at=at, tx=tx
        )
        key = await partners.create_key(
            partner.id,
            programme=programme.id,
            scopes=[Scope.ACTIVITIES_WRITE],
            at=clock.now(),
            tx=tx,
        )
        people = [
            await members.join(
                programme,
                handle=f"runner{number}",
                name=f"Runner {number}",
                locale="en",
                zone="Europe/Vienna",
                issuer="https://issuer.example",
                subject=f"person-{number}",
                at=at,
                tx=tx,
            )
            for number in range(count)
        ]
    return key.secret, partner.slug, [member.external_ref for member in people]


async def rules(programme: programmes.Programme, tx: Tx) -> None:
    for kind, rate in RULES.items():
        await points.set_rule(
            programme,
            activity=kind,
            measure=Measure.METRES,
            points=rate,
            per=1_000,
            day_max=PLENTY,
            at=clock.now(),
            tx=tx,
        )
    await points.set_rule(
        programme,
        activity=Type.STEPS,
        measure=Measure.QUANTITY,
        points=5,
        per=1_000,
        day_max=PLENTY,
        at=clock.now(),
        tx=tx,
    )


async def _part(name: str, here: Place) -> Mapping[str, float]:
    """What a part of others measures: its `measure(here)`, when there is such a module."""
    if find_spec(f"bench.{name}") is None:
        return {}
    print(f"measuring {name} ...", flush=True)
    return dict(await importlib.import_module(f"bench.{name}").measure(here))


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batches", type=int, default=20, help="of 500, in one slice")
    parser.add_argument("--singles", type=int, default=600, help="one by one, in one slice")
    parser.add_argument("--members", type=int, default=2_000)
    parser.add_argument("--alone", action="store_true", help="without the parts of others")
    parser.add_argument("--quick", action="store_true", help="one short round, few members")
    given = parser.parse_args()
    if given.quick:
        return Options(1, 4, 100, 500, parts=False)
    return Options(given.rounds, given.batches, given.singles, given.members, not given.alone)


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    options = _options()
    with place() as here:
        result = uvloop.run(main(options, here))
    print(json.dumps({name: round(value, 3) for name, value in result.items()}))
