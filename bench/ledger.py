"""Bench of the ledger: ours against the usual ways, in one interleaved run.

    python -m bench.ledger            the whole of it: about ten minutes
    python -m bench.ledger --quick    a smoke run: are the parts in order?

Every contestant runs one slice a round. The last line is one JSON object; a ratio is larger
when we are better, and is the median of the rounds.
"""

import argparse
import json
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import uvloop

from bench import million, ours, pgbench, places, rivals
from bench.measuring import Bench, One, Series, Slice, compared, shown
from bench.rival_tortoise import Tortoise
from infra import clock, migrating
from tests.support.own_server import OwnServer, own_server

SETTINGS = {
    "shared_buffers": "2GB",
    "max_connections": "400",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "30min",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
}
SIZE = """
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'ledger' AND c.relkind = 'r'
"""
COUNT = "SELECT count(*) FROM ledger.journal"
# Whoever is compared runs side by side, so that a short noise seldom touches only one of them.
ORDER = (
    *("insert commit", "ours uniform", "naive uniform", "tortoise uniform"),
    *("ours million", "simple-update", "tpcb-like"),
    *("ours hot", "naive hot", "tortoise hot"),
    *("prepaid", "prepaid single", "ours one client", "naive one client"),
)
Run = Callable[[Bench, float], Awaitable[Slice]]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    rounds: int
    seconds: float
    clients: int
    accounts: int
    wallets: int


async def main(options: Options, server: OwnServer) -> Mapping[str, float]:
    """Run everything; the figures by name."""
    at = clock.now()
    async with AsyncExitStack() as stack:
        watcher = await asyncpg.connect(server.url())
        bench = Bench(server, watcher)
        owner = await _prepare(watcher, server)
        field = await stack.enter_async_context(contestants(server, options, at))
        if options.wallets:
            await stack.enter_async_context(_with_million(field, server, options, at))
        size, count = await owner.fetchval(SIZE), await owner.fetchval(COUNT)
        table = await _interleaved(field, bench, options)
        growth = await owner.fetchval(SIZE) - size
        moved = await owner.fetchval(COUNT) - count
        found = figures(table) | {"bytes_per_transfer": float(growth / moved)}
        await owner.close()
        await watcher.close()
        return found | field.extra


@dataclass(slots=True)
class Field:
    """The contestants by name, and figures that are taken once."""

    runs: dict[str, Run]
    extra: dict[str, float]


async def _prepare(watcher: asyncpg.Connection, server: OwnServer) -> asyncpg.Connection:
    for name in ("ours", "rival"):
        await watcher.execute(f"CREATE DATABASE {name}")
    await migrating.migrate(server.url("ours"))
    rival = await asyncpg.connect(server.url("rival"))
    await rival.execute(rivals.SCHEMA)
    await rival.close()
    await pgbench.prepare(server.url("rival"))
    return await asyncpg.connect(server.url("ours"))


async def _analyzed(*urls: str) -> None:
    """What autovacuum would have done by the time that anybody measures."""
    for url in urls:
        link = await asyncpg.connect(url)
        await link.execute("VACUUM (ANALYZE)")
        await link.close()


@asynccontextmanager
async def contestants(server: OwnServer, options: Options, at: datetime) -> AsyncIterator[Field]:
    """Everyone who takes part, with their accounts open."""
    clients, url, rival = options.clients, server.url("ours"), server.url("rival")
    async with (
        places.ours(url, pool=clients + 4) as home,
        places.tortoise(rival, pool=clients) as away,
    ):
        accounts = await home.run(ours.open_accounts(options.accounts, at=at))
        prepaid = await home.run(ours.open_prepaid(at=at))
        links = await rivals.connections(rival, count=clients)
        await links[0].execute(rivals.OPEN, options.accounts)
        await _analyzed(url, rival)
        yield Field(
            _ours(home, accounts, prepaid, clients=clients)
            | _naive(links, range(1, options.accounts + 1), clients=clients, at=at)
            | _orm(away, range(1, options.accounts + 1), clients=clients, at=at)
            | {name: _script(rival, name, clients) for name in ("simple-update", "tpcb-like")},
            {},
        )
        for link in links:
            await link.close()


def _ours(
    place: places.Place, accounts: Sequence[int], prepaid: int, *, clients: int
) -> dict[str, Run]:
    everyone = rivals.Pairs(accounts, hot=None, seed=1)
    hot = rivals.Pairs(accounts[1:], hot=accounts[0], seed=2)
    funded = rivals.Pairs(accounts, hot=prepaid, seed=3)
    assert place.poster is not None
    return {
        "ours uniform": _driven(ours.Coalesced(place.poster, everyone), clients, place),
        "ours hot": _driven(ours.Coalesced(place.poster, hot), clients, place),
        "ours one client": _driven(ours.Single(everyone), 1, place),
        "prepaid": _driven(ours.Coalesced(place.poster, funded), clients, place),
        "prepaid single": _driven(ours.Single(funded), clients, place),
    }


def _naive(
    links: Sequence[asyncpg.Connection], accounts: Sequence[int], *, clients: int, at: datetime
) -> dict[str, Run]:
    everyone = rivals.Naive(links, rivals.Pairs(accounts, hot=None, seed=1), at)
    hot = rivals.Naive(links, rivals.Pairs(accounts[1:], hot=accounts[0], seed=2), at)
    return {
        "naive uniform": _driven(everyone, clients),
        "naive hot": _driven(hot, clients),
        "naive one client": _driven(everyone, 1),
        "insert commit": _driven(rivals.InsertCommit(links, at), clients),
    }


