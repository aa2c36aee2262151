"""Statistics on demand."""

import asyncio

from infra import db, planning
from tests.support import apart

ROWS = "SELECT reltuples FROM pg_class WHERE relname = 'filled'"
FILL = "INSERT INTO filled SELECT generate_series(1, 5000)"


async def test_given_a_table_that_was_filled_when_refreshed_then_its_size_is_known(
    own_url: str,
) -> None:
    async with apart.owner(own_url) as owner:
        await owner.execute("CREATE TABLE filled (number int)")
        before = await owner.fetchval(ROWS)
        await owner.execute(FILL)
        await owner.execute("SELECT pg_stat_force_next_flush()")
        async with asyncio.timeout(30):
            looked_at = 0
            while not looked_at:
                async with db.transaction() as tx:
                    looked_at = await planning.refresh(tx=tx)

        assert before == -1
        assert await owner.fetchval(ROWS) == 5000
