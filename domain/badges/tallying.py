"""Tallying: what changes of facts do to the tallies of badges. Pure.

A tally is how far a member is by one rule in one stretch of time, its bucket. Sums are kept by
adding and taking away; of what was done in one go only the largest is kept, so when one of those
shrinks, all of them must be looked at again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias
from uuid import UUID

from domain.badges.compiling import Catalogue, Ruled
from domain.badges.records import Period, Rule
from domain.metrics import DISTINCT, Change, Fact, Metric, worth

# The bucket where time is no matter.
ALWAYS = date(1970, 1, 1)

# A member, a badge and a bucket.
Key: TypeAlias = tuple[UUID, UUID, date]
PartKey: TypeAlias = tuple[UUID, UUID, date, str]
Pair: TypeAlias = tuple[UUID, UUID]


@dataclass(slots=True)
class Moves:
    """What some changes do, as few numbers as possible.

    sums    -- to add; may be negative, never 0.
    parts   -- how many more activities stand for a day or a partner; never 0.
    largest -- the largest of what was done in one go, where none of it shrank.
    again   -- members and badges of which all activities must be looked at again.
    causes  -- the last change that raised each of these.
    """

    sums: dict[Key, int] = field(default_factory=dict)
    parts: dict[PartKey, int] = field(default_factory=dict)
    largest: dict[Key, int] = field(default_factory=dict)
    again: set[Pair] = field(default_factory=set)
    causes: dict[Key, Change] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Where a member is by one rule, from all their activities.

    amounts -- by bucket; parts -- how many activities stand for each, by bucket and part.
    reached -- for each level, the lowest first, the activity that brought it, in the order in
               which they started, and what was reached with it.
    """

    amounts: Mapping[date, int]
    parts: Mapping[tuple[date, str], int]
    reached: Sequence[tuple[Fact, int]]


def moves(changes: Iterable[Change], catalogue: Catalogue, filling: Mapping[UUID, UUID]) -> Moves:
    """What the changes do to the tallies.

    filling -- up to which member the past of a badge has been counted. Whoever comes later is
    left out: they are counted whole when it is their turn.
    """
    found = Moves()
    for change in changes:
        out = _worths(change.before, catalogue, filling)
        into = _worths(change.after, catalogue, filling)
        for key, (one, fact, amount) in out.items():
            _take(found, key, one, fact, amount)
        for key, (one, fact, amount) in into.items():
            _add(found, key, one, fact, amount)
            found.causes[key] = change
        for key in out.keys() - into.keys():
            _shrunk(found, key, out[key][0])
        for key in out.keys() & into.keys():
            if into[key][2] < out[key][2]:
                _shrunk(found, key, out[key][0])
    found.sums = {key: amount for key, amount in found.sums.items() if amount}
    found.parts = {key: count for key, count in found.parts.items() if count}
    for key in [key for key in found.largest if key[:2] in found.again]:
        del found.largest[key]
    return found


def reckon(facts: Iterable[Fact], rule: Rule) -> Reckoned:
    """Where one member is by the rule, from scratch; `facts` are all of theirs."""
    amounts: defaultdict[date, int] = defaultdict(int)
    parts: defaultdict[tuple[date, str], int] = defaultdict(int)
    reached: list[tuple[Fact, int]] = []
    for fact in sorted(facts, key=lambda fact: (fact.started_at, fact.activity)):
        amount = worth(fact, rule.metric) if rule.counts(fact) else 0
        if amount <= 0:
            continue
        bucket = bucket_of(fact, rule)
        if rule.metric in DISTINCT:
            parts[bucket, part_of(fact, rule)] += 1
            amounts[bucket] = sum(1 for at, _ in parts if at == bucket)
        elif rule.period is Period.ACTIVITY:
            amounts[bucket] = max(amounts[bucket], amount)
        else:
            amounts[bucket] += amount
        reached += [(fact, amounts[bucket])] * (rule.level(amounts[bucket]) - len(reached))
    return Reckoned(dict(amounts), dict(parts), reached)


def bucket_of(fact: Fact, rule: Rule) -> date:
    """The stretch of time that the activity counts in."""
    return bucket_on(fact.day, rule.period)


def bucket_on(day: date, period: Period) -> date:
    """The stretch of time of that period in which the day is."""
    match period:
        case Period.MONTH:
            return day.replace(day=1)
        case Period.DAY:
            return day
        case Period.LIFETIME | Period.ACTIVITY:
            return ALWAYS


def part_of(fact: Fact, rule: Rule) -> str:
    """Which of the different days or partners the activity stands for."""
    return fact.day.isoformat() if rule.metric is Metric.DAYS else fact.partner or ""


def _worths(
    fact: Fact | None, catalogue: Catalogue, filling: Mapping[UUID, UUID]
) -> dict[Key, tuple[Ruled, Fact, int]]:
    if fact is None:
        return {}
    found = {}
    for one in catalogue.counting(fact):
        amount = worth(fact, one.rule.metric)
        done = filling.get(one.badge.id)
        if amount > 0 and (done is None or fact.member <= done):
            key = fact.member, one.badge.id, bucket_of(fact, one.rule)
            found[key] = one, fact, amount
    return found


def _add(moves: Moves, key: Key, one: Ruled, fact: Fact, amount: int) -> None:
    if one.rule.metric in DISTINCT:
        part = *key, part_of(fact, one.rule)
        moves.parts[part] = moves.parts.get(part, 0) + 1
    elif one.rule.period is Period.ACTIVITY:
        moves.largest[key] = max(moves.largest.get(key, 0), amount)
    else:
        moves.sums[key] = moves.sums.get(key, 0) + amount


def _take(moves: Moves, key: Key, one: Ruled, fact: Fact, amount: int) -> None:
    if one.rule.metric in DISTINCT:
        part = *key, part_of(fact, one.rule)
        moves.parts[part] = moves.parts.get(part, 0) - 1
    elif one.rule.period is not Period.ACTIVITY:
        moves.sums[key] = moves.sums.get(key, 0) - amount


def _shrunk(moves: Moves, key: Key, one: Ruled) -> None:
    if one.rule.period is Period.ACTIVITY:
        moves.again.add(key[:2])
