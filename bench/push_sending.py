"""Bench of the way to Firebase: what a push costs, how many go, and what goes wrong.

    python -m bench.push_sending

T1 our transport and the library's two ways of sending take turns against one server, each in a
process of its own whose processor time is counted. T2 our transport against a server that takes
50 to 100 ms. For T5 an error storm, T6 a revoked token and T7 connections that go away, the
stand-in of Firebase decides, from the other side, what really happened.
"""

import asyncio
import base64
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from bench import push_places as places
from bench.push_client import personal
from bench.push_places import Place
from infra import clock
from infra.push import Built, FcmTransport, Outcome
from infra.push.building import build
from infra.push.transporting import transport

ROUNDS = 5
OURS_A_ROUND, LIBRARY_A_ROUND = 2_000, 500
RATE_ROUNDS, RATE_MESSAGES = 3, 8_000
STORM_SECONDS, STORM_A_SECOND = 10.0, 150
QUIET_SECONDS = 1
STORM = {
    "goaway_every_streams": 150,
    "rules": [
        {"latency_ms": [50, 100]},
        {"answer": "UNAVAILABLE", "share": 0.3},
        {"answer": "QUOTA_EXCEEDED", "share": 0.1, "retry_after_s": QUIET_SECONDS},
        {"answer": "INTERNAL", "share": 0.05},
        {"answer": "RESET", "share": 0.02, "reset_code": 2},
    ],
}
CALM: dict[str, Any] = {"goaway_every_streams": 0, "rules": []}
TICK_SECONDS = 0.005

_targets = itertools.count(1)


