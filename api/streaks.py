"""Streaks, as members see theirs, and the words of their rules for all schemas."""

from enum import Enum

import strawberry

from api import globalids
from api.context import Context, Info
from api.counting import ActivityFilter, MetricName
from api.fields import asked, output, said
from api.globalids import Kind, Name
from api.nodes import Node
from api.scalars import Day, Moment, Points, Quantity
from api.transferring import NOBODY
from domain import streaks
from domain.members import Member as Asker
from domain.streaks import Keeping
from infra.db import Tx

V = strawberry.enum_value


@strawberry.enum(description="How long a period of a streak is, in your own local days.")
class StreakCadence(Enum):
    """How long a period of a streak is."""

    DAILY = V("DAILY", description="A day.")
    WEEKLY = V("WEEKLY", description="A week, from Monday to Sunday.")


@strawberry.enum(description="What a missed period takes back of a streak's length.")
class StreakLapse(Enum):
    """What a missed period takes back."""

    ALL = V("ALL", description="All of it.")
    SHARE = V("SHARE", description="So many percent, rounded up.")
    STEPS = V("STEPS", description="So many periods.")


@strawberry.enum(description="Where you are with a streak now.")
class StreakToday(Enum):
    """Where a member is with a streak now."""

    NONE = V("NONE", description="There is nothing to lose.")
    SAFE = V("SAFE", description="This period is kept.")
    DUE = V("DUE", description="This period waits to be kept.")
    FROZEN = V("FROZEN", description="As DUE, and a freeze stood in for the period before.")
    AT_RISK = V("AT_RISK", description="The period before can be kept until its grace is over.")
    OVER = V("OVER", description="The programme has ended the streak.")


@strawberry.enum(description="What became of one period of a streak.")
class StreakMark(Enum):
    """What became of one period."""

    KEPT = V("KEPT", description="You did enough.")
    FROZEN = V("FROZEN", description="Missed, and a freeze stood in.")
    REPAIRED = V("REPAIRED", description="Missed, and made good.")
    SHORT = V("SHORT", description="You travelled: too little of it was left, so it is no miss.")
    MISSED = V("MISSED", description="Missed.")
    OPEN = V("OPEN", description="It can still be kept.")


@output
class StreakPeriod:
    """One day or week of a streak's calendar."""

    first_day: Day = said("The day itself, or the Monday of the week, in your own calendar.")
    mark: StreakMark = said("What became of it.")


@output
class StreakMilestone:
    """What a length gives."""

    length: int = said("How many periods in a row.")
    points: Points = said("Points that it gives.")
    badge_key: str | None = said("The key of the badge that it gives; null: none.")
    badge_level: int | None = said("Which of the badge's levels; null: no badge.")
    again: bool = said("True: each new streak that gets there; false: once for ever.")

    @classmethod
    def of(cls, one: streaks.Milestone) -> "StreakMilestone":
        """A milestone, as all schemas show it."""
        return cls(
            length=one.length,
            points=Points(one.points),
            badge_key=one.badge,
            badge_level=one.level,
            again=one.again,
        )


@output
class StreakTerms:
    """The rules of a streak."""

    metric: MetricName = said("What is counted in each period.")
    minimum: Quantity = said("How much of it keeps the period, in the unit of the metric.")
    counted: ActivityFilter = said("Which activities count.")
    freezes_max: int = said("How many freezes one may have; each stands in for a missed period.")
    freeze_every: int | None = said("So many kept periods earn one; null: none is earned.")
    freeze_price: Points | None = said("Points for one; null: they are not sold.")
    lapse: StreakLapse = said("What a missed period takes back of the length.")
    lapse_size: int = said("For SHARE, percent; for STEPS, periods; else 0.")
    repair_price: Points | None = said("Points to make one missed period good; null: impossible.")
    repair_periods: int = said("How many periods ago the miss may be; 0: no repair.")
    milestones: list[StreakMilestone] = said("What lengths give, the shortest first; 30 at most.")

    @classmethod
    def of(cls, terms: streaks.Terms) -> "StreakTerms":
        """The rules, as all schemas show them."""
        freeze, repair = terms.freeze_price, terms.repair_price
        return cls(
            metric=MetricName[terms.metric],
            minimum=Quantity(terms.minimum),
            counted=ActivityFilter.of(terms.filter),
            freezes_max=terms.freezes_max,
            freeze_every=terms.freeze_every,
            freeze_price=None if freeze is None else Points(freeze),
            lapse=StreakLapse[terms.lapse],
            lapse_size=terms.lapse_size,
            repair_price=None if repair is None else Points(repair),
            repair_periods=terms.repair_periods,
            milestones=[StreakMilestone.of(one) for one in terms.milestones],
        )


