"""Catalog: what a migrated database is made of, as sorted lines of text.

Tortoise's tool drops CHECK and partial UNIQUE constraints without an error, and a migration can
forget a grant; so the whole of it is committed and compared. `make catalog` writes it anew.
"""

import asyncio
import re
from pathlib import Path

import asyncpg

FILE = Path(__file__).parent / "catalog.txt"
SCHEMAS = ["public", "ledger"]
MONTH = re.compile(r"journal_\d{6}")

QUERIES = (
    """
    SELECT format('column %s.%s %s %s%s%s', n.nspname, c.relname, a.attname,
                  format_type(a.atttypid, a.atttypmod),
                  CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
                  coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p')
    """,
    """
    SELECT format('constraint %s.%s %s %s', n.nspname, c.relname, k.conname,
                  pg_get_constraintdef(k.oid))
    FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY($1) AND k.contype <> 'n'
    """,
    """
    SELECT 'index ' || pg_get_indexdef(i.indexrelid)
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)
    """,
    """
    SELECT 'trigger ' || pg_get_triggerdef(t.oid)
    FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY($1) AND NOT t.tgisinternal
    """,
    """
    SELECT format('function %s.%s(%s) %s%s %s', n.nspname, p.proname,
                  pg_get_function_identity_arguments(p.oid),
                  CASE WHEN p.prosecdef THEN 'security definer' ELSE 'security invoker' END,
                  coalesce(' ' || array_to_string(p.proconfig, ' '), ''),
                  coalesce((SELECT string_agg(grant_of, ' ' ORDER BY grant_of COLLATE "C") FROM (
                      SELECT format('%s:%s', CASE a.grantee WHEN 0 THEN 'PUBLIC'
                                                  ELSE a.grantee::regrole::text END,
                                    a.privilege_type) AS grant_of
                      FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                      WHERE a.grantee <> p.proowner) AS g), 'nobody else'))
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY($1)
    """,
    """
    SELECT format('grant %s.%s %s %s', n.nspname, c.relname, a.grantee::regrole,
                  string_agg(a.privilege_type, ',' ORDER BY a.privilege_type COLLATE "C"))
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace,
         aclexplode(c.relacl) AS a
    WHERE n.nspname = ANY($1) AND a.grantee NOT IN (0, c.relowner)
    GROUP BY n.nspname, c.relname, a.grantee
    """,
    """
    SELECT format('policy %s.%s %s %s to %s%s%s', n.nspname, c.relname, p.polname,
                  CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                  (SELECT string_agg(coalesce(r.rolname, 'PUBLIC'), ',' ORDER BY r.rolname)
                     FROM unnest(p.polroles) AS o (id) LEFT JOIN pg_roles AS r ON r.oid = o.id),
                  ' using ' || pg_get_expr(p.polqual, p.polrelid),
                  ' check ' || pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)
    """,
    """
    SELECT format('row security %s.%s', n.nspname, c.relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY($1) AND c.relrowsecurity
    """,
)
ROLES = """
SELECT format('role %s %s%s', r.rolname, concat_ws(' ',
              CASE WHEN r.rolcanlogin THEN 'login' ELSE 'no login' END,
              CASE WHEN r.rolsuper THEN 'superuser' END,
              CASE WHEN r.rolbypassrls THEN 'bypasses row security' END),
              ', may become ' || (
                  SELECT string_agg(concat(m.roleid::regrole,
                                           CASE WHEN m.inherit_option THEN ' and inherits' END),
                                    ', ' ORDER BY m.roleid::regrole::text)
                  FROM pg_auth_members AS m WHERE m.member = r.oid))
FROM pg_roles AS r WHERE r.rolname LIKE 'laurel%'
"""


async def lines(connection: asyncpg.Connection) -> list[str]:
    """The catalogue, sorted; the journal's monthly partitions count as one."""
    found: set[str] = set()
    for query in QUERIES:
        for row in await connection.fetch(query, SCHEMAS):
            text = MONTH.sub("journal_YYYYMM", row[0])
            found.add(re.sub(r"\s+", " ", text))
    found.update(row[0] for row in await connection.fetch(ROLES))
    return sorted(found)


async def _write() -> None:
    from tests.support import servers

    with servers.postgres() as postgres:
        connection = await asyncpg.connect(await postgres.copy("catalog"))
        FILE.write_text("\n".join(await lines(connection)) + "\n")
        await connection.close()


if __name__ == "__main__":
    asyncio.run(_write())
