"""Leagues: who plays with whom, and who goes up or down. Pure.

Cohorts have 25 to 50 members wherever a division has 25; who is with whom is drawn by a hash, so
that it is the same whenever it is drawn again, and nobody can choose.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.leaderboards.records import League, Rank

SIZE_MIN = 25
SIZE_MAX = 50


@dataclass(frozen=True, slots=True)
class Move:
    """Where a member is after a window."""

    member: UUID
    before: int
    after: int
    idle: int
    plays: bool


def deal(members: Sequence[UUID], *, seed: str) -> Sequence[Sequence[UUID]]:
    """The members of one division in cohorts of sizes that differ by one at most.

    seed -- of the league, the window and the division.
    """
    order = sorted(members, key=lambda member: _lot(member, seed))
    cohorts = -(-len(order) // SIZE_MAX)
    return [order[number::cohorts] for number in range(cohorts)]


def seats(newcomers: Sequence[UUID], sizes: Mapping[int, int]) -> Mapping[UUID, int]:
    """The cohort of each who came after the cohorts were dealt: always the smallest one, the
    first of equal ones, and a new one when all are full.

    newcomers -- in the order in which they are to be seated.
    sizes     -- how many are in each cohort, by its number, counted from 1.
    """
    room, found = dict(sizes), {}
    for member in newcomers:
        number = min(room, key=lambda one: (room[one], one), default=0)
        if not number or room[number] >= SIZE_MAX:
            number = max(room, default=0) + 1
        room[number] = room.get(number, 0) + 1
        found[member] = number
    return found


def moves(
    league: League,
    cohort: Sequence[tuple[UUID, int]],
    *,
    division: int,
    ranks: Mapping[UUID, Rank],
) -> Sequence[Move]:
    """What a window does to the members of a cohort.

    cohort -- each member with their score, the best first.
    The first `promoted` who have scored go up, the last `demoted` go down, of both never more than
    a third of the cohort. Whoever has scored nothing goes down too; after `idle_max` such
    windows in a row they play no longer.
    """
    third = len(cohort) // 3
    up, down = min(league.promoted, third), min(league.demoted, third)
    found = []
    for place, (member, score) in enumerate(cohort):
        after = division
        if score and place < up:
            after = min(division + 1, len(league.divisions))
        elif not score or place >= len(cohort) - down:
            after = max(division - 1, 1)
        known = ranks.get(member)
        idle = 0 if score else (known.idle if known else 0) + 1
        found.append(Move(member, division, after, idle, idle < league.idle_max))
    return found


def grouping(division: int, number: int) -> str:
    """What a cohort is called: its division and its number, such as "2/14"."""
    return f"{division}/{number}"


def division_of(name: str) -> int:
    """The division of a cohort."""
    return int(name.partition("/")[0])


def number_of(name: str) -> int:
    """The number of a cohort in its division."""
    return int(name.partition("/")[2])


def _lot(member: UUID, seed: str) -> bytes:
    return hashlib.sha256(seed.encode() + member.bytes).digest()
