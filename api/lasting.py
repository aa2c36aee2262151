"""Lasting: steps that are repeated for as long as the process lives, whatever happens in one."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from api import faults

PAUSE_SECONDS = 2.0

_log = structlog.get_logger(__name__)


async def for_ever(step: Callable[[], Awaitable[None]]) -> None:
    """Repeat a step; a failure is noted, and what it missed is found by the next look.

    This is the edge of the process: letting one bad row end the live updates of everyone would
    be worse than whatever it was.
    """
    while True:
        try:
            await step()
        except Exception as error:
            _log.warning("live.failed", step=step.__name__, exc_info=not faults.away(error))
            await asyncio.sleep(PAUSE_SECONDS)
