"""Ladders: what the tests of tiers climb."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import members, tiers
from domain.members import LabelKind, Member
from domain.programmes import Programme
from domain.tiers import Ladder, Terms, Tier
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

STEPS = (Tier("silver", "Silver", 100), Tier("gold", "Gold", 300))
PLAIN = Terms(STEPS, levels=(50, 200, 1_000))


async def a_ladder(tx: Tx, **words: Any) -> tuple[Programme, Ladder]:
    """A programme whose members get silver for 100 points in a year and gold for 300."""
    programme = await given.a_programme(tx=tx)
    at = NOON - timedelta(days=400)
    return programme, await tiers.set_ladder(programme, replace(PLAIN, **words), at=at, tx=tx)


async def a_climber(programme: Programme, tx: Tx) -> Member:
    """A member who has been there for more than a year."""
    return await given.a_member(programme, at=NOON - timedelta(days=400), tx=tx)


async def key_of(member: Member, tx: Tx, *, at: Any = NOON) -> str | None:
    """The key of the member's tier; its label says the same."""
    standing = await tiers.standing(member, at=at, tx=tx)
    return standing.tier and standing.tier.key


async def called(member: Member, tx: Tx, *, at: Any = NOON) -> list[str]:
    """What tiers the member is called by at that time."""
    found = await members.labels([member.id], programme=member.programme, tx=tx)
    return [
        one.name for one in found.get(member.id, ()) if one.kind is LabelKind.TIER and one.held(at)
    ]


async def told(member: UUID, action: str, tx: Tx) -> list[Any]:
    """The events of that kind about the member that are written when `tx` commits."""
    return [one for one in tx.staged if one.subject == member and type(one).__name__ == action]