async def measure() -> dict[str, Any]:
    """T1, T2, T5, T6 and T7 of the push design, by their names."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with places.standin(Path(folder)) as place:
            for part in (_costs, _rate, _storm, _herd, _going_away):
                found = await part(place)
                print(found, file=sys.stderr, flush=True)
                figures |= found
    return figures


async def _costs(place: Place) -> dict[str, Any]:
    """T1: processor time of a push; the ratios are taken within a round, then their median."""
    contestants = {"ours": OURS_A_ROUND, "send_each": LIBRARY_A_ROUND}
    contestants["send_each_async"] = LIBRARY_A_ROUND
    found: dict[str, list[float]] = {how: [] for how in contestants}
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(places.server(place.folder, least_ms=0, most_ms=0))
        senders = {
            how: await stack.enter_async_context(places.sender(how, place, url))
            for how in contestants
        }
        for _ in range(ROUNDS):
            for how, count in contestants.items():
                found[how].append((await senders[how].send(count))["cpu_us"])
    ratios = {
        how: median(a / b for a, b in zip(found[how], found["ours"], strict=True)) for how in found
    }
    return {
        "t1_cpu_us": round(median(found["ours"]), 1),
        "t1_send_each_us": round(median(found["send_each"]), 1),
        "t1_send_each_async_us": round(median(found["send_each_async"]), 1),
        "t1_ratio": round(ratios["send_each"], 2),
        "t1_ratio_async": round(ratios["send_each_async"], 2),
    }


async def _rate(place: Place) -> dict[str, Any]:
    """T2: messages a second of one sender process, and its processor time for each."""
    async with (
        places.server(place.folder, least_ms=50, most_ms=100) as url,
        places.sender("ours", place, url) as sender,
    ):
        slices = [await sender.send(RATE_MESSAGES) for _ in range(RATE_ROUNDS)]
    return {
        "t2_messages_a_second": round(median(RATE_MESSAGES / one["seconds"] for one in slices)),
        "t2_cpu_us": round(median(one["cpu_us"] for one in slices), 1),
    }


@dataclass(slots=True)
class Log:
    """What a storm looked like from the sender's side.

    windows -- from when until when everybody was to be quiet.
    calls -- when one was begun, when it was answered, whether it was on the wire.
    """

    windows: list[tuple[float, float]] = field(default_factory=list)
    calls: list[tuple[float, float, bool]] = field(default_factory=list)

    def inside(self) -> int:
        """How many were begun and sent while everybody was to be quiet."""
        return sum(
            sent and any(begin > opened and end < closes for opened, closes in self.windows)
            for begin, end, sent in self.calls
        )


async def _storm(place: Place) -> dict[str, Any]:
    """T5: messages come in all through a storm; whoever fails comes back when it is told to."""
    before, log, beat = await place.stats(), Log(), Beat()
    count = int(STORM_SECONDS * STORM_A_SECOND)
    pushes, began = _built(count), time.monotonic()
    async with transport(place.settings()) as way, asyncio.TaskGroup() as group:
        assert way is not None
        beating = group.create_task(beat.listen())
        await _behave(place, STORM)
        async with asyncio.TaskGroup() as senders:
            for push in pushes:
                senders.create_task(_insist(way, push, log))
                await asyncio.sleep(STORM_SECONDS / count)
            await _behave(place, CALM)
        beating.cancel()
    after = await place.stats()
    asked = after["sends"]["requests"] - before["sends"]["requests"]
    return {
        "t5_messages": count,
        "t5_finished": after["sends"]["accepted"] - before["sends"]["accepted"],
        "t5_sends_a_message": round(asked / count, 3),
        "t5_inside_a_window": after["sends"]["early"] - before["sends"]["early"] + log.inside(),
        "t5_windows": len(log.windows),
        "t5_goaways": after["connections"]["goaways"] - before["connections"]["goaways"],
        "t5_loop_block_ms": round(beat.longest_s * 1e3, 1),
        "t5_loop_block_cpu_ms": round(beat.longest_cpu_s * 1e3, 1),
        "t5_seconds": round(time.monotonic() - began, 1),
    }


async def _insist(way: FcmTransport, push: Built, log: Log) -> None:
    """Try until it is taken, never sooner than was said: as the queue does."""
    attempt = 1
    while True:
        begin = time.monotonic()
        answer = await way.send(push, attempt=attempt)
        end = time.monotonic()
        log.calls.append((begin, end, answer.sends > 0))
        if answer.outcome is Outcome.SENT:
            return
        assert answer.retry_after_s is not None, answer
        attempt += answer.sends
        if answer.outcome is Outcome.THROTTLED and answer.sends:
            # What is more of what it says is jitter.
            log.windows.append((end, end + QUIET_SECONDS))
        await asyncio.sleep(answer.retry_after_s)


@dataclass(slots=True)
class Beat:
    """How long the loop let a timer wait: by the clock, and in processor time of its thread."""

    longest_s: float = 0.0
    longest_cpu_s: float = 0.0

    async def listen(self) -> None:
        """Feel it until cancelled."""
        while True:
            began, cpu = time.perf_counter(), time.thread_time()
            await asyncio.sleep(TICK_SECONDS)
            late_s = time.perf_counter() - began - TICK_SECONDS
            self.longest_s = max(self.longest_s, late_s)
            self.longest_cpu_s = max(self.longest_cpu_s, time.thread_time() - cpu)


async def _herd(place: Place) -> dict[str, Any]:
    """T6: the token is revoked while a thousand are on their way."""
    await _behave(place, {"goaway_every_streams": 0, "rules": [{"latency_ms": [50, 100]}]})
    async with transport(place.settings()) as way:
        assert way is not None
        await way.send(*_built(1))
        before = await place.stats()
        (await place.control.post("/tokens/revoke")).raise_for_status()
        answers = await asyncio.gather(*(way.send(push) for push in _built(1_000)))
    after = await place.stats()
    return {
        "t6_token_fetches": after["tokens"]["fetches"] - before["tokens"]["fetches"],
        "t6_sent": sum(answer.outcome is Outcome.SENT for answer in answers),
    }


async def _going_away(place: Place) -> dict[str, Any]:
    """T7: every connection goes away after 150 streams, with a hundred of them open."""
    await _behave(place, {"goaway_every_streams": 150, "rules": [{"latency_ms": [20, 60]}]})
    before, pushes = await place.stats(), _built(3_000)
    async with transport(place.settings()) as way:
        assert way is not None
        waiting = iter(pushes)

        async def some() -> list[Outcome]:
            return [(await way.send(push)).outcome for push in waiting]

        found = await asyncio.gather(*(some() for _ in range(1_000)))
    after = await place.stats()
    await _behave(place, CALM)
    taken = after["sends"]["accepted"] - before["sends"]["accepted"]
    sent = sum(outcome is Outcome.SENT for outcome in itertools.chain(*found))
    return {
        "t7_messages": len(pushes),
        "t7_goaways": after["connections"]["goaways"] - before["connections"]["goaways"],
        "t7_lost": max(sent - taken, 0),
        "t7_false_failures": len(pushes) - sent,
        "t7_duplicates": max(taken - sent, 0),
    }


async def _behave(place: Place, how: dict[str, Any]) -> None:
    await place.put("rules", {"rules": how["rules"], "seed": 7})
    await place.put("connections", {"goaway_every_streams": how["goaway_every_streams"]})


def _built(count: int) -> Sequence[Built]:
    """So many, each for a device of its own."""
    at = clock.now()
    return [build(replace(personal(), target=_target()), at=at) for _ in range(count)]


def _target() -> str:
    number = next(_targets).to_bytes(15, "big")
    return "cB" + base64.urlsafe_b64encode(number).decode()


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure())))
