"""Count: what changes of activities add to members' periods, and take from them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias
from uuid import UUID

import orjson

from domain import metrics
from domain.metrics import DISTINCT, Change, Fact, Metric
from domain.streaks import storing
from domain.streaks.keeping import Pair, keepings
from domain.streaks.pasts import (
    LATER,
    LATER_AND_NEXT,
    REPAIRED,
    SHORT,
    WHOLE,
    WHOLE_AND_NEXT,
    Past,
    bits_of,
    marked,
)
from domain.streaks.periods import LENGTH_DAYS, period_of
from domain.streaks.records import Streak
from domain.streaks.turning import Turn, turn
from infra.db import Row, Tx

MINUTES_OF_A_DAY = 24 * 60
BITS = (WHOLE, LATER, WHOLE_AND_NEXT, LATER_AND_NEXT)
# What of a period's bits is no matter of what was done in it.
OTHERS = SHORT | REPAIRED

# Sorted by the caller, as whoever else writes them; as one JSON text, which the driver passes on
# as it is.
ADD = """
INSERT INTO streak_amount AS a (programme, member, streak, period, early, part, amount)
SELECT $1, n.member, n.streak, n.period, n.early, n.part, n.amount
FROM json_to_recordset($2::json) AS n (
    member uuid, streak uuid, period date, early boolean, part text, amount bigint)
ON CONFLICT (programme, member, streak, period, early, part)
DO UPDATE SET amount = a.amount + excluded.amount
"""
AMOUNTS = """
SELECT a.member, a.streak, a.period, a.early, a.part, a.amount
FROM json_to_recordset($2::json) AS n (member uuid, streak uuid, first date, last date)
CROSS JOIN LATERAL (
    SELECT s.member, s.streak, s.period, s.early, s.part, s.amount FROM streak_amount AS s
    WHERE s.programme = $1 AND s.member = n.member AND s.streak = n.streak
      AND s.period BETWEEN n.first AND n.last AND s.amount > 0
) AS a
"""


class Place(NamedTuple):
    """Where something counts: a member's part of a period of a streak."""

    member: UUID
    streak: UUID
    period: date
    early: bool
    part: str


# What there is of one period: of its first hours, and of the rest, by part.
Parts: TypeAlias = tuple[Mapping[str, int], Mapping[str, int]]
NONE: Parts = ({}, {})


async def count(changes: Sequence[Change], *, programme: int, tx: Tx) -> None:
    """Bring what changed into the members' streaks. The members are held by whoever calls."""
    streaks = await storing.known(programme, tx=tx)
    if not streaks.by_type:
        return
    added: defaultdict[Place, int] = defaultdict(int)
    acted: dict[Pair, datetime] = {}
    for change in changes:
        told = ((change.before, -1), (change.after, 1))
        for fact, sign in told:
            if fact is None or not fact.counts:
                continue
            for streak in streaks.by_type[fact.type]:
                place = place_of(fact, streak)
                if place is not None:
                    added[place] += sign * _worth(fact, streak)
                    acted[fact.member, streak.id] = change.at
    moved = {place: amount for place, amount in sorted(added.items()) if amount}
    if not moved:
        return
    await add(moved, programme=programme, tx=tx)
    touched: defaultdict[Pair, set[date]] = defaultdict(set)
    for place in moved:
        touched[place.member, place.streak].add(place.period)
    turns = await _turns(touched, acted, streaks.streaks, programme=programme, tx=tx)
    await turn(turns, programme=programme, tx=tx)


async def add(added: Mapping[Place, int], *, programme: int, tx: Tx) -> None:
    """Add these amounts, which may be less than nothing."""
    rows = [{**place._asdict(), "amount": amount} for place, amount in added.items()]
    await tx.run(ADD, programme, orjson.dumps(rows, default=str).decode())


def place_of(fact: Fact, streak: Streak) -> Place | None:
    """Where the activity counts for the streak; None: it does not."""
    terms = streak.terms_on(fact.day)
    if not streak.counts_on(fact.day) or not metrics.matches(fact, terms.filter):
        return None
    period = period_of(fact.day, streak.cadence)
    minutes = (fact.day - period).days * MINUTES_OF_A_DAY + fact.minute
    part = ""
    if terms.metric is Metric.DAYS:
        part = fact.day.isoformat()
    elif terms.metric is Metric.PARTNERS:
        part = fact.partner or ""
        if not part:
            return None
    return Place(fact.member, streak.id, period, minutes < 60 * streak.grace_hours, part)


