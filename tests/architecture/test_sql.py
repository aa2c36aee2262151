"""Every SQL constant is prepared against the migrated schema, as the role that runs it: no typo
and no missing grant waits for a member."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import asyncpg

STATEMENT = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
WALKED = ("api", "cli", "domain", "infra", "simulator", "workers")


def statements() -> Iterator[tuple[str, str]]:
    for name in WALKED:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if module.name.endswith("__main__"):
                continue
            for constant, value in vars(importlib.import_module(module.name)).items():
                if constant.isupper() and isinstance(value, str) and STATEMENT.match(value):
                    yield f"{module.name}.{constant}", value


async def test_every_statement_prepares_as_the_app(database_url: str) -> None:
    connection = await asyncpg.connect(database_url, server_settings={"role": "laurel_app"})
    found = list(statements())
    faults = []
    for name, sql in found:
        try:
            # A prepared statement checks names and types; explaining it checks privileges too.
            await connection.prepare(sql)
        except asyncpg.PostgresError as error:
            faults.append(f"{name}: {error}")
    await connection.close()

    assert len(found) >= 60
    assert faults == []


def test_no_statement_wakes_anybody_by_notify() -> None:
    # It would take one lock of the whole database at each commit; hints go through Valkey.
    found = [name for name, sql in statements() if re.search(r"\bnotify\b|pg_notify", sql, re.I)]

    assert found == []
