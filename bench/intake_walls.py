"""Bench of the walls: what row-level security costs on a page of a statement.

    python -m bench.intake_walls

The same page of the same account is read by the app's own role and behind the wall, in turn. The
page alone is what the policies cost; the whole of it is what a request of an operator pays,
where the wall is also put up and taken down.
"""

import asyncio
import gc
import json
import time
from statistics import median

import domain
from bench.api_places import Place, migrated, place
from domain import ledger, members, programmes
from domain.members import Member
from infra import clock, db, ids

ENTRIES = 400
LIMIT = 50
PAGES = 150
ROUNDS = 15


async def measure(here: Place, *, rounds: int = ROUNDS, pages: int = PAGES) -> dict[str, float]:
    """Microseconds of a page, plain and walled, and what the wall adds in percent.

    Percentages are taken round by round, the median of them is reported.
    """
    async with db.database(here.url, domain.modules("models"), role="laurel_app"):
        member = await _seeded()
        wall = db.Wall(member.programme, member.book)
        found: dict[str, list[float]] = {}
        for number in range(rounds + 1):
            for walled in (None, wall) if number % 2 else (wall, None):
                for name, read in (("page", _page), ("whole", _whole)):
                    gc.collect()
                    spent = await read(member, walled, pages)
                    # The first round warms caches and statements; it is not counted.
                    if number:
                        key = f"walls_{name}_{'walled' if walled else 'plain'}_us"
                        found.setdefault(key, []).append(spent)
    figures = {name: median(values) for name, values in found.items()}
    for name in ("page", "whole"):
        plain, walled_ = found[f"walls_{name}_plain_us"], found[f"walls_{name}_walled_us"]
        more = [(b / a - 1) * 100 for a, b in zip(plain, walled_, strict=True)]
        figures[f"walls_{name}_cost_percent"] = median(more)
    return figures


async def _page(member: Member, wall: db.Wall | None, pages: int) -> float:
    """Microseconds of a page in a session that is open."""
    async with db.reading(wall) as tx:
        await ledger.statement(member.account, book=member.book, limit=LIMIT, tx=tx)
        began = time.perf_counter()
        for _ in range(pages):
            await ledger.statement(member.account, book=member.book, limit=LIMIT, tx=tx)
        return (time.perf_counter() - began) / pages * 1e6


async def _whole(member: Member, wall: db.Wall | None, pages: int) -> float:
    """Microseconds of a page for which a session is opened."""
    began = time.perf_counter()
    for _ in range(pages):
        async with db.reading(wall) as tx:
            await ledger.statement(member.account, book=member.book, limit=LIMIT, tx=tx)
    return (time.perf_counter() - began) / pages * 1e6


async def _seeded() -> Member:
    """A member with a statement of several pages."""
    at = clock.now()
    async with db.transaction() as tx:
        words = {"name": "Walls", "unit": "points", "zone": "Europe/Vienna", "locale": "en"}
        slug = f"walls-{ids.new(at).hex[-8:]}"
        club = await programmes.found(slug, **words, at=at, tx=tx)
        member = await members.join(
            club,
            handle="ada",
            name="Ada",
            locale="en",
            zone="Europe/Vienna",
            issuer="https://issuer.example",
            subject="ada",
            at=at,
            tx=tx,
        )
        items = [ledger.issue(10, account=member.account, id=ids.new(at)) for _ in range(ENTRIES)]
        for result in await ledger.post(items, book=member.book, at=at, tx=tx):
            ledger.require(result)
    return member


async def _alone() -> None:
    with place() as here:
        await migrated(here)
        print(json.dumps(await measure(here)))


if __name__ == "__main__":
    asyncio.run(_alone())
