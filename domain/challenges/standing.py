"""Standing: where members are in challenges, and why. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from domain import members
from domain.challenges import finding
from domain.challenges.contributing import chained
from domain.challenges.errors import NotJoined
from domain.challenges.progress import DAY, Window, milestones, percent_of, window
from domain.challenges.records import Challenge, Mode, Part, Participation, Standing
from domain.members import Member
from infra.db import Row, Tx

# With the newest round; of a shared challenge also what all have done in it.
OF_MEMBER = """
SELECT p.challenge, p.member, p.entry, p.team, p.since, p.joined_at, r.round, r.first_day,
       r.last_day, r.state, r.targets, r.reached, r.percent, r.completed_at,
       e.reached AS together
FROM participation AS p
LEFT JOIN LATERAL (
    SELECT round, first_day, last_day, state, targets, reached, percent, completed_at
    FROM challenge_round AS r
    WHERE r.programme = p.programme AND r.member = p.member AND r.challenge = p.challenge
    ORDER BY round DESC LIMIT 1
) AS r ON true
LEFT JOIN challenge_effort AS e ON e.programme = p.programme AND e.challenge = p.challenge
     AND e.round = r.round
WHERE p.programme = $1 AND p.member = $2 AND ($3::uuid[] IS NULL OR p.challenge = ANY($3))
  AND ($4::uuid IS NULL OR p.challenge < $4)
ORDER BY p.challenge DESC LIMIT $5
"""
# The newest first; what was taken back is among them.
STEPS = """
SELECT round, activity, day, ended_at, worth, counts, changed_at FROM contribution
WHERE programme = $1 AND challenge = $2 AND member = $3
  AND ($4::timestamptz IS NULL OR (ended_at, activity) < ($4, $5))
ORDER BY ended_at DESC, activity DESC LIMIT $6
"""
# Of the newest round of each. Several criteria are added up, as they are for the percentage.
STANDINGS = """
SELECT s.member, s.team, s.reached, s.percent, s.reached_at, s.completed_at FROM (
    SELECT DISTINCT ON (r.member) r.member, p.team, r.percent, r.reached_at,
           r.completed_at,
           (SELECT sum(v.one) FROM unnest(r.reached) AS v (one))::bigint AS reached
    FROM challenge_round AS r
    JOIN participation AS p ON p.programme = r.programme AND p.member = r.member
         AND p.challenge = r.challenge
    WHERE r.programme = $1 AND r.challenge = $2 AND p.entry = 'IN'
    ORDER BY r.member, r.round DESC
) AS s ORDER BY s.reached DESC, s.reached_at NULLS LAST, s.member LIMIT $3
"""
TEAMS = """
SELECT t.id, t.name, count(DISTINCT p.member) AS size,
       coalesce(sum(s.reached), 0)::bigint AS reached, max(s.reached_at) AS reached_at
FROM challenge_team AS t
JOIN participation AS p ON p.programme = t.programme AND p.challenge = t.challenge
     AND p.team = t.id AND p.entry = 'IN'
LEFT JOIN LATERAL (
    SELECT r.reached_at, (SELECT sum(v.one) FROM unnest(r.reached) AS v (one)) AS reached
    FROM challenge_round AS r
    WHERE r.programme = p.programme AND r.member = p.member AND r.challenge = p.challenge
) AS s ON true
WHERE t.programme = $1 AND t.challenge = $2
GROUP BY t.id, t.name ORDER BY reached DESC, reached_at NULLS LAST, t.id LIMIT $3
"""
LIMIT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One activity, and what it added to a round.

    worth  -- for each criterion, in its metric's unit.
    counts -- False: it was corrected or deleted, and this was taken back at `changed_at`.
    """

    round: int
    activity: UUID
    day: date
    ended_at: datetime
    worth: tuple[int, ...]
    counts: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """A team's place; of those that did as much, the one that did it earlier is before."""

    place: int
    team: UUID
    name: str
    members: int
    reached: int
    reached_at: datetime | None


class After(NamedTuple):
    """Where a page of steps ended."""

    ended_at: datetime
    activity: UUID


async def participation(challenge: UUID, *, member: Member, at: datetime, tx: Tx) -> Participation:
    """The member in the challenge, in the round of today or the last there was.

    Raises NotJoined for one who was never asked or in it.
    """
    found = await _read(member, [challenge], None, 1, at=at, tx=tx)
    if not found:
        raise NotJoined("you do not take part, or were not asked")
    return found[0]


async def participations(
    member: Member,
    *,
    challenges: Sequence[UUID] | None = None,
    before: UUID | None = None,
    limit: int,
    at: datetime,
    tx: Tx,
) -> Sequence[Participation]:
    """Where the member is or was asked, the newest challenge first.

    challenges -- only in these; None: in all. before -- from the one before it on.
    """
    return await _read(member, challenges, before, limit, at=at, tx=tx)


