"""What broadcasts do when the clock says so."""

from datetime import datetime, timedelta

from domain.broadcasts.spreading import start_due
from infra.db import Tx
from infra.jobs import Job


async def start(at: datetime, tx: Tx) -> int:
    """Start what is due; how many."""
    return await start_due(at=at, tx=tx)


JOBS = (Job("broadcasts.start", timedelta(seconds=5), start),)
