"""Challenges' rules, as all schemas show them: what is asked, when, of whom, and what it gives."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from api import globalids
from api.counting import ActivityFilter, MetricName
from api.fields import output, said
from api.globalids import Kind
from api.scalars import Day, Moment, Points, Quantity
from domain import challenges, metrics
from domain.challenges import Audience, Challenge, Criterion, Milestone, Personal, Reward, Terms

V = strawberry.enum_value


@strawberry.enum(description="Where a challenge is.")
class ChallengeState(Enum):
    """Where a challenge is."""

    DRAFT = V("DRAFT", description="Whoever makes it still changes it.")
    SUBMITTED = V("SUBMITTED", description="An operator must look at it.")
    REJECTED = V("REJECTED", description="Sent back; it may be changed and submitted again.")
    APPROVED = V("APPROVED", description="It begins by itself on its first day.")
    LIVE = V("LIVE", description="Members are at it.")
    PAUSED = V(
        "PAUSED",
        description="Nobody joins and nothing is paid; what is done counts, and is paid later.",
    )
    ENDED = V("ENDED", description="Its days are over; what comes late counts until the cut-off.")
    SETTLED = V("SETTLED", description="All is paid, and what was left has gone back.")
    CANCELLED = V("CANCELLED", description="Given up before it began; all has gone back.")


@strawberry.enum(description="How long a member has, in their own local days.")
class ChallengeSpan(Enum):
    """How long a member has."""

    FIXED = V("FIXED", description="From the first to the last day.")
    ROLLING = V("ROLLING", description="`rollingDays` from joining.")
    WEEK = V("WEEK", description="Each week from Monday to Sunday, anew.")
    MONTH = V("MONTH", description="Each calendar month, anew.")


@strawberry.enum(description="When a ROLLING challenge begins anew for a member.")
class ChallengeRecurrence(Enum):
    """When a rolling challenge begins anew for a member."""

    NEVER = V("NEVER", description="Once and no more.")
    ON_EXPIRY = V("ON_EXPIRY", description="The day after its days are over, completed or not.")
    ON_COMPLETION = V("ON_COMPLETION", description="The day after it was completed.")


@strawberry.enum(description="How a member comes in.")
class ChallengeEntry(Enum):
    """How a member comes in."""

    AUTOMATIC = V("AUTOMATIC", description="By the first activity that counts.")
    OPT_IN = V("OPT_IN", description="By joining.")
    INVITED = V("INVITED", description="By accepting an invitation.")


@strawberry.enum(description="Whose efforts count together.")
class ChallengeMode(Enum):
    """Whose efforts count together."""

    INDIVIDUAL = V("INDIVIDUAL", description="Each member's own.")
    COOPERATIVE = V("COOPERATIVE", description="All of them together, towards one target.")
    COMPETITIVE = V("COMPETITIVE", description="Teams; the best ones at the end win.")


@output
class PersonalTarget:
    """A target out of the member's own past."""

    percent: int = said("110: ten percent more than what they usually do in as many days.")
    weeks: int = said("How many weeks before they begin are looked at.")
    at_least: Quantity = said("The target where that comes to less.")

    @classmethod
    def of(cls, personal: Personal) -> "PersonalTarget":
        """Such a target, as the schemas show it."""
        least = Quantity(personal.at_least)
        return cls(percent=personal.percent, weeks=personal.weeks, at_least=least)


@output
class ChallengeCriterion:
    """One thing to reach."""

    metric: MetricName = said("What is counted.")
    target: Quantity = said("How much, in the metric's unit; the most, where it is personal.")
    text: str = said("The target in plain English, such as `5 km`.")
    filter: ActivityFilter = said("Of which activities.")
    personal: PersonalTarget | None = said("Where each member has a target of their own.")

    @classmethod
    def of(cls, one: Criterion) -> "ChallengeCriterion":
        """A criterion, as the schemas show it."""
        return cls(
            metric=MetricName[one.metric.name],
            target=Quantity(one.target),
            text=metrics.told(one.metric, one.target),
            filter=ActivityFilter.of(one.filter),
            personal=None if one.personal is None else PersonalTarget.of(one.personal),
        )


@output
class ChallengeReward:
    """What somebody gets."""

    points: Points = said("Points.")
    badge: str | None = said("The key of a badge; null: none.")
    badge_level: int | None = said("Which of its levels; null: the lowest, or no badge.")
    unit: str | None = said("The code of a unit of a reward that is handed out elsewhere.")
    tier_credit: Points = said("Points towards a tier that cannot be spent.")

    @classmethod
    def of(cls, reward: Reward) -> "ChallengeReward":
        """A reward, as the schemas show it."""
        return cls(
            points=Points(reward.points),
            badge=reward.badge,
            badge_level=reward.level,
            unit=reward.unit,
            tier_credit=Points(reward.tier_credit),
        )


