"""Ties: who is friends with whom, and since when.

Friends live near each other, like the same things, and have common friends: of the pairs that
could be, the near and like-minded are drawn first, and some are closed into triangles. How many
friends somebody has follows how outgoing they are, so a few know very many.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.people import Cheat, Person

FRIENDS_MEAN = 7.0
CANDIDATES = 40
TRIANGLE_SHARE = 0.3
# Friends are found some time after both have joined.
FOUND_AFTER_DAYS = 20.0
RING_SIZE = 6


@dataclass(frozen=True, slots=True)
class Tie:
    """Two people, the lower number first, who are friends from `since` on."""

    one: int
    other: int
    since: date


def drawn(people: Sequence[Person], *, until: date) -> Sequence[Tie]:
    """The friendships that exist by `until`, in the order they began."""
    pairs = {(0, 1)} if len(people) > 1 else set()
    known: dict[int, list[int]] = {person.number: [] for person in people}
    for person in people:
        dice = random.Random(f"{person.world}:ties:{person.number}")
        wanted = round(dice.expovariate(1 / (FRIENDS_MEAN * person.outgoing)))
        for number in _chosen(person, people, known, wanted, dice):
            pair = (min(person.number, number), max(person.number, number))
            if pair[0] != pair[1] and pair not in pairs:
                pairs.add(pair)
                known[pair[0]].append(pair[1])
                known[pair[1]].append(pair[0])
    pairs |= _rings(people)
    ties = (_tie(people[one], people[other]) for one, other in pairs)
    found = [tie for tie in ties if tie.since <= until]
    return sorted(found, key=lambda tie: (tie.since, tie.one, tie.other))


def ring_of(person: Person, people: Sequence[Person]) -> Sequence[Person]:
    """The accounts of one ring, the collector first; empty for who is in none."""
    if person.cheat is not Cheat.RING:
        return []
    members = [each for each in people if each.cheat is Cheat.RING]
    place = members.index(person) // RING_SIZE * RING_SIZE
    ring = members[place : place + RING_SIZE]
    return ring if len(ring) > 1 else []


def friends_of(ties: Sequence[Tie]) -> Mapping[int, Sequence[int]]:
    """The friends of everybody who has some."""
    found: dict[int, list[int]] = {}
    for tie in ties:
        found.setdefault(tie.one, []).append(tie.other)
        found.setdefault(tie.other, []).append(tie.one)
    return found


def _chosen(
    person: Person,
    people: Sequence[Person],
    known: Mapping[int, Sequence[int]],
    wanted: int,
    dice: random.Random,
) -> list[int]:
    chosen: list[int] = []
    for _ in range(wanted):
        friends = [*known[person.number], *chosen]
        if friends and dice.random() < TRIANGLE_SHARE:
            theirs = known[dice.choice(friends)]
            if theirs:
                chosen.append(dice.choice(theirs))
                continue
        candidates = dice.sample(range(len(people)), min(CANDIDATES, len(people)))
        chosen.append(min(candidates, key=lambda number: _distance(person, people[number])))
    return chosen


def _distance(one: Person, other: Person) -> float:
    """Degrees between the homes, less for the same interests; an own one is no friend."""
    if one.number == other.number:
        return float("inf")
    apart = abs(one.home[0] - other.home[0]) + abs(one.home[1] - other.home[1])
    return apart * (0.5 if one.kind is other.kind else 1.0)


def _rings(people: Sequence[Person]) -> set[tuple[int, int]]:
    """In a ring, everybody is a friend of the one who collects."""
    pairs: set[tuple[int, int]] = set()
    for person in people:
        for collector in ring_of(person, people)[:1]:
            if collector.number != person.number:
                pairs.add(tuple(sorted((collector.number, person.number))))  # type: ignore[arg-type]
    return pairs


def _tie(one: Person, other: Person) -> Tie:
    both = max(one.life.joined_on, other.life.joined_on)
    dice = random.Random(f"{one.world}:since:{one.number}:{other.number}")
    after = (
        0 if (one.number, other.number) == (0, 1) else int(dice.expovariate(1 / FOUND_AFTER_DAYS))
    )
    return Tie(one.number, other.number, both + timedelta(days=1 + after))
