"""The migrated database is what was committed, and the models say the same."""

import importlib

import asyncpg
from tortoise.models import Model

import domain
from tests.architecture import catalog


async def test_the_database_is_what_was_committed(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)

    found = await catalog.lines(connection)

    await connection.close()
    committed = catalog.FILE.read_text().splitlines()
    missing, added = sorted(set(committed) - set(found)), sorted(set(found) - set(committed))
    assert (missing, added) == ([], []), "run: make catalog, and read the difference"


async def test_the_app_may_only_read_the_ledger_tables(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)

    may = await connection.fetch(
        """
        SELECT c.relname, p.privilege FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'ledger',
        unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS p (privilege)
        WHERE c.relkind IN ('r', 'p') AND has_table_privilege('laurel_app', c.oid, p.privilege)
        """
    )

    await connection.close()
    assert may == []


async def test_each_model_has_the_columns_of_its_table(database: None, database_url: str) -> None:
    models = {
        model
        for path in domain.modules("models")
        for model in vars(importlib.import_module(path)).values()
        if isinstance(model, type) and issubclass(model, Model) and model is not Model
    }
    connection = await asyncpg.connect(database_url)

    for model in models:
        columns = await connection.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0",
            model._meta.db_table,
        )
        assert set(model._meta.fields_db_projection.values()) <= {c["attname"] for c in columns}

    await connection.close()
    assert models
