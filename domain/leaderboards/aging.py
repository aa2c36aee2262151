"""Aging: points leave boards when their time to live is over."""

from datetime import datetime

from domain.leaderboards.finding import get
from domain.leaderboards.recounting import age
from infra.db import Tx

EXPIRING = """
SELECT programme, id FROM board WHERE expiring AND retired_at IS NULL ORDER BY programme, id
"""


async def age_all(at: datetime, tx: Tx) -> int:
    """The job: have every board that points leave recounted where a month of them is over."""
    for row in await tx.rows(EXPIRING):
        await age(await get(row["id"], programme=row["programme"], tx=tx), at=at, tx=tx)
    return 0
