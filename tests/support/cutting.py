"""Cutting: a transaction whose connection dies after the work and before the commit."""

from collections.abc import Awaitable, Callable

import pytest

from infra import db
from infra.db import Tx
from tests.support import apart


async def before_commit(url: str, act: Callable[[Tx], Awaitable[object]]) -> None:
    """Do `act` in a transaction of the database at `url`, and kill its session at the end."""
    with pytest.raises(db.Unavailable):
        await _do_and_cut(url, act)


async def _do_and_cut(url: str, act: Callable[[Tx], Awaitable[object]]) -> None:
    async with db.transaction() as tx:
        await act(tx)
        process = await tx.value("SELECT pg_backend_pid()")
        async with apart.owner(url) as owner:
            assert await owner.fetchval("SELECT pg_terminate_backend($1, 5000)", process)
