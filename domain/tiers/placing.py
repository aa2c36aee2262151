"""Placing: put members where their points lead, label them, and tell."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from domain import members
from domain.tiers.climbing import climb, level_of
from domain.tiers.events import LevelChanged, TierChanged
from domain.tiers.keeping import Kept, Sums, keep
from domain.tiers.records import Ladder, Place
from infra.db import Tx
from infra.outbox import emit


def fresh(member: UUID, before: Kept | None, ladder: Ladder) -> Kept:
    """A row of whoever is counted by this ladder from now on."""
    if before is not None:
        return replace(before, counting=ladder.counting)
    return Kept(member, ladder.version, ladder.counting, 0, 0, None, None, None, None)


async def put(
    now: Mapping[UUID, Kept],
    sums: Mapping[UUID, Sums],
    *,
    ladder: Ladder,
    today: date,
    at: datetime,
    tx: Tx,
) -> None:
    """Put these members where their sums lead on `today`; emits TierChanged and LevelChanged.

    now -- their rows as they are. The members must be locked.
    """
    none = Sums({}, {})
    after = {
        id: placed(row, known, ladder, climb(ladder.terms, known.points, today=today), at=at)
        for id, row in now.items()
        for known in (sums.get(id, none),)
    }
    await keep(list(after.values()), programme=ladder.programme, tx=tx)
    changed = {id for id, row in after.items() if row.tier != now[id].tier}
    if changed:
        await _label(changed, now, after, ladder, at=at, tx=tx)
    for id, row in after.items():
        if row.level != now[id].level:
            emit(_level_changed(now[id], row, ladder.programme, at), tx=tx)


def placed(row: Kept, sums: Sums, ladder: Ladder, place: Place, *, at: datetime) -> Kept:
    """The row of a member with these sums, who is at that place now."""
    terms = ladder.terms
    tier = terms.tiers[place.tier].key if place.tier >= 0 else None
    since = row.since if tier == row.tier else at
    xp = sum(sums.xp.values())
    return Kept(
        row.member,
        ladder.version,
        row.counting,
        xp,
        level_of(terms, xp),
        tier,
        since if tier is not None else None,
        place.until,
        place.due,
    )


async def _label(
    ids: set[UUID],
    before: Mapping[UUID, Kept],
    after: Mapping[UUID, Kept],
    ladder: Ladder,
    *,
    at: datetime,
    tx: Tx,
) -> None:
    """Call them by their tiers, and tell."""
    places = {tier.key: place for place, tier in enumerate(ladder.terms.tiers)}
    called = {id: after[id].tier for id in sorted(ids)}
    await members.label_tiers(called, programme=ladder.programme, at=at, tx=tx)
    for id in called:
        was, now = before[id].tier, after[id].tier
        rose = places.get(now or "", -1) > places.get(was or "", -1)
        emit(_tier_changed(before[id], after[id], ladder.programme, rose=rose, at=at), tx=tx)


def _tier_changed(
    before: Kept, after: Kept, programme: int, *, rose: bool, at: datetime
) -> TierChanged:
    return TierChanged(
        programme=programme,
        subject=after.member,
        object=after.member,
        at=at,
        before=before.tier,
        after=after.tier,
        rose=rose,
        until=after.until,
    )


def _level_changed(before: Kept, after: Kept, programme: int, at: datetime) -> LevelChanged:
    return LevelChanged(
        programme=programme,
        subject=after.member,
        object=after.member,
        at=at,
        before=before.level,
        after=after.level,
        xp=after.xp,
    )
