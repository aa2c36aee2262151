"""How far a member is in a challenge, and why: each activity that counted, each reward."""

from enum import Enum
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.activities import Activity
from api.challenging import ChallengeReward, when
from api.context import Info
from api.counting import MetricName
from api.fields import asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.scalars import Day, Moment, Points, Quantity
from domain import challenges, metrics
from domain.challenges import Challenge, Criterion, Given, Mode, Participation, Reward, Step
from domain.members import Member

V = strawberry.enum_value


@strawberry.enum(description="Where a member is in a challenge.")
class ParticipationState(Enum):
    """Where a member is in a challenge."""

    OFFERED = V("OFFERED", description="Asked to take part.")
    JOINED = V("JOINED", description="In it; nothing has counted yet.")
    ACTIVE = V("ACTIVE", description="Something has counted.")
    COMPLETED = V("COMPLETED", description="It is complete.")
    FAILED = V("FAILED", description="The days are over, and it is not complete.")
    LEFT = V("LEFT", description="Left it.")
    REFUSED = V("REFUSED", description="Did not want to be in it.")


@strawberry.enum(description="What became of a reward.")
class ChallengeRewardState(Enum):
    """What became of a reward."""

    PAID = V("PAID", description="Given.")
    UNPAID = V("UNPAID", description="Reached, and not given.")
    RETURNED = V("RETURNED", description="Taken back: an activity was corrected or deleted.")


@output
class CriterionProgress:
    """How far one criterion is."""

    metric: MetricName = said("What is counted.")
    target: Quantity = said("How much is to be reached: yours, where it is personal.")
    reached: Quantity = said("How much is, which may be more; of all together where it is shared.")
    own: Quantity = said("How much of it is yours.")
    text: str = said("What is reached of the target in plain English, such as `3 km of 5 km`.")

    @classmethod
    def of(cls, criterion: Criterion, target: int, reached: int, own: int) -> "CriterionProgress":
        """The progress of a criterion, as the schema shows it."""
        metric = criterion.metric
        return cls(
            metric=MetricName[metric.name],
            target=Quantity(target),
            reached=Quantity(reached),
            own=Quantity(own),
            text=f"{metrics.told(metric, reached)} of {metrics.told(metric, target)}",
        )


@output
class ChallengePlace:
    """Your place among those who take part; who reached as much earlier is before."""

    place: int | None = said("From 1; null: nothing of yours has counted yet.")
    of: int = said("How many take part.")


@output
class ChallengeContribution:
    """One of your activities, and what it added."""

    activity_id: strawberry.ID = said("The activity.")
    round: int = said("To which round, from 1.")
    day: Day = said("Your local day of its start.")
    ended_at: Moment = said("When it ended: what ended first counts first.")
    added: list[Quantity] = said("What it added to each criterion, in its metric's unit.")
    counts: bool = said("False: it was corrected or deleted, and what it added was taken back.")
    changed_at: Moment = said("When it began to count, or counted no more.")
    key: strawberry.Private[UUID]

    @asked
    async def activity(self, info: Info) -> Activity | None:
        """The activity itself; null when you can see it no more."""
        found = await info.context.loading.activities.load(self.key)
        return None if found is None else Activity.of(found)

    @classmethod
    def of(cls, step: Step) -> "ChallengeContribution":
        """A contribution, as the schema shows it."""
        return cls(
            activity_id=globalids.of(Kind.ACTIVITY, step.activity),
            round=step.round,
            day=Day(step.day),
            ended_at=Moment(step.ended_at),
            added=[Quantity(one) for one in step.worth],
            counts=step.counts,
            changed_at=Moment(step.changed_at),
            key=step.activity,
        )


