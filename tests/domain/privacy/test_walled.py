"""An operator erases and exports behind the wall, so each statement for it must work there."""

import importlib
import re

import asyncpg

import domain
from tests.architecture.test_sql import STATEMENT

PARAMETER = re.compile(r"\$(\d+)")


async def test_every_statement_about_a_members_data_may_run_behind_the_wall(
    database_url: str,
) -> None:
    walled = {"role": "laurel_walled"}
    connection = await asyncpg.connect(database_url, server_settings=walled)
    faults = []
    for path in domain.modules("personal"):
        for name, sql in vars(importlib.import_module(path)).items():
            if not (name.isupper() and isinstance(sql, str) and STATEMENT.match(sql)):
                continue
            count = max(map(int, PARAMETER.findall(sql)), default=0)
            nulls = f"({', '.join(['NULL'] * count)})" if count else ""
            try:
                # Explaining a prepared statement checks its privileges.
                await connection.execute(f"PREPARE told AS {sql}")
                await connection.execute(f"EXPLAIN EXECUTE told{nulls}")
            except asyncpg.InsufficientPrivilegeError as error:
                faults.append(f"{path}.{name}: {error}")
            await connection.execute("DEALLOCATE ALL")
    await connection.close()

    assert faults == []
