"""Points that operators set right: open claims, and adjustments by hand."""

from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY, place_of
from api.refusals import InsufficientPoints, RequestRefused, result
from api.scalars import Moment, Points
from domain import members, points
from domain.operators import Permission
from domain.points import Claim

V = strawberry.enum_value


@strawberry.enum(description="What became of points that were spent before they were taken back.")
class ClaimState(Enum):
    """What became of such points."""

    OPEN = V("OPEN", description="They are taken from what the member earns next.")
    SETTLED = V("SETTLED", description="All came back.")
    WRITTEN_OFF = V("WRITTEN_OFF", description="They were given up.")


@output
class PointsClaim:
    """Points of an award that was undone, which the member no longer had."""

    id: strawberry.ID = said("Its global id.")
    member_id: strawberry.ID = said("The id of the `Member`.")
    activity_id: strawberry.ID = said("The id of the `Activity`.")
    revision: int = said("Which judgement of the activity the award had been for.")
    points: Points = said("What was missing.")
    settled: Points = said("What of it has come back since.")
    state: ClaimState = said("What became of it.")
    at: Moment = said("Since when.")
    closed_at: Moment | None = said("When it was settled or written off; null while it is open.")

    @classmethod
    def of(cls, claim: Claim) -> "PointsClaim":
        """A claim, as operators see it."""
        return cls(
            id=globalids.of(Kind.CLAIM, claim.id),
            member_id=globalids.of(Kind.MEMBER, claim.member),
            activity_id=globalids.of(Kind.ACTIVITY, claim.activity),
            revision=claim.revision,
            points=Points(claim.points),
            settled=Points(claim.settled),
            state=ClaimState[claim.state],
            at=Moment(claim.at),
            closed_at=None if claim.closed_at is None else Moment(claim.closed_at),
        )


@output
class ClaimQueries:
    """What operators see of claims."""

    @permitted(Permission.POINTS_READ)
    async def points_claims(
        self,
        info: OpsInfo,
        state: Annotated[ClaimState | None, argument("Only these; null: all.")] = None,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[PointsClaim] | None:
        """Points that were taken back and had been spent, newest first."""
        context = info.context
        asker = await context.allowed(Permission.POINTS_READ)
        page = Page[Claim]("claims", asker, context, first=first, after=after)
        wanted = None if state is None else points.ClaimState(state.name)
        async with context.reading() as tx:
            found = await points.claims(
                asker.programme, state=wanted, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=PointsClaim.of, place=lambda one: one.id.bytes)


@input
class WriteOffClaimInput:
    """Which claim to give up."""

    claim_id: strawberry.ID = said("The id of a `PointsClaim`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class AdjustPointsInput:
    """Whose points to change, and by how many."""

    member_id: strawberry.ID = said("The id of a `Member`.")
    points: Points = said("So many points more or, negative, less: at most 100,000.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class WriteOffClaimSuccess:
    """It is never taken from the member."""

    claim: PointsClaim = said("The claim, written off.")


@output
class AdjustPointsSuccess:
    """The member has so many more, or less."""

    member_id: strawberry.ID = said("The id of the `Member`.")
    points: Points = said("By how many points the balance changed.")
    balance: Points = said("The member's balance right after it, with what is set aside.")


WriteOffClaimResult: TypeAlias = Annotated[
    WriteOffClaimSuccess | RequestRefused, result("WriteOffClaimResult")
]
AdjustPointsResult: TypeAlias = Annotated[
    AdjustPointsSuccess | InsufficientPoints | RequestRefused, result("AdjustPointsResult")
]


async def _write_off(asked: WriteOffClaimInput, act: OpsAct) -> Claim:
    id = globalids.uuid_of(asked.claim_id, Kind.CLAIM) or NOBODY
    return await points.write_off(id, programme=act.programme.id, at=act.at, tx=act.tx)


async def _adjust(asked: AdjustPointsInput, act: OpsAct) -> points.Adjustment:
    id: UUID = globalids.uuid_of(asked.member_id, Kind.MEMBER) or NOBODY
    member = await members.get(id, programme=act.programme.id, tx=act.tx)
    operator = act.operator.id
    return await points.adjust(
        member, points=asked.points, operator=operator, id=act.id, at=act.at, tx=act.tx
    )


async def _written_off(claim: Claim, context: OpsContext) -> WriteOffClaimSuccess:
    return WriteOffClaimSuccess(claim=PointsClaim.of(claim))


async def _adjusted(made: points.Adjustment, context: OpsContext) -> AdjustPointsSuccess:
    return AdjustPointsSuccess(
        member_id=globalids.of(Kind.MEMBER, made.member),
        points=Points(made.points),
        balance=Points(made.balance),
    )


WRITE_OFF: OpsVerb[Claim, WriteOffClaimResult] = OpsVerb(
    Claim,
    _write_off,
    _written_off,
    permission=Permission.POINTS_ADJUST,
    paths={"claim": "claim_id"},
)
ADJUST: OpsVerb[points.Adjustment, AdjustPointsResult] = OpsVerb(
    points.Adjustment,
    _adjust,
    _adjusted,
    permission=Permission.POINTS_ADJUST,
    moves=True,
    paths={"member": "member_id"},
)


@output
class ClaimMutations:
    """Mutations that set points right."""

    @mutation
    async def write_off_claim(
        self, info: OpsInfo, input: Annotated[WriteOffClaimInput, argument("Which claim.")]
    ) -> WriteOffClaimResult | None:
        """Give a claim up. Needs POINTS_ADJUST. Refuses NO_SUCH_CLAIM, CLAIM_CLOSED."""
        return await WRITE_OFF.perform(info, input)

    @mutation
    async def adjust_points(
        self, info: OpsInfo, input: Annotated[AdjustPointsInput, argument("Whose, how many.")]
    ) -> AdjustPointsResult | None:
        """Give a member points, or take them, by hand. Needs POINTS_ADJUST and `@idempotent`.
        Refuses NO_SUCH_MEMBER, BAD_ADJUSTMENT, INSUFFICIENT_POINTS."""
        return await ADJUST.perform(info, input)
