"""Beginning: on its first day a contest becomes a challenge of those who have come in."""

from datetime import datetime, timedelta
from uuid import UUID

from domain import challenges
from domain.challenges import Audience, Criterion, Entry, Reward, Terms
from domain.contests.events import Began
from domain.contests.holding import Held, hold_whole
from domain.contests.leaving import end_before_start, withdraw
from domain.contests.records import PEOPLE_LEAST, Contest, Part, State
from domain.contests.templates import RULES
from domain.metrics import Metric
from infra import ids
from infra.db import Tx
from infra.outbox import emit

# How long after the last day has ended everywhere late activities still count.
CUTOFF_HOURS = 12

# Not locked: members are locked before contests are, always.
DUE = """
SELECT programme, id FROM contest WHERE state = 'OPEN' AND starts_at <= $1
ORDER BY starts_at, programme, id LIMIT 1
"""
BEGIN = """
UPDATE contest SET state = 'RUNNING', challenge = $3 WHERE programme = $1 AND id = $2
"""


async def begin_due(at: datetime, tx: Tx) -> int:
    """Let one contest begin whose first day has come; 0 when there is none."""
    row = await tx.row(DUE, at)
    if row is None:
        return 0
    await begin(row["id"], programme=row["programme"], at=at, tx=tx)
    return 1


async def begin(contest: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Let a contest begin, or call it off where fewer than two play. It begins once.

    Whoever has left the programme meanwhile is out, with their stake. What players have done on
    the first day before counts: for those who live further east it is older than for the creator.
    """
    held = await hold_whole(contest, programme=programme, tx=tx)
    if held.contest.state is not State.OPEN:
        return
    playing = held.of(Part.PLAYING)
    gone = [player for player in playing if not held.members[player.member].is_active]
    if gone:
        await withdraw(held.stakes(gone), contest=held.contest, at=at, tx=tx)
        held = await hold_whole(contest, programme=programme, tx=tx)
    over = held.contest.pays_at - timedelta(hours=CUTOFF_HOURS)
    if len(held.of(Part.PLAYING)) < PEOPLE_LEAST or at >= over:
        await end_before_start(held, at=at, tx=tx)
    else:
        await _open(held, at, tx)


def terms_of(contest: Contest) -> Terms:
    """What the challenge of a contest asks. One for the most has a target that is not meant to
    be reached; what is beyond it counts as well."""
    rules = RULES[contest.template]
    most = rules.most
    if rules.metric is Metric.DAYS:
        most = (contest.last_day - contest.first_day).days + 1
    return Terms(
        criteria=(Criterion(rules.metric, contest.target or most, rules.filter),),
        reward=Reward(),
        first_day=contest.first_day,
        last_day=contest.last_day,
        audience=Audience(entry=Entry.INVITED),
        from_joining=False,
        cutoff_hours=CUTOFF_HOURS,
    )


async def _open(held: Held, at: datetime, tx: Tx) -> None:
    contest, programme = held.contest, held.contest.programme
    players = [player.member for player in held.of(Part.PLAYING)]
    made = await challenges.open_private(
        RULES[contest.template].name,
        terms_of(contest),
        creator=contest.creator,
        programme=programme,
        id=ids.derived(at, "contests.challenge", programme, contest.id),
        at=at,
        tx=tx,
    )
    await challenges.offer(made, players, at=at, tx=tx)
    for member in players:
        await challenges.join(made.id, member=held.members[member], at=at, tx=tx)
    await tx.run(BEGIN, programme, contest.id, made.id)
    for member in players:
        emit(Began(programme=programme, subject=member, object=contest.id, at=at), tx=tx)
