"""Verifying: a sound book is found sound, and every change to it is found."""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

import pytest

from domain import ledger
from domain.ledger import Flaw, Verdict, hashing, verifying
from domain.ledger.sealing import Seal
from infra import db
from tests.support import apart, databases, given
from tests.support.ledger_history import History, a_book, a_wallet, jobs_run
from tests.support.servers import Postgres

AT = given.NOON


LAST = "(SELECT max(end_xid) FROM ledger.seal WHERE book = 1)"
# A sealed move between two wallets, the only kind of row that fills most columns.
ROW = f"""(SELECT id FROM ledger.journal WHERE book = 1 AND kind = 1 AND debit > 0 AND credit > 0
           AND xid < {LAST} ORDER BY xid, id LIMIT 1)"""
RICHEST = "(SELECT id FROM ledger.account WHERE book = 1 ORDER BY balance - held DESC LIMIT 1)"
ALTERED = {
    "book": "book = 2",
    "kind": "kind = 3",
    "month": "month = coalesce(month, 0) + 1",
    "id": "id = overlay(id::text placing 'abcdef' from 31)::uuid",
    "debit": "debit = debit + 1000",
    "credit": "credit = -1",
    "amount": "amount = amount + 1",
    "debit_seq": "debit_seq = debit_seq + 1000",
    "debit_balance": "debit_balance = debit_balance + 1",
    "credit_seq": "credit_seq = NULL",
    "credit_balance": "credit_balance = 0",
    "xid": "xid = xid + 1",
    "at": "at = at + interval '1 microsecond'",
    "ref": "ref = id",
    "grp": "grp = NULL",
    "actor": "actor = id",
    "lots": "lots = '{}'",
    "meta": "meta = '{}'",
}
COLUMNS = """book, kind, month, id, debit, credit, amount, debit_seq, debit_balance, credit_seq,
             credit_balance, xid, at, ref, grp, actor, lots, meta"""


@pytest.fixture(scope="module")
async def template(postgres: Postgres) -> AsyncIterator[str]:
    """A database with a book in which everything happened, sealed in five segments."""
    url = await postgres.copy()
    async with apart.database(url):
        await a_history()
    yield url
    await postgres.drop(url)


@pytest.fixture
async def url(postgres: Postgres, template: str) -> AsyncIterator[str]:
    """A copy of it for one test to break."""
    await postgres.run(f"CREATE DATABASE broken TEMPLATE {named(template)}")
    url = postgres.url("broken")
    try:
        async with apart.database(url, pool=2):
            yield url
    finally:
        await postgres.drop(url)


def named(url: str) -> str:
    return url.rpartition("?")[0].rpartition("/")[2]


async def a_history() -> None:
    async with db.transaction() as tx:
        await a_book(1, at=AT, tx=tx, return_policy=ledger.ReturnPolicy.NEGATIVE_ALLOWED)
        await a_book(2, at=AT, tx=tx)
        wallets = [await a_wallet(1, holding=50, at=AT, tx=tx) for _ in range(4)]
        await a_wallet(2, holding=9, at=AT, tx=tx)
    history = History(1, wallets, seed=11)
    for part in range(6):
        async with db.transaction() as tx:
            await history.steps(25, at=AT + timedelta(minutes=part), tx=tx)
        if part < 5:
            async with db.transaction() as tx:
                await ledger.seal(at=AT, tx=tx)


async def breaking(url: str, *statements: str) -> None:
    """Do as an owner of the database could, past its triggers; each must hit one row."""
    async with apart.owner(url) as connection:
        await connection.execute("SET session_replication_role = replica")
        for statement in statements:
            status = await connection.execute(statement)
            assert status.rsplit(" ", 1)[-1] == "1", f"{status}: {statement}"


async def verified(book: int = 1, *, published: Iterable[Seal] = ()) -> Verdict:
    async with db.transaction() as tx:
        return await ledger.verify(book, published=published, tx=tx)


def flaws(verdict: Verdict) -> set[Flaw]:
    return {finding.flaw for finding in verdict.findings}


async def seals() -> list[Seal]:
    async with db.reading() as tx:
        return [Seal(**row) for row in await tx.rows(verifying.SEALS, 1)]


async def test_given_a_sound_book_when_verified_then_nothing_is_found(url: str) -> None:
    told: list[tuple[str, int, int]] = []
    async with db.transaction() as tx:
        verdict = await ledger.verify(
            1, published=await seals(), progress=lambda *step: told.append(step), tx=tx
        )
        facts = await tx.row(
            """SELECT (SELECT sum(rows) FROM ledger.seal WHERE book = 1) AS sealed,
                      (SELECT count(*) FROM ledger.journal WHERE book = 1) AS rows,
                      (SELECT sum(seq) FROM ledger.account WHERE book = 1) AS entries"""
        )

    assert verdict.sound, verdict.findings
    assert facts is not None
    assert (verdict.segments, verdict.accounts, verdict.more) == (5, 4, False)
    assert verdict.sealed_rows == facts["sealed"]
    assert verdict.unsealed_rows == facts["rows"] - facts["sealed"] > 0
    assert verdict.entries == facts["entries"]
    assert verdict.head == (await seals())[-1].head
    assert told == [("rows", facts["rows"], facts["rows"]), ("entries",) + 2 * (facts["entries"],)]


