"""Recounting: all rounds of a member in a challenge from the facts, as if nothing were known.

For whoever joins when they have done something already, or comes back; for challenges whose rounds
begin where the one before was completed; and to make good what went wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from domain import metrics
from domain.challenges.contributing import Moved, write
from domain.challenges.keeping import (
    Enrolled,
    Kept,
    Key,
    Told,
    begun,
    contributions_of,
    rounds_of,
)
from domain.challenges.progress import (
    Contribution,
    Progress,
    Round,
    baseline,
    rounds,
    targets_of,
    window,
)
from domain.challenges.records import Challenge
from domain.metrics import Fact
from infra.db import Tx


@dataclass(frozen=True, slots=True)
class Recount:
    """A member's place in a challenge that is to be counted anew.

    activity -- whose judgement asks for it, and `at` when; None: no activity's.
    """

    enrolled: Enrolled
    challenge: Challenge
    at: datetime
    activity: UUID | None = None


async def recount(asked: Sequence[Recount], *, programme: int, tx: Tx) -> Sequence[Moved]:
    """Count these places anew, write what changed, and begin the first round where there is none.

    The members are locked by then. Rounds that have begun keep their targets.
    """
    if not asked:
        return []
    places = [(one.enrolled.member, one.enrolled.challenge) for one in asked]
    kept: dict[tuple[UUID, UUID], dict[int, Kept]] = {}
    for round in await rounds_of(places, programme=programme, tx=tx):
        kept.setdefault((round.member, round.challenge), {})[round.round] = round
    keys = [round.key for of_place in kept.values() for round in of_place.values()]
    stored = await contributions_of(keys, programme=programme, tx=tx)
    since, until = _days(asked)
    members = {member for member, _ in places}
    facts = await metrics.facts_of(members, programme=programme, since=since, until=until, tx=tx)
    moved: list[Moved] = []
    told: list[Told] = []
    for one, place in zip(asked, places, strict=True):
        before = kept.get(place, {})
        made = _made(one, before, facts.get(place[0], ()))
        moved += _moved(one, before, made)
        _compare(one, before, made, stored, told)
    await write(moved, told, programme=programme, tx=tx)
    return moved


def _made(one: Recount, before: Mapping[int, Kept], facts: Sequence[Fact]) -> Sequence[Round]:
    place, terms = one.enrolled, one.challenge.terms
    targets = {number: kept.targets for number, kept in before.items()}
    made = rounds(terms, facts, since=place.since, joined_at=place.joined_at, targets=targets)
    if made or before:
        return made
    first = window(terms, since=place.since, day=max(place.since, terms.first_day))
    if first is None:
        return ()
    aims = targets_of(terms, first, facts)
    return [Round(first, aims, (), Progress((0,) * len(aims), 0))]


def _moved(one: Recount, before: Mapping[int, Kept], made: Sequence[Round]) -> Sequence[Moved]:
    found = []
    for round in made:
        old, days = before.get(round.window.number), round.window
        whole = old or begun(one.enrolled, days, round.targets)
        new = replace(whole, first_day=days.first_day, last_day=days.last_day).at(round.progress)
        found.append(Moved(one.challenge, old, new, one.at, one.activity))
    numbers = {round.window.number for round in made}
    for number, old in before.items():
        if number not in numbers:
            empty = old.at(Progress((0,) * len(old.targets), 0))
            found.append(Moved(one.challenge, old, empty, one.at, one.activity))
    return [move for move in found if move.before != move.after]


def _compare(
    one: Recount,
    before: Mapping[int, Kept],
    made: Sequence[Round],
    stored: Mapping[Key, Mapping[UUID, Contribution]],
    told: list[Told],
) -> None:
    """Note what counts and is not written so, and what is written and does not count."""
    place = one.enrolled.member, one.enrolled.challenge
    right = {
        (*place, round.window.number): {each.activity: each for each in round.contributions}
        for round in made
    }
    for key in {*right, *((*place, number) for number in before)}:
        now, was = right.get(key, {}), stored.get(key, {})
        new = [each for id, each in now.items() if was.get(id) != each]
        gone = [each for id, each in was.items() if id not in now]
        told += [Told(key, each, True, one.at) for each in new]
        told += [Told(key, each, False, one.at) for each in gone]


def _days(asked: Sequence[Recount]) -> tuple[date, date]:
    """The days whose facts these places depend on."""
    firsts, lasts = [], []
    for one in asked:
        terms = one.challenge.terms
        back = baseline(terms, terms.first_day)
        firsts.append(back[0] if back else terms.first_day)
        lasts.append(terms.last_day)
    return min(firsts), max(lasts)
