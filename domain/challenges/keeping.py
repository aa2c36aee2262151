"""Keeping: who takes part, their rounds, and what counted for them, as rows; read and written
many at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson

from domain.challenges.hinting import hint
from domain.challenges.progress import Contribution, Progress, Window
from domain.challenges.records import Part
from infra.db import Row, Tx

Key: TypeAlias = tuple[UUID, UUID, int]

NEAR_PERCENT = 80

# Row by row here and below: a plan that was made while these tables were all but empty, and kept,
# would join by reading all of a programme. OFFSET 0 keeps the planner from making it a join again.
# Those who take part in what is not settled, with the rounds that lie in the days asked for.
ENROLLED = """
SELECT p.member, p.challenge, p.team, p.since, p.joined_at, r.round, r.first_day, r.last_day,
       r.state, r.targets, r.reached, r.percent, r.reached_at, r.completed_at, r.completed_by,
       r.due, r.neared
FROM unnest($2::uuid[]) AS w (member)
CROSS JOIN LATERAL (
    SELECT member, challenge, team, since, joined_at FROM participation
    WHERE programme = $1 AND member = w.member AND open OFFSET 0
) AS p
LEFT JOIN LATERAL (
    SELECT round, first_day, last_day, state, targets, reached, percent, reached_at,
           completed_at, completed_by, due, neared
    FROM challenge_round
    WHERE programme = $1 AND member = p.member AND challenge = p.challenge AND last_day >= $3
      AND first_day <= $4 OFFSET 0
) AS r ON true
"""
ROUNDS = """
SELECT r.member, r.challenge, r.round, r.first_day, r.last_day, r.state, r.targets, r.reached,
       r.percent, r.reached_at, r.completed_at, r.completed_by, r.due, r.neared
FROM unnest($2::uuid[], $3::uuid[]) AS w (member, challenge)
CROSS JOIN LATERAL (
    SELECT member, challenge, round, first_day, last_day, state, targets, reached, percent,
           reached_at, completed_at, completed_by, due, neared
    FROM challenge_round
    WHERE programme = $1 AND member = w.member AND challenge = w.challenge OFFSET 0
) AS r
ORDER BY r.member, r.challenge, r.round
"""
CONTRIBUTIONS = """
SELECT w.member, w.challenge, w.round, c.activity, c.day, c.ended_at, c.partner, c.worth
FROM unnest($2::uuid[], $3::uuid[], $4::int[]) AS w (member, challenge, round)
CROSS JOIN LATERAL (
    SELECT activity, day, ended_at, partner, worth FROM contribution
    WHERE programme = $1 AND member = w.member AND challenge = w.challenge
      AND round = w.round::smallint AND counts OFFSET 0
) AS c
"""
# As one JSON text, which the driver passes on as it is: a dozen arrays take it ten times as long.
# Nobody else writes these rows: whoever does holds the member's lock.
KEEP_ROUNDS = """
INSERT INTO challenge_round AS r (programme, member, challenge, round, first_day, last_day, state,
                                  targets, reached, percent, reached_at, completed_at,
                                  completed_by, due, neared)
SELECT $1, n.member, n.challenge, n.round, n.first_day, n.last_day, n.state, n.targets,
       n.reached, n.percent, n.reached_at, n.completed_at, n.completed_by, n.due,
       n.neared
FROM json_to_recordset($2::json) AS n (
    member uuid, challenge uuid, round smallint, first_day date, last_day date, state text,
    targets bigint[], reached bigint[], percent smallint, reached_at timestamptz,
    completed_at timestamptz, completed_by uuid, due boolean, neared boolean)
ON CONFLICT (programme, member, challenge, round) DO UPDATE
SET first_day = excluded.first_day, last_day = excluded.last_day, state = excluded.state,
    reached = excluded.reached, percent = excluded.percent, reached_at = excluded.reached_at,
    completed_at = excluded.completed_at, completed_by = excluded.completed_by,
    due = excluded.due, neared = excluded.neared, moved = excluded.moved
"""
KEEP_CONTRIBUTIONS = """
INSERT INTO contribution (programme, member, challenge, round, activity, day, ended_at, partner,
                          worth, counts, changed_at)
SELECT $1, n.member, n.challenge, n.round, n.activity, n.day, n.ended_at, n.partner, n.worth,
       n.counts, n.changed_at
FROM json_to_recordset($2::json) AS n (
    member uuid, challenge uuid, round smallint, activity uuid, day date, ended_at timestamptz,
    partner text, worth bigint[], counts boolean, changed_at timestamptz)