@output
class ChallengeMilestone:
    """A part of the way, and what it gives."""

    percent: int = said("At so many percent of the whole.")
    reward: ChallengeReward = said("What it gives.")

    @classmethod
    def of(cls, one: Milestone) -> "ChallengeMilestone":
        """A milestone, as the schemas show it."""
        return cls(percent=one.percent, reward=ChallengeReward.of(one.reward))


@output
class ChallengeAudience:
    """Who may take part: all that is said must hold when they come in."""

    entry: ChallengeEntry = said("How they come in.")
    segments: list[str] = said("In one of these segments; none: anybody.")
    tiers: list[str] = said("Of one of these tiers; none: any.")
    areas: list[str] = said("Living in one of these towns; none: anywhere.")
    level_min: int = said("Of this level at least; 0: any.")
    challenge_ids: list[strawberry.ID] = said("All of these challenges completed before.")
    badges: list[str] = said("All of these badges held, by their keys.")

    @classmethod
    def of(cls, audience: Audience) -> "ChallengeAudience":
        """An audience, as the schemas show it."""
        return cls(
            entry=ChallengeEntry[audience.entry.name],
            segments=sorted(audience.segments),
            tiers=sorted(audience.tiers),
            areas=sorted(audience.areas),
            level_min=audience.level_min,
            challenge_ids=[
                globalids.of(Kind.CHALLENGE, one) for one in sorted(audience.challenges)
            ],
            badges=sorted(audience.badges),
        )


@output
class ChallengeTerms:
    """The rules of a challenge, whole."""

    rules: list[str] = said("All of them in plain English, one sentence or two each.")
    criteria: list[ChallengeCriterion] = said(
        "What is to be reached. Progress is the sum of what was reached, each up to its target, by"
        " the sum of the targets."
    )
    reward: ChallengeReward = said("What completing it gives.")
    milestones: list[ChallengeMilestone] = said("What parts of the way give.")
    audience: ChallengeAudience = said("Who may take part.")
    span: ChallengeSpan = said("How long each member has.")
    first_day: Day = said("Its first day; days are each member's own.")
    last_day: Day = said("Its last day.")
    rolling_days: int | None = said("For ROLLING: days from joining.")
    again: ChallengeRecurrence = said("For ROLLING: when it begins anew.")
    mode: ChallengeMode = said("Whose efforts count together.")
    from_joining: bool = said("Whether only activities count that started after joining.")
    cutoff_hours: int = said(
        "Hours after the last day has ended everywhere for which late activities still count."
    )
    winners_max: int | None = said("Only so many are rewarded, the first ones; null: all.")
    teams_max: int = said("For COMPETITIVE: so many of the best teams win.")
    team_size_max: int = said("For COMPETITIVE: members of one team at most.")

    @classmethod
    def of(cls, terms: Terms) -> "ChallengeTerms":
        """The rules, as the schemas show them."""
        return cls(
            rules=list(challenges.rules(terms)),
            criteria=[ChallengeCriterion.of(one) for one in terms.criteria],
            reward=ChallengeReward.of(terms.reward),
            milestones=[ChallengeMilestone.of(one) for one in terms.milestones],
            audience=ChallengeAudience.of(terms.audience),
            span=ChallengeSpan[terms.span.name],
            first_day=Day(terms.first_day),
            last_day=Day(terms.last_day),
            rolling_days=terms.rolling_days,
            again=ChallengeRecurrence[terms.again.name],
            mode=ChallengeMode[terms.mode.name],
            from_joining=terms.from_joining,
            cutoff_hours=terms.cutoff_hours,
            winners_max=terms.winners_max,
            teams_max=terms.teams_max,
            team_size_max=terms.team_size_max,
        )


def when(at: datetime | None) -> Moment | None:
    """A time that may not have come, as the schemas show it."""
    return None if at is None else Moment(at)


def of_both(one: Challenge) -> dict[str, Any]:
    """What partners and operators see of a challenge alike, by the names of its fields."""
    return {
        "name": one.name,
        "description": one.description,
        "state": ChallengeState[one.state.name],
        "terms": ChallengeTerms.of(one.terms),
        "version": one.version,
        "budget": Points(one.budget),
        "funded": Points(one.funded),
        "spent": Points(one.spent),
        "returned": Points(one.returned),
        "left": Points(one.left),
        "exhausted_at": when(one.exhausted_at),
        "disclosed_at": when(one.disclosed_at),
        "reason": one.reason,
        "halted": one.halted,
        "created_at": Moment(one.created_at),
        "live_at": when(one.live_at),
        "ended_at": when(one.ended_at),
        "cutoff_at": Moment(one.cutoff_at),
        "settled_at": when(one.settled_at),
    }