async def contributions(
    challenge: UUID,
    *,
    member: UUID,
    programme: int,
    after: After | None = None,
    limit: int,
    tx: Tx,
) -> Sequence[Step]:
    """What the member's activities added, and what was taken back, the newest first."""
    words = (after.ended_at, after.activity) if after else (None, None)
    rows = await tx.rows(STEPS, programme, challenge, member, *words, limit)
    return [Step(**{**row, "worth": tuple(row["worth"])}) for row in rows]


async def standings(challenge: UUID, *, programme: int, limit: int, tx: Tx) -> Sequence[Standing]:
    """The members who take part, the best first; whoever reached as much earlier is before."""
    rows = await tx.rows(STANDINGS, programme, challenge, min(limit, LIMIT_MAX))
    return [Standing(place, **row) for place, row in enumerate(rows, start=1)]


async def team_standings(
    challenge: UUID, *, programme: int, limit: int, tx: Tx
) -> Sequence[TeamStanding]:
    """The teams of a competition, the best first."""
    rows = await tx.rows(TEAMS, programme, challenge, min(limit, LIMIT_MAX))
    return [
        TeamStanding(place, row["id"], row["name"], row["size"], row["reached"], row["reached_at"])
        for place, row in enumerate(rows, start=1)
    ]


async def _read(
    member: Member,
    challenges: Sequence[UUID] | None,
    before: UUID | None,
    limit: int,
    *,
    at: datetime,
    tx: Tx,
) -> Sequence[Participation]:
    wanted = None if challenges is None else list(challenges)
    rows = await tx.rows(OF_MEMBER, member.programme, member.id, wanted, before, limit)
    ids = [row["challenge"] for row in rows]
    found = await finding.several(ids, programme=member.programme, tx=tx)
    today = members.day_in(member.zone, at)
    return [participation_of(found[row["challenge"]], row, today) for row in rows]


def participation_of(challenge: Challenge, row: Row, today: date) -> Participation:
    """A row with the columns of OF_MEMBER, as it is on that local day."""
    terms = challenge.terms
    fresh = _fresh(challenge, row, today)
    if fresh is not None:
        return _begun(challenge, row, fresh)
    targets, own = tuple(row["targets"]), tuple(row["reached"])
    reached = tuple(row["together"] or own) if terms.mode is Mode.COOPERATIVE else own
    percent = percent_of(reached, targets)
    return Participation(
        challenge=challenge.id,
        member=row["member"],
        round=row["round"],
        state=_state(row),
        team=row["team"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        targets=targets,
        reached=reached,
        own=own,
        percent=percent,
        milestones=milestones(terms, percent),
        joined_at=row["joined_at"],
        completed_at=None if terms.mode is Mode.COOPERATIVE else row["completed_at"],
    )


def _begun(challenge: Challenge, row: Row, days: Window) -> Participation:
    """A round in which nothing has counted yet, so that there is no row of it.

    A target of the member's own is set when something counts; until then, the most it may be.
    """
    targets = tuple(one.target for one in challenge.terms.criteria)
    nothing = (0,) * len(targets)
    state = STATES.get(row["entry"], Part.JOINED)
    return Participation(
        challenge=challenge.id,
        member=row["member"],
        round=days.number,
        state=state,
        team=row["team"],
        first_day=days.first_day,
        last_day=days.last_day,
        targets=targets,
        reached=nothing,
        own=nothing,
        percent=0,
        milestones=(),
        joined_at=row["joined_at"],
        completed_at=None,
    )


def _fresh(challenge: Challenge, row: Row, today: date) -> Window | None:
    """The round that somebody is in without having done anything in it; None: the row's."""
    terms, since = challenge.terms, row["since"] or today
    day = min(max(today, terms.first_day), terms.last_day)
    if row["round"] is None:
        whole = Window(1, terms.first_day, terms.last_day)
        return window(terms, since=since, day=max(day, since)) or whole
    if row["entry"] != "IN" or today > terms.last_day:
        return None
    if chained(challenge):
        over = row["completed_at"] is not None and row["last_day"] < today
        first = row["last_day"] + DAY
        days = window(terms, since=first, day=first) if over else None
        return Window(row["round"] + 1, days.first_day, days.last_day) if days else None
    now = window(terms, since=since, day=day)
    return now if now is not None and now.number > row["round"] else None


STATES: Mapping[str, Part] = {
    "OFFERED": Part.OFFERED,
    "REFUSED": Part.REFUSED,
    "LEFT": Part.LEFT,
}


def _state(row: Row) -> Part:
    """Of whoever left after completing it, that they have completed it is what matters."""
    state = Part(row["state"])
    return state if state is Part.COMPLETED else STATES.get(row["entry"], state)