@output
class StreakOffer:
    """What you missed and can make good now, all of it together."""

    first_days: list[Day] = said("The first days of the missed periods, the oldest first.")
    points: Points = said("What it costs.")
    length: int = said("How long the streak is then.")
    until: Day = said("The last day, in your own calendar, on which all of it can be made good.")

    @classmethod
    def of(cls, offer: streaks.Offer) -> "StreakOffer":
        """An offer, as the member sees it."""
        return cls(
            first_days=[Day(day) for day in offer.periods],
            points=Points(offer.points),
            length=offer.length,
            until=Day(offer.until),
        )


@output
class Streak(Node):
    """Days or weeks in a row. What counts is your local date when you did something; whatever
    arrives later counts as if it had come in time."""

    name: str = said("What it is called.")
    description: str = said("What it is about; may be empty.")
    cadence: StreakCadence = said("How long a period is.")
    grace_hours: int = said(
        "What you start so many hours after a period still counts for it, if it needs that."
    )
    terms: StreakTerms = said("The rules of this period.")
    length: int = said("How many periods you have kept in a row.")
    best: int = said("The most it has ever been.")
    since: Day | None = said("The first day of the streak; null: there is none now.")
    today: StreakToday = said("Where you are with it now.")
    due_by: Moment | None = said(
        "Until when you must do something, or a period is missed; null: there is nothing to lose."
    )
    freezes: int = said("How many freezes you have.")
    freeze_earned_in: int | None = said(
        "So many more kept periods earn the next freeze; null: none is to be earned now."
    )
    repair_offer: StreakOffer | None = said("What you can make good; null: nothing.")
    calendar: list[StreakPeriod] = said("The last eight weeks, the oldest first.")

    @classmethod
    def of(cls, one: Keeping) -> "Streak":
        """A streak, as its member sees it."""
        streak = one.streak
        return cls(
            id=globalids.of(Kind.STREAK, streak.id),
            name=streak.name,
            description=streak.description,
            cadence=StreakCadence[streak.cadence],
            grace_hours=streak.grace_hours,
            terms=StreakTerms.of(streak.terms_on(one.today)),
            length=one.length,
            best=one.best,
            since=None if one.since is None else Day(one.since),
            today=StreakToday[one.state],
            due_by=None if one.due_by is None else Moment(one.due_by),
            freezes=one.freezes,
            freeze_earned_in=one.earned_in,
            repair_offer=None if one.offer is None else StreakOffer.of(one.offer),
            calendar=[
                StreakPeriod(first_day=Day(day.period), mark=StreakMark[day.mark])
                for day in one.calendar
            ],
        )


@output
class StreakQueries:
    """What members see of streaks."""

    @asked
    async def streaks(self, info: Info) -> list[Streak] | None:
        """The programme's streaks and where you are with each, the oldest first: fifty at most,
        and for sixty days those that have ended; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        async with context.reading() as tx:
            return [Streak.of(one) for one in await streaks.of(asker, at=context.at, tx=tx)]


async def find(name: Name, asker: Asker, context: Context, tx: Tx) -> Streak | None:
    """The streak with that id, as the asker stands with it; None: there is none."""
    try:
        streak = name.uuid or NOBODY
        return Streak.of(await streaks.one(streak, member=asker, at=context.at, tx=tx))
    except streaks.NoSuchStreak:
        return None
