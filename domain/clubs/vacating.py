"""Vacating: a member who leaves the programme, or is forgotten, is in no club any more."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain import members
from domain.clubs.closing import wind_up
from domain.clubs.events import Departed
from domain.clubs.holding import hold
from domain.clubs.records import Role
from domain.members import Left, State
from infra.db import Tx
from infra.outbox import Delivery, emit

OWNED = "SELECT id FROM club WHERE programme = $1 AND owner = $2 ORDER BY id"
# A treasurer before the others, then whoever has been in it for longest.
HEIR = """
SELECT member FROM club_member WHERE programme = $1 AND club = $2 AND member <> $3
ORDER BY treasurer DESC, joined_at, member LIMIT 1
"""
INHERIT = "UPDATE club SET owner = $3 WHERE programme = $1 AND id = $2"
LEAVE = "DELETE FROM club_member WHERE programme = $1 AND member = $2 RETURNING club"
WITHDRAW = "DELETE FROM club_invitation WHERE programme = $1 AND member = $2"


async def vacate(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Out of every club; one of theirs, of which there are few, goes to its next officer, or is
    closed when nobody else is in it."""
    for row in await tx.rows(OWNED, programme, member):
        held = await hold(row["id"], member, programme=programme, tx=tx)
        if held.roles.get(member) is not Role.OWNER:
            continue
        heir = await tx.value(HEIR, programme, row["id"], member)
        if heir is None:
            await wind_up(held.club, at=at, tx=tx)
        else:
            await tx.run(INHERIT, programme, row["id"], heir)
    await tx.run(WITHDRAW, programme, member)
    for row in await tx.rows(LEAVE, programme, member):
        emit(Departed(programme=programme, subject=member, object=row["club"], at=at), tx=tx)


async def part(deliveries: Sequence[Delivery[Left]], tx: Tx) -> None:
    """Take those out of their clubs who left and have not come back since."""
    for event in (delivery.event for delivery in deliveries):
        found = await members.lock([event.subject], programme=event.programme, tx=tx)
        if found[event.subject].state is State.LEFT:
            await vacate(event.subject, programme=event.programme, at=event.at, tx=tx)
