"""python -m workers.recommending: answer questions about what to offer, until told to stop.

A process of its own, because it alone loads the maths. Several may listen on one TCP address;
their models are the same pages of memory. Whoever asks can do without it.
"""

import asyncio
import gc
import os
import signal
import socket
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import orjson
import structlog
import uvloop

import domain
from domain import trainings
from domain.decisions import CHANNEL as ANSWERS
from infra import db, observing, signals
from infra.errors import Refused
from infra.framing import Frames, FrameTooLong, framed
from infra.settings import Settings
from recommender.arrays import one_thread
from recommender.errors import Unusable
from workers import answering, questions
from workers.tabling import Tables
from workers.turning import Bell, keep_doing

MODELS_SECONDS = 1.0
ANSWERS_SECONDS = 0.25
# However many answers come, what they sum up to is looked at twenty times a second at most.
ANSWERS_APART_SECONDS = 0.05
POOL = 2

_log = structlog.get_logger(__name__)


class Asked(asyncio.Protocol):
    """One connection of somebody who asks."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # Uvloop's transports are none by class.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever asked is gone."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Answer each question that is whole; who does not keep to the frames is cut off."""
        try:
            for message in self._frames.take(data):
                if self._transport is None:
                    return
                self._transport.write(framed(said(message, self._tables)))
        except FrameTooLong:
            if self._transport is not None:
                self._transport.abort()


def said(message: bytes, tables: Tables) -> bytes:
    """The answer to one message, or the code and path of why there is none."""
    started = time.perf_counter()
    number: Any = None
    try:
        number, asked = _opened(message)
        question = questions.read(asked)
        found = answering.answer(question, tables.of(question.programme))
    except (Refused, Unusable) as refused:
        path = refused.path if isinstance(refused, Refused) else ()
        found = {"refused": refused.code, "path": path}
    observing.RECOMMENDER_ANSWERS.labels(found.get("refused", "answered").lower()).inc()
    observing.RECOMMENDER_ANSWER_SECONDS.observe(time.perf_counter() - started)
    return orjson.dumps({"number": number} | found, option=orjson.OPT_SERIALIZE_NUMPY)


def run(settings: Settings) -> None:
    """The process, from its first log line to its last."""
    observing.logs(settings.log_level)
    with (
        observing.metrics(settings.host, settings.recommender_metrics_port),
        # Matrices of one member: more threads only wait for each other.
        one_thread(),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_until_told(settings))


async def _until_told(settings: Settings) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(settings, stop)


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Answer at the settings' address until `stop` is set."""
    tables, bell = Tables(settings.models), Bell()
    database = db.database(
        settings.database_url.get_secret_value(),
        domain.modules("models"),
        role=settings.database_role,
        pool=POOL,
        name="laurel recommender",
    )
    async with database, signals.connection(settings.redis_url.get_secret_value()):
        with suppress(*db.Unavailable):
            await tables.follow_models()
        gc.collect()
        gc.freeze()
        server = await _listening(settings.recommender_url, tables)
        _log.info("recommender.ready", url=settings.recommender_url)
        async with asyncio.TaskGroup() as group:
            models = partial(keep_doing, "models", tables.follow_models, bell)
            answers = partial(keep_doing, "answers", partial(_followed, tables), bell)
            loops = [
                group.create_task(models(words=(trainings.CHANNEL,), poll_seconds=MODELS_SECONDS)),
                group.create_task(answers(words=(ANSWERS,), poll_seconds=ANSWERS_SECONDS)),
            ]
            hearing = group.create_task(bell.hear(trainings.CHANNEL, ANSWERS))
            await stop.wait()
            bell.close()
            server.close()
            await asyncio.wait(loops, timeout=settings.stop_seconds)
            for task in (*loops, hearing):
                task.cancel()
    _log.info("recommender.stopped")


async def _followed(tables: Tables) -> int:
    done = await tables.follow_answers()
    await asyncio.sleep(ANSWERS_APART_SECONDS)
    return done


async def _listening(url: str | None, tables: Tables) -> asyncio.Server:
    """The open server; a socket file that another one left behind is taken over."""
    assert url is not None, "the command line checks that there is an address"
    loop, parts = asyncio.get_running_loop(), urlsplit(url)
    if parts.scheme == "unix":
        return await loop.create_unix_server(
            lambda: Asked(tables), sock=_bound(Path(unquote(parts.path)))
        )
    host, port = parts.hostname or "127.0.0.1", parts.port or 0
    return await loop.create_server(lambda: Asked(tables), host, port, reuse_port=True)


def _bound(path: Path) -> socket.socket:
    """A socket file that only this user's processes may open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o077)
    try:
        listening.bind(str(path))
    finally:
        os.umask(mask)
    return listening


def _opened(message: bytes) -> tuple[Any, Any]:
    try:
        found = orjson.loads(message)
        return found["number"], found["question"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise questions.BadQuestion("message", "not a numbered question") from error


if __name__ == "__main__":
    run(Settings())
