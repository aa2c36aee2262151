"""What interactions does by the clock."""

from datetime import datetime, timedelta

from domain.interactions.noting import drop_old
from infra.db import Tx
from infra.jobs import Job


async def _drop_old(at: datetime, tx: Tx) -> int:
    return await drop_old(at=at, tx=tx)


JOBS = (Job("interactions.drop_old", timedelta(days=1), _drop_old),)
