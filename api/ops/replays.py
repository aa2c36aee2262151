"""What proposed earning rules would have given, for operators, before they set them."""

from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry

from api import globalids
from api.faults import Fault, FaultCode
from api.fields import argument, input, output, said
from api.globalids import Kind
from api.ops.context import OpsInfo, permitted
from api.ops.rules import EarningMeasure
from api.scalars import Moment, Points, Quantity
from api.states import ActivityType
from domain import points, replays
from domain.operators import Permission
from domain.replays import Period, Tally


@input
class ProposedRuleInput:
    """A rule to try, instead of every version of its type's."""

    activity: ActivityType = said("The type that it pays for.")
    measure: EarningMeasure = said("What it pays for.")
    points: Points = said("So many points ...")
    per: Quantity = said("... for each so many of the measure.", default=Quantity(1))
    day_max: Points = said("Most points for a member on one local day.")
    week_max: Points | None = said("Most points in one ISO week.", default=None)
    month_max: Points | None = said("Most points in one month.", default=None)
    active_from: Moment | None = said("When it begins to hold; null: always.", default=None)


@input
class ProposedMultiplierInput:
    """A multiplier to try."""

    name: str = said("What members would read.")
    percent: int = said("200 doubles, 50 halves.")
    activity: ActivityType | None = said("For this type only.", default=None)
    tier: str | None = said("For members of this tier only.", default=None)
    segment: str | None = said("For members of this segment only.", default=None)
    active_from: Moment | None = said("When it begins; null: always.", default=None)
    active_until: Moment | None = said("When it ends; null: never.", default=None)


@output
class PreviewedPart:
    """Points of one type, or of one month."""

    name: str = said("The type of activity, or the month, such as 2026-11.")
    given: Points = said("What was given.")
    proposed: Points = said("What would have been given.")


@output
class PreviewedMember:
    """A member whose points would change much."""

    member_id: strawberry.ID = said("The id of the `Member`.")
    change: Points = said("By how many points.")


@output
class RulesPreview:
    """What proposed rules would have given, beside what was given."""

    judgements: int = said("How many judgements were replayed.")
    members: int = said("Of how many members.")
    given: Points = said("What was given.")
    proposed: Points = said("What would have been given.")
    by_type: list[PreviewedPart] = said("The same by type of activity.")
    by_month: list[PreviewedPart] = said("The same by month of the members' local days.")
    gained: list[PreviewedMember] = said("Who would gain most, at most ten.")
    lost: list[PreviewedMember] = said("Who would lose most, at most ten.")

    @classmethod
    def of(cls, tally: Tally) -> "RulesPreview":
        """A tally, as operators see it."""
        return cls(
            judgements=tally.judgements,
            members=tally.members,
            given=Points(tally.today.total()),
            proposed=Points(tally.proposed.total()),
            by_type=[_part(name, *sums) for name, sums in tally.by_type().items()],
            by_month=[_part(name, *sums) for name, sums in tally.by_month().items()],
            gained=[_member(id, size) for size, id in sorted(tally.gained, reverse=True)],
            lost=[_member(id, -size) for size, id in sorted(tally.lost, reverse=True)],
        )


@output
class ReplayQueries:
    """What operators may try."""

    @permitted(Permission.RULES_READ)
    async def preview_rules(
        self,
        info: OpsInfo,
        since: Annotated[Moment, argument("From which judgements on.")],
        rules: Annotated[
            list[ProposedRuleInput], argument("Types that are not named keep their rules.")
        ],
        multipliers: Annotated[
            list[ProposedMultiplierInput] | None,
            argument("All there would be; null: those there are."),
        ] = None,
    ) -> RulesPreview | None:
        """What these rules would have given since then, in whole points. Writes nothing.
        BAD_ARGUMENT where a rule makes no sense, or for more than 100,000 judgements: for those
        there is the command line."""
        context = info.context
        asker = await context.allowed(Permission.RULES_READ)
        said = {"rules": [_plain(rule) for rule in rules]}
        if multipliers is not None:
            said["multipliers"] = [_plain(one) for one in multipliers]
        try:
            async with context.reading() as tx:
                today = await points.terms(asker.programme, tx=tx)
                terms = replays.proposed(said, instead_of=today)
                period = Period(asker.programme, since, context.at)
                return RulesPreview.of(await replays.preview(period, terms, tx=tx))
        except (replays.BadProposal, replays.ReplayTooLong) as refused:
            raise Fault(FaultCode.BAD_ARGUMENT, str(refused)) from refused


def _plain(asked: Any) -> dict[str, Any]:
    """An input as a file would say it."""
    found = {one.name: getattr(asked, one.name) for one in fields(asked)}
    return {name: _word(value) for name, value in found.items() if value is not None}


def _word(value: str | int | datetime | Enum) -> str | int | datetime:
    return value.name if isinstance(value, Enum) else value


def _part(name: str, given: int, proposed: int) -> PreviewedPart:
    return PreviewedPart(name=name, given=Points(given), proposed=Points(proposed))


def _member(id: Any, change: int) -> PreviewedMember:
    return PreviewedMember(member_id=globalids.of(Kind.MEMBER, id), change=Points(change))
