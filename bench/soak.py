"""Soak: the fault scenes and the ledger's state machine, over and over, with new seeds.

    python -m bench.soak --minutes 10 --seed 1

Crashes, races, duplicates, clocks and spenders run in turn until the time is up, and beside
them, in processes of their own, the 10,000 Hypothesis sequences of the ledger's model; those
may take twice the time. A scene that fails ends the run and names its seed. The last line is
one JSON object.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import asyncpg

from infra import clock, migrating
from tests.faults import crashes, races, scenes
from tests.support import servers
from tests.support.own_server import OwnServer, own_server

ROOT = Path(__file__).parents[1]
# The three ways of posting that the model is compared with; together SEQUENCES.
MODEL = "tests/domain/ledger/test_model.py"
PARTS = ("whole", "split or single")
SEQUENCES = 10_002
MORTAL = {"shared_buffers": "32MB", "max_connections": "60", "autovacuum": "off"}

Scene = Callable[[int], Awaitable[None]]


class Sequences:
    """The model's run under its long profile, in processes of its own."""

    def __init__(self, seed: int) -> None:
        self._began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", MODEL]
        command += ["--hypothesis-profile=soak", f"--hypothesis-seed={seed}"]
        self._parts = [subprocess.Popen([*command, "-k", part], cwd=ROOT) for part in PARTS]

    def wait(self, *, until: float) -> tuple[int, float]:
        """How many sequences agreed, 0 when one did not or the time was up; the seconds taken."""
        codes = []
        for part in self._parts:
            try:
                codes.append(part.wait(timeout=max(0.0, until - time.monotonic())))
            except subprocess.TimeoutExpired:
                part.kill()
                codes.append(part.wait())
        return 0 if any(codes) else SEQUENCES, time.monotonic() - self._began


class Soak:
    """The scenes, each on a database of its own."""

    def __init__(self, shared: servers.Postgres, mortal: OwnServer) -> None:
        self._shared, self._mortal = shared, mortal

    def scenes(self) -> Mapping[str, Scene]:
        """Every scene by name, in the order of the rounds."""
        return {
            "app killed": self.app_killed,
            "power cut": self.power_cut,
            "races": self.races,
            "duplicates": self.duplicates,
            "clocks": self.clocks,
            "spenders": self.spenders,
        }

    async def app_killed(self, seed: int) -> None:
        """Three app processes killed in a longer load."""
        await self._apart(
            lambda url: crashes.app_killed(
                url, seed=seed, at=clock.now(), senders=3, count=6_000, acks=1_500 + seed % 700
            )
        )

    async def power_cut(self, seed: int) -> None:
        """PostgreSQL killed four times in one load."""
        owner = await asyncpg.connect(self._mortal.url())
        await owner.execute("DROP DATABASE IF EXISTS mortal WITH (FORCE)")
        await owner.execute("CREATE DATABASE mortal")
        await owner.close()
        url = self._mortal.url("mortal")
        await migrating.migrate(url)
        await crashes.power_cut(self._mortal, url, seed=seed, at=clock.now(), cuts=4, count=6_000)

    async def races(self, seed: int) -> None:
        """Everything that can happen to twenty accounts at once."""
        await self._apart(
            lambda url: races.one_account(url, seed=seed, at=clock.now(), accounts=20)
        )

    async def duplicates(self, seed: int) -> None:
        """Requests repeated in every way."""
        await self._apart(lambda url: scenes.duplicates(url, seed=seed, at=clock.now(), count=600))

    async def clocks(self, seed: int) -> None:
        """Clocks that disagree around a month's end."""
        await self._apart(lambda url: races.clocks(url, seed=seed, at=clock.now(), count=400))

    async def spenders(self, seed: int) -> None:
        """Many spenders of one balance, by each way there is."""
        for way in (scenes.many, scenes.single, scenes.coalesced):
            await self._apart(
                lambda url, way=way: scenes.spenders(
                    url, way=way, at=clock.now(), count=400, balance=1_000 + seed % 500, amount=7
                )
            )

    async def _apart(self, scene: Callable[[str], Awaitable[None]]) -> None:
        url = await self._shared.copy()
        try:
            await scene(url)
        finally:
            await self._shared.drop(url)


async def run_scenes(soak: Soak, *, until: float, seed: int) -> Counter[str]:
    """Rounds of all scenes until the clock says `until`; how often each was run."""
    done: Counter[str] = Counter()
    while not done or time.monotonic() < until:
        for name, scene in soak.scenes().items():
            if done.total() >= len(soak.scenes()) and time.monotonic() >= until:
                break
            print(f"{name}, seed {seed}", flush=True)
            await scene(seed)
            done[name] += 1
        seed += 1
    return done


def main() -> int:
    """Run it all; 0 when nothing broke."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    limit = given.minutes * 60
    sequences = Sequences(given.seed)
    with servers.postgres() as shared, own_server(MORTAL) as mortal:
        soak = Soak(shared, mortal)
        done = asyncio.run(run_scenes(soak, until=began + limit, seed=given.seed))
    agreed, seconds = sequences.wait(until=began + 2 * limit)
    found = {
        "sequences": agreed,
        "sequences_s": round(seconds, 1),
        "scenes": dict(done),
        "seconds": round(time.monotonic() - began, 1),
        "seed": given.seed,
    }
    print(json.dumps(found))
    return 0 if agreed else 1


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    sys.exit(main())
