"""Gathering: what every capability keeps about members, from their own lists."""

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import domain
from infra.db import Tx

Told: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
# Last: until then the member still has a name, for whoever gives back what waits.
LAST = "domain.members.personal"


class Telling(Protocol):
    """What a capability keeps, by table."""

    def __call__(self, member: UUID, *, programme: int, tx: Tx) -> Awaitable[Told]: ...


@cache
def capabilities() -> tuple[Any, ...]:
    """Each capability's `personal` module; members is the last."""
    names = sorted(domain.modules("personal"), key=lambda name: (name == LAST, name))
    return tuple(import_module(name) for name in names)


def tables() -> frozenset[str]:
    """Every table that holds rows about members, as the capabilities say."""
    return frozenset().union(*(each.TABLES for each in capabilities()))


async def told(member: UUID, *, programme: int, tx: Tx) -> Told:
    """All that is kept about the member beside the ledger, by table."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    for each in capabilities():
        telling: Telling = each.told
        found |= await telling(member, programme=programme, tx=tx)
    return found


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Let every capability forget the member."""
    for each in capabilities():
        await each.forget(member, programme=programme, at=at, tx=tx)
