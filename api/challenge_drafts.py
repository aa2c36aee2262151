"""What partners and operators say about a challenge that they make: typed, never free text."""

from uuid import UUID

import strawberry

from api import counting, globalids
from api.challenging import (
    ChallengeEntry,
    ChallengeMode,
    ChallengeRecurrence,
    ChallengeSpan,
)
from api.counting import ActivityFilterInput, MetricName
from api.fields import input, said
from api.globalids import Kind
from api.scalars import Day, Moment, Points, Quantity
from domain.challenges import (
    Again,
    Audience,
    Criterion,
    Draft,
    Entry,
    Milestone,
    Mode,
    Personal,
    Reward,
    Span,
    Terms,
)
from domain.metrics import ANY, Metric

NOBODY = UUID(int=0)
# What these inputs call the words of the domain, for the paths of refusals.
PATHS = {
    **counting.PATHS,
    "challenge": "challenge_id",
    "challenges": "challenge_ids",
    "level": "badge_level",
}


@input
class PersonalTargetInput:
    """A target out of each member's own past, such as 10 % more than their last four weeks."""

    percent: int = said("110: ten percent more than what they usually do in as many days.")
    weeks: int = said("How many weeks before they begin are looked at, 1 to 52.", default=4)
    at_least: Quantity = said("The target where that comes to less.")


@input
class ChallengeCriterionInput:
    """One thing to reach."""

    metric: MetricName = said("What is counted.")
    target: Quantity = said("How much, in the metric's unit; the most, where it is personal.")
    filter: ActivityFilterInput | None = said("Of which activities; null: of all.", default=None)
    personal: PersonalTargetInput | None = said(
        "Where each member is to have a target of their own.", default=None
    )

    def read(self, place: int) -> Criterion:
        """What it asks. Refuses metrics.BadFilter."""
        path = ("terms", "criteria", str(place), "filter")
        own = self.personal
        return Criterion(
            metric=Metric[self.metric.name],
            target=self.target,
            filter=ANY if self.filter is None else self.filter.read(*path),
            personal=None if own is None else Personal(own.percent, own.weeks, own.at_least),
        )


@input
class ChallengeRewardInput:
    """What somebody gets; at least one of these."""

    points: Points = said("Points out of the challenge's own budget.", default=Points(0))
    badge: str | None = said("The key of a badge of the programme.", default=None)
    badge_level: int | None = said("Which of its levels; null: the lowest.", default=None)
    unit: str | None = said(
        "The code of a unit of a reward that you hand out yourself.", default=None
    )
    tier_credit: Points = said("Points towards a tier that cannot be spent.", default=Points(0))

    def read(self) -> Reward:
        """What it gives."""
        return Reward(self.points, self.badge, self.badge_level, self.unit, self.tier_credit)


@input
class ChallengeMilestoneInput:
    """A part of the way, and what it gives."""

    percent: int = said("At so many percent of the whole, 1 to 99.")
    reward: ChallengeRewardInput = said("What it gives.")


@input
class ChallengeAudienceInput:
    """Who may take part: all that is said must hold when they come in."""

    entry: ChallengeEntry | None = said("How they come in; null: OPT_IN.", default=None)
    segments: list[str] | None = said("In one of these segments; null: anybody.", default=None)
    tiers: list[str] | None = said("Of one of these tiers; null: any.", default=None)
    areas: list[str] | None = said("Living in one of these towns; null: anywhere.", default=None)
    level_min: int = said("Of this level at least; 0: any.", default=0)
    challenge_ids: list[strawberry.ID] | None = said(
        "All of these challenges completed before; null: none.", default=None
    )
    badges: list[str] | None = said("All of these badges held, by keys; null: none.", default=None)

    def read(self) -> Audience:
        """Who it is for."""
        return Audience(
            entry=Entry.OPT_IN if self.entry is None else Entry[self.entry.name],
            segments=frozenset(self.segments or ()),
            tiers=frozenset(self.tiers or ()),
            areas=frozenset(self.areas or ()),
            level_min=self.level_min,
            challenges=frozenset(map(challenge_of, self.challenge_ids or ())),
            badges=frozenset(self.badges or ()),
        )


