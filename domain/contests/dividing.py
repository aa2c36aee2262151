"""Dividing: who has won a contest, and what of the stakes is whose. Pure.

To a target the first to reach it wins, by when the activity that reached it ended; for the most,
whoever did more. Those who are level share a place, and the prizes of as many places as they are.
A prize that nobody takes goes to the others in proportion to theirs. What does not divide goes,
a point each, to those to whom the largest part of a point is due, and of these to who comes first
in the order of `rank` (the method of largest remainders, after Hamilton).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TypeAlias
from uuid import UUID

from domain.contests.records import Payout

# Of a hundred, by place.
PRIZES: Mapping[Payout, tuple[int, ...]] = {
    Payout.WINNER: (100,),
    Payout.TOP_THREE: (50, 30, 20),
}
NEVER = datetime.max.replace(tzinfo=UTC)

Places: TypeAlias = Sequence[tuple[UUID, int]]


@dataclass(frozen=True, slots=True)
class Score:
    """What a player has done.

    reached    -- in the unit of the metric.
    completed  -- whether that is the target or more; nothing where there is none.
    reached_at -- when the activity that made it so much ended; None: there is none.
    entered_at -- when they came into the contest.
    """

    member: UUID
    reached: int
    completed: bool
    reached_at: datetime | None
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Win:
    """A place among those who could win, counted from 1, and the points that go with it."""

    place: int
    points: int


def divide(
    pot: int, scores: Sequence[Score], *, to_target: bool, payout: Payout
) -> Mapping[UUID, Win]:
    """The place of each who could win, the best first, and how many of the `pot` points each
    gets: all of them together. Empty when there is nobody, and the pot is not divided.

    to_target -- True: only those who completed can win; False: all who did anything.
    The same scores in whatever order are divided the same.
    """
    places = rank(scores, to_target=to_target)
    shares = _shares(places, payout)
    whole = sum(shares.values())
    points = {member: pot * share // whole for member, share in shares.items()}
    # The sort is stable: those to whom as much is due stay in their order.
    rests = sorted(shares, key=lambda member: -(pot * shares[member] % whole))
    for member in rests[: pot - sum(points.values())]:
        points[member] += 1
    return {member: Win(place, points.get(member, 0)) for member, place in places}


def rank(scores: Sequence[Score], *, to_target: bool) -> Places:
    """Those who could win and their places, the best first.

    Of those who share a place, who reached it earlier, then who came in earlier, then the id.
    """
    able = [score for score in scores if (score.completed if to_target else score.reached > 0)]
    able.sort(key=lambda score: (_merit(score, to_target=to_target), *_first(score)))
    ranked: list[tuple[UUID, int]] = []
    for _, level in groupby(able, key=lambda score: _merit(score, to_target=to_target)):
        place = len(ranked) + 1
        ranked += [(score.member, place) for score in level]
    return ranked


def _merit(score: Score, *, to_target: bool) -> tuple[int, datetime]:
    """Less is better."""
    return (0, score.reached_at or NEVER) if to_target else (-score.reached, NEVER)


def _first(score: Score) -> tuple[datetime, datetime, UUID]:
    return score.reached_at or NEVER, score.entered_at, score.member


def _shares(places: Places, payout: Payout) -> Mapping[UUID, int]:
    """What is due to each, in parts of one size; those to whom nothing is due are left out."""
    if payout is Payout.COMPLETED:
        return {member: 1 for member, _ in places}
    prizes = PRIZES[payout]
    sizes = {place: sum(1 for _, other in places if other == place) for _, place in places}
    # Whoever shares a place divides its prizes by how many they are, so a hundredth is cut into
    # as many parts as all such numbers divide.
    parts = math.lcm(*sizes.values())
    due = {
        member: sum(prizes[place - 1 : place - 1 + sizes[place]]) * parts // sizes[place]
        for member, place in places
    }
    return {member: share for member, share in due.items() if share}
