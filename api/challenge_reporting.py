"""What challenges are expected to come to, and came to, as partners and operators see it."""

from enum import Enum
from typing import Annotated, TypeAlias

import strawberry

from api.asking import Asking
from api.challenge_drafts import challenge_id
from api.faults import Fault, FaultCode
from api.fields import argument, asked, output, said
from api.scalars import Day, Points, Quantity
from domain import challenges
from domain.challenges import (
    BurnDown,
    Burnt,
    By,
    Challenge,
    Estimate,
    Exhaustion,
    Preview,
    Report,
    Shown,
)
from domain.members import Tally

V = strawberry.enum_value
DAYS_DEFAULT = 92

Info: TypeAlias = strawberry.Info[Asking, None]
Days = Annotated[int, argument(f"How many days at most, 1 to {challenges.DAYS_MAX}.")]


@strawberry.enum(description="What those who joined are told apart by.")
class ChallengeGrouping(Enum):
    """What those who joined are told apart by."""

    WEEK = V("WEEK", description="The week in which they joined, by its Monday, as in 2026-04-06.")
    TIER = V("TIER", description="Their tier now.")
    SEGMENT = V("SEGMENT", description="Their segments now; somebody may be in several.")
    TOWN = V("TOWN", description="Their town of residence.")


@output
class ChallengeEstimate:
    """A whole number that is not known yet, with an interval."""

    expected: Quantity | None = said("The best guess; null: nothing tells it.")
    low: Quantity = said("No fewer than that, in 95 of 100 cases with the high end.")
    high: Quantity = said("No more than that.")
    exact: bool = said("True when it is known, and no guess.")

    @classmethod
    def of(cls, one: Estimate) -> "ChallengeEstimate":
        """An estimate, as the schemas show it."""
        return cls(
            expected=None if one.expected is None else Quantity(one.expected),
            low=Quantity(one.low),
            high=Quantity(one.high),
            exact=one.is_exact,
        )


@output
class ChallengePreview:
    """What a challenge is expected to come to, told by what members did in days that are over.

    The members of a random sample are put through its rules as if it had been then. Intervals are
    Wilson's, with what chance does to the members to come; they hold where `assumed` does.
    """

    rules: list[str] = said("Its rules in plain English, one sentence or two each.")
    eligible: ChallengeEstimate = said("Members who may take part now.")
    joins: ChallengeEstimate = said("How many of them will.")
    completions: ChallengeEstimate = said("How often it will be completed and paid for.")
    cost: ChallengeEstimate = said("Points, milestones included; never more than the budget.")
    budget: Points = said("The most points it may ever pay.")
    budget_is_enough: bool | None = said(
        "Whether the budget pays for all of it; null: it may or may not."
    )
    first_day: Day = said("The first of the past days that were looked at.")
    last_day: Day = said("The last of them.")
    sampled: int = said("Members whose days those were; 0: there is no past to tell by.")
    earlier_challenges: int = said("Challenges before it that tell how many join; 0: none.")
    assumed: list[str] = said("What is taken for granted, in plain English.")

    @classmethod
    def of(cls, one: Preview, challenge: Challenge) -> "ChallengePreview":
        """A preview, as the schemas show it."""
        return cls(
            rules=list(challenges.rules(challenge.terms)),
            eligible=ChallengeEstimate.of(one.eligible),
            joins=ChallengeEstimate.of(one.joins),
            completions=ChallengeEstimate.of(one.completions),
            cost=ChallengeEstimate.of(one.cost),
            budget=Points(challenge.budget),
            budget_is_enough=one.enough,
            first_day=Day(one.first_day),
            last_day=Day(one.last_day),
            sampled=one.sampled,
            earlier_challenges=one.earlier,
            assumed=list(one.assumed),
        )


@output
class ChallengeGroup:
    """Some of those who joined: never fewer than ten."""

    name: str | None = said("What they are called; null: all who are in none of the groups shown.")
    joined: int = said("How many they are.")
    completed: int = said("How many of them completed it.")
    points: Points = said("Points that they got, less those that were taken back.")

    @classmethod
    def of(cls, name: str | None, one: Tally) -> "ChallengeGroup":
        """A group, as the schemas show it."""
        return cls(name=name, joined=one.members, completed=one.marked, points=Points(one.amount))

    @classmethod
    def all_of(cls, shown: Shown, by: By) -> "list[ChallengeGroup]":
        """Every group that may be shown: weeks in order, others the largest first."""
        names = sorted(shown.groups) if by is By.WEEK else list(shown.groups)
        groups = [cls.of(name, shown.groups[name]) for name in names]
        if shown.rest is not None and shown.rest.members:
            groups.append(cls.of(None, shown.rest))
        return groups


