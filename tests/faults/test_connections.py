"""Locks that do not come, statements that take too long, and connections that are cut."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from domain import ledger
from domain.ledger import Item, Outcome, Result
from infra import db, ids
from tests.faults.worlds import BOOK, World, coalescer, founded
from tests.support import apart, ledger_checks
from tests.support.proxy import Proxy, between

LOCK = "SELECT FROM ledger.account WHERE book = $1 AND id = $2 FOR UPDATE"
TIMEOUTS = ["lock_timeout", "statement_timeout"]


async def _post(item: Item, at: datetime) -> Result:
    async with db.transaction() as tx:
        return await ledger.post_one(item, book=BOOK, at=at, tx=tx)


@asynccontextmanager
async def _locked(url: str, account: int) -> AsyncIterator[None]:
    """Somebody else holds the account's row for the length of the block."""
    async with apart.owner(url) as other, other.transaction():
        await other.execute(LOCK, BOOK, account)
        yield


async def _impatient(url: str, setting: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    async with apart.owner(url) as owner:
        await owner.execute(f"ALTER DATABASE {name} SET {setting} = '300ms'")


@asynccontextmanager
async def _through_a_proxy(url: str) -> AsyncIterator[tuple[Proxy, str]]:
    upstream = Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432"
    with tempfile.TemporaryDirectory(prefix="laurel-proxy-") as folder:
        async with between(upstream, Path(folder)) as proxy:
            yield proxy, f"{url.partition('?')[0]}?host={folder}"


async def _spend(world: World, count: int) -> list[Item]:
    return [
        ledger.spend(1, account=world.wallets[0], id=ids.derived(world.at, "spend", n))
        for n in range(count)
    ]


@pytest.mark.parametrize("setting", TIMEOUTS)
async def test_given_a_locked_account_when_a_posting_gives_up_then_a_retry_posts_it_once(
    url: str, at: datetime, setting: str
) -> None:
    async with apart.database(url):
        world = await founded(wallets=1, at=at)
    await _impatient(url, setting)
    async with apart.database(url), apart.owner(url) as owner:
        (wish,) = await _spend(world, 1)

        async with _locked(url, world.wallets[0]):
            with pytest.raises(db.PostgresError, match="timeout"):
                await _post(wish, at)
        nothing = await owner.fetchval("SELECT count(*) FROM ledger.journal WHERE id = $1", wish.id)
        first, again = await _post(wish, at), await _post(wish, at)

        assert nothing == 0
        assert (first.outcome, again.outcome) == (Outcome.DONE, Outcome.ALREADY_DONE)
        await ledger_checks.whole(owner, book=BOOK)


@pytest.mark.parametrize("setting", TIMEOUTS)
async def test_given_a_locked_account_when_batches_give_up_then_every_wish_is_posted_once(
    url: str, at: datetime, setting: str
) -> None:
    async with apart.database(url):
        world = await founded(wallets=2, at=at)
    await _impatient(url, setting)
    async with apart.database(url), apart.owner(url) as owner, coalescer() as poster:
        wishes = await _spend(world, 40)

        async def wish_for(item: Item) -> Outcome:
            while True:
                try:
                    return (await poster.post(item, book=BOOK)).outcome
                except db.PostgresError:
                    await asyncio.sleep(0.02)

        async with _locked(url, world.wallets[0]):
            asking = [asyncio.create_task(wish_for(wish)) for wish in wishes]
            await asyncio.sleep(0.8)
            early = sum(task.done() for task in asking)
        outcomes = await asyncio.gather(*asking)

        assert early == 0
        assert set(outcomes) <= {Outcome.DONE, Outcome.ALREADY_DONE}
        assert await ledger_checks.total(owner, book=BOOK) == 2 * 1_000 - 40
        await ledger_checks.whole(owner, book=BOOK)


async def test_given_a_verb_when_its_connection_is_cut_after_commit_then_a_retry_finds_it_done(
    url: str, at: datetime
) -> None:
    async with apart.database(url):
        world = await founded(wallets=1, at=at)
    async with apart.owner(url) as owner, _through_a_proxy(url) as (proxy, there):
        async with apart.database(there):
            (wish,) = await _spend(world, 1)

            proxy.cut_after(b"COMMIT")
            with pytest.raises(db.Unavailable):
                await _post(wish, at)
            again = await _post(wish, at)

        assert proxy.cuts == 1
        assert again.outcome is Outcome.ALREADY_DONE
        assert await ledger_checks.total(owner, book=BOOK) == 1_000 - 1
        await ledger_checks.whole(owner, book=BOOK)


async def test_given_a_batch_when_its_connection_is_cut_before_the_answer_then_it_counts_once(
    url: str, at: datetime
) -> None:
    async with apart.database(url):
        world = await founded(wallets=1, at=at)
    async with apart.owner(url) as owner, _through_a_proxy(url) as (proxy, there):
        async with apart.database(there), coalescer() as poster:
            wishes = await _spend(world, 30)

            # The id of a wish is in the message that posts it, whatever batch it is in.
            proxy.cut_after(wishes[7].id.bytes, times=2)
            results = await asyncio.gather(*(poster.post(wish, book=BOOK) for wish in wishes))

        assert proxy.cuts == 2
        assert {result.outcome for result in results} <= {Outcome.DONE, Outcome.ALREADY_DONE}
        assert results[7].outcome is Outcome.ALREADY_DONE
        assert await ledger_checks.total(owner, book=BOOK) == 1_000 - 30
        await ledger_checks.whole(owner, book=BOOK)
