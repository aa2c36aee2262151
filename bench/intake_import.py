"""Bench of an import: a million members from a CSV file, with their contacts and wallets.

    python -m bench.intake_import --rows 100000

The file is written first and not counted. Rows are as another system exports them: a number, a
name, an e-mail address, for one in three a telephone number, and the day they joined.
"""

import argparse
import asyncio
import json
import resource
import time
from datetime import timedelta
from pathlib import Path

import domain
from bench.api_places import Place, migrated, place
from domain import imports, programmes
from domain.imports import Kind, Report
from infra import clock, db, ids

ROWS = 1_000_000
NAMES = ("Ada", "Bob", "Chiara", "Dmitri", "Eun-ji", "Fatima", "Goran", "Zoë")
PLENTY_MS = 600_000


async def measure(here: Place, *, rows: int = ROWS) -> dict[str, float]:
    """Seconds for `rows` members, rows a second, and this process's memory in MiB."""
    path = here.folder / "members.csv"
    _write(path, rows)
    async with db.database(
        here.url, domain.modules("models"), role="laurel_app", statement_timeout_ms=PLENTY_MS
    ):
        at = clock.now()
        async with db.transaction() as tx:
            words = {"name": "Imports", "unit": "points", "zone": "Europe/Vienna", "locale": "en"}
            slug = f"imports-{ids.new(at).hex[-8:]}"
            club = await programmes.found(slug, **words, at=at, tx=tx)
        began = time.perf_counter()
        report = await imports.run(
            path, kind=Kind.MEMBERS, programme=club, at=at, told=_telling(rows)
        )
        seconds = time.perf_counter() - began
    assert (report.done, report.refused) == (rows, 0), report.faults[:3]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "import_rows": float(rows),
        "import_seconds": seconds,
        "import_rows_per_s": rows / seconds,
        "import_memory_mib": memory,
    }


def _telling(rows: int) -> "imports.running.Told":
    began = time.perf_counter()

    def told(report: Report) -> None:
        if report.rows % max(rows // 10, 5_000) < 5_000:
            print(f"{report.rows:>9} rows {time.perf_counter() - began:8.1f} s", flush=True)

    return told


def _write(path: Path, rows: int) -> None:
    today = clock.now().date()
    with path.open("w") as file:
        file.write("external_ref,name,email,phone,joined_at\n")
        for n in range(rows):
            phone = f"+43660{n:07}" if n % 3 == 0 else ""
            joined = today - timedelta(days=n % 3000 + 1)
            name = f"{NAMES[n % len(NAMES)]} {n}"
            file.write(f"C-{n:07},{name},person.{n}@example.com,{phone},{joined}\n")


async def _alone(rows: int) -> None:
    with place() as here:
        await migrated(here)
        print(json.dumps(await measure(here, rows=rows)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.intake_import", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    asyncio.run(_alone(parser.parse_args().rows))
