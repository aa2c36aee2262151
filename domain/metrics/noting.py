"""Noting: turn what happened to activities and their points into facts, and say what changed.

Whatever order it is told in, how often, and how late, the fact is the same in the end: of two
judgements the higher revision holds, and of two words about points the later revision's, a word
that it was taken back before the one that it was earned.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain import activities, members
from domain.activities import Judged, Proof, State, Type
from domain.members import Member
from domain.metrics.keeping import Kept, keep, kept
from domain.metrics.records import Change, Fact
from domain.points import Earned, TakenBack
from infra.db import Tx

Happening: TypeAlias = Judged | Earned | TakenBack

COUNTED = frozenset({State.COUNTED.value, State.PENDING.value})


async def note(
    happenings: Sequence[Happening],
    *,
    people: Mapping[UUID, Member],
    programme: int,
    tx: Tx,
) -> Sequence[Change]:
    """Take in what happened, in its order; one change for each activity that it changed.

    people -- their subjects by id, locked, with whom they were merged into.
    What had been known is no change; nor is what did not count and does not count now.
    """
    known = await kept({one.object for one in happenings}, programme=programme, tx=tx)
    unheard = await _unheard(happenings, known, programme=programme, tx=tx)
    minutes = await _minutes([*unheard, *_judged(happenings)], people, tx=tx)
    now = dict(known)
    touched: dict[UUID, datetime] = {}
    for one in (*unheard, *happenings):
        before = now.get(one.object)
        after = _after(before, one, people[one.subject], minutes)
        if after is not None and after != before:
            now[one.object] = after
            touched[one.object] = one.at
    if touched:
        await keep([now[id] for id in touched], programme=programme, tx=tx)
    return list(_changes(known, now, touched))


async def _unheard(
    happenings: Sequence[Happening], known: Mapping[UUID, Kept], *, programme: int, tx: Tx
) -> Sequence[Judged]:
    """The judgements of activities whose points are told, but of which nothing is known."""
    heard = {one.object for one in _judged(happenings)} | known.keys()
    missing = {one.object for one in happenings} - heard
    return await activities.retold(missing, programme=programme, tx=tx) if missing else []


async def _minutes(
    judged: Collection[Judged], people: Mapping[UUID, Member], *, tx: Tx
) -> Mapping[tuple[UUID, datetime], int]:
    """Minutes since local midnight of each start, by its member's zone then."""
    starts = list({(one.subject, one.started_at) for one in judged})
    times = await members.local_times([(people[id], at) for id, at in starts], tx=tx)
    return {
        start: local.hour * 60 + local.minute for start, local in zip(starts, times, strict=True)
    }


def _after(
    before: Kept | None,
    one: Happening,
    subject: Member,
    minutes: Mapping[tuple[UUID, datetime], int],
) -> Kept | None:
    if isinstance(one, Judged):
        if before is not None and before.fact.revision >= one.revision:
            return before
        return _kept(one, subject, minutes[one.subject, one.started_at], before)
    if before is None:
        return None  # An activity that nobody knows any more: nothing counts it.
    word = 2 * one.revision + isinstance(one, TakenBack)
    if word <= before.word:
        return before
    points = 0 if isinstance(one, TakenBack) else one.points
    return Kept(replace(before.fact, points=points), before.doer, word)


def _kept(judged: Judged, subject: Member, minute: int, before: Kept | None) -> Kept:
    ended_at = judged.ended_at or judged.started_at
    # What was known before a merge stays with whom it has been counted for: a change of one
    # member's sums is never taken from another's.
    fact = Fact(
        judged.programme,
        before.fact.member if before else subject.merged_into or subject.id,
        judged.object,
        judged.revision,
        judged.outcome in COUNTED,
        Type(judged.type),
        judged.day,
        minute,
        judged.started_at,
        max(ended_at, judged.started_at),
        judged.distance_m,
        judged.duration_s,
        judged.elevation_m,
        judged.quantity,
        0 if before is None else before.fact.points,
        Proof(judged.proof),
        judged.source,
        judged.cell,
    )
    return Kept(fact, subject.id, 0 if before is None else before.word)


def _changes(
    known: Mapping[UUID, Kept], now: Mapping[UUID, Kept], touched: Mapping[UUID, datetime]
) -> Iterable[Change]:
    for id, at in touched.items():
        before, after = known[id].fact if id in known else None, now[id].fact
        counted = before is not None and before.counts
        if not counted and not after.counts:
            continue
        if before != after:
            yield Change(before, after, at)


def _judged(happenings: Iterable[Happening]) -> Sequence[Judged]:
    return [one for one in happenings if isinstance(one, Judged)]
