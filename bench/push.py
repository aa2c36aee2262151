"""Bench of the way to the wrist: what a push costs, how soon it goes, what 2,000 followers take.

    python -m bench.push              all parts, one after the other: some minutes
    python -m bench.push --part live  one part or more, by name

Every part compares its contestants in interleaved slices of its own and brings its own servers;
each can be run alone (`python -m bench.push_sending`). The last line is one JSON object.
"""

import argparse
import asyncio
import importlib
import json
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import uvloop

# What a message costs and how the sender stands storms; from the commit to the hand-over, kills
# and broadcasts; open subscriptions; the watch's glance.
PARTS = ("sending", "flow", "live", "glance")


async def measure(parts: Sequence[str]) -> Mapping[str, Any]:
    """The figures of these parts, by name."""
    found: dict[str, Any] = {}
    for part in parts:
        print(f"measuring {part} ...", flush=True)
        found |= await importlib.import_module(f"bench.push_{part}").measure()
    return found


if __name__ == "__main__":
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    parser = argparse.ArgumentParser(prog="python -m bench.push", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(measure(parser.parse_args().part or PARTS))
    print(json.dumps(result))
