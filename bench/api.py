"""Bench of the API: GraphQL over HTTP against a hand-written REST twin, in one interleaved run.

    python -m bench.api            the whole of it: about six minutes
    python -m bench.api --quick    a smoke run: are the parts in order?

Both are one uvicorn process over the same rows of one PostgreSQL and one Valkey; a third process
asks. The last line is one JSON object. A key with `_vs_rest_` is GraphQL's figure divided by the
twin's at that many connections, the median of the rounds; `_cpu_us_` is processor time of the
HTTP server for a request, `_db_us_` that of PostgreSQL.
"""

import argparse
import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import uvloop

from bench import api_places, api_weighing
from bench.api_asking import ENDPOINTS
from bench.api_comparing import same_answers
from bench.api_driving import Driver, Way, driver
from bench.api_places import Place, place
from bench.api_serving import free_port
from bench.measuring import Series, Slice, compared

APPS = {
    "graphql": ("-m", "cli", "serve"),
    "rest": ("-m", "bench.api_serving"),
}
WIDTHS = (16, 64)
WARM_SECONDS = 1.0
FIGURES: Mapping[str, Callable[[Slice], float]] = {
    "rps": lambda one: one.rate,
    "p50_ms": lambda one: one.quantile(0.5),
    "p99_ms": lambda one: one.quantile(0.99),
    "cpu_us": lambda one: one.client_seconds / one.done * 1e6,
    "db_us": lambda one: one.server_us,
}
Table = dict[tuple[str, int, str], Series]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    rounds: int
    seconds: float
    members: int
    entries: int
    events: int


async def main(options: Options, here: Place) -> Mapping[str, float]:
    """Run everything; the figures by name."""
    print(f"seeding {options.members:,} members ...", flush=True)
    senders = await api_places.fill(here, members=options.members, entries=options.entries)
    found: dict[str, float] = {}
    with ExitStack() as stack:
        ways = [stack.enter_context(served(name, here)) for name in APPS]
        found |= {f"{way.name}_rss_started_mib": way.process.resident_mib() for way in ways}
        same_answers(ways, senders)
        print("both give the same answers", flush=True)
        table = await _interleaved(ways, stack.enter_context(driver(senders, here)), options)
        found |= {f"{way.name}_rss_loaded_mib": way.process.resident_mib() for way in ways}
    found |= figures(table) | await api_weighing.worker(here, events=options.events)
    found["import_s"] = api_weighing.import_seconds("api.app", here)
    found["up_ready_s"] = api_weighing.up_seconds(here)
    return found


@contextmanager
def served(name: str, here: Place) -> Iterator[Way]:
    """One contestant, taking requests."""
    port = free_port()
    with here.child(name, *APPS[name], port=port) as process:
        process.answers(port)
        yield Way(name, process, port)


async def _interleaved(ways: Sequence[Way], load: Driver, options: Options) -> Table:
    table: Table = {}
    for number in range(options.rounds + 1):
        # The first round warms caches and prepared statements; it is not counted. After it the
        # contestants take turns in going first.
        seconds = options.seconds if number else min(options.seconds, WARM_SECONDS)
        order = ways if number % 2 else ways[::-1]
        for width in WIDTHS:
            for endpoint in ENDPOINTS:
                for way in order:
                    one = await load.drive(way, endpoint.name, width=width, seconds=seconds)
                    if number:
                        key = (endpoint.name, width, way.name)
                        table.setdefault(key, Series()).slices.append(one)
        print(f"round {number} of {options.rounds}", flush=True)
    for key in sorted(table):
        print(_shown(key, table[key]), flush=True)
    return table


def figures(table: Table) -> dict[str, float]:
    """The figures out of the slices, by name."""
    found: dict[str, float] = {}
    for endpoint in ENDPOINTS:
        for width in WIDTHS:
            ours, rest = (table[endpoint.name, width, name] for name in APPS)
            for figure, of in FIGURES.items():
                name, ratio = f"{endpoint.name}_{figure}", figure.partition("_")[0]
                found[f"{endpoint.name}_{ratio}_vs_rest_{width}"] = compared(ours, rest, of)
                found[f"{name}_{width}"] = ours.middle(of)
                found[f"rest_{name}_{width}"] = rest.middle(of)
    return found


def _shown(key: tuple[str, int, str], series: Series) -> str:
    endpoint, width, way = key
    said = (f"{name} {series.middle(of):8.1f}" for name, of in FIGURES.items())
    return f"{endpoint:13} {width:3} {way:8} " + "  ".join(said)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench.api", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.5, help="length of one slice")
    parser.add_argument("--members", type=int, default=1_000)
    parser.add_argument("--entries", type=int, default=45, help="statement rows of each member")
    parser.add_argument("--events", type=int, default=20_000, help="for the worker to react to")
    parser.add_argument("--quick", action="store_true", help="one short round, few members")
    given = parser.parse_args()
    if given.quick:
        return Options(1, 0.5, 60, 30, 500)
    return Options(given.rounds, given.seconds, given.members, given.entries, given.events)


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    options = _options()
    with place() as here:
        result = uvloop.run(main(options, here))
    print(json.dumps({name: round(value, 3) for name, value in result.items()}))
