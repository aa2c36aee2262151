"""Sealing: behind the writers, without gaps, once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from domain import ledger
from domain.ledger import hashing, publishing, schedule, sealing
from domain.ledger.sealing import Seal
from infra import db, ids
from tests.support import apart, databases, given
from tests.support.ledger_history import a_book, a_wallet, posted
from tests.support.servers import Postgres

AT = given.NOON


@pytest.fixture
async def url(postgres: Postgres) -> AsyncIterator[str]:
    async with databases.own(postgres) as url:
        yield url


async def seal() -> list[Seal]:
    async with db.transaction() as tx:
        return list(await ledger.seal(at=AT, tx=tx))


async def spend(wallet: int, times: int, *, book: int = 1) -> None:
    for _ in range(times):
        async with db.transaction() as tx:
            await posted(ledger.spend(1, account=wallet, id=ids.new(AT)), book=book, at=AT, tx=tx)


async def a_filled_book(book: int = 1) -> int:
    async with db.transaction() as tx:
        await a_book(book, at=AT, tx=tx)
        return await a_wallet(book, holding=100, at=AT, tx=tx)


async def test_given_postings_when_sealed_then_segments_hold_them_all_and_chain(url: str) -> None:
    wallet = await a_filled_book()
    await spend(wallet, 4)

    first = await seal()
    await spend(wallet, 3)
    second = await seal()
    third = await seal()

    assert [(each.segment, each.rows, each.first_xid) for each in first] == [(1, 5, 0)]
    assert [(each.segment, each.rows) for each in second] == [(2, 3)]
    assert second[0].first_xid == first[0].end_xid
    assert third == []
    for each, previous in ((first[0], hashing.NO_HEAD), (second[0], first[0].head)):
        facts = {name: getattr(each, name) for name in Seal.__slots__ if name != "head"}
        assert each.head == hashing.chained(previous, **facts)


async def test_given_an_open_transaction_when_sealed_then_nothing_at_or_after_it_is(
    url: str,
) -> None:
    wallet = await a_filled_book()
    async with apart.owner(url) as other:
        open = other.transaction()
        await open.start()
        await other.execute("SELECT pg_current_xact_id()")
        await spend(wallet, 2)
        await a_filled_book(2)
        early = await seal()
        again = await seal()
        await open.rollback()
    after = await seal()

    assert [(each.book, each.rows) for each in early] == [(1, 1)]
    assert again == []
    assert [(each.book, each.rows) for each in after] == [(1, 2), (2, 1)]


async def test_given_small_limits_when_sealed_then_no_transaction_is_split(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SEGMENT_ROWS", 3)
    monkeypatch.setattr(sealing, "CALL_ROWS", 8)
    wallet = await a_filled_book()
    async with db.transaction() as tx:
        items = [ledger.spend(1, account=wallet, id=ids.new(AT)) for _ in range(5)]
        await ledger.post(items, book=1, at=AT, tx=tx)
    await spend(wallet, 7)

    calls = [await seal() for _ in range(3)]

    assert [[each.rows for each in call] for call in calls] == [[6, 2], [3, 2], []]
    everything = [each for call in calls for each in call]
    assert [each.segment for each in everything] == [1, 2, 3, 4]
    ends = [0, *(each.end_xid for each in everything)]
    assert [each.first_xid for each in everything] == ends[:-1]


async def test_given_two_sealers_at_once_when_sealing_then_one_does_it(url: str) -> None:
    wallet = await a_filled_book()
    await spend(wallet, 20)

    found = await asyncio.gather(*(seal() for _ in range(6)))

    assert sum(each.rows for call in found for each in call) == 21
    async with db.transaction() as tx:
        assert (await ledger.verify(1, tx=tx)).sound


@pytest.mark.parametrize(
    ("first", "end", "code"),
    [(1, 0, "LG910"), (0, 1 << 40, "LG911")],
    ids=["not where the last one ended", "not behind the writers"],
)
async def test_given_a_stretch_that_cannot_be_sealed_when_sealed_then_the_database_refuses(
    url: str, first: int, end: int, code: str
) -> None:
    await a_filled_book()

    with pytest.raises(db.PostgresError) as refused:
        async with db.transaction() as tx:
            await tx.rows(sealing.WRITE, 1, first, end, 1, bytes(32), AT)

    assert refused.value.sqlstate == code


async def test_given_the_app_role_when_it_writes_or_changes_a_seal_then_it_may_not(
    url: str,
) -> None:
    await a_filled_book()
    await seal()

    for statement in (
        "INSERT INTO ledger.seal SELECT book, 2, 5, 6, 1, root, head, at FROM ledger.seal",
        "UPDATE ledger.seal SET rows = 2",
        "DELETE FROM ledger.seal",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction() as tx:
                await tx.run(statement)


async def test_given_a_cluster_whose_transactions_went_back_when_sealing_then_it_stops(
    url: str,
) -> None:
    await a_filled_book()
    await seal()
    async with apart.owner(url) as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("UPDATE ledger.seal SET end_xid = end_xid + 1000000")

    with pytest.raises(ledger.TransactionsWentBack):
        await seal()


async def test_given_a_seal_file_when_the_job_runs_then_every_seal_is_published_once(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "seals.jsonl"
    monkeypatch.setenv("LAUREL_SEAL_FILE", str(path))
    wallet = await a_filled_book()
    await a_filled_book(2)

    async def run_job() -> list[int]:
        done = []
        while not done or done[-1]:
            async with db.transaction() as tx:
                done.append(await schedule.seal(AT, tx))
        return done

    first = await run_job()
    with path.open("ab") as file:
        file.write(b'{"book": 1, "seg')  # a crash while a line was written
    await spend(wallet, 2)
    second = await run_job()

    seals = list(ledger.published(path))
    assert (first, second) == ([2, 0], [1, 0])
    assert [(each.book, each.segment, each.rows) for each in seals] == [
        (1, 1, 1),
        (2, 1, 1),
        (1, 2, 2),
    ]
    assert [each.at for each in seals] == [AT] * 3


async def test_given_a_transaction_that_is_rolled_back_when_it_sealed_then_nothing_is_published(
    url: str, tmp_path: Path
) -> None:
    path = tmp_path / "seals.jsonl"
    await a_filled_book()

    async def lost() -> None:
        async with db.transaction() as tx:
            await publishing.publish(path, tx=tx)
            await ledger.seal(at=AT, tx=tx)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await lost()
    async with db.transaction() as tx:
        count = await publishing.publish(path, tx=tx)

    assert (count, path.exists()) == (0, False)


def test_given_a_file_with_a_line_that_is_no_seal_when_read_then_the_line_is_named(
    tmp_path: Path,
) -> None:
    path = tmp_path / "seals.jsonl"
    seal = Seal(1, 1, 0, 9, 3, b"r" * 32, b"h" * 32, AT + timedelta(microseconds=1))
    path.write_bytes(publishing.line(seal) + b'{"book": 1}\n')

    reading = ledger.published(path)

    assert next(reading) == seal
    with pytest.raises(ValueError, match="line 2"):
        next(reading)
