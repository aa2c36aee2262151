"""Walls: walks every table and every function of a database with a foreign programme's rights.

It knows no capability: the catalogue says which tables and columns there are, and each table is
given one row of our programme and one of a foreign one, made from the types of its columns. So
whoever adds a table without putting it behind the wall is told here, without adding a test.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

OURS, FOREIGN = 101, 202
SCHEMAS = ["public", "ledger"]
# Nothing in them belongs to a programme; why each may be touched stands in migration 0011.
COMMON = frozenset({"public.event_subscription", "public.event_queue"})

# A month of the journal is nobody's to name; a row of it is reached through the journal.
TABLES = """
SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relrowsecurity AS walled,
       EXISTS (SELECT FROM pg_policy AS p
                WHERE p.polrelid = c.oid AND 'laurel_app'::regrole = ANY (p.polroles)) AS app,
       (SELECT string_agg(concat_ws(' ', pg_get_expr(p.polqual, c.oid),
                                    pg_get_expr(p.polwithcheck, c.oid)), ' ')
          FROM pg_policy AS p
         WHERE p.polrelid = c.oid AND 'laurel_app'::regrole <> ALL (p.polroles)) AS rule
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
ORDER BY 2
"""
RIGHTS = """
SELECT p.privilege, has_any_column_privilege($1, c.oid, p.privilege) AS may
FROM pg_class AS c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS p (privilege)
WHERE c.oid = $2 AND has_any_column_privilege($1, c.oid, p.privilege)
UNION ALL
SELECT p.privilege, true FROM unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS p (privilege)
WHERE has_table_privilege($1, $2, p.privilege)
"""
PARTITIONS = """
SELECT c.oid::regclass::text AS name
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND c.relispartition
  AND has_any_column_privilege('laurel_walled', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
"""
# An identity that is always given cannot be changed by anybody.
COLUMNS = """
SELECT a.attname AS name, quote_ident(a.attname) AS quoted, t.typcategory::text AS category,
       format_type(a.atttypid, NULL) AS type
FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND ($2::text IS NULL OR has_column_privilege('laurel_walled', a.attrelid, a.attnum, $2))
  AND ($2 IS DISTINCT FROM 'UPDATE' OR a.attidentity <> 'a')
ORDER BY a.attnum
"""
# What a value made from a type alone could not keep.
RULES = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS drop
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
WHERE k.connamespace::regnamespace::text = ANY($1) AND k.contype IN ('c', 'f', 'x')
  AND NOT c.relispartition AND k.coninhcount = 0
ORDER BY k.contype = 'c', k.conname
"""
TRIGGERS = """
SELECT DISTINCT format('ALTER TABLE %s DISABLE TRIGGER USER', t.tgrelid::regclass) AS off
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND NOT c.relispartition AND t.tgname <> 'own_events'
"""
# Functions that work as their owner, whom no policy holds.
OWNERS = """
SELECT p.oid::regproc::text AS name, p.proargnames[1] AS first,
       (SELECT array_agg(CASE WHEN format_type(t.type, NULL) LIKE '%[]' THEN '''{}''::'
                              ELSE 'NULL::' END || format_type(t.type, NULL) ORDER BY t.place)
          FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (type, place)) AS nothing
FROM pg_proc AS p
WHERE p.pronamespace::regnamespace::text = ANY($1) AND p.prosecdef
  AND has_function_privilege('laurel_walled', p.oid, 'EXECUTE')
ORDER BY 1
"""
BEHIND = "is behind the wall"

# By the category of a type (pg_type.typcategory), or by its name: a value only programme n has.
VALUES = {
    "A": "'{{}}'::{type}",
    "B": "true",
    "D": "(now() + interval '{n} days')::{type}",
    "E": "(enum_range(NULL::{type}))[1]",
    "I": "'10.0.0.{n}'::{type}",
    "N": "{n}::{type}",
    "R": "'empty'::{type}",
    "S": "'of {n}'::{type}",
    "T": "'{n} days'::{type}",
    "uuid": "uuid7_floor(now() + interval '{n} seconds')",
    "jsonb": "'{{\"of\": {n}}}'::jsonb",
    "bytea": "'of {n}'::bytea",
}
# Their rows cannot be told apart by such a value.
ALIKE = frozenset("ABER")


async def furnish(connection: asyncpg.Connection) -> None:
    """One row of our programme and one of a foreign one in every table, and no other rules."""
    for row in await connection.fetch(RULES, SCHEMAS):
        await connection.execute(row["drop"])
    for row in await connection.fetch(TRIGGERS):
        await connection.execute(row["off"])
    for table in await connection.fetch(TABLES, SCHEMAS):
        for programme in (OURS, FOREIGN):
            names, values = await _made(connection, table["oid"], programme)
            await connection.execute(
                f"INSERT INTO {table['name']} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values})"
            )


async def faults(connection: asyncpg.Connection, *, only: str = "") -> list[str]:
    """What a foreign programme could do, in words; empty when the wall stands.

    only -- the beginning of the names to look at; all of them when it is empty.
    """
    found: list[str] = []
    for row in await connection.fetch(PARTITIONS, SCHEMAS):
        found.append(f"{row['name']}: a partition may be named")
    for sql, look in ((TABLES, _of_table), (OWNERS, _of_function)):
        for row in await connection.fetch(sql, SCHEMAS):
            if row["name"].startswith(only):
                found += [f"{row['name']}: {fault}" for fault in await look(connection, row)]
    return found


@asynccontextmanager
async def walled(
    connection: asyncpg.Connection, programme: int | None = OURS
) -> AsyncIterator[None]:
    """What is done in the block is done behind the programme's wall, and undone after it."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        for name in ("programme", "book") if programme is not None else ():
            await connection.execute(f"SET LOCAL laurel.{name} = {programme}")
        await connection.execute("SET LOCAL ROLE laurel_walled")
        yield
    finally:
        await transaction.rollback()


async def refused(connection: asyncpg.Connection, sql: str) -> str | None:
    """Why the database refuses the statement to our programme's session; None when it does not."""
    async with walled(connection):
        try:
            await connection.execute(sql)
        except asyncpg.InsufficientPrivilegeError as error:
            return str(error)
    return None


async def _of_table(connection: asyncpg.Connection, table: asyncpg.Record) -> list[str]:
    found = []
    rights, most = [
        {row["privilege"] for row in await connection.fetch(RIGHTS, role, table["oid"])}
        for role in ("laurel_walled", "laurel_app")
    ]
    if not table["walled"] or not table["app"]:
        found.append("it is neither behind the wall nor shut")
    if rights - most:
        found.append(f"more is granted than to the app: {sorted(rights - most)}")
    if rights and table["name"] not in COMMON:
        rule = table["rule"] or ""
        if "walled_programme()" not in rule and "walled_book()" not in rule:
            found.append("no policy names the wall")
        for right, walk in WALKS.items():
            found += await walk(connection, table) if right in rights else []
        if rights - set(WALKS):
            found.append(f"no wall holds against {sorted(rights - set(WALKS))}")
    return found


async def _read(connection: asyncpg.Connection, table: asyncpg.Record) -> list[str]:
    found = []
    async with walled(connection, None):
        if await connection.fetchval(f"SELECT count(*) FROM {table['name']}"):
            found.append("something is seen without a programme")
    for column in await connection.fetch(COLUMNS, table["oid"], "SELECT"):
        asked = f"SELECT {column['quoted']} FROM {table['name']}"
        async with walled(connection, FOREIGN):
            theirs = await connection.fetch(asked)
        async with walled(connection):
            ours = await connection.fetch(asked)
        alike = column["category"] not in ALIKE and ours == theirs
        if len(ours) != 1 or len(theirs) != 1 or alike:
            found.append(f"{column['name']}: something else than our one row is seen")
    return found


async def _inserted(connection: asyncpg.Connection, table: asyncpg.Record) -> list[str]:
    columns, values = await _made(connection, table["oid"], FOREIGN)
    asked = f"INSERT INTO {table['name']} ({columns}) OVERRIDING SYSTEM VALUE VALUES ({values})"
    refusal = await refused(connection, asked) or ""
    return [] if "row-level security" in refusal else ["a foreign row can be inserted"]


async def _updated(connection: asyncpg.Connection, table: asyncpg.Record) -> list[str]:
    """Changing all that can be reached changes our one row, and cannot give it away."""
    found = []
    for column in await connection.fetch(COLUMNS, table["oid"], "UPDATE"):
        name = column["quoted"]
        async with walled(connection):
            done = await connection.execute(f"UPDATE {table['name']} SET {name} = {name}")
        if done != "UPDATE 1":
            found.append(f"{name} of a foreign row can be changed")
        if name in ("programme", "book") and not await refused(
            connection, f"UPDATE {table['name']} SET {name} = {FOREIGN}"
        ):
            found.append(f"our row can be given away by its {name}")
    return found


async def _deleted(connection: asyncpg.Connection, table: asyncpg.Record) -> list[str]:
    async with walled(connection):
        done = await connection.execute(f"DELETE FROM {table['name']}")
    return [] if done == "DELETE 1" else ["a foreign row can be deleted"]


async def _of_function(connection: asyncpg.Connection, function: asyncpg.Record) -> list[str]:
    """It must refuse a foreign book before it looks at anything else."""
    if function["first"] != "p_book":
        return ["it works as its owner, and does not begin with a book"]
    arguments = ", ".join([str(FOREIGN), *function["nothing"][1:]])
    async with walled(connection):
        try:
            await connection.fetch(f"SELECT {function['name']}({arguments})")
        except asyncpg.PostgresError as error:
            return [] if BEHIND in str(error) else [f"a foreign book is answered by: {error}"]
    return ["a foreign book is not refused"]


async def _made(connection: asyncpg.Connection, table: int, programme: int) -> tuple[str, str]:
    """The columns of a table, and values of their types that only this programme has."""
    columns = await connection.fetch(COLUMNS, table, None)
    values = [VALUES.get(c["category"], VALUES["S"]) for c in columns]
    values = [
        VALUES.get(column["type"], value).format(n=programme, type=column["type"])
        for column, value in zip(columns, values, strict=True)
    ]
    return ", ".join(column["quoted"] for column in columns), ", ".join(values)


WALKS = {"SELECT": _read, "INSERT": _inserted, "UPDATE": _updated, "DELETE": _deleted}
