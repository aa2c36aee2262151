"""Awards, as GraphQL: what an activity earned, and why."""

from api.fields import output, said
from api.scalars import Moment, Points, Quantity
from api.states import ActivityType
from domain.points import Applied
from domain.points import Award as Reckoned


@output
class AwardMultiplier:
    """A multiplier that an award was made with."""

    name: str = said("What the programme calls it.")
    percent: int = said("200 doubled the points, 50 halved them.")

    @classmethod
    def of(cls, applied: Applied) -> "AwardMultiplier":
        """A multiplier, as the schema shows it."""
        return cls(name=applied.name, percent=applied.percent)


@output
class Award:
    """What an activity earned under one rule of the programme."""

    points: Points = said("Points given.")
    wanted: Points = said("Points the rule asked for, before any limit.")
    pending: bool = said("True when the points were promised, and arrive later.")
    text: str = said("The reckoning in plain English.")
    rule: ActivityType = said("The type of activity that the rule pays for.")
    version: int = said("The rule's version, which held when the activity started.")
    revision: int = said("Which judgement of the activity it pays for.")
    measured: Quantity = said("What was paid for: metres, seconds, the type's own count, or 1.")
    day_took: Points = said("Points that the limit of the day took.")
    week_took: Points = said("Points that the limit of the week took of the rest.")
    month_took: Points = said("Points that the limit of the month took of the rest.")
    multipliers: list[AwardMultiplier] = said(
        "What made it more or less; several multiply. At most a hundred, usually none."
    )
    matures_at: Moment | None = said("When promised points arrive; null when they came at once.")

    @classmethod
    def of(cls, award: Reckoned) -> "Award":
        """An award, as the schema shows it."""
        return cls(
            points=Points(award.given),
            wanted=Points(award.wanted),
            pending=award.pending,
            text=award.text,
            rule=ActivityType[award.rule],
            version=award.version,
            revision=award.revision,
            measured=Quantity(award.measured),
            day_took=Points(award.day_took),
            week_took=Points(award.week_took),
            month_took=Points(award.month_took),
            multipliers=[AwardMultiplier.of(one) for one in award.multipliers],
            matures_at=None if award.matures_at is None else Moment(award.matures_at),
        )
