"""Tiers and levels, as members see theirs: where they are, what it takes, where it leads."""

from enum import Enum

import strawberry

from api.context import Info
from api.counting import ActivityFilter
from api.fields import asked, output, said
from api.scalars import Day, Moment, Points
from domain import tiers as ladders

V = strawberry.enum_value


@strawberry.enum(description="What leads to a tier. Spending points never costs one.")
class TierBasis(Enum):
    """What leads to a tier."""

    EARNED = V("EARNED", description="All points earned, by activities and in challenges.")
    QUALIFYING = V("QUALIFYING", description="Points earned by the activities of one filter.")


@strawberry.enum(description="In how long a tier must be reached.")
class TierPeriod(Enum):
    """In how long a tier must be reached."""

    YEAR = V("YEAR", description="From January of each year.")
    ROLLING = V("ROLLING", description="In the last so many months, this one included.")


@strawberry.enum(description="Where a member falls to, when a tier was not reached again in time.")
class TierDowngrade(Enum):
    """Where a member falls to."""

    ONE_STEP = V("ONE_STEP", description="The tier below, or a higher one reached meanwhile.")
    TO_REACHED = V("TO_REACHED", description="The tier that was reached meanwhile.")


@output
class Tier:
    """One step of a programme's ladder."""

    key: str = said("Its lasting name; audiences and multipliers call it so.")
    name: str = said("What members read.")
    points: Points = said("Points in the period from which on it is reached; 0: all have it.")

    @classmethod
    def of(cls, tier: ladders.Tier) -> "Tier":
        """A tier, as the schema shows it."""
        return cls(key=tier.key, name=tier.name, points=Points(tier.threshold))


@output
class TierLadder:
    """The tiers and levels of a programme, and their rules. A tier is reached at once. It is kept
    until `validMonths` after the end of the year, or of the month, in which it was reached last;
    after `graceDays` more the member falls. Points that come late count as if they had come in
    time, and those that are taken back never counted."""

    tiers: list[Tier] = said("The tiers, the lowest first.")
    basis: TierBasis = said("What leads to them.")
    qualifying: ActivityFilter | None = said("Whose points count; null: all of them.")
    period: TierPeriod = said("In how long they must be reached.")
    period_months: int = said("For ROLLING: in so many months.")
    valid_months: int = said("How many months a tier is kept.")
    grace_days: int = said("How many days more, until one falls.")
    downgrade: TierDowngrade = said("Where to.")
    levels: list[Points] = said("Points of a whole life from which on level 1, 2, ... is reached.")
    version: int = said("Counts its changes.")
    set_at: Moment = said("When it was changed last.")

    @classmethod
    def of(cls, ladder: ladders.Ladder) -> "TierLadder":
        """A ladder, as the schema shows it."""
        terms = ladder.terms
        on_filter = terms.basis is ladders.Basis.QUALIFYING
        return cls(
            tiers=[Tier.of(tier) for tier in terms.tiers],
            basis=TierBasis[terms.basis],
            qualifying=ActivityFilter.of(terms.qualifying) if on_filter else None,
            period=TierPeriod[terms.period],
            period_months=terms.period_months,
            valid_months=terms.valid_months,
            grace_days=terms.grace_days,
            downgrade=TierDowngrade[terms.downgrade],
            levels=[Points(points) for points in terms.levels],
            version=ladder.version,
            set_at=Moment(ladder.set_at),
        )


@output
class TierWay:
    """What it takes to be in a tier."""

    tier: Tier = said("Which tier.")
    points: Points = said("So many points are missing; 0: it is certain already.")
    by: Day = said("They must be earned by this day, in the programme's zone.")

    @classmethod
    def of(cls, way: ladders.Way) -> "TierWay":
        """A way, as the schema shows it."""
        return cls(tier=Tier.of(way.tier), points=Points(way.points), by=Day(way.by))


@output
class TierStanding:
    """Where a member is on the ladder, and where that leads. Days are of the programme's zone."""

    tier: Tier | None = said("The tier; null: none yet.")
    since: Moment | None = said("Since when; null without a tier.")
    valid_until: Day | None = said("The last day of its validity; null: it does not end.")
    falls_on: Day | None = said("The day on which it is lost, grace included; null: never.")
    points: Points = said("What has been earned in the period that runs.")
    period_from: Day = said("The first day of that period.")
    period_until: Day = said("Its last day.")
    to_stay: TierWay | None = said("What it takes to keep the tier; null: nothing to lose.")
    to_rise: TierWay | None = said("What it takes to reach the next one; null: none is higher.")
    projected: Tier | None = said(
        "The tier on the period's last day, if it goes on as in it so far; for newcomers as if"
        " they had been here for 30 days."
    )
    level: int = said("The level, 0 before the first.")
    xp: Points = said("Points earned in a whole life; levels are never lost by time.")
    next_level_xp: Points | None = said("The points of the next level; null: it is the last.")
    ladder: TierLadder = said("The ladder itself.")

    @classmethod
    def of(cls, found: ladders.Standing) -> "TierStanding":
        """A standing, as the schema shows it."""
        return cls(
            tier=_tier(found.tier),
            since=None if found.since is None else Moment(found.since),
            valid_until=None if found.until is None else Day(found.until),
            falls_on=None if found.due is None else Day(found.due),
            points=Points(found.points),
            period_from=Day(found.first_day),
            period_until=Day(found.last_day),
            to_stay=_way(found.stay),
            to_rise=_way(found.rise),
            projected=_tier(found.projected),
            level=found.level,
            xp=Points(found.xp),
            next_level_xp=None if found.next_level_xp is None else Points(found.next_level_xp),
            ladder=TierLadder.of(found.ladder),
        )


@output
class TierQueries:
    """What members see of tiers."""

    @asked
    async def tier(self, info: Info) -> TierStanding | None:
        """Where you are on the programme's ladder; null when it has none, or you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        async with context.reading() as tx:
            try:
                found = await ladders.standing(asker, at=context.at, tx=tx)
            except ladders.NoSuchLadder:
                return None
        return TierStanding.of(found)


def _tier(found: ladders.Tier | None) -> Tier | None:
    return None if found is None else Tier.of(found)


def _way(found: ladders.Way | None) -> TierWay | None:
    return None if found is None else TierWay.of(found)
