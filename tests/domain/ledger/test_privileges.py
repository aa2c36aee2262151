"""Privileges: the app's role reads and executes; what it may not do, the database refuses."""

import pytest

from domain import ledger
from infra import db
from tests.domain.ledger.books import Book
from tests.support import apart

TABLES = """
SELECT c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'ledger' AND c.relkind IN ('r', 'p')
"""
RIGHTS = "SELECT has_table_privilege('laurel_app', 'ledger.' || quote_ident($1), $2)"
PUBLIC = """
SELECT p.proname FROM pg_proc AS p
WHERE p.pronamespace = 'ledger'::regnamespace AND EXISTS (
    SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
    WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE'
)
"""
OPEN = """
SELECT p.proname FROM pg_proc AS p
WHERE p.pronamespace = 'ledger'::regnamespace AND p.prosecdef
  AND NOT coalesce(p.proconfig::text LIKE '%search_path=pg_catalog, public, pg_temp%', false)
"""


async def test_the_app_may_read_every_ledger_table_and_write_none(tx: db.Tx) -> None:
    names = [row["name"] for row in await tx.rows(TABLES)]
    assert {"account", "journal", "hold", "refusal", "pending", "crossing"} <= set(names)

    for name in names:
        assert await tx.value(RIGHTS, name, "SELECT"), name
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            assert not await tx.value(RIGHTS, name, right), (name, right)


async def test_every_function_is_granted_by_name_and_has_its_search_path_pinned(
    tx: db.Tx,
) -> None:
    assert not await tx.rows(PUBLIC)
    assert not await tx.rows(OPEN)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger.account SET balance = balance + 1",
        "DELETE FROM ledger.journal",
        "INSERT INTO ledger.refusal SELECT * FROM ledger.refusal",
        "TRUNCATE ledger.journal",
    ],
)
async def test_given_the_apps_role_when_it_writes_by_hand_then_it_is_refused(
    database: None, statement: str
) -> None:
    with pytest.raises(db.PostgresError, match="permission denied"):
        async with db.transaction() as tx:
            await tx.run(statement)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE ledger.journal SET amount = amount + 1 WHERE book = $1", "append-only"),
        ("DELETE FROM ledger.journal WHERE book = $1", "append-only"),
        ("UPDATE ledger.account SET balance = -1 WHERE book = $1", "account_never_negative"),
        ("UPDATE ledger.account SET held = 11 WHERE book = $1", "account_never_negative"),
        ("UPDATE ledger.account SET lots[1] = -1 WHERE book = $1", "account_lots_complete"),
    ],
)
async def test_given_the_owner_when_it_breaks_an_invariant_then_the_database_says_no(
    book: Book, database_url: str, statement: str, reason: str
) -> None:
    ada = await book.wallet(10)
    await book.done(ledger.spend(1, account=ada, id=book.id()))

    async with apart.owner(database_url) as owner:
        with pytest.raises(db.PostgresError, match=reason):
            await owner.execute(statement, book.number)
