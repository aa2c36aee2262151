"""Parting: what those who have left did counts for as long as it is true.

Who takes part no more gets nothing more, and nothing new that they do counts. But what counted may
turn out not to: then it goes, and with it what was given for it, as if they were still in it; else
leaving would be a way to keep points, one's own and those of all together, for what never was.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain.challenges.contributing import Moved, contribute, plan
from domain.challenges.keeping import Enrolled, places_of
from domain.challenges.recounting import Recount, recount
from domain.challenges.running import Running
from domain.metrics import Change
from infra.db import Tx

# With all their rounds, and with the activities asked for that count for them still.
PARTED = """
SELECT p.member, p.challenge, p.team, p.since, p.joined_at, r.round, r.first_day, r.last_day,
       r.state, r.targets, r.reached, r.percent, r.reached_at, r.completed_at, r.completed_by,
       r.due, r.neared, c.activity
FROM unnest($2::uuid[], $3::uuid[]) AS w (member, activity)
JOIN participation AS p ON p.programme = $1 AND p.member = w.member AND p.entry = 'LEFT'
     AND NOT p.open
JOIN contribution AS c ON c.programme = $1 AND c.member = w.member AND c.challenge = p.challenge
     AND c.activity = w.activity AND c.counts
JOIN challenge_round AS r ON r.programme = $1 AND r.member = w.member
     AND r.challenge = p.challenge
"""


async def correct(
    changes: Sequence[Change], live: Running, *, programme: int, tx: Tx
) -> Sequence[Moved]:
    """The rounds of those who left that these changes move. The members are locked by then."""
    known = {change.after.activity: change.member for change in changes if _lessens(change)}
    if not known:
        return []
    places = await _places(known, programme=programme, tx=tx)
    corrected = [change for change in changes if change.after.activity in known]
    made = plan(corrected, places, live)
    moved = [*await contribute(made, programme=programme, tx=tx)]
    again = [
        Recount(place, challenge, change.at, change.after.activity)
        for place, change in made.chained.values()
        if (challenge := live.get(place.challenge)) is not None
    ]
    return [*moved, *await recount(again, programme=programme, tx=tx)]


async def _places(
    known: Mapping[UUID, UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Enrolled]]:
    """Where these activities count still for those who did them and have left, by member."""
    rows = await tx.rows(PARTED, programme, list(known.values()), list(known))
    only: defaultdict[tuple[UUID, UUID], set[UUID]] = defaultdict(set)
    for row in rows:
        only[row["member"], row["challenge"]].add(row["activity"])
    return {
        member: [replace(one, only=only[member, one.challenge]) for one in several]
        for member, several in places_of(rows).items()
    }


def _lessens(change: Change) -> bool:
    """True where an activity may be worth less than it was: nearly never."""
    before, after = change.before, change.after
    if before is None or not before.counts:
        return False
    return after.revision > before.revision or after.points < before.points
