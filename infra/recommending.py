"""Recommending: questions to the recommender process, which may be away at any time.

Whoever asks loads nothing of the maths and waits no longer than it says: None means that it has
to do without. Questions of all requests share one connection. It knows items by their keys, and
nothing of offers or members.
"""

import asyncio
import struct
import time
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import orjson
import structlog

from infra import observing
from infra.framing import Frames, FrameTooLong, framed

# So many failures in a row, and nobody tries for a while: a request must not wait for each.
FAILURES_MAX = 3
PAUSE_SECONDS = 1.0
PAUSE_SECONDS_MAX = 5.0
CONNECT_SECONDS = 0.25
# Of one process; more than these wait for answers that nobody would be in time for.
WAITING_MAX = 256
# The features of one item on their way.
FEATURES = struct.Struct("<20f")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What may be offered to somebody, here and now.

    member   -- their id as text; None: nobody in particular, as without their consent.
    at       -- seconds since 1970.
    context  -- what is known of the moment: `activity`, `hour`, `weekday`, and of one item
                `distance_m:<item>`.
    history  -- what they did, newest first: item, weight, seconds since 1970.
    refused  -- items that they refused, and how often.
    among    -- only these items; None: all that are on the shelf of this placement.
    about    -- what those of `among` are about that are on no shelf, such as treats.
    profile  -- what is known of who has no history: `locale`, `age`, `tier`, `member_days`,
                and `activity:<type>` for what they do.
    limit    -- most items that are wanted back.
    """

    programme: int
    member: str | None
    at: float
    placement: str
    context: Mapping[str, float | str] = field(default_factory=dict)
    history: Sequence[tuple[str, float, float]] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    among: Sequence[str] | None = None
    about: Mapping[str, Sequence[str]] = field(default_factory=dict)
    profile: Mapping[str, float | str] = field(default_factory=dict)
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Scored:
    """What the models think of one item.

    item     -- its key, such as `offer:<uuid>`.
    p        -- how probably it is accepted when it is shown, calibrated.
    spread   -- the standard deviation of what the bandit knows about p.
    features -- the 20 numbers that the bandit learns by.
    reasons  -- what spoke for it, most first: a name, and how much of the log odds.
    source   -- who found it, such as `als`, `rp3beta`, `own`, `new` or `popular`.
    like     -- the item of their own that it is most like; None: none.
    """

    item: str
    p: float
    spread: float
    features: Sequence[float]
    reasons: Sequence[tuple[str, float]]
    source: str
    like: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The items worth showing, the most probable first.

    model -- the version that answered.
    warm  -- False: it knows nothing of this member but what their profile says.
    """

    model: str
    scored: Sequence[Scored]
    warm: bool


