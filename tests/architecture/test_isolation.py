"""Isolation: whoever works for one programme sees, adds, changes and moves nothing of another,
whatever a query forgets; and a table that nobody put behind the wall is found by itself."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.architecture import walls
from tests.support import apart
from tests.support.servers import Postgres

QUEUE = """
INSERT INTO event_queue (reaction, subject, number, event)
VALUES ('sums', '{subject}', {number}, '{id}')
"""
# What each would open, and what the walk must say of it.
BREACHES = {
    "a policy is gone": (
        "DROP POLICY walled ON member",
        "public.member: no policy names the wall",
    ),
    "a policy lets everything be seen": (
        "CREATE POLICY more ON friendship FOR SELECT TO laurel_walled USING (true)",
        "public.friendship: friend: something else than our one row is seen",
    ),
    "a policy lets everything be written": (
        "CREATE POLICY more ON award FOR INSERT TO laurel_walled WITH CHECK (true)",
        "public.award: a foreign row can be inserted",
    ),
    "a policy lets everything be deleted": (
        "CREATE POLICY more ON block TO laurel_walled USING (true)",
        "public.block: a foreign row can be deleted",
    ),
    "row-level security is off": (
        "ALTER TABLE ledger.account DISABLE ROW LEVEL SECURITY",
        "ledger.account: it is neither behind the wall nor shut",
    ),
    "a new table was forgotten": (
        "CREATE TABLE loose (programme int)",
        "public.loose: it is neither behind the wall nor shut",
    ),
    "a month of the journal may be read by its name": (
        "GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO laurel_walled",
        "ledger.journal_",
    ),
    "more is granted than to the app": (
        "GRANT DELETE ON transfer TO laurel_walled",
        "public.transfer: more is granted than to the app: ['DELETE']",
    ),
    "a function of the ledger without a guard is granted": (
        "GRANT EXECUTE ON FUNCTION ledger.release_due TO laurel_walled",
        "ledger.release_due: a foreign book is not refused",
    ),
}


@pytest.fixture(scope="module")
async def walled(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    """A database with a row of two programmes in every table, and no other rules than walls."""
    url = await postgres.copy()
    async with apart.owner(url) as connection:
        await walls.furnish(connection)
        yield connection
    await postgres.drop(url)


@pytest.fixture
async def furnished(walled: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """The same, and whatever the test does to it is undone."""
    breach = walled.transaction()
    await breach.start()
    yield walled
    await breach.rollback()


async def test_given_two_programmes_when_every_table_and_function_is_walked_then_nothing_is_open(
    furnished: asyncpg.Connection,
) -> None:
    tables = await furnished.fetch(walls.TABLES, walls.SCHEMAS)

    assert len(tables) > 20
    assert await walls.faults(furnished) == []


@pytest.mark.parametrize(("breach", "said"), BREACHES.values(), ids=BREACHES)
async def test_given_a_breach_when_every_table_is_walked_then_it_is_found(
    furnished: asyncpg.Connection, breach: str, said: str
) -> None:
    await furnished.execute(breach)

    found = await walls.faults(furnished, only=said.partition(":")[0])

    assert any(said in fault for fault in found), found


async def test_given_a_walled_session_when_it_queues_a_foreign_event_then_it_is_refused(
    furnished: asyncpg.Connection,
) -> None:
    events = await furnished.fetch("SELECT id, subject, number FROM event ORDER BY number")

    answers = [await walls.refused(furnished, QUEUE.format(**event)) for event in events]

    assert answers == [None, "the event is behind the wall"]
