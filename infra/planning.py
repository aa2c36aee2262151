"""Planning: what the database plans by, refreshed for work that fills tables faster than
autovacuum looks at them."""

from infra.db import Tx

REFRESH = "SELECT refresh_statistics()"


async def refresh(*, tx: Tx) -> int:
    """Look again at the tables that have changed by a quarter; how many they were.

    Cheap when there are none. Plans that were made before are made anew.
    """
    return int(await tx.value(REFRESH))