@pytest.mark.parametrize("column", ALTERED)
async def test_given_a_sealed_row_when_one_column_is_altered_then_its_segment_is_found(
    url: str, column: str
) -> None:
    await breaking(url, f"UPDATE ledger.journal SET {ALTERED[column]} WHERE id = {ROW}")

    verdict = await verified()

    assert set(ALTERED) == set(hashing.COLUMNS)
    assert Flaw.SEGMENT in flaws(verdict)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (f"DELETE FROM ledger.journal WHERE id = {ROW}", {Flaw.SEGMENT, Flaw.GAP}),
        (
            f"""WITH copied AS (SELECT * FROM ledger.journal WHERE id = {ROW})
                INSERT INTO ledger.journal ({COLUMNS})
                SELECT book, kind, month, overlay(id::text placing 'abcdef' from 31)::uuid, debit,
                       credit, amount, debit_seq + 1000, debit_balance, credit_seq + 1000,
                       credit_balance, xid, at, ref, grp, actor, lots, meta FROM copied""",
            {Flaw.SEGMENT, Flaw.GAP},
        ),
        (
            f"""INSERT INTO ledger.journal (book, kind, id, debit, credit, amount, xid, at)
                SELECT 1, 1, overlay(id::text placing 'abcdef' from 31)::uuid, -1, -2, 5,
                       {LAST} + 1, at FROM ledger.journal WHERE id = {ROW}""",
            {Flaw.SHAPE},
        ),
        (
            f"""UPDATE ledger.journal SET amount = amount + 1 WHERE id = (
                SELECT id FROM ledger.journal WHERE book = 1 AND xid >= {LAST} AND kind = 1
                LIMIT 1)""",
            {Flaw.RUNNING, Flaw.LOT},
        ),
        (f"UPDATE ledger.account SET balance = balance + 1 WHERE id = {RICHEST}", {Flaw.BALANCE}),
        (f"UPDATE ledger.account SET held = held + 1 WHERE id = {RICHEST}", {Flaw.HELD}),
        (f"UPDATE ledger.account SET seq = seq + 1 WHERE id = {RICHEST}", {Flaw.ENTRIES}),
        (
            "UPDATE ledger.account SET lots[38] = lots[37] + 1, lots[37] = lots[38] - 1"
            f" WHERE id = {RICHEST}",
            {Flaw.LOTS},
        ),
        (f"DELETE FROM ledger.account WHERE id = {RICHEST}", {Flaw.ACCOUNT}),
        (
            "UPDATE ledger.seal SET rows = rows + 1 WHERE book = 1 AND segment = 2",
            {Flaw.CHAIN, Flaw.SEGMENT},
        ),
        (
            "UPDATE ledger.seal SET root = sha256('') WHERE book = 1 AND segment = 2",
            {Flaw.CHAIN, Flaw.SEGMENT},
        ),
        (
            "UPDATE ledger.seal SET head = sha256('') WHERE book = 1 AND segment = 2",
            {Flaw.CHAIN},
        ),
        (
            "UPDATE ledger.seal SET at = at - interval '1 us' WHERE book = 1 AND segment = 2",
            {Flaw.CHAIN},
        ),
        ("DELETE FROM ledger.seal WHERE book = 1 AND segment = 2", {Flaw.CHAIN}),
    ],
)
async def test_given_a_sound_book_when_something_is_changed_then_it_is_found(
    url: str, change: str, expected: set[Flaw]
) -> None:
    await breaking(url, change)

    verdict = await verified()

    assert expected <= flaws(verdict)
    assert not verdict.sound


async def test_given_rewritten_history_when_only_the_published_seals_know_then_it_is_found(
    url: str,
) -> None:
    outside = await seals()
    await breaking(url, f"UPDATE ledger.journal SET meta = '{{}}' WHERE id = {ROW}")
    async with apart.owner(url) as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("DELETE FROM ledger.seal")
    async with db.transaction() as tx:
        await ledger.seal(at=AT, tx=tx)

    alone, beside = await verified(), await verified(published=outside)

    assert alone.sound
    assert flaws(beside) == {Flaw.PUBLISHED}
    assert [finding.segment for finding in beside.findings] == [1, 2, 3, 4, 5]


async def test_given_a_newest_seal_when_it_is_removed_then_the_published_one_tells(
    url: str,
) -> None:
    outside = await seals()
    await breaking(url, "DELETE FROM ledger.seal WHERE book = 1 AND segment = 5")

    alone, beside = await verified(), await verified(published=outside)

    assert alone.sound
    assert [(each.flaw, each.segment) for each in beside.findings] == [(Flaw.PUBLISHED, 5)]


async def test_given_more_flaws_than_are_listed_when_verified_then_that_is_said(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "FINDINGS_MAX", 2)
    async with apart.owner(url) as connection:
        await connection.execute("UPDATE ledger.account SET balance = balance + 1")

    verdict = await verified()

    assert (len(verdict.findings), verdict.more, verdict.sound) == (2, True, False)


@pytest.mark.parametrize("policy", ledger.ReturnPolicy)
async def test_given_months_of_everything_when_verified_each_month_then_all_agrees(
    postgres: Postgres, policy: ledger.ReturnPolicy
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            await a_book(1, at=AT, tx=tx, expiry_months=1, return_policy=policy)
            wallets = [await a_wallet(1, at=AT, tx=tx) for _ in range(4)]
        history = History(1, wallets, seed=policy)
        moment = AT
        for _ in range(5):
            await jobs_run(at=moment)
            async with db.transaction() as tx:
                await history.steps(60, at=moment, tx=tx)
            async with db.transaction() as tx:
                await ledger.seal(at=moment, tx=tx)
            async with db.transaction() as tx:
                verdict = await ledger.verify(1, tx=tx)
                wrong = await ledger.reconcile(1, tx=tx)

            assert verdict.sound, verdict.findings
            assert wrong == []
            moment += timedelta(days=27)
        async with db.transaction() as tx:
            kinds = await tx.rows("SELECT DISTINCT kind FROM ledger.journal ORDER BY kind")

        assert {1, 2, 3, 4, 5, 6} <= {row["kind"] for row in kinds}
