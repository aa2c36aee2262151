"""Reading: where members are on the ladder, and where that leads."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from domain.members import Member
from domain.tiers.climbing import climb, level_of, month_of, period, window_sum
from domain.tiers.counting import today_in
from domain.tiers.keeping import Kept, Sums, rows, sums
from domain.tiers.laddering import current, ladder
from domain.tiers.placing import fresh, placed
from domain.tiers.projecting import projected, to_rise, to_stay
from domain.tiers.records import Ladder, Place, Standing, Terms, Tier
from infra.db import Tx


async def standing(member: Member, *, at: datetime, tx: Tx) -> Standing:
    """Where the member is at `at`, as of what has been counted. Raises NoSuchLadder."""
    programme = member.programme
    found = await ladder(programme, tx=tx)
    kept = (await rows([member.id], programme=programme, tx=tx)).get(member.id)
    known = (await sums([member.id], programme=programme, tx=tx))[member.id]
    today = await today_in(programme, at, tx=tx)
    return _standing(
        found, kept or fresh(member.id, None, found), known, member, today=today, at=at
    )


async def levels(
    members: Collection[UUID], *, programme: int, at: datetime, tx: Tx
) -> Mapping[UUID, int]:
    """The levels of these members; 0: the first is not reached, or the programme has none."""
    found = await current(programme, tx=tx)
    if found is None:
        return dict.fromkeys(members, 0)
    kept = await rows(members, programme=programme, tx=tx)
    return {one: level_of(found.terms, kept[one].xp) if one in kept else 0 for one in members}


def _standing(
    found: Ladder, kept: Kept, known: Sums, member: Member, *, today: date, at: datetime
) -> Standing:
    terms = found.terms
    # As of today, though the schedule may not have come to this member yet.
    place = climb(terms, known.points, today=today)
    row = placed(kept, known, found, place, at=at)
    first, last = period(terms, today)
    ahead = projected(terms, known.points, today=today, since=member.joined_at.date())
    return Standing(
        ladder=found,
        tier=_tier(terms, place),
        since=row.since,
        until=place.until,
        due=place.due,
        level=row.level,
        xp=row.xp,
        next_level_xp=terms.levels[row.level] if row.level < len(terms.levels) else None,
        points=window_sum(terms, known.points, month_of(today)),
        first_day=first,
        last_day=last,
        stay=to_stay(terms, known.points, place),
        rise=to_rise(terms, known.points, place, today=today),
        projected=_tier(terms, ahead),
    )


def _tier(terms: Terms, place: Place) -> Tier | None:
    return terms.tiers[place.tier] if place.tier >= 0 else None