@output
class ChallengeDay:
    """One day of a challenge's points."""

    day: Day = said("The day, in the programme's zone.")
    funded: Points = said("Points that were put in, less those that went back to their payer.")
    paid: Points = said("Points that members got.")
    returned: Points = said("Points that were taken back from them.")
    left: Points = said("Points that were left at its end.")

    @classmethod
    def of(cls, one: Burnt) -> "ChallengeDay":
        """A day, as the schemas show it."""
        return cls(
            day=Day(one.day),
            funded=Points(one.funded),
            paid=Points(one.paid),
            returned=Points(one.returned),
            left=Points(one.left),
        )


@output
class ChallengeExhaustion:
    """When the points will be gone, if the days to come are like the last four weeks. A day that
    is null comes after the challenge is over."""

    expected_on: Day | None = said("The best guess.")
    earliest_on: Day | None = said("Not before that day, in 95 of 100 cases with the latest.")
    latest_on: Day | None = said("Not after that day.")

    @classmethod
    def of(cls, one: Exhaustion) -> "ChallengeExhaustion":
        """A projection, as the schemas show it."""
        days = (one.expected, one.earliest, one.latest)
        expected, earliest, latest = [None if day is None else Day(day) for day in days]
        return cls(expected_on=expected, earliest_on=earliest, latest_on=latest)


@output
class ChallengeBurnDown:
    """How a challenge's points went, day by day."""

    days: list[ChallengeDay] = said("Each day, also those on which nothing happened, in order.")
    exhaustion: ChallengeExhaustion | None = said(
        "When they will be gone; null before it has been live for a week, and when it is over."
    )

    @classmethod
    def of(cls, one: BurnDown) -> "ChallengeBurnDown":
        """A burn-down, as the schemas show it."""
        exhaustion = one.exhaustion
        return cls(
            days=[ChallengeDay.of(day) for day in one.days],
            exhaustion=None if exhaustion is None else ChallengeExhaustion.of(exhaustion),
        )


@output
class ChallengeReport:
    """What became of a challenge until now; nobody by name."""

    challenge_id: strawberry.ID = said("The challenge.")
    offered: int = said("Members who were asked and have not come in.")
    joined: int = said("Members who came in, those who left again too.")
    active: int = said("Members for whom something counts.")
    completed: int = said("Members who completed it at least once.")
    left: int = said("Members who left it.")
    completions: int = said("How often it was completed: once in each round at most.")
    points_paid: Points = said("Points that members got, for milestones and completions.")
    points_returned: Points = said("Points of those that were taken back since.")
    cost: Points = said("Points paid less points returned.")
    cost_per_completion: Points | None = said(
        "The cost by the completions, rounded up; null before the first."
    )
    unpaid: int = said("Milestones and completions that the points were not enough for.")
    record: strawberry.Private[Challenge]
    zone: strawberry.Private[str]
    exact: strawberry.Private[bool]

    @asked
    async def breakdown(
        self, info: Info, by: Annotated[ChallengeGrouping, argument("By what.")]
    ) -> list[ChallengeGroup]:
        """Those who joined, in groups of ten members or more: who could be told apart is put
        together with others, or left out. To partners in steps, rounded down, so that two answers
        do not tell what one member did between them: of ten members, and of ten times the points
        of one completion. The latest 120 weeks; 200 groups at most."""
        context, grouping = info.context, By[by.name]
        async with context.reading() as tx:
            shown = await challenges.breakdown(
                self.record, by=grouping, zone=self.zone, exact=self.exact, at=context.at, tx=tx
            )
        return ChallengeGroup.all_of(shown, grouping)

    @asked
    async def burn_down(self, info: Info, days: Days = DAYS_DEFAULT) -> ChallengeBurnDown:
        """How its points went, the latest days."""
        if not 1 <= days <= challenges.DAYS_MAX:
            told = f"`days` must be between 1 and {challenges.DAYS_MAX}."
            raise Fault(FaultCode.BAD_ARGUMENT, told)
        context = info.context
        async with context.reading() as tx:
            found = await challenges.burn_down(
                self.record, days=days, zone=self.zone, at=context.at, tx=tx
            )
        return ChallengeBurnDown.of(found)

    @classmethod
    def of(cls, one: Report, challenge: Challenge, *, zone: str, exact: bool) -> "ChallengeReport":
        """A report, as the schemas show it; `zone` is the programme's, `exact` as for breakdown."""
        each = one.cost_per_completion
        return cls(
            challenge_id=challenge_id(challenge.id),
            offered=one.offered,
            joined=one.joined,
            active=one.active,
            completed=one.completed,
            left=one.left,
            completions=one.completions,
            points_paid=Points(one.paid),
            points_returned=Points(one.returned),
            cost=Points(one.cost),
            cost_per_completion=None if each is None else Points(each),
            unpaid=one.unpaid,
            record=challenge,
            zone=zone,
            exact=exact,
        )
