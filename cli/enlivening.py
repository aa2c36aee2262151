"""Enlivening: a year of two programmes' life for the demo, and what goes on from there."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from pathlib import Path

import orjson
from rich.progress import Progress

from cli.opening import opened
from cli.telling import Stop, people
from domain import programmes
from infra import clock, db
from infra.settings import Settings
from simulator import filling
from simulator.people import Person, population
from simulator.worlds import WORLDS

SEED = 7
DAYS = 364
# What `simulate` must know to go on with the same people.
FILE = "simulated.json"


async def seed(settings: Settings, folder: Path) -> None:
    """Make the living demo's programmes and a year of their history. Raises Stop when they are
    there already, whole or in part."""
    async with opened(settings):
        async with db.reading() as tx:
            known = {programme.slug for programme in await programmes.every(tx=tx)}
        if known & {world.slug for world in WORLDS}:
            raise Stop("The living demo is there already. Use another --data for a new one.")
        until = clock.now().astimezone(UTC).date()
        with Progress(console=people, transient=True) as shown:
            task = shown.add_task("A year goes by", total=DAYS)
            made = await filling.fill(
                WORLDS,
                seed=SEED,
                until=until,
                days=DAYS,
                told=lambda _: shown.advance(task),
                folder=folder / "truth",
            )
    since = until - timedelta(days=DAYS)
    (folder / FILE).write_bytes(orjson.dumps({"seed": SEED, "since": since, "days": DAYS}))
    for town in made:
        people.print(f"{town.world.name} ({town.world.slug}): {len(town.members)} members")
    people.print(f"What is true of them is in {folder / 'truth'}.", soft_wrap=True)


def remembered(folder: Path) -> Mapping[tuple[str, str], Person]:
    """The people of the living demo by programme and handle; none where it was never made."""
    try:
        made = orjson.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return {}
    since = date.fromisoformat(made["since"])
    return {
        (world.slug, person.handle): person
        for world in WORLDS
        for person in population(world, seed=made["seed"], since=since, days=made["days"])
    }
