"""What the app's role may not do to the ledger, and what not even the owner may."""

from datetime import datetime

import asyncpg
import pytest

from tests.faults.worlds import founded
from tests.support import apart

TABLES = """
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1
"""
WRITES = [
    "INSERT INTO ledger.{table} DEFAULT VALUES",
    "UPDATE ledger.{table} SET book = book",
    "DELETE FROM ledger.{table}",
    "TRUNCATE ledger.{table}",
    "ALTER TABLE ledger.{table} DISABLE TRIGGER ALL",
    "DROP TABLE ledger.{table}",
]
TRICKS = [
    "SET session_replication_role = replica",
    "CREATE TABLE ledger.mine (n int)",
    "CREATE FUNCTION ledger.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION public.now() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "SELECT setval('ledger.account_id', 1)",
]


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.split()[0])
async def test_given_the_app_role_when_it_writes_a_table_itself_then_the_database_refuses(
    url: str, write: str
) -> None:
    async with apart.owner(url) as owner:
        tables = [row["relname"] for row in await owner.fetch(TABLES)]
        if "SET book" in write:
            tables.remove("book")  # the one table without that column
        await owner.execute("SET ROLE laurel_app")

        for table in tables:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await owner.execute(write.format(table=table))

        assert "journal" in tables
        assert len(tables) > 8


@pytest.mark.parametrize("trick", TRICKS)
async def test_given_the_app_role_when_it_tries_to_get_around_then_the_database_refuses(
    url: str, trick: str
) -> None:
    async with apart.owner(url) as owner:
        await owner.execute("SET ROLE laurel_app")

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(trick)


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE ledger.journal SET amount = amount + 1",
        "DELETE FROM ledger.journal",
        "TRUNCATE ledger.journal",
    ],
)
async def test_given_the_owner_when_they_change_the_journal_then_it_is_append_only(
    url: str, at: datetime, write: str
) -> None:
    async with apart.database(url), apart.owner(url) as owner:
        await founded(wallets=1, at=at)

        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await owner.execute(write)
