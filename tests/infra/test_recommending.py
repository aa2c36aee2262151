"""Whoever asks the recommender is never kept waiting by it, however it is away."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import orjson

from infra import recommending
from infra.framing import framed
from infra.recommending import FAILURES_MAX, Question
from infra.recommending import FEATURES as FEATURES_OF_ONE

ASKED = Question(1, None, 0.0, "HOME")
SCORED = ["offer:1", 0.25, 0.1, [["OFTEN", 0.5]], "own", "product:tea"]
FEATURES = b64encode(FEATURES_OF_ONE.pack(*range(20))).decode()

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve, folder: Path) -> AsyncIterator[str]:
    """Something that listens where the recommender should; its address."""
    path, ended = folder / "ask.sock", set[asyncio.Event]()

    async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end = asyncio.Event()
        ended.add(end)
        try:
            await serve(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            end.set()

    server = await asyncio.start_unix_server(whole, path)
    try:
        yield f"unix://{path}"
    finally:
        server.close()
        await asyncio.gather(*(end.wait() for end in ended))


async def heard(reader: asyncio.StreamReader) -> int:
    """The number of the next question."""
    length = int.from_bytes(await reader.readexactly(4), "big")
    number: int = orjson.loads(await reader.readexactly(length))["number"]
    return number


def said(number: int, **words: object) -> bytes:
    return framed(orjson.dumps({"number": number, **words}))


async def test_given_nobody_when_one_asks_then_there_is_no_answer() -> None:
    assert await recommending.ask(ASKED, timeout_s=1) is None


async def test_given_answers_out_of_order_when_many_ask_then_each_gets_its_own(
    tmp_path: Path,
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        numbers = [await heard(reader) for _ in range(3)]
        for number in reversed(numbers):
            writer.write(
                said(number, model=f"m{number}", warm=True, scored=[SCORED], features=FEATURES)
            )

    async with serving(serve, tmp_path) as url, recommending.connection(url):
        answers = await asyncio.gather(
            *(recommending.ask(ASKED, timeout_s=5) for _ in range(3)),
        )

    assert [answer and answer.model for answer in answers] == ["m1", "m2", "m3"]
    assert answers[0] is not None
    first = answers[0].scored[0]
    assert (first.item, first.p, first.like) == ("offer:1", 0.25, "product:tea")
    assert first.reasons == (("OFTEN", 0.5),)
    assert first.features == tuple(range(20))


async def test_given_one_who_never_answers_when_one_asks_then_it_gives_up_and_then_sleeps(
    tmp_path: Path,
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(serve, tmp_path) as url, recommending.connection(url):
        late = [await recommending.ask(ASKED, timeout_s=0.02) for _ in range(FAILURES_MAX)]
        asleep = await recommending.ask(ASKED, timeout_s=60)

    assert late == [None] * FAILURES_MAX
    assert asleep is None


async def test_given_one_who_hangs_up_or_talks_nonsense_when_one_asks_then_there_is_no_answer(
    tmp_path: Path,
) -> None:
    spoken = [
        b"",
        framed(b"nonsense"),
        b"\xff\xff\xff\xff",
        said(1, refused="BAD_QUESTION"),
        # As another version of it might.
        said(1, model="m", warm=True, scored=[SCORED[:-1]], features=FEATURES),
        said(1, model="m", warm=True, scored=[SCORED], features=FEATURES[:-4]),
        said(1, model="m", warm=True, scored=[SCORED], features=""),
        said(1, model="m", warm=True, scored=[SCORED]),
        said(1, model="m", warm=True, scored=None, features=""),
        said(1, scored=[], features=""),
    ]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        writer.write(spoken.pop(0))

    async with serving(serve, tmp_path) as url:
        for _ in range(len(spoken)):
            async with recommending.connection(url):
                assert await recommending.ask(ASKED, timeout_s=5) is None


async def test_given_a_recommender_that_comes_back_when_one_asks_again_then_it_is_found(
    tmp_path: Path,
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said(await heard(reader), model="m", warm=False, scored=[], features=""))

    url = f"unix://{tmp_path / 'ask.sock'}"
    async with recommending.connection(url):
        away = await recommending.ask(ASKED, timeout_s=1)
        async with serving(serve, tmp_path):
            back = await recommending.ask(ASKED, timeout_s=5)

    assert away is None
    assert back is not None
    assert (back.model, back.scored) == ("m", ())
