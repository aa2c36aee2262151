"""Switching: whether this process orders pushes at all. Without Firebase's credentials nobody
would ever send them, so none are kept waiting."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

_switched: list[bool] = []
_said: list[bool] = []

_log = structlog.get_logger(__name__)


@contextmanager
def switched(on: bool) -> Iterator[None]:
    """Orders are kept, or not, for the length of the block; outside any, they are not."""
    _switched.append(on)
    try:
        yield
    finally:
        _switched.remove(on)
        _said.clear()


def is_on() -> bool:
    """True where orders are kept. The first time they are not is noted in the log."""
    if _switched and _switched[-1]:
        return True
    if not _said:
        _said.append(True)
        _log.warning("push.off", why="no credentials for Firebase are set")
    return False