def amounts_in(facts: Iterable[Fact], streak: Streak) -> Mapping[Place, int]:
    """What activities come to, from scratch."""
    found: defaultdict[Place, int] = defaultdict(int)
    for fact in facts:
        place = place_of(fact, streak)
        if place is not None:
            found[place] += _worth(fact, streak)
    return found


def bits_from(
    amounts: Mapping[date, Parts], periods: Collection[date], streak: Streak
) -> Mapping[date, int]:
    """What these periods' own activities say of them, and those of the next one's first hours."""
    step = timedelta(days=LENGTH_DAYS[streak.cadence])
    return {one: _bits(amounts, one, one + step, streak) for one in periods}


async def _turns(
    touched: Mapping[Pair, set[date]],
    acted: Mapping[Pair, datetime],
    streaks: Mapping[UUID, Streak],
    *,
    programme: int,
    tx: Tx,
) -> Sequence[Turn]:
    """Where members' periods say something else now."""
    asked = {}
    for pair, periods in touched.items():
        streak = streaks[pair[1]]
        step = timedelta(days=LENGTH_DAYS[streak.cadence])
        if streak.grace_hours:
            # Their first hours may be what the periods before them need.
            periods |= {one - step for one in periods}
        asked[pair] = (min(periods), max(periods) + step)
    amounts = await _amounts(asked, programme=programme, tx=tx)
    pasts = await keepings(list(touched), programme=programme, tx=tx)
    turns = []
    for pair, periods in touched.items():
        streak, past = streaks[pair[1]], pasts.get(pair)
        bits = bits_from(amounts.get(pair, {}), periods, streak)
        after = _with(past, bits, streak)
        if after is not None and after != past:
            turns.append(Turn(streak, pair[0], past, after, acted[pair]))
    return turns


def _with(past: Past | None, bits: Mapping[date, int], streak: Streak) -> Past | None:
    """The past with these bits; None where there is nothing to begin with."""
    length = LENGTH_DAYS[streak.cadence]
    if past is None:
        kept = [period for period, bit in bits.items() if bit]
        if not kept:
            return None
        past = Past(min(kept), b"", min(kept) - timedelta(days=length))
    said = {
        period: bit | bits_of(past, period, length_days=length) & OTHERS
        for period, bit in bits.items()
    }
    known = {period: bit for period, bit in said.items() if bit or period >= past.first}
    return marked(past, known, length_days=length)


async def _amounts(
    asked: Mapping[Pair, tuple[date, date]], *, programme: int, tx: Tx
) -> Mapping[Pair, Mapping[date, Parts]]:
    wanted = [
        {"member": member, "streak": streak, "first": first, "last": last}
        for (member, streak), (first, last) in asked.items()
    ]
    rows = await tx.rows(AMOUNTS, programme, orjson.dumps(wanted, default=str).decode())
    return by_period((_place(row), row["amount"]) for row in rows)


def by_period(
    amounts: Iterable[tuple[Place, int]],
) -> Mapping[Pair, Mapping[date, Parts]]:
    """Amounts by member and streak, and in there by period."""
    found: defaultdict[Pair, dict[date, Parts]] = defaultdict(dict)
    for place, amount in amounts:
        early, later = found[place.member, place.streak].setdefault(place.period, ({}, {}))
        parts = early if place.early else later
        assert isinstance(parts, dict)
        parts[place.part] = amount
    return found


def _bits(amounts: Mapping[date, Parts], period: date, after: date, streak: Streak) -> int:
    terms = streak.terms_on(period)
    early, later = amounts.get(period, NONE)
    next_ = amounts.get(after, NONE)[0] if streak.terms_on(after) is terms else {}
    if terms.metric in DISTINCT:
        whole = early.keys() | later.keys()
        coming = next_.keys()
        there = (len(whole), len(later), len(whole | coming), len(later.keys() | coming))
    else:
        first, rest, more = early.get("", 0), later.get("", 0), next_.get("", 0)
        there = (first + rest, rest, first + rest + more, rest + more)
    return sum([bit for bit, much in zip(BITS, there, strict=True) if much >= terms.minimum])


def _place(row: Row) -> Place:
    return Place(row["member"], row["streak"], row["period"], row["early"], row["part"])


def _worth(fact: Fact, streak: Streak) -> int:
    metric = streak.terms_on(fact.day).metric
    return 1 if metric in DISTINCT else metrics.worth(fact, metric)
