"""Counting: take what activities earned, and credits, into the months of members, and put each
member where that leads.

Sums are kept so that what was goes out and what is comes in; whoever has no sums yet, or sums by
another ladder, is counted anew from the facts. Counting anew always gives the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from domain import metrics, programmes
from domain.members import day_in
from domain.metrics import Change, Fact
from domain.tiers.climbing import month_of
from domain.tiers.keeping import Sums, drop_months, keep_months, rows, sums
from domain.tiers.laddering import current
from domain.tiers.placing import fresh, put
from domain.tiers.records import Basis, CreditKind, Ladder, Terms
from infra.db import Tx

EVER = {"since": date.min, "until": date.max}

CREDITS = """
SELECT member, kind, month, sum(points)::bigint AS points FROM tier_credit
WHERE programme = $1 AND member = ANY($2::uuid[]) AND undone_at IS NULL
GROUP BY member, kind, month
"""


class Delta(NamedTuple):
    """So much more, or less, in a month: what counts for tiers, and all of it."""

    month: int
    points: int
    xp: int


async def count(changes: Sequence[Change], *, programme: int, tx: Tx) -> None:
    """Count what activities earned, and no longer do. The members must be locked."""
    ladder = await current(programme, tx=tx)
    if ladder is None or not changes:
        return
    deltas: defaultdict[UUID, list[Delta]] = defaultdict(list)
    for change in changes:
        # Most activities are told before their points are: those move nobody.
        if moved := [one for one in _deltas(change, ladder.terms) if one.points or one.xp]:
            deltas[change.member] += moved
    if deltas:
        await take(deltas, ladder=ladder, at=max(change.at for change in changes), tx=tx)


async def take(
    deltas: Mapping[UUID, Sequence[Delta]], *, ladder: Ladder, at: datetime, tx: Tx
) -> None:
    """Take deltas into the sums of members, and put each where that leads.

    Their facts and credits must have been written: who is counted anew has them from there.
    """
    programme = ladder.programme
    kept = await rows(deltas, programme=programme, tx=tx)
    stale = {
        member
        for member in deltas
        if member not in kept or kept[member].counting != ladder.counting
    }
    if stale:
        await recount(stale, ladder=ladder, at=at, tx=tx)
    moved = {member: some for member, some in deltas.items() if member not in stale}
    if not moved:
        return
    known = await sums(moved, programme=programme, tx=tx)
    for member, some in moved.items():
        for one in some:
            known[member].add(one.month, points=one.points, xp=one.xp)
    touched = {(member, one.month) for member, some in moved.items() for one in some}
    await keep_months(touched, known, programme=programme, tx=tx)
    today = await today_in(programme, at, tx=tx)
    now = {member: kept[member] for member in moved}
    await put(now, known, ladder=ladder, today=today, at=at, tx=tx)


async def recount(members: Collection[UUID], *, ladder: Ladder, at: datetime, tx: Tx) -> None:
    """Count these members from nothing: their facts and credits. They must be locked."""
    programme, terms = ladder.programme, ladder.terms
    known: defaultdict[UUID, Sums] = defaultdict(lambda: Sums({}, {}))
    facts = await metrics.facts_of(members, programme=programme, tx=tx, **EVER)
    for member, several in facts.items():
        for fact in several:
            one = _delta(fact, terms)
            known[member].add(one.month, points=one.points, xp=one.xp)
    for row in await tx.rows(CREDITS, programme, list(members)):
        one = credit_delta(CreditKind(row["kind"]), row["points"], row["month"], terms)
        known[row["member"]].add(one.month, points=one.points, xp=one.xp)
    kept = await rows(members, programme=programme, tx=tx)
    now = {
        member: fresh(member, kept.get(member), ladder)
        for member in members
        if member in kept or member in known or terms.base >= 0
    }
    await drop_months(members, programme=programme, tx=tx)
    today = await today_in(programme, at, tx=tx)
    await put(now, known, ladder=ladder, today=today, at=at, tx=tx)
    touched = {(member, month) for member, one in known.items() for month in one.xp}
    await keep_months(touched, known, programme=programme, tx=tx)


async def today_in(programme: int, at: datetime, *, tx: Tx) -> date:
    """The date in the programme's zone: by it tiers begin and end."""
    return day_in((await programmes.by_id(programme, tx=tx)).zone, at)


def credit_delta(kind: CreditKind, points: int, day: date, terms: Terms) -> Delta:
    """What points that no activity earned add. Credit counts for tiers alone, and always; what
    was earned counts as what activities earn does."""
    month = month_of(day)
    if kind is CreditKind.CREDIT:
        return Delta(month, points, 0)
    return Delta(month, points if terms.basis is Basis.EARNED else 0, points)


def _deltas(change: Change, terms: Terms) -> Iterable[Delta]:
    if change.before is not None:
        month, points, xp = _delta(change.before, terms)
        yield Delta(month, -points, -xp)
    yield _delta(change.after, terms)


def _delta(fact: Fact, terms: Terms) -> Delta:
    xp = fact.points if fact.counts else 0
    counted = terms.basis is Basis.EARNED or metrics.matches(fact, terms.qualifying)
    return Delta(month_of(fact.day), xp if counted else 0, xp)
