"""Checking: whether the servers that a process needs are there, before it starts."""

from collections.abc import Sequence

from infra import checks
from infra.checks import Trouble
from infra.settings import Settings


async def servers(settings: Settings) -> Sequence[Trouble]:
    """What is wrong with the database and Valkey."""
    return [*await checks.database(settings), *await checks.valkey(settings)]
