"""Copying: rows out of the database as the very bytes that it sends, for those who read arrays."""

from collections.abc import Awaitable, Callable

from infra.db import Tx


async def out(sql: str, *args: object, take: Callable[[bytes], Awaitable[None]], tx: Tx) -> int:
    """Hand over what `sql` finds in PostgreSQL's binary COPY format, piece by piece; how many rows.

    A piece ends anywhere, also within a row. The format: 19 bytes of head, then for each row the
    number of its columns (int16) and for each column its length (int32) and its value, all in
    network byte order, then an int16 of -1.
    https://www.postgresql.org/docs/current/sql-copy.html
    """
    # Of the driver's own connection, as only infra.db knows it.
    status = await tx._connection.copy_from_query(sql, *args, output=take, format="binary")
    return int(str(status).rsplit(" ", 1)[-1])