@output
class ChallengeRewarded:
    """One time that a milestone or a completion of yours was rewarded, or could not be."""

    percent: int = said("The milestone; 100: completion.")
    round: int = said("In which round, from 1.")
    state: ChallengeRewardState = said("What became of it.")
    reward: ChallengeReward = said("What was given, or was to be.")
    points_returned: Points = said("Points of it that were taken back.")
    at: Moment = said("When it was reached.")
    undone_at: Moment | None = said("When it was taken back; null: it was not.")
    reason: str | None = said("Why it was not given, such as BUDGET_EXHAUSTED; null: it was.")
    activity_id: strawberry.ID | None = said("The activity that reached it; null: not one alone.")

    @classmethod
    def of(cls, one: Given) -> "ChallengeRewarded":
        """A reward that was given, as the schema shows it."""
        got = Reward(one.points, one.badge, one.level, one.unit, one.tier_credit)
        activity = one.activity
        return cls(
            percent=one.percent,
            round=one.round,
            state=ChallengeRewardState[one.state.name],
            reward=ChallengeReward.of(got),
            points_returned=Points(one.returned),
            at=Moment(one.at),
            undone_at=when(one.undone_at),
            reason=one.reason,
            activity_id=None if activity is None else globalids.of(Kind.ACTIVITY, activity),
        )


@output
class ChallengeParticipation:
    """You in a challenge, in the round that goes on, or the last there was."""

    state: ParticipationState = said("Where you are in it.")
    round: int = said("Which round, from 1.")
    first_day: Day = said("Your first day of it.")
    last_day: Day = said("Your last day of it.")
    percent: int = said("How far you are, 0 to 100, rounded down: 100 only when it is complete.")
    progress: list[CriterionProgress] = said("How far each criterion is, in the terms' order.")
    milestones: list[int] = said("The percents of the milestones that are reached.")
    joined_at: Moment | None = said("When you came in; null: you have only been asked.")
    completed_at: Moment | None = said("When what completed it ended; null: it is not complete.")
    record: strawberry.Private[Participation]
    challenge_record: strawberry.Private[Challenge]

    @asked
    async def place(self, info: Info) -> ChallengePlace | None:
        """Your place among those who take part; null where members do not vie each with each."""
        if self.challenge_record.terms.mode is not Mode.INDIVIDUAL:
            return None
        asker = await _asker(info)
        async with info.context.reading() as tx:
            found = await challenges.place(self.record.challenge, member=asker, tx=tx)
        return ChallengePlace(place=found.place, of=found.of)

    @asked
    async def contributions(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[ChallengeContribution]:
        """Why you are where you are: each activity and what it added, what was taken back too,
        the last that ended first."""
        context, asker, id = info.context, await _asker(info), self.record.challenge
        page = Page[Step](f"contributions {id}", asker, context, first=first, after=after)
        position = page.position
        since = None if position is None else challenges.After(*cursors.to_moment(position))
        async with context.reading() as tx:
            found = await challenges.contributions(
                id,
                member=asker.id,
                programme=asker.programme,
                after=since,
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(
            found,
            node=ChallengeContribution.of,
            place=lambda step: cursors.from_moment(step.ended_at, step.activity),
        )

    @asked
    async def rewards(self, info: Info) -> list[ChallengeRewarded]:
        """What you were given, in all rounds, and what was taken back: the last hundred."""
        asker, id = await _asker(info), self.record.challenge
        async with info.context.reading() as tx:
            found = await challenges.rewards_of(id, asker.id, programme=asker.programme, tx=tx)
        return [ChallengeRewarded.of(one) for one in found[-100:]]

    @classmethod
    def of(cls, one: Participation, challenge: Challenge) -> "ChallengeParticipation":
        """A participation, as the schema shows it to its member."""
        each = zip(challenge.terms.criteria, one.targets, one.reached, one.own, strict=True)
        return cls(
            state=ParticipationState[one.state.name],
            round=one.round,
            first_day=Day(one.first_day),
            last_day=Day(one.last_day),
            percent=one.percent,
            progress=[CriterionProgress.of(*words) for words in each],
            milestones=list(one.milestones),
            joined_at=when(one.joined_at),
            completed_at=when(one.completed_at),
            record=one,
            challenge_record=challenge,
        )


async def _asker(info: Info) -> Member:
    asker = await info.context.asker()
    assert asker is not None, "only a member takes part"
    return asker
