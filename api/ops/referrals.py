"""Referrals, as operators see them: the policy, and what waits for a decision."""

from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.referrals import ReferralState
from api.refusals import RequestRefused, result
from api.scalars import Moment, Points
from domain import referrals
from domain.operators import Permission
from domain.referrals import Policy

V = strawberry.enum_value
NOBODY = UUID(int=0)


@strawberry.enum(description="What speaks against a referral.")
class ReferralDoubt(Enum):
    """What speaks against a referral."""

    SELF = V("SELF", description="Both have the same verified e-mail or telephone.")
    DEVICE = V("DEVICE", description="Another member came with the newcomer's device.")
    RING = V("RING", description="The newcomer seems to be who led to the referrer.")
    YOUNG = V("YOUNG", description="The referrer had only just joined.")
    REJOINED = V("REJOINED", description="The newcomer had been a member before.")
    REFERRER_CAP = V("REFERRER_CAP", description="The referrer had as many as one may this month.")
    PROGRAMME_CAP = V("PROGRAMME_CAP", description="The day's or the month's points were used up.")


@output
class Referral(Node):
    """One member brought another."""

    referrer_id: strawberry.ID = said("The member whose code it was.")
    newcomer_id: strawberry.ID = said("The member who joined by it.")
    state: ReferralState = said("Where it stands.")
    doubts: list[ReferralDoubt] = said("What speaks against it.")
    joined_at: Moment = said("When the newcomer joined.")
    acted_at: Moment | None = said("When the first real act was judged; null before there is one.")
    pays_at: Moment | None = said("When it is paid; null when nothing is promised.")

    @classmethod
    def of(cls, referral: referrals.Referral) -> "Referral":
        """A referral, as operators see it."""
        acted_at, pays_at = referral.acted_at, referral.pays_at
        return cls(
            id=globalids.of(Kind.REFERRAL, referral.id),
            referrer_id=globalids.of(Kind.MEMBER, referral.referrer),
            newcomer_id=globalids.of(Kind.MEMBER, referral.newcomer),
            state=ReferralState[referral.state.name],
            doubts=[ReferralDoubt[doubt.name] for doubt in referral.doubts],
            joined_at=Moment(referral.joined_at),
            acted_at=None if acted_at is None else Moment(acted_at),
            pays_at=None if pays_at is None else Moment(pays_at),
        )


@output
class ReferralPolicy:
    """What a referral pays, and its guards. Days and months are those of the programme's zone."""

    referrer_points: Points = said("What the one who refers gets.")
    newcomer_points: Points = said("What the newcomer gets.")
    window_days: int = said("Within how many days the first real act must be.")
    hold_days: int = said("How many days both wait for their points after it.")
    referrer_age_days: int = said("How many days one must have been a member to refer unseen.")
    referrer_month_max: int = said("Most referrals one member is paid for in a month.")
    day_max: Points = said("Most points for all referrals of a day.")
    month_max: Points = said("Most points for all referrals of a month.")

    @classmethod
    def of(cls, policy: Policy) -> "ReferralPolicy":
        """A policy, as operators see it."""
        return cls(
            referrer_points=Points(policy.referrer_points),
            newcomer_points=Points(policy.newcomer_points),
            window_days=policy.window_days,
            hold_days=policy.hold_days,
            referrer_age_days=policy.referrer_age_days,
            referrer_month_max=policy.referrer_month_max,
            day_max=Points(policy.day_max),
            month_max=Points(policy.month_max),
        )


