"""Tiers, as operators see them: the ladder, where members are on it, and credit."""

from typing import Annotated, TypeAlias

import strawberry

from api import globalids
from api.counting import PATHS, ActivityFilterInput
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY
from api.refusals import RequestRefused, result
from api.scalars import Id, Points
from api.tiers import TierBasis, TierDowngrade, TierLadder, TierPeriod, TierStanding
from domain import members, metrics, tiers
from domain.operators import Permission

REASON = "Why, for the audit log: 1 to 300 characters, no names."


@output
class TierQueries:
    """What operators see of tiers."""

    @permitted(Permission.TIERS_READ)
    async def tier_ladder(self, info: OpsInfo) -> TierLadder | None:
        """The programme's ladder; null when it has none."""
        asker = await info.context.allowed(Permission.TIERS_READ)
        async with info.context.reading() as tx:
            try:
                return TierLadder.of(await tiers.ladder(asker.programme, tx=tx))
            except tiers.NoSuchLadder:
                return None

    @permitted(Permission.TIERS_READ)
    async def member_tier(self, info: OpsInfo, member_id: Id) -> TierStanding | None:
        """Where a member is on the ladder; null when there is no such member, or no ladder."""
        asker = await info.context.allowed(Permission.TIERS_READ)
        id = globalids.uuid_of(member_id, Kind.MEMBER) or NOBODY
        async with info.context.reading() as tx:
            try:
                member = await members.get(id, programme=asker.programme, tx=tx)
                return TierStanding.of(await tiers.standing(member, at=info.context.at, tx=tx))
            except (members.NoSuchMember, tiers.NoSuchLadder):
                return None


@input
class TierInput:
    """One step of a ladder."""

    key: str = said("Its lasting name, 1 to 40 of a-z, 0-9 and hyphen; members are labelled so.")
    name: str = said("What members read, 1 to 40 characters.")
    points: Points = said("Points in the period from which on it is reached; 0: all have it.")


@input
class SetTierLadderInput:
    """All of the new ladder."""

    tiers: list[TierInput] = said("1 to 20 tiers, the lowest first; each takes more points.")
    basis: TierBasis | None = said("What leads to them; null: EARNED.", default=None)
    qualifying: ActivityFilterInput | None = said(
        "For QUALIFYING: whose points count; null: those of all activities.", default=None
    )
    period: TierPeriod | None = said("In how long they must be reached; null: YEAR.", default=None)
    period_months: int = said("For ROLLING: in so many months, 1 to 36.", default=12)
    valid_months: int = said("How many months a tier is kept, 1 to 60.", default=12)
    grace_days: int = said("How many days more, until one falls, 0 to 366.", default=0)
    downgrade: TierDowngrade | None = said("Where to; null: ONE_STEP.", default=None)
    levels: list[Points] = said(
        "Points of a whole life from which on level 1, 2, ... is reached; 200 at most.",
        default_factory=list,
    )
    reason: str = said(REASON)


@input
class GiveTierCreditInput:
    """Whom to give credit."""

    member_id: strawberry.ID = said("The id of a `Member`.")
    points: Points = said("Points towards the tier that cannot be spent, 1 to 2^40.")
    reason: str = said("Why, for the audit log and the member: 1 to 140 characters, no names.")


@output
class SetTierLadderSuccess:
    """It holds from now on. Members are looked at anew within minutes."""

    ladder: TierLadder = said("The ladder.")


@output
class GiveTierCreditSuccess:
    """The credit counts."""

    member_id: strawberry.ID = said("The member.")
    points: Points = said("So many points.")


SetTierLadderResult: TypeAlias = Annotated[
    SetTierLadderSuccess | RequestRefused, result("SetTierLadderResult")
]
GiveTierCreditResult: TypeAlias = Annotated[
    GiveTierCreditSuccess | RequestRefused, result("GiveTierCreditResult")
]


async def _set(asked: SetTierLadderInput, act: OpsAct) -> tiers.Ladder:
    filter = asked.qualifying
    terms = tiers.Terms(
        tiers=tuple(tiers.Tier(one.key, one.name, one.points) for one in asked.tiers),
        basis=tiers.Basis(asked.basis.name if asked.basis else "EARNED"),
        qualifying=metrics.ANY if filter is None else filter.read("qualifying"),
        period=tiers.Period(asked.period.name if asked.period else "YEAR"),
        period_months=asked.period_months,
        valid_months=asked.valid_months,
        grace_days=asked.grace_days,
        downgrade=tiers.Downgrade(asked.downgrade.name if asked.downgrade else "ONE_STEP"),
        levels=tuple(asked.levels),
    )
    return await tiers.set_ladder(act.programme, terms, at=act.at, tx=act.tx)


async def _give(asked: GiveTierCreditInput, act: OpsAct) -> tiers.Credit:
    return await tiers.credit(
        asked.points,
        member=globalids.uuid_of(asked.member_id, Kind.MEMBER) or NOBODY,
        programme=act.programme.id,
        reason=act.reason,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _was_set(ladder: tiers.Ladder, context: OpsContext) -> SetTierLadderSuccess:
    return SetTierLadderSuccess(ladder=TierLadder.of(ladder))


async def _was_given(credit: tiers.Credit, context: OpsContext) -> GiveTierCreditSuccess:
    return GiveTierCreditSuccess(
        member_id=globalids.of(Kind.MEMBER, credit.member), points=Points(credit.points)
    )


SET: OpsVerb[tiers.Ladder, SetTierLadderResult] = OpsVerb(
    tiers.Ladder,
    _set,
    _was_set,
    paths={**PATHS, "threshold": "points"},
    permission=Permission.TIERS_WRITE,
)
GIVE: OpsVerb[tiers.Credit, GiveTierCreditResult] = OpsVerb(
    tiers.Credit, _give, _was_given, moves=True, permission=Permission.TIERS_WRITE
)


@output
class TierMutations:
    """Mutations about tiers."""

    @mutation
    async def set_tier_ladder(
        self, info: OpsInfo, input: Annotated[SetTierLadderInput, argument("All of the ladder.")]
    ) -> SetTierLadderResult | None:
        """Set the programme's ladder of tiers and levels. Needs TIERS_WRITE. Refuses BAD_FILTER,
        BAD_LADDER."""
        return await SET.perform(info, input)

    @mutation
    async def give_tier_credit(
        self, info: OpsInfo, input: Annotated[GiveTierCreditInput, argument("Whom and what.")]
    ) -> GiveTierCreditResult | None:
        """Give a member points towards the next tier that cannot be spent. Needs TIERS_WRITE and
        `@idempotent`. Refuses BAD_CREDIT, NO_SUCH_MEMBER."""
        return await GIVE.perform(info, input)
