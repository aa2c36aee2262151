"""Bench of the game: from an activity told to challenge, badge and board, in one interleaved run.

    python -m bench.game            the whole of it: about a quarter of an hour
    python -m bench.game --alone    without previews and boards
    python -m bench.game --quick    a smoke run: are the parts in order?

A partner sends batches of 500 activities to the real endpoint of one API process, and one real
worker pays them and plays the game: points, facts, challenges, badges, streaks, tiers and boards.
200 challenges are live, everybody takes part in five of them; in each round 20, 200 and 2,000 more
are live that nothing counts for. Processes, PostgreSQL, Valkey and the sender share the machine.
The last line is one JSON object.
"""

import argparse
import asyncio
import importlib
import json
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from statistics import median
from uuid import UUID

import asyncpg
import uvloop

import domain
from bench import game_ground
from bench.api_places import Place, migrated, place
from bench.api_serving import free_port
from bench.game_ground import Club
from bench.intake import REGISTERED, SIZE, Ground, drained, until
from bench.intake_sending import BATCH, Diary, Target, batches, send
from infra import clock, db

AT_ONCE = 2
STEPS = (20, 200, 2_000)
PARTS = ("game_preview", "game_boards")
COUNTED = "SELECT count(*) FROM fact"
CONTRIBUTED = "SELECT count(*) FROM contribution"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    rounds: int
    batches: int
    members: int
    parts: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """One slice: activities a second, and processor time of each in microseconds."""

    rate: float
    worker_us: float
    server_us: float


async def main(options: Options, here: Place) -> Mapping[str, float]:
    """Run everything; the figures by name."""
    await migrated(here)
    owner = await asyncpg.connect(here.url, command_timeout=600)
    async with db.database(here.url, domain.modules("models"), role="laurel_app"):
        club = await game_ground.founded(options.members)
        idle = await game_ground.asked(club, owner=owner)
    await owner.execute("VACUUM (ANALYZE)")
    port = free_port()
    with (
        here.child("api", "-m", "cli", "serve", port=port) as api,
        here.child("worker", "-m", "cli", "work") as worker,
    ):
        api.answers(port)
        await until(owner, REGISTERED, worker, lambda count: count > 0)
        diary = Diary(club.slug, club.refs, until=clock.now())
        ground = Ground(Target(port, club.key), diary, worker, owner)
        found = await _interleaved(options, ground, here, club, idle)
        found["worker_rss_mib"] = worker.resident_mib()
        found["reactions_failed"] = worker.log.read_text().count('"reaction.')
    await owner.close()
    return found


async def _interleaved(
    options: Options, ground: Ground, here: Place, club: Club, idle: Sequence[UUID]
) -> dict[str, float]:
    costs: dict[int, list[Cost]] = {step: [] for step in STEPS}
    for number in range(options.rounds + 1):
        for step in STEPS if number % 2 else reversed(STEPS):
            await game_ground.wait(club, idle, step, owner=ground.owner)
            cost = await _played(options, ground, here)
            # The first round warms caches and statements; it is not counted.
            if number:
                costs[step].append(cost)
        if not number:
            await ground.owner.execute("ANALYZE")
        print(f"round {number} of {options.rounds}", flush=True)
    return _told(costs)


def _told(costs: Mapping[int, Sequence[Cost]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for step, several in costs.items():
        print(f"{step:>6} idle" + "".join(f"{cost.rate:10.0f}" for cost in several), flush=True)
        found[f"activities_per_s_{step}_idle"] = median(cost.rate for cost in several)
        found[f"worker_us_{step}_idle"] = median(cost.worker_us for cost in several)
        found[f"server_us_{step}_idle"] = median(cost.server_us for cost in several)
    pairs = zip(costs[STEPS[-1]], costs[STEPS[0]], strict=True)
    found["cost_2000_vs_20_idle"] = median(
        (many.worker_us + many.server_us) / (few.worker_us + few.server_us) for many, few in pairs
    )
    return found


async def _played(options: Options, ground: Ground, here: Place) -> Cost:
    """From the first byte sent until nothing waits: every activity is paid and counted."""
    bodies = batches(ground.diary, count=options.batches, size=SIZE)
    count = options.batches * SIZE
    before = await ground.owner.fetchval(COUNTED)
    worker, server = ground.worker.processor_seconds(), here.server.processor_seconds()
    began = time.perf_counter()
    await send(bodies, ground.target, media=BATCH, at_once=AT_ONCE)
    await drained(ground)
    seconds = time.perf_counter() - began
    worker, server = (
        ground.worker.processor_seconds() - worker,
        here.server.processor_seconds() - server,
    )
    assert await ground.owner.fetchval(COUNTED) - before == count, "every activity is a fact"
    return Cost(count / seconds, worker / count * 1e6, server / count * 1e6)


async def _part(name: str) -> Mapping[str, float]:
    """What a part measures in a place of its own."""
    assert find_spec(f"bench.{name}") is not None, name
    print(f"measuring {name} ...", flush=True)
    return dict(await importlib.import_module(f"bench.{name}").main())


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench.game", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batches", type=int, default=20, help="of 500, in one slice")
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--alone", action="store_true", help="without previews and boards")
    parser.add_argument("--quick", action="store_true", help="one short round, few members")
    given = parser.parse_args()
    if given.quick:
        return Options(1, 2, 2_000, parts=False)
    return Options(given.rounds, given.batches, given.members, not given.alone)


async def _whole(options: Options) -> Mapping[str, float]:
    with place() as here:
        found = dict(await main(options, here))
    for name in PARTS if options.parts else ():
        found |= await _part(name)
    return found


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(_whole(_options()))
    print(json.dumps({name: round(value, 3) for name, value in result.items()}))