@output
class ReferralQueries:
    """What operators see of referrals."""

    @permitted(Permission.POINTS_READ)
    async def held_referrals(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Referral] | None:
        """The referrals that wait for a decision, oldest first."""
        context = info.context
        asker = await context.allowed(Permission.POINTS_READ)
        page = Page[referrals.Referral]("heldReferrals", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await referrals.held(asker.programme, after=place, limit=page.limit, tx=tx)
        return page.shaped(
            found, node=Referral.of, place=lambda one: cursors.from_moment(*one.cursor)
        )

    @permitted(Permission.PROGRAMME_READ)
    async def referral_policy(self, info: OpsInfo) -> ReferralPolicy | None:
        """What a referral pays, and its guards."""
        asker = await info.context.allowed(Permission.PROGRAMME_READ)
        async with info.context.reading() as tx:
            return ReferralPolicy.of(await referrals.policy(asker.programme, tx=tx))


@input
class DecideReferralInput:
    """Which referral, and how."""

    referral_id: strawberry.ID = said("The id of a `Referral` that is HELD.")
    pays: bool = said("True: guards and caps no longer stop it; false: it pays nothing.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class SetReferralPolicyInput:
    """All of the new policy."""

    referrer_points: Points = said("What the one who refers gets; 0 or more.")
    newcomer_points: Points = said("What the newcomer gets; 0 or more, not both 0.")
    window_days: int = said("Within how many days the first real act must be, 1 to 365.")
    hold_days: int = said("How many days both wait for their points after it, 0 to 90.")
    referrer_age_days: int = said("How long one must be a member to refer unseen, 0 to 365.")
    referrer_month_max: int = said("Most referrals one member is paid for in a month.")
    day_max: Points = said("Most points for all referrals of a day.")
    month_max: Points = said("And of a month; no less than of a day.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class DecideReferralSuccess:
    """The referral, as it is now."""

    referral: Referral = said("The referral, as it is now.")


@output
class SetReferralPolicySuccess:
    """It holds from now on; what was promised stays promised."""

    policy: ReferralPolicy = said("The policy.")


DecideReferralResult: TypeAlias = Annotated[
    DecideReferralSuccess | RequestRefused, result("DecideReferralResult")
]
SetReferralPolicyResult: TypeAlias = Annotated[
    SetReferralPolicySuccess | RequestRefused, result("SetReferralPolicyResult")
]


async def _decide(asked: DecideReferralInput, act: OpsAct) -> referrals.Referral:
    id = globalids.uuid_of(asked.referral_id, Kind.REFERRAL) or NOBODY
    return await referrals.decide(
        id, programme=act.programme.id, pays=asked.pays, at=act.at, tx=act.tx
    )


async def _decided(referral: referrals.Referral, context: OpsContext) -> DecideReferralSuccess:
    return DecideReferralSuccess(referral=Referral.of(referral))


async def _set(asked: SetReferralPolicyInput, act: OpsAct) -> Policy:
    wanted = Policy(
        referrer_points=asked.referrer_points,
        newcomer_points=asked.newcomer_points,
        window_days=asked.window_days,
        hold_days=asked.hold_days,
        referrer_age_days=asked.referrer_age_days,
        referrer_month_max=asked.referrer_month_max,
        day_max=asked.day_max,
        month_max=asked.month_max,
    )
    return await referrals.set_policy(wanted, programme=act.programme.id, tx=act.tx)


async def _is_set(policy: Policy, context: OpsContext) -> SetReferralPolicySuccess:
    return SetReferralPolicySuccess(policy=ReferralPolicy.of(policy))


DECIDE: OpsVerb[referrals.Referral, DecideReferralResult] = OpsVerb(
    referrals.Referral, _decide, _decided, permission=Permission.POINTS_ADJUST, moves=True
)
SET: OpsVerb[Policy, SetReferralPolicyResult] = OpsVerb(
    Policy, _set, _is_set, permission=Permission.PROGRAMME_WRITE
)


@output
class ReferralMutations:
    """Mutations about referrals."""

    @mutation
    async def decide_referral(
        self, info: OpsInfo, input: Annotated[DecideReferralInput, argument("Which, and how.")]
    ) -> DecideReferralResult | None:
        """Pay a held referral, or never. Needs POINTS_ADJUST and `@idempotent`. Refuses
        NO_SUCH_REFERRAL, REFERRAL_NOT_HELD."""
        return await DECIDE.perform(info, input)

    @mutation
    async def set_referral_policy(
        self, info: OpsInfo, input: Annotated[SetReferralPolicyInput, argument("The policy.")]
    ) -> SetReferralPolicyResult | None:
        """Change what referrals pay from now on. Needs PROGRAMME_WRITE. Refuses
        BAD_REFERRAL_POLICY."""
        return await SET.perform(info, input)
