"""Rebuilding: everything that the game derives, from the activities themselves."""

from dataclasses import dataclass

from domain import members, metrics
from domain.game.counters import REBUILDS
from domain.game.playing import lock
from infra import db

MEMBERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was made anew: so many members' facts, and the sums of these capabilities."""

    members: int
    facts: int
    sums: tuple[str, ...]


async def rebuild(*, programme: int) -> Rebuilt:
    """The facts of one programme anew, some members at a time, then all that counts them.

    Opens transactions of its own; broken off, it is simply begun again. Nothing is paid or taken
    back by it that was not owed.
    """
    people, facts = 0, 0
    after = None
    while True:
        async with db.transaction() as tx:
            page = await members.listed(
                programme=programme, after=after, limit=MEMBERS_AT_ONCE, tx=tx
            )
            if not page:
                break
            ids = {one.id for one in page}
            locked = await lock(ids, programme, tx)
            changes = await metrics.refresh(ids, people=locked, programme=programme, tx=tx)
            people, facts, after = people + len(page), facts + len(changes), page[-1].id
    for _, make in REBUILDS:
        async with db.transaction() as tx:
            await make(programme=programme, tx=tx)
    return Rebuilt(people, facts, tuple(name for name, _ in REBUILDS))
