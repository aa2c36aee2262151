"""A sender in a process of its own, so that its processor time is its own.

    python -m bench.push_client HOW URL CREDENTIALS CA

HOW is `ours`, `send_each` or `send_each_async`. Reads how many messages to send from standard
input, a number a line, and answers each with a line of JSON: `sent`, `seconds` and `cpu_us`, the
processor time of this whole process for each message. The messages are made beforehand: ours as
our records, which are then checked and built; the library's as its own objects, complete. So
the library is as it comes, and is given a head start. Only its address is changed, for which it
has no setting.
"""

import asyncio
import gc
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import firebase_admin
import uvloop
from firebase_admin import credentials, messaging

from infra import clock
from infra.push import Level, Message, Outcome, Platform, Priority
from infra.push.building import build
from infra.push.transporting import transport
from infra.settings import Settings

# So many under way at once; the library takes 500 a call at most.
AT_ONCE = 1_000
BATCH = 500
TARGET = "cY7k0_Qq3Qk9mZ1vXo2b3A"

Send = Callable[[list[Any]], Awaitable[int]]
_numbers = itertools.count(1)


def personal() -> Message:
    """The next message: of another event, for another member, as they are sent all day."""
    number = next(_numbers)
    event = f"0199d4a2-7c1e-7b3a-9a55-{number:012x}"
    return Message(
        id=event,
        target=TARGET,
        platform=Platform.IOS if number % 2 else Platform.ANDROID,
        template="transfer.received",
        ttl_s=3 * 86_400,
        title_key="transfers.received.title",
        body_key="transfers.received.body",
        body_args=(f"Åsa {number}", str(number % 500)),
        priority=Priority.HIGH,
        level=Level.ACTIVE,
        relevance=0.8,
        thread="transfers",
        category="transfer.accept",
        sound="default",
        channel="transfers",
        label="transfer_received",
        data={"t": "transfer.received", "points": str(number % 500), "ref": event},
    )


@asynccontextmanager
async def ours(settings: Settings) -> AsyncIterator[Send]:
    """Our transport, from the message to the answer."""
    async with transport(settings) as way:
        assert way is not None

        async def some(waiting: Iterator[Message]) -> int:
            sent = 0
            for message in waiting:
                answer = await way.send(build(message, at=clock.now()))
                sent += answer.outcome is Outcome.SENT
            return sent

        async def send(messages: list[Message]) -> int:
            waiting = iter(messages)
            return sum(await asyncio.gather(*(some(waiting) for _ in range(AT_ONCE))))

        yield send


@asynccontextmanager
async def library(settings: Settings, *, blocking: bool) -> AsyncIterator[Send]:
    """The library's own sends of batches, from the library's message to the answer."""
    app = firebase_admin.initialize_app(credentials.Certificate(str(settings.fcm_credentials)))
    service: Any = messaging._get_messaging_service(app)
    service._fcm_url = service._fcm_url.replace("https://fcm.googleapis.com", settings.fcm_url)

    async def send(messages: list[Any]) -> int:
        sent = 0
        for begin in range(0, len(messages), BATCH):
            batch = messages[begin : begin + BATCH]
            if blocking:
                answer = messaging.send_each(batch, app=app)
            else:
                answer = await messaging.send_each_async(batch, app=app)
            sent += answer.success_count
        return sent

    yield send


def way(how: str, settings: Settings) -> Any:
    """The contestant of this name."""
    if how == "ours":
        return ours(settings)
    return library(settings, blocking=how == "send_each")


async def compete(how: str, settings: Settings) -> None:
    """Send as many as each line says, until there are no more lines."""
    loop = asyncio.get_running_loop()
    async with way(how, settings) as send:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            count = int(line)
            messages: list[Any] = [personal() for _ in range(count)]
            if how != "ours":
                messages = [build(message, at=clock.now()).encoded for message in messages]
            gc.collect()
            cpu, began = time.process_time(), time.perf_counter()
            sent = await send(messages)
            cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
            told = {"sent": sent, "seconds": seconds, "cpu_us": cpu / count * 1e6}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    uvloop.run(
        compete(
            sys.argv[1],
            Settings(
                fcm_url=sys.argv[2], fcm_credentials=Path(sys.argv[3]), fcm_ca=Path(sys.argv[4])
            ),
        )
    )