def _orm(
    place: places.Place, accounts: Sequence[int], *, clients: int, at: datetime
) -> dict[str, Run]:
    everyone = Tortoise(rivals.Pairs(accounts, hot=None, seed=1), at)
    hot = Tortoise(rivals.Pairs(accounts[1:], hot=accounts[0], seed=2), at)
    return {
        "tortoise uniform": _driven(everyone, clients, place),
        "tortoise hot": _driven(hot, clients, place),
    }


def _driven(one: One, clients: int, place: places.Place | None = None) -> Run:
    context = place.context if place else None
    return lambda bench, seconds: bench.drive(
        one, clients=clients, seconds=seconds, context=context
    )


def _script(url: str, name: str, clients: int) -> Run:
    return lambda bench, seconds: bench.watch(
        lambda: pgbench.run(url, name, clients=clients, seconds=seconds)
    )


@asynccontextmanager
async def _with_million(
    field: Field, server: OwnServer, options: Options, at: datetime
) -> AsyncIterator[None]:
    wallets, url = options.wallets, server.url("million")
    print(f"loading {wallets:,} wallets and {million.ROUNDS * wallets:,} rows ...", flush=True)
    owner = await asyncpg.connect(server.url())
    await owner.execute("CREATE DATABASE million TEMPLATE template0")
    await owner.close()
    await migrating.migrate(url)
    print(f"loaded in {await million.load(url, wallets=wallets, at=at):.0f} s", flush=True)
    async with places.ours(url, pool=4) as place:
        field.extra["reconcile_1m_s"] = await place.run(million.reconcile_seconds())
        page = million.statement_p50_ms(wallets=wallets, seed=4)
        field.extra["statement_p50_ms"] = await place.run(page)
        pairs = rivals.Pairs(range(1, wallets + 1), hot=None, seed=5)
        one = ours.Coalesced(place.poster, pairs, book=million.BOOK)
        field.runs["ours million"] = _driven(one, options.clients, place)
        yield


async def _interleaved(field: Field, bench: Bench, options: Options) -> Mapping[str, Series]:
    names = [name for name in ORDER if name in field.runs]
    assert len(names) == len(field.runs), "everyone has a place in the order"
    table = {name: Series() for name in names}
    for number in range(options.rounds + 1):
        for name in names:
            # The first round warms caches and prepared statements; it is not counted.
            seconds = options.seconds if number else min(options.seconds, 1.0)
            one = await field.runs[name](bench, seconds)
            if number:
                table[name].slices.append(one)
        print(f"round {number} of {options.rounds}", flush=True)
    for name, series in table.items():
        print(shown(name, series), flush=True)
    return table


def figures(table: Mapping[str, Series]) -> dict[str, float]:
    """The figures of the issue out of the slices."""

    def times(a: str, b: str, of: Callable[[Slice], float] = _rate) -> float:
        return compared(table[a], table[b], of)

    found = {"transfers_per_s": table["ours uniform"].middle(_rate)}
    for load in ("uniform", "hot"):
        mine, naive = f"ours {load}", f"naive {load}"
        found |= {
            f"vs_naive_{load}": times(mine, naive),
            f"cpu_vs_naive_{load}": times(naive, mine, lambda s: s.server_us),
            f"p99_vs_naive_{load}": times(naive, mine, _slow),
            f"vs_tortoise_{load}": times(mine, f"tortoise {load}"),
        }
    found |= {
        "vs_simple_update": times("ours uniform", "simple-update"),
        "vs_tpcb": times("ours uniform", "tpcb-like"),
        "vs_insert_commit": times("ours uniform", "insert commit"),
        "one_client_p50_vs_naive": times(
            "naive one client", "ours one client", lambda s: s.quantile(0.5)
        ),
        "prepaid_vs_single": times("prepaid", "prepaid single"),
        "hot_vs_uniform": times("ours hot", "ours uniform"),
    }
    if "ours million" in table:
        found["rate_1m_vs_10k"] = times("ours million", "ours uniform")
    return found | _costs(table["ours uniform"], table["ours hot"])


def _costs(even: Series, hot: Series) -> dict[str, float]:
    return {
        "server_cpu_us": even.middle(lambda s: s.server_us),
        "server_cpu_us_hot": hot.middle(lambda s: s.server_us),
        "client_cpu_us": even.middle(lambda s: s.client_seconds / s.done * 1e6),
        "p50_ms": even.middle(lambda s: s.quantile(0.5)),
        "p99_ms": even.middle(_slow),
        "p99_ms_hot": hot.middle(_slow),
        "wal_bytes_per_transfer": even.middle(lambda s: s.wal_bytes / s.done),
    }


def _rate(one: Slice) -> float:
    return one.rate


def _slow(one: Slice) -> float:
    return one.quantile(0.99)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one slice")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--wallets", type=int, default=1_000_000, help="0 leaves the load out")
    parser.add_argument("--quick", action="store_true", help="one short round, a small load")
    given = parser.parse_args()
    if given.quick:
        return Options(1, 0.5, given.clients, 500, 5_000)
    return Options(given.rounds, given.seconds, given.clients, given.accounts, given.wallets)


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    with own_server(SETTINGS) as server:
        result = uvloop.run(main(_options(), server))
    print(json.dumps({name: round(value, 3) for name, value in result.items()}))