class _Wire(asyncio.Protocol):
    """A connection: questions go out numbered, and answers come back as they are ready."""

    def __init__(self) -> None:
        self.waiting: dict[int, asyncio.Future[Any]] = {}
        self._frames = Frames()
        self._number = 0
        self._transport: asyncio.WriteTransport | None = None

    @property
    def open(self) -> bool:
        """True while questions may be sent."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # Uvloop's transports are none by class.
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand each whole answer to who waits for it; who gave up is not looked for."""
        try:
            for message in self._frames.take(data):
                said = orjson.loads(message)
                future = self.waiting.pop(said["number"], None)
                if future is not None and not future.done():
                    future.set_result(said)
        except (FrameTooLong, orjson.JSONDecodeError, KeyError, TypeError):
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody waits for answers that cannot come."""
        self._transport = None
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError())
        self.waiting.clear()

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._transport is not None:
            self._transport.abort()

    async def ask(self, question: Question) -> Any:
        """What the process says to the question. Raises FrameTooLong and ConnectionResetError."""
        assert self._transport is not None
        self._number += 1
        number = self._number
        sent = framed(orjson.dumps({"number": number, "question": question}))
        future = self.waiting[number] = asyncio.get_running_loop().create_future()
        self._transport.write(sent)
        try:
            return await future
        finally:
            self.waiting.pop(number, None)


class _Client:
    """This process's way to the recommender, and until when it is not worth trying again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._wire: _Wire | None = None
        self._opening = asyncio.Lock()
        self._failures = 0
        self._asleep_until = 0.0

    async def ask(self, question: Question, *, timeout_s: float) -> Answer | None:
        """The answer, or None with the reason counted."""
        if time.monotonic() < self._asleep_until:
            return _without("asleep")
        if self._wire is not None and len(self._wire.waiting) >= WAITING_MAX:
            return _without("busy")
        try:
            async with asyncio.timeout(timeout_s):
                said = await (await self._opened()).ask(question)
        except FrameTooLong:
            return _without("too_long")
        except (OSError, TimeoutError) as error:
            self._failed(error)
            return _without("late" if isinstance(error, TimeoutError) else "away")
        self._failures = 0
        return _understood(said)

    def close(self) -> None:
        """End the connection; questions under way are answered with None."""
        if self._wire is not None:
            self._wire.close()

    async def _opened(self) -> _Wire:
        async with self._opening:
            if self._wire is None or not self._wire.open:
                self._wire = await _connect(self._url)
        return self._wire

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        beyond = self._failures - FAILURES_MAX
        if beyond < 0:
            return
        pause = min(PAUSE_SECONDS * 2 ** min(beyond, 10), PAUSE_SECONDS_MAX)
        self._asleep_until = time.monotonic() + pause
        _log.warning("recommender.away", error=type(error).__name__, seconds=pause)


_open: list[_Client] = []


@asynccontextmanager
async def connection(url: str | None) -> AsyncIterator[None]:
    """Ask the recommender at `url` for the length of the block; it may be away.

    url -- `unix:///path` or `tcp://host:port`; None: there is none, and nobody is asked.
    """
    if url is None:
        yield
        return
    client = _Client(url)
    _open.append(client)
    try:
        yield
    finally:
        _open.remove(client)
        client.close()


async def ask(question: Question, *, timeout_s: float) -> Answer | None:
    """What the models say; None when they are away, late, or know nothing of this programme.

    Never inside a transaction: it waits for another process, for `timeout_s` at most.
    """
    if not _open:
        return _without("none")
    started = time.perf_counter()
    answer = await _open[-1].ask(question, timeout_s=timeout_s)
    observing.RECOMMENDER_SECONDS.observe(time.perf_counter() - started)
    return answer


async def _connect(url: str) -> _Wire:
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_SECONDS):
        if parts.scheme == "unix":
            return (await loop.create_unix_connection(_Wire, unquote(parts.path)))[1]
        host, port = parts.hostname or "127.0.0.1", parts.port or 0
        return (await loop.create_connection(_Wire, host, port))[1]


def _understood(said: Any) -> Answer | None:
    if "refused" in said:
        if said["refused"] != "NO_MODEL":
            _log.error("recommender.refused", code=said["refused"], path=said.get("path"))
        return _without(str(said["refused"]).lower())
    try:
        answer = Answer(said["model"], _scored(said["scored"], said["features"]), said["warm"])
    except (KeyError, TypeError, ValueError, struct.error):
        # A process of another version, as in the middle of an update.
        _log.error("recommender.other_words")
        return _without("other_words")
    observing.RECOMMENDER_QUESTIONS.labels("answered").inc()
    return answer


def _scored(said: Sequence[Sequence[Any]], features: str) -> Sequence[Scored]:
    """The items with their features, which come in one piece: thousands of numbers as text would
    take longer to write and to read than all the rest of an answer."""
    each = FEATURES.iter_unpack(b64decode(features))
    return tuple(
        Scored(item, p, spread, numbers, tuple(map(tuple, reasons)), source, like)
        for (item, p, spread, reasons, source, like), numbers in zip(said, each, strict=True)
    )


def _without(outcome: str) -> Answer | None:
    """No answer, and why, for those who watch."""
    observing.RECOMMENDER_QUESTIONS.labels(outcome).inc()
    return None