@input
class ChallengeTermsInput:
    """The rules of a challenge, whole."""

    criteria: list[ChallengeCriterionInput] = said("What is to be reached, one to five things.")
    reward: ChallengeRewardInput = said("What completing it gives.")
    first_day: Day = said("Its first day; days are each member's own.")
    last_day: Day = said("Its last day.")
    milestones: list[ChallengeMilestoneInput] | None = said(
        "What parts of the way give, ten at most; null: nothing.", default=None
    )
    audience: ChallengeAudienceInput | None = said(
        "Who may take part; null: everybody who joins.", default=None
    )
    span: ChallengeSpan | None = said("How long each member has; null: FIXED.", default=None)
    rolling_days: int | None = said("For ROLLING: days from joining.", default=None)
    again: ChallengeRecurrence | None = said(
        "For ROLLING: when it begins anew; null: NEVER.", default=None
    )
    mode: ChallengeMode | None = said(
        "Whose efforts count together; null: INDIVIDUAL.", default=None
    )
    from_joining: bool = said(
        "Whether only activities count that started after joining.", default=True
    )
    cutoff_hours: int = said(
        "Hours after the last day has ended everywhere for which late activities still count,"
        " 0 to 336.",
        default=48,
    )
    winners_max: int | None = said(
        "Only so many are rewarded, the first by when the activity that completed it ended, decided"
        " at the cut-off; null: all, at once.",
        default=None,
    )
    teams_max: int = said("For COMPETITIVE: so many of the best teams win.", default=1)
    team_size_max: int = said("For COMPETITIVE: members of one team at most.", default=50)

    def read(self) -> Terms:
        """The rules. Refuses metrics.BadFilter."""
        milestones = [Milestone(one.percent, one.reward.read()) for one in self.milestones or ()]
        return Terms(
            criteria=tuple(one.read(place) for place, one in enumerate(self.criteria)),
            reward=self.reward.read(),
            first_day=self.first_day,
            last_day=self.last_day,
            milestones=tuple(milestones),
            audience=Audience() if self.audience is None else self.audience.read(),
            span=Span.FIXED if self.span is None else Span[self.span.name],
            rolling_days=self.rolling_days,
            again=Again.NEVER if self.again is None else Again[self.again.name],
            mode=Mode.INDIVIDUAL if self.mode is None else Mode[self.mode.name],
            from_joining=self.from_joining,
            cutoff_hours=self.cutoff_hours,
            winners_max=self.winners_max,
            teams_max=self.teams_max,
            team_size_max=self.team_size_max,
        )


@input
class ChallengeDraftInput:
    """All that is said about a challenge."""

    name: str = said("What it is called, 1 to 80 characters.")
    description: str = said("More about it, 2,000 characters at most.", default="")
    terms: ChallengeTermsInput = said("Its rules.")
    budget: Points = said(
        "Most points that it may ever pay: one completion with its milestones at least.",
        default=Points(0),
    )
    disclosed_at: Moment | None = said(
        "Until then no member sees it; null: it is no secret.", default=None
    )

    def read(self) -> Draft:
        """What is said. Refuses metrics.BadFilter."""
        return Draft(
            name=self.name,
            description=self.description,
            terms=self.terms.read(),
            budget=self.budget,
            disclosed_at=self.disclosed_at,
        )


def challenge_id(id: UUID) -> strawberry.ID:
    """The global id of a challenge."""
    return globalids.of(Kind.CHALLENGE, id)


def challenge_of(id: str) -> UUID:
    """The challenge that a global id names; none that there is for other texts."""
    return globalids.uuid_of(id, Kind.CHALLENGE) or NOBODY
