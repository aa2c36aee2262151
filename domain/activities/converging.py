"""Converge: find out what a change of some recordings does to the others of their members."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TypeAlias
from uuid import UUID

from domain.activities.records import Recorder
from domain.activities.reports import Lane
from domain.activities.standings import Standing, shared, standing_of
from domain.activities.uniting import Recording, Share, unite
from domain.activities.weighing import LENGTH_MAX
from infra.db import Tx

# Each window by itself: a plan made while the table was empty would join by reading all of it.
AROUND = """
SELECT a.* FROM unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[],
                       $6::timestamptz[]) AS w (member, lane, earliest, since, until)
CROSS JOIN LATERAL (
    SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
           distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
           proof, source, external_id, revision, cell, lane, recorder,
           told_duration_s,
           told_distance_m, told_quantity, covered_from
    FROM activity
    WHERE programme = $1 AND member = w.member AND lane = w.lane
      AND started_at > w.earliest AND started_at < w.until AND ended_at > w.since
    OFFSET 0
) AS a
"""


Near: TypeAlias = Mapping[tuple[UUID, Lane], Sequence[Standing]]


@dataclass(frozen=True, slots=True)
class Change:
    """A recording that comes, changes or goes, and what it takes part in."""

    member: UUID
    lane: Lane
    recording: Recording
    goes: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one member's time in one lane."""

    member: UUID
    lane: Lane
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes do: the shares of those that come, and whom else they change, changed."""

    shares: Mapping[UUID, Share]
    others: Sequence[Standing]


async def converge(
    changes: Sequence[Change], *, programme: int, order: Sequence[Recorder], tx: Tx
) -> Effect:
    """What `changes` do. The members must be locked; nothing is written.

    A change reaches those that share time with it and no further: what they count depends on
    those that share time with them, so these are read too.
    """
    if not changes:
        return Effect({}, ())
    lanes: defaultdict[tuple[UUID, Lane], list[Change]] = defaultdict(list)
    for change in changes:
        lanes[change.member, change.lane].append(change)
    ids = {change.recording.id for change in changes}
    known = await _known(windows(changes), without=ids, programme=programme, tx=tx)
    found: dict[UUID, Share] = {}
    others: list[Standing] = []
    for key, group in lanes.items():
        near = known.get(key, ())
        coming = [change.recording for change in group if not change.goes]
        shares = unite((*coming, *(one.recording for one in near)), lane=key[1], order=order)
        found |= {one.id: shares[one.id] for one in coming}
        for one in _touched(near, group):
            changed = shared(one, shares[one.activity.id])
            if changed != one:
                others.append(changed)
    return Effect(found, others)


def change_of(standing: Standing, *, goes: bool = False) -> Change:
    """That it comes, changes or goes. It must have a lane."""
    assert standing.lane is not None, "what has no lane changes nothing"
    return Change(standing.activity.member, standing.lane, standing.recording, goes)


def windows(changes: Iterable[Change]) -> list[Window]:
    """The stretches that changes lie in; those of one lane are apart by more than a recording's
    greatest length."""
    found: list[Window] = []
    for change in sorted(changes, key=lambda c: (c.member, c.lane, c.recording.started_at)):
        one = Window(
            change.member, change.lane, change.recording.started_at, change.recording.ended_at
        )
        last = found[-1] if found else None
        apart = last is None or (last.member, last.lane) != (one.member, one.lane)
        if last is None or apart or one.since > last.until + _reach(one.lane):
            found.append(one)
        else:
            until = max(last.until, one.until)
            found[-1] = Window(one.member, one.lane, last.since, until)
    return found


async def _known(
    around: Sequence[Window], *, without: Collection[UUID], programme: int, tx: Tx
) -> Near:
    """The recordings in the windows, and those that share time with one of these."""
    near = await _near(around, without=without, programme=programme, tx=tx)
    if not near:
        return near
    wider = [_widened(window, near.get((window.member, window.lane), ())) for window in around]
    if wider == list(around):
        return near
    return await _near(wider, without=without, programme=programme, tx=tx)


async def _near(
    around: Sequence[Window], *, without: Collection[UUID], programme: int, tx: Tx
) -> Near:
    rows = await tx.rows(
        AROUND,
        programme,
        [window.member for window in around],
        [window.lane for window in around],
        [window.since - _reach(window.lane) for window in around],
        [window.since for window in around],
        [window.until for window in around],
    )
    found: defaultdict[tuple[UUID, Lane], dict[UUID, Standing]] = defaultdict(dict)
    for row in rows:
        if row["id"] in without:
            continue
        found[row["member"], Lane(row["lane"])][row["id"]] = standing_of(row)
    return {key: list(one.values()) for key, one in found.items()}


def _widened(window: Window, near: Iterable[Standing]) -> Window:
    inside = [
        recording
        for recording in (one.recording for one in near)
        if recording.started_at < window.until and recording.ended_at > window.since
    ]
    return Window(
        window.member,
        window.lane,
        min([window.since, *(one.started_at for one in inside)]),
        max([window.until, *(one.ended_at for one in inside)]),
    )


def _touched(near: Iterable[Standing], changes: Sequence[Change]) -> Iterable[Standing]:
    """Those of `near` that share time with a change."""
    ordered = sorted(changes, key=lambda change: change.recording.started_at)
    starts = [change.recording.started_at for change in ordered]
    # The latest end among the changes up to each place: one look answers for all before it.
    ends = list(accumulate((change.recording.ended_at for change in ordered), max))
    for one in near:
        place = bisect_left(starts, one.recording.ended_at)
        if place and ends[place - 1] > one.recording.started_at:
            yield one


def _reach(lane: Lane) -> timedelta:
    return LENGTH_MAX[lane]