ON CONFLICT (programme, member, challenge, round, activity) DO UPDATE
SET day = excluded.day, ended_at = excluded.ended_at, partner = excluded.partner,
    worth = excluded.worth, counts = excluded.counts, changed_at = excluded.changed_at
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """One round as it is kept.

    reached -- what the member's own contributions come to.
    due     -- something reached is not given yet: the challenge paused, or could not pay.
    neared  -- it has been as far as NEAR_PERCENT once.
    """

    member: UUID
    challenge: UUID
    round: int
    first_day: date
    last_day: date
    state: Part
    targets: tuple[int, ...]
    reached: tuple[int, ...]
    percent: int = 0
    reached_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: UUID | None = None
    due: bool = False
    neared: bool = False

    @property
    def key(self) -> Key:
        """What tells it from every other round."""
        return self.member, self.challenge, self.round

    def at(self, progress: Progress) -> "Kept":
        """The round, so far; it has been active once anything has counted."""
        state = self.state
        if state is Part.JOINED and any(progress.reached):
            state = Part.ACTIVE
        # Not by `replace`, which takes three times as long, for each activity that counts.
        return Kept(
            self.member,
            self.challenge,
            self.round,
            self.first_day,
            self.last_day,
            state,
            self.targets,
            progress.reached,
            progress.percent,
            progress.reached_at,
            progress.completed_at,
            progress.completed_by,
            self.due,
            self.neared or progress.percent >= NEAR_PERCENT,
        )


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A member who takes part in a challenge, and their rounds in the days that were asked for.

    rows -- of those rounds by number, as they were read: most are never looked at.
    only -- of somebody who has left: the activities that count still; None: all do.
    """

    member: UUID
    challenge: UUID
    team: UUID | None
    since: date
    joined_at: datetime
    rows: Mapping[int, Row]
    only: Collection[UUID] | None = None

    def round(self, number: int) -> Kept | None:
        """The round with that number; None: it has not begun, or is on other days."""
        row = self.rows.get(number)
        return None if row is None else kept_of(row)


@dataclass(frozen=True, slots=True)
class Told:
    """A contribution to a round, and when it became known; counts -- False: it is taken back."""

    key: Key
    contribution: Contribution
    counts: bool
    at: datetime


def begun(enrolled: Enrolled, window: Window, targets: tuple[int, ...]) -> Kept:
    """A round in which nothing has counted yet."""
    return Kept(
        enrolled.member,
        enrolled.challenge,
        window.number,
        window.first_day,
        window.last_day,
        Part.JOINED,
        targets,
        (0,) * len(targets),
    )


async def enrolled(
    members: Collection[UUID], *, since: date, until: date, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Enrolled]]:
    """Where these members take part, by member, with the rounds between those days."""
    return places_of(await tx.rows(ENROLLED, programme, list(members), since, until))


async def rounds_of(
    places: Collection[tuple[UUID, UUID]], *, programme: int, tx: Tx
) -> Sequence[Kept]:
    """Every round of these members in these challenges, by number."""
    if not places:
        return []
    members, challenges = zip(*places, strict=True)
    rows = await tx.rows(ROUNDS, programme, list(members), list(challenges))
    return [kept_of(row) for row in rows]


async def contributions_of(
    keys: Collection[Key], *, programme: int, tx: Tx
) -> Mapping[Key, dict[UUID, Contribution]]:
    """What counts for these rounds, by activity."""
    found: defaultdict[Key, dict[UUID, Contribution]] = defaultdict(dict)
    if keys:
        rows = await tx.rows(CONTRIBUTIONS, programme, *map(list, zip(*keys, strict=True)))
        for row in rows:
            key = row["member"], row["challenge"], row["round"]
            found[key][row["activity"]] = contribution_of(row)
    return found


async def keep_rounds(rounds: Iterable[Kept], *, programme: int, tx: Tx) -> None:
    """Write these rounds; the targets of one that is there already stay."""
    if told := list(rounds):
        await tx.run(KEEP_ROUNDS, programme, _json(told))
        hint({one.member for one in told}, programme=programme, tx=tx)


async def keep_contributions(told: Iterable[Told], *, programme: int, tx: Tx) -> None:
    """Write what counts now, and what counts no more. Their rounds must be there."""
    if plain := [_plain(one) for one in told]:
        await tx.run(KEEP_CONTRIBUTIONS, programme, _json(plain))


def places_of(rows: Iterable[Row]) -> Mapping[UUID, Sequence[Enrolled]]:
    """Rows with the columns of ENROLLED as places, by member."""
    places: dict[tuple[UUID, UUID], tuple[Row, dict[int, Row]]] = {}
    for row in rows:
        place = places.setdefault((row["member"], row["challenge"]), (row, {}))
        if row["round"] is not None:
            place[1][row["round"]] = row
    found: defaultdict[UUID, list[Enrolled]] = defaultdict(list)
    for (member, challenge), (row, rounds) in places.items():
        words = row["team"], row["since"], row["joined_at"]
        found[member].append(Enrolled(member, challenge, *words, rounds))
    return dict(found)


def kept_of(row: Row) -> Kept:
    """One row with the columns of a round."""
    return Kept(
        row["member"],
        row["challenge"],
        row["round"],
        row["first_day"],
        row["last_day"],
        Part(row["state"]),
        tuple(row["targets"]),
        tuple(row["reached"]),
        row["percent"],
        row["reached_at"],
        row["completed_at"],
        row["completed_by"],
        row["due"],
        row["neared"],
    )


def contribution_of(row: Row) -> Contribution:
    """One row with the columns of a contribution."""
    worth = tuple(row["worth"])
    return Contribution(row["activity"], row["day"], row["ended_at"], row["partner"], worth)


def _plain(one: Told) -> Mapping[str, Any]:
    member, challenge, round = one.key
    c = one.contribution
    return {
        "member": member,
        "challenge": challenge,
        "round": round,
        "activity": c.activity,
        "day": c.day,
        "ended_at": c.ended_at,
        "partner": c.partner,
        "worth": c.worth,
        "counts": one.counts,
        "changed_at": one.at,
    }


def _json(plain: Sequence[object]) -> str:
    # The driver's ids are of a class of its own, which the writer does not know.
    return orjson.dumps(plain, default=str).decode()
