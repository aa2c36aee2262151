"""Tokens: fetched once for all, before they end, never in a hurry, and never shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from firebase_admin.credentials import Certificate
from structlog.testing import capture_logs

from fcm_standin import Served
from fcm_standin.ruling import Rule, What
from infra.push import Outcome
from infra.push.tokens import NoToken, Tokens
from tests.infra.push.ways import a_push, way
from tests.support import fcm, waiting

PATIENCE_SECONDS = 10


@asynccontextmanager
async def tokens(credentials: Path, *, again_s: float = 10.0) -> AsyncIterator[Tokens]:
    """The tokens of one service account."""
    made = Tokens(
        Certificate(str(credentials)), ca=None, timeout_s=PATIENCE_SECONDS, again_s=again_s
    )
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
async def fresh() -> AsyncIterator[Served]:
    """A stand-in whose fetches are counted from none."""
    async with fcm.standin(adopting=True) as served:
        yield served


async def test_given_none_yet_when_many_ask_then_one_is_fetched(fresh: Served) -> None:
    async with tokens(fresh.credentials) as held:
        found = set(await asyncio.gather(*(held.current() for _ in range(200))))

    assert (len(found), fresh.standin.tokens.fetches) == (1, 1)


async def test_given_one_when_many_find_it_refused_then_one_is_fetched(fresh: Served) -> None:
    async with tokens(fresh.credentials) as held:
        first = await held.current()
        held.believe(first)
        found = set(await asyncio.gather(*(held.instead_of(first) for _ in range(200))))
        late = await held.instead_of(first)

    assert found == {late} != {first}
    assert fresh.standin.tokens.fetches == 2


async def test_given_one_that_was_never_believed_when_it_is_refused_then_there_is_no_hurry(
    fresh: Served,
) -> None:
    async with tokens(fresh.credentials) as held:
        first = await held.current()
        for _ in range(20):
            with pytest.raises(NoToken):
                await held.instead_of(first)

    assert fresh.standin.tokens.fetches == 1


async def test_given_one_that_will_end_when_time_passes_then_the_next_is_there_before(
    fresh: Served,
) -> None:
    fresh.standin.tokens.lifetime_s = 1

    async with tokens(fresh.credentials, again_s=0.05) as held:
        first = await held.current()

        async def renewed() -> bool:
            return await held.current() != first

        keeping = asyncio.create_task(held.keep_fresh())
        await waiting.until(renewed)
        keeping.cancel()

    assert fresh.standin.tokens.fetches == 2


async def test_given_google_is_away_when_many_ask_then_it_is_asked_once_and_none_goes(
    fresh: Served, tmp_path: Path
) -> None:
    account = orjson.loads(fresh.credentials.read_bytes())
    away = tmp_path / "account.json"
    away.write_bytes(orjson.dumps(account | {"token_uri": "http://127.0.0.1:9/token"}))

    with capture_logs() as lines:
        async with way(fresh, fcm_credentials=away) as to:
            answers = await asyncio.gather(*(to.send(a_push()) for _ in range(100)))

    assert {(one.outcome, one.sends) for one in answers} == {(Outcome.LATER, 0)}
    assert all((one.retry_after_s or 0) >= 10 for one in answers)
    assert [line["outcome"] for line in lines] == ["failed"]


async def test_given_one_who_stops_waiting_when_others_wait_then_they_get_it(
    fresh: Served,
) -> None:
    async with tokens(fresh.credentials) as held:
        impatient, patient = (asyncio.create_task(held.current()) for _ in range(2))
        await asyncio.sleep(0)
        impatient.cancel()
        found = await patient

    assert found
    assert impatient.cancelled()
    assert fresh.standin.tokens.fetches == 1


@pytest.mark.parametrize("kind", ["http", "library"])
async def test_given_everything_goes_wrong_when_it_is_logged_then_no_secret_is_in_it(
    fresh: Served, kind: str
) -> None:
    key = orjson.loads(fresh.credentials.read_bytes())["private_key"].splitlines()[1]
    wrong = (What.UNAUTHENTICATED, What.THIRD_PARTY_AUTH_ERROR, What.QUOTA_EXCEEDED, What.DROP)

    with capture_logs() as lines:
        for what in wrong:
            fresh.standin.rules.replace([Rule(answer=what)])
            async with way(fresh, kind) as to:
                answer = await to.send(a_push())
                lines.append({"event": "answer", "answer": repr(answer), "way": repr(to)})

    said = repr(lines)
    assert len(lines) >= len(wrong)
    assert "ya29." not in said
    assert key not in said
