"""Count: take what changed of activities into the challenges of those who did them.

A batch costs a handful of statements, whatever challenges there are: a member's own places are
read, and for those that bring members in by what they do, the ones of the activity's type.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from domain.challenges.admitting import admit
from domain.challenges.completing import complete
from domain.challenges.contributing import Moved, contribute, plan
from domain.challenges.keeping import Enrolled, enrolled
from domain.challenges.parting import correct
from domain.challenges.recounting import Recount, recount
from domain.challenges.running import Running, running
from domain.metrics import Change
from infra.db import Tx


async def count(changes: Sequence[Change], *, programme: int, tx: Tx) -> None:
    """Bring progress, completions and rewards to where these changes put them.

    The members are locked by then. What comes after a challenge's cut-off changes nothing of it.
    """
    live = await running(programme, tx=tx)
    if not any(True for _ in live.every()):
        return
    people = {change.member for change in changes}
    since, until = _days(changes)
    places = await enrolled(people, since=since, until=until, programme=programme, tx=tx)
    newcomers = await admit(changes, places, live, programme=programme, tx=tx)
    apart = {(one.enrolled.member, one.challenge.id) for one in newcomers}
    made = plan(changes, places, live, apart=apart)
    moved: list[Moved] = [*await contribute(made, programme=programme, tx=tx)]
    again = [*newcomers, *_chained(made.chained, live)]
    moved += await recount(again, programme=programme, tx=tx)
    parted = await correct(changes, live, programme=programme, tx=tx)
    await complete(moved, parted=parted, programme=programme, tx=tx)


def _chained(
    found: Mapping[tuple[UUID, UUID], tuple[Enrolled, Change]], live: Running
) -> Sequence[Recount]:
    asked = []
    for (_, id), (place, change) in found.items():
        challenge = live.get(id)
        assert challenge is not None, "only what counts is planned"
        asked.append(Recount(place, challenge, change.at, change.after.activity))
    return asked


def _days(changes: Sequence[Change]) -> tuple[date, date]:
    """The days that the activities are on, or were on before."""
    days = [change.after.day for change in changes]
    days += [change.before.day for change in changes if change.before is not None]
    return min(days), max(days)
