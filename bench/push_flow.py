"""Bench of the flow: from the commit of a transfer to Firebase, through crashes and broadcasts.

    python -m bench.push_flow [--members 50000] [--pace 30000] [--rate 200] [--seconds 10]

A whole worker process against PostgreSQL, Valkey and the stand-in of Firebase, each a process of
its own; this one does what the API does. T3 without anything else and while a broadcast runs, T4
with five SIGKILLs under load, T16 a broadcast's pace and pause. The last line is one JSON object.
"""

import argparse
import asyncio
import json
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any
from uuid import UUID

from bench import push_places as places
from bench.push_flow_ground import Ground, Worker, furnish, working
from domain import broadcasts
from domain.broadcasts import Audience, AudienceKind, Draft, Text
from infra import clock, db, ids, signals
from tests.support import apart, servers

KILLS = 5
KILL_EVERY_SECONDS = 5.0
PATIENCE_SECONDS = 60.0


async def measure(
    *, members: int = 50_000, pace: int = 30_000, rate: int = 200, seconds: float = 10.0
) -> dict[str, Any]:
    """T3, T4 and T16 of the push design, by their names, and the worker's memory through it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.postgres() as server,
        servers.valkey() as valkey,
    ):
        url = await server.copy("flow")
        async with (
            places.standin(Path(folder)) as place,
            apart.database(url, pool=16),
            signals.connection(valkey),
        ):
            ground = await furnish(url, valkey, place, members=members)
            async with working(ground) as worker:
                await ground.load(seconds=2, a_second=50)
                await ground.drain(patience_s=PATIENCE_SECONDS)
                figures = await _handing_over(ground, "t3_idle", rate=rate, seconds=seconds)
                worker.weigh()
                figures |= await _broadcast(ground, worker, pace=pace, rate=rate, seconds=seconds)
                figures |= await _killed(ground, worker, rate=rate)
                worker.weigh()
                figures["worker_mib"] = round(worker.memory_mib)
    return figures


async def _handing_over(ground: Ground, name: str, *, rate: int, seconds: float) -> dict[str, Any]:
    ground.forget()
    await ground.load(seconds=seconds, a_second=rate)
    await ground.drain(patience_s=PATIENCE_SECONDS)
    waits = await ground.waits()
    found = {
        f"{name}_ms_p50": round(_quantile(waits, 0.5), 1),
        f"{name}_ms_p99": round(_quantile(waits, 0.99), 1),
        f"{name}_transfers": len(ground.committed),
        f"{name}_handed_over": len(waits),
    }
    print(found, flush=True)
    return found


async def _broadcast(
    ground: Ground, worker: Worker, *, pace: int, rate: int, seconds: float
) -> dict[str, Any]:
    """T16, and T3 meanwhile."""
    programme = ground.programme.id
    draft = Draft(
        name="Shoes",
        audience=Audience(AudienceKind.ALL),
        texts={"en": Text("Shoes", "All shoes for half, this week.")},
        pace_per_minute=pace,
    )
    now = clock.now()
    async with db.transaction() as tx:
        one = await broadcasts.create(draft, programme=programme, id=ids.new(now), at=now, tx=tx)
        await broadcasts.start(one.id, programme=programme, at=clock.now(), tx=tx)
    await asyncio.sleep(1)
    began, before = time.perf_counter(), await _told(ground, one.id)
    found = await _handing_over(ground, "t3_broadcast", rate=rate, seconds=seconds)
    told, spent = await _told(ground, one.id) - before, time.perf_counter() - began
    worker.weigh()
    error = (told / spent * 60 / pace - 1) * 100
    async with db.transaction() as tx:
        await broadcasts.pause(one.id, programme=programme, at=clock.now(), tx=tx)
    paused = time.time()
    await asyncio.sleep(4)
    await ground.listen()
    after = max((at - paused for at in ground.news), default=0.0)
    async with db.transaction() as tx:
        await broadcasts.cancel(one.id, programme=programme, at=clock.now(), tx=tx)
    found |= {
        "t16_pace_error_pct": round(error, 2),
        "t16_told": told,
        "t16_seconds": round(spent, 1),
        "t16_pause_seconds": round(max(after, 0.0), 2),
    }
    print(found, flush=True)
    return found


async def _killed(ground: Ground, worker: Worker, *, rate: int) -> dict[str, Any]:
    """T4: five kills under load. Every event must have come, and what came twice under one id."""
    ground.forget()
    loading = asyncio.create_task(ground.load(seconds=KILLS * KILL_EVERY_SECONDS, a_second=rate))
    for _ in range(KILLS):
        await asyncio.sleep(KILL_EVERY_SECONDS)
        await worker.kill()
        await worker.start()
    await loading
    await ground.drain(patience_s=PATIENCE_SECONDS)
    await asyncio.sleep(4)
    await ground.listen()
    repeated = sum(len(times) - 1 for times in ground.heard.values())
    found = {
        "t4_kills": KILLS,
        "t4_transfers": len(ground.committed),
        "t4_lost": len(ground.committed) - len(await ground.waits()),
        "t4_duplicates_a_kill": round(repeated / KILLS, 1),
    }
    print(found, flush=True)
    return found


async def _told(ground: Ground, id: UUID) -> int:
    async with db.reading() as tx:
        return (await broadcasts.get(id, programme=ground.programme.id, tx=tx)).told


def _quantile(sorted_ms: list[float], share: float) -> float:
    if not sorted_ms:
        return float("nan")
    return sorted_ms[min(int(len(sorted_ms) * share), len(sorted_ms) - 1)]


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    parser = argparse.ArgumentParser(prog="python -m bench.push_flow", description=__doc__)
    parser.add_argument("--members", type=int, default=50_000)
    parser.add_argument("--pace", type=int, default=30_000)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    print(json.dumps(asyncio.run(measure(**vars(parser.parse_args())))))
