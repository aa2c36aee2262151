"""Recount: members' streaks from scratch, out of what they did and what they bought.

For a streak that is defined after its first day, and to make anew what is derived.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from domain import members, metrics
from domain.metrics import Fact
from domain.streaks import storing
from domain.streaks.counting import add, amounts_in, bits_from, by_period
from domain.streaks.keeping import keepings
from domain.streaks.pasts import REPAIRED, Past, also, marked
from domain.streaks.periods import LENGTH_DAYS
from domain.streaks.purchases import purchases_of
from domain.streaks.records import Bought, Purchase, Streak
from domain.streaks.turning import Turn, turn
from infra.db import Tx

PAGE = 200

AGAIN = """
UPDATE streak SET catching_up = true, caught_up_to = NULL WHERE programme = $1
"""
# One that another worker is at comes at the next call.
NEXT = """
SELECT programme, id, caught_up_to FROM streak WHERE catching_up
ORDER BY programme, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
CAUGHT_UP = """
UPDATE streak SET caught_up_to = $3, catching_up = $3::uuid IS NOT NULL
WHERE programme = $1 AND id = $2
"""
FORGET = """
DELETE FROM streak_amount WHERE programme = $1 AND streak = $2 AND member = ANY($3::uuid[])
"""


async def rebuild(*, programme: int, tx: Tx) -> None:
    """Have all streaks of the programme recounted, by the schedule, as if nothing had been."""
    await tx.run(AGAIN, programme)


async def catch_up(at: datetime, tx: Tx) -> int:
    """Recount one page of one streak that needs it; how many members it was, at least 1."""
    row = await tx.row(NEXT)
    if row is None:
        return 0
    programme, after = row["programme"], row["caught_up_to"]
    page = await members.listed(programme=programme, after=after, limit=PAGE, tx=tx)
    ids = [member.id for member in page]
    streak = await storing.get(row["id"], programme=programme, tx=tx)
    await recount(streak, ids, at=at, tx=tx)
    last = ids[-1] if len(ids) == PAGE else None
    await tx.run(CAUGHT_UP, programme, streak.id, last)
    return max(len(ids), 1)


async def recount_members(ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx) -> None:
    """Make all streaks of these members anew, as after a merge. They are locked by then."""
    for streak in (await storing.known(programme, tx=tx)).streaks.values():
        await recount(streak, ids, at=at, tx=tx)


async def recount(streak: Streak, ids: Collection[UUID], *, at: datetime, tx: Tx) -> None:
    """Make these members' streaks anew; whoever has no part in the game any more is left out."""
    programme = streak.programme
    held = await members.lock(ids, programme=programme, tx=tx)
    here = sorted(id for id, member in held.items() if member.is_active)
    last_day = streak.last_day or date.max
    facts = await metrics.facts_of(
        here, programme=programme, since=streak.first_day, until=last_day, tx=tx
    )
    amounts = amounts_in((fact for told in facts.values() for fact in told), streak)
    await tx.run(FORGET, programme, streak.id, here)
    await add(dict(sorted(amounts.items())), programme=programme, tx=tx)
    befores = await keepings([(id, streak.id) for id in here], programme=programme, tx=tx)
    bought = await purchases_of(here, streak=streak.id, programme=programme, tx=tx)
    turns = []
    for id in here:
        before = befores.get((id, streak.id))
        after = past_from(facts.get(id, ()), bought.get(id, ()), streak)
        if before is None and after is None:
            continue
        if after is None:
            assert before is not None, "one of the two is there"
            after = Past(before.first, b"", before.closed)
        turns.append(Turn(streak, id, before, after, at, anew=True))
    await turn(turns, programme=programme, tx=tx)


def past_from(facts: Sequence[Fact], bought: Sequence[Purchase], streak: Streak) -> Past | None:
    """What one member did and bought comes to, but for what is closed; None: to nothing."""
    length = LENGTH_DAYS[streak.cadence]
    step = timedelta(days=length)
    amounts = amounts_in(facts, streak)
    parts = next(iter(by_period(amounts.items()).values()), {})
    periods = set(parts) | ({one - step for one in parts} if streak.grace_hours else set())
    bits = {one: bit for one, bit in bits_from(parts, periods, streak).items() if bit}
    freezes = tuple(one.periods[0] for one in bought if one.kind is Bought.FREEZE)
    repaired = [day for one in bought if one.kind is Bought.REPAIR for day in one.periods]
    if not bits and not bought:
        return None
    first = min([*bits, *repaired, *freezes])
    past = marked(Past(first, b"", first - step, freezes), bits, length_days=length)
    return also(past, REPAIRED, repaired, length_days=length)
