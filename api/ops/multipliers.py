"""Multipliers of earning rules, as operators see them, and the mutations that set and end them."""

from typing import Annotated, TypeAlias

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.states import ActivityType
from domain import activities, points
from domain.operators import Permission


@output
class Multiplier:
    """What makes rules give more, or less, for a while or for some; several multiply, up to ten
    times."""

    number: int = said("Its number in the programme.")
    name: str = said("What members read in their awards.")
    percent: int = said("200 doubles, 50 halves.")
    activity: ActivityType | None = said("The type that it is for; null: every type.")
    tier: str | None = said("The tier that a member must have had; null: any, or none.")
    segment: str | None = said("The segment that a member must have been in; null: any, or none.")
    active_from: Moment = said("It holds for what started then or later ...")
    active_until: Moment | None = said("... and before then; null: until it is ended.")
    set_at: Moment = said("When it was set.")

    @classmethod
    def of(cls, one: points.Multiplier) -> "Multiplier":
        """A multiplier, as operators see it."""
        return cls(
            number=one.number,
            name=one.name,
            percent=one.percent,
            activity=None if one.activity is None else ActivityType[one.activity],
            tier=one.tier,
            segment=one.segment,
            active_from=Moment(one.active_from),
            active_until=None if one.active_until is None else Moment(one.active_until),
            set_at=Moment(one.set_at),
        )


@output
class MultiplierQueries:
    """What operators see of multipliers."""

    @permitted(Permission.RULES_READ)
    async def multipliers(self, info: OpsInfo) -> list[Multiplier] | None:
        """The programme's multipliers by number, those that ended too: some hundreds at most."""
        asker = await info.context.allowed(Permission.RULES_READ)
        async with info.context.reading() as tx:
            found = await points.multipliers(asker.programme, tx=tx)
        return [Multiplier.of(one) for one in found]


@input
class SetMultiplierInput:
    """A new multiplier."""

    name: str = said("What members read in their awards: 1 to 60 characters.")
    percent: int = said("200 doubles, 50 halves; 1 to 1000.")
    activity: ActivityType | None = said("For this type only.", default=None)
    tier: str | None = said("For members of this tier only.", default=None)
    segment: str | None = said("For members of this segment only.", default=None)
    active_from: Moment | None = said("When it begins; null: now.", default=None)
    active_until: Moment | None = said("When it ends; null: when it is ended.", default=None)
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class EndMultiplierInput:
    """Which multiplier to end, and when."""

    number: int = said("Its number in the programme.")
    until: Moment | None = said("When it ends; null: now.", default=None)
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class MultiplierChanged:
    """The multiplier, as it is now."""

    multiplier: Multiplier = said("The multiplier, as it is now.")


@output
class SetMultiplierSuccess(MultiplierChanged):
    """It holds from its `activeFrom` on."""


@output
class EndMultiplierSuccess(MultiplierChanged):
    """It ends then; what it has given stays."""


SetMultiplierResult: TypeAlias = Annotated[
    SetMultiplierSuccess | RequestRefused, result("SetMultiplierResult")
]
EndMultiplierResult: TypeAlias = Annotated[
    EndMultiplierSuccess | RequestRefused, result("EndMultiplierResult")
]


async def _set(asked: SetMultiplierInput, act: OpsAct) -> points.Multiplier:
    kind = None if asked.activity is None else activities.Type(asked.activity.name)
    return await points.set_multiplier(
        act.programme,
        name=asked.name,
        percent=asked.percent,
        activity=kind,
        tier=asked.tier,
        segment=asked.segment,
        active_from=asked.active_from,
        active_until=asked.active_until,
        at=act.at,
        tx=act.tx,
    )


async def _end(asked: EndMultiplierInput, act: OpsAct) -> points.Multiplier:
    return await points.end_multiplier(
        act.programme, number=asked.number, until=asked.until, at=act.at, tx=act.tx
    )


async def _was_set(one: points.Multiplier, context: OpsContext) -> SetMultiplierSuccess:
    return SetMultiplierSuccess(multiplier=Multiplier.of(one))


async def _was_ended(one: points.Multiplier, context: OpsContext) -> EndMultiplierSuccess:
    return EndMultiplierSuccess(multiplier=Multiplier.of(one))


SET: OpsVerb[points.Multiplier, SetMultiplierResult] = OpsVerb(
    points.Multiplier, _set, _was_set, permission=Permission.RULES_WRITE
)
END: OpsVerb[points.Multiplier, EndMultiplierResult] = OpsVerb(
    points.Multiplier, _end, _was_ended, permission=Permission.RULES_WRITE
)


@output
class MultiplierMutations:
    """Mutations about multipliers."""

    @mutation
    async def set_multiplier(
        self, info: OpsInfo, input: Annotated[SetMultiplierInput, argument("The multiplier.")]
    ) -> SetMultiplierResult | None:
        """Make rules give more, or less. Needs RULES_WRITE. Refuses BAD_MULTIPLIER,
        MULTIPLIER_IN_PAST, TOO_MANY_MULTIPLIERS."""
        return await SET.perform(info, input)

    @mutation
    async def end_multiplier(
        self, info: OpsInfo, input: Annotated[EndMultiplierInput, argument("Which, and when.")]
    ) -> EndMultiplierResult | None:
        """End a multiplier. Needs RULES_WRITE. Refuses NO_SUCH_MULTIPLIER, MULTIPLIER_ENDED,
        MULTIPLIER_IN_PAST."""
        return await END.perform(info, input)
