"""Read the files that wait: what a worker does over and over."""

import asyncio
from datetime import datetime

import structlog

from domain.activities import examining
from domain.activities.judging import ATTEMPTS_MAX, claim, settle
from domain.activities.records import Claimed, Fault, Reading
from infra import db, sandbox
from infra.sandbox import Pool

_log = structlog.get_logger(__name__)


async def read_waiting(
    pool: Pool, *, at: datetime, limit: int, task: str = examining.EXAMINE
) -> int:
    """Read and judge at most `limit` waiting files, as many at once as `pool` has children.

    task -- what the sandbox runs on each file.
    Returns how many were taken; 0 when none wait. Files are leased in one transaction, read
    outside any, and each is judged in its own. One whose reader crashed, or that cannot be
    judged, waits for its lease to run out and is tried again; after three times it is
    UNREADABLE. Several workers, and several calls of one, may run at once. Raises what the
    database raises when it is away.
    """
    async with db.transaction() as tx:
        taken = await claim(limit=min(limit, pool.size), at=at, tx=tx)
    # Each to its end, whatever happens to the others; then the first failure is told.
    ends = await asyncio.gather(
        *(_read_one(claimed, pool, task, at=at) for claimed in taken), return_exceptions=True
    )
    for end in ends:
        if end is not None:
            raise end
    return len(taken)


async def _read_one(claimed: Claimed, pool: Pool, task: str, *, at: datetime) -> None:
    found = await _examined(claimed, pool, task)
    if found is None:
        return
    try:
        async with db.transaction() as tx:
            await settle(claimed, found, at=at, tx=tx)
    except db.Unavailable:
        raise
    except Exception:
        # One file, whatever is in it, must not end the worker that everybody else's wait for.
        _log.exception("activity.not_settled", activity=str(claimed.id), attempts=claimed.attempts)


async def _examined(claimed: Claimed, pool: Pool, task: str) -> Reading | Fault | None:
    if claimed.attempts > ATTEMPTS_MAX:
        return Fault.UNREADABLE
    try:
        request = examining.request(claimed.content, claimed.stated_type)
        return examining.answer_of(await pool.run(task, request))
    except sandbox.TimedOut:
        return Fault.TOO_SLOW
    except sandbox.OutOfMemory:
        return Fault.TOO_BIG
    except (sandbox.Crashed, ValueError, LookupError) as error:
        _log.warning("activity.reader_crashed", activity=str(claimed.id), error=str(error))
        return None
