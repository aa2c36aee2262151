"""Define streaks, change their terms from some day on, and retire them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain import badges, ledger
from domain.streaks import checking, storing
from domain.streaks.errors import BadStreak, ChangeTooEarly, StreakRetired, TooManyStreaks
from domain.streaks.periods import LENGTH_DAYS, period_of
from domain.streaks.records import Cadence, Milestone, Streak, Terms, Version
from infra.db import Tx

STREAKS_MAX = 50
VERSIONS_MAX = 50
# How much of the past may count, and how early a streak may be announced.
PAST = timedelta(days=366)
FUTURE = timedelta(days=366)
# The date is nowhere further ahead of that in UTC.
AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an operator says of a new streak; the words are as for Streak.

    first_day -- None: the period that it is now in UTC.
    """

    name: str
    description: str = ""
    cadence: Cadence
    grace_hours: int = 0
    first_day: date | None = None
    terms: Terms


async def define(draft: Draft, *, programme: int, id: UUID, at: datetime, tx: Tx) -> Streak:
    """A new streak; what members did since its first day is counted within minutes.

    id -- the same id again with the same words answers the same.
    Refuses, in this order: BadStreak (name, description, graceHours, firstDay), for the terms
    BadStreak or metrics.BadFilter as `check_terms` does, badges.NoSuchBadge,
    badges.BadBadgeLevel, ledger.KeyReused, TooManyStreaks.
    """
    made = _sound(draft, programme=programme, id=id, at=at)
    await _check_badges(draft.terms.milestones, programme=programme, tx=tx)
    await storing.lock(programme, tx=tx)
    there = await storing.every(programme, tx=tx)
    first = next((one for one in there if one.id == id), None)
    if first is not None:
        if replace(made, created_at=first.created_at) != first:
            raise ledger.KeyReused
        return first
    if sum(one.last_day is None for one in there) >= STREAKS_MAX:
        raise TooManyStreaks(most=STREAKS_MAX)
    await storing.add(made, catching_up=made.first_day <= at.date() + AHEAD, tx=tx)
    return made


async def alter(
    streak: UUID,
    *,
    name: str | None = None,
    description: str | None = None,
    terms: Terms | None = None,
    since: date | None = None,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Streak:
    """Other words at once, and other terms from a period on that has begun nowhere.

    since -- a day of the first period with the new terms; None: the next one. What was planned to
    hold from then on or later is forgotten. Cadence and grace stay for ever.
    Refuses, in this order: NoSuchStreak, StreakRetired, BadStreak (name, description), for the
    terms as `define`, ChangeTooEarly.
    """
    await storing.lock(programme, tx=tx)
    found = await _open(streak, programme=programme, tx=tx)
    if name is not None:
        found = replace(found, name=checking.sound_name(name))
    if description is not None:
        found = replace(found, description=checking.sound_description(description))
    if terms is not None:
        checking.check_terms(terms, found.cadence)
        await _check_badges(terms.milestones, programme=programme, tx=tx)
        found = replace(found, versions=_with(found, terms, since, at))
    await storing.change(found, tx=tx)
    return found


async def retire(streak: UUID, *, programme: int, at: datetime, tx: Tx) -> Streak:
    """End a streak with the period that it is now, wherever it is latest; lengths stay as they
    are then. Retiring again answers the same. Refuses: NoSuchStreak."""
    await storing.lock(programme, tx=tx)
    found = await storing.get(streak, programme=programme, tx=tx)
    if found.last_day is not None:
        return found
    period = period_of(max(at.date() + AHEAD, found.first_day), found.cadence)
    last_day = period + timedelta(days=LENGTH_DAYS[found.cadence] - 1)
    retired = replace(found, last_day=last_day)
    await storing.change(retired, tx=tx)
    return retired


async def _open(streak: UUID, *, programme: int, tx: Tx) -> Streak:
    found = await storing.get(streak, programme=programme, tx=tx)
    if found.last_day is not None:
        raise StreakRetired("the streak is retired")
    return found


def _sound(draft: Draft, *, programme: int, id: UUID, at: datetime) -> Streak:
    name = checking.sound_name(draft.name)
    description = checking.sound_description(draft.description)
    checking.check_grace(draft.grace_hours, draft.cadence)
    today = at.astimezone(UTC).date()
    first_day = draft.first_day or period_of(today, draft.cadence)
    checking.check_first_day(first_day, draft.cadence, earliest=today - PAST, latest=today + FUTURE)
    checking.check_terms(draft.terms, draft.cadence)
    return Streak(
        id=id,
        programme=programme,
        name=name,
        description=description,
        cadence=draft.cadence,
        grace_hours=draft.grace_hours,
        first_day=first_day,
        last_day=None,
        versions=(Version(first_day, draft.terms),),
        created_at=at,
    )


def _with(streak: Streak, terms: Terms, since: date | None, at: datetime) -> tuple[Version, ...]:
    """The versions with these terms from then on. The first one's day never changes."""
    length = timedelta(days=LENGTH_DAYS[streak.cadence])
    earliest = period_of(at.astimezone(UTC).date() + AHEAD, streak.cadence) + length
    earliest = max(earliest, streak.first_day)
    begins = earliest if since is None else period_of(since, streak.cadence)
    if begins < earliest:
        raise ChangeTooEarly(earliest=earliest)
    kept = [version for version in streak.versions if version.since < begins]
    if len(kept) >= VERSIONS_MAX:
        raise BadStreak(f"the terms may change {VERSIONS_MAX} times", "terms")
    return (*kept, Version(begins, terms))


async def _check_badges(milestones: Sequence[Milestone], *, programme: int, tx: Tx) -> None:
    keys = {one.badge for one in milestones if one.badge is not None}
    known = await badges.known(keys, programme=programme, tx=tx) if keys else {}
    for one in milestones:
        if one.badge is None:
            continue
        if one.badge not in known:
            raise badges.NoSuchBadge(f"there is no badge {one.badge}")
        most = len(known[one.badge].levels)
        if one.level is None or not 1 <= one.level <= most:
            raise badges.BadBadgeLevel(most=most)
