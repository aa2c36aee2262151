"""Sending: events of many members, prepared beforehand, over a few plain connections."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

PATH = "/partner/activities"
BATCH = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"
# What people do in these shares; each lasts forty minutes and shares no time with another.
KINDS = (
    ("walk", {"durationSeconds": 2_300, "distanceMetres": 3_100}),
    ("run", {"durationSeconds": 2_280, "distanceMetres": 6_900}),
    ("ride", {"durationSeconds": 2_350, "distanceMetres": 14_500}),
    ("steps", {"steps": 4_321}),
)
LENGTH = timedelta(minutes=40)
GAP = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send, as whom."""

    port: int
    key: str


class Diary:
    """Events that were never told before: the next thing of the next member, for ever."""

    def __init__(self, source: str, refs: Sequence[str], *, until: datetime) -> None:
        self._source, self._refs, self._until = source, refs, until
        self._numbers = itertools.count()

    def events(self, count: int) -> Iterator[dict[str, object]]:
        """`count` events, one after another of different members."""
        for number in itertools.islice(self._numbers, count):
            turn, place = divmod(number, len(self._refs))
            kind, data = KINDS[(turn + place) % len(KINDS)]
            start = self._until - (turn + 2) * GAP
            times = {"startedAt": _text(start), "endedAt": _text(start + LENGTH)}
            yield {
                "specversion": "1.0",
                "id": f"e-{number}",
                "source": self._source,
                "type": f"laurel.activity.{kind}.v1",
                "subject": self._refs[place],
                "data": {**times, **data, "device": "Bench Watch 1", "recorder": "DEVICE"},
            }


def batches(diary: Diary, *, count: int, size: int) -> Sequence[bytes]:
    """So many bodies of `size` events each."""
    return [orjson.dumps(list(diary.events(size))) for _ in range(count)]


def singles(diary: Diary, *, count: int) -> Sequence[bytes]:
    """So many bodies of one event each."""
    return [orjson.dumps(event) for event in diary.events(count)]


async def send(bodies: Sequence[bytes], target: Target, *, media: str, at_once: int) -> float:
    """Send every body once and require that all of it was accepted; seconds."""
    waiting = iter(bodies)
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(_connection(waiting, target, media))
    return time.perf_counter() - began


async def _connection(waiting: Iterator[bytes], target: Target, media: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {target.key}\r\n"
        f"content-type: {media}\r\ncontent-length: "
    ).encode()
    for body in waiting:
        writer.write(head + f"{len(body)}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        said = await reader.readexactly(int(length))
        assert answer.startswith(b"HTTP/1.1 200 "), (answer + said)[:2_000]
    writer.close()
    await writer.wait_closed()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
