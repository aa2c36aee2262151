"""What clubs of the programme may do, as operators see and set it."""

from typing import Annotated, TypeAlias

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.refusals import RequestRefused, result
from api.scalars import Points
from domain import clubs
from domain.clubs import Policy
from domain.operators import Permission


@output
class ClubPolicy:
    """What clubs may do. Days and months are those of the programme's zone."""

    members_max: int = said("Most members of one club.")
    clubs_max: int = said("Most clubs of one member.")
    owner_day_max: Points = said("Most points an owner may pay out in a day.")
    owner_month_max: Points = said("Most points an owner may pay out in a calendar month.")
    treasurer_day_max: Points = said("Most points one treasurer may pay out in a day.")
    treasurer_month_max: Points = said("Most points one treasurer may pay out in a month.")
    keep_months: int = said("Most whole months a club may keep a gift.")

    @classmethod
    def of(cls, policy: Policy) -> "ClubPolicy":
        """A policy, as operators see it."""
        return cls(
            members_max=policy.members_max,
            clubs_max=policy.clubs_max,
            owner_day_max=Points(policy.owner_day_max),
            owner_month_max=Points(policy.owner_month_max),
            treasurer_day_max=Points(policy.treasurer_day_max),
            treasurer_month_max=Points(policy.treasurer_month_max),
            keep_months=policy.keep_months,
        )


@output
class ClubPolicyQueries:
    """What operators see of clubs."""

    @permitted(Permission.PROGRAMME_READ)
    async def club_policy(self, info: OpsInfo) -> ClubPolicy | None:
        """What clubs may do."""
        asker = await info.context.allowed(Permission.PROGRAMME_READ)
        async with info.context.reading() as tx:
            return ClubPolicy.of(await clubs.policy(asker.programme, tx=tx))


@input
class SetClubPolicyInput:
    """All of the new policy."""

    members_max: int = said("Most members of one club, 2 to 500.")
    clubs_max: int = said("Most clubs of one member, 1 to 50.")
    owner_day_max: Points = said("Most points an owner may pay out in a day, 1 or more.")
    owner_month_max: Points = said("And in a calendar month; no less than in a day.")
    treasurer_day_max: Points = said("Most points one treasurer may pay out in a day, 1 or more.")
    treasurer_month_max: Points = said("And in a calendar month; no less than in a day.")
    keep_months: int = said("Most whole months a club may keep a gift, 1 to 24.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class SetClubPolicySuccess:
    """It holds from now on; clubs that are above a limit stay as they are."""

    policy: ClubPolicy = said("The policy.")


SetClubPolicyResult: TypeAlias = Annotated[
    SetClubPolicySuccess | RequestRefused, result("SetClubPolicyResult")
]


async def _set(asked: SetClubPolicyInput, act: OpsAct) -> Policy:
    wanted = Policy(
        members_max=asked.members_max,
        clubs_max=asked.clubs_max,
        owner_day_max=asked.owner_day_max,
        owner_month_max=asked.owner_month_max,
        treasurer_day_max=asked.treasurer_day_max,
        treasurer_month_max=asked.treasurer_month_max,
        keep_months=asked.keep_months,
    )
    return await clubs.set_policy(wanted, programme=act.programme.id, tx=act.tx)


async def _is_set(policy: Policy, context: OpsContext) -> SetClubPolicySuccess:
    return SetClubPolicySuccess(policy=ClubPolicy.of(policy))


SET: OpsVerb[Policy, SetClubPolicyResult] = OpsVerb(
    Policy, _set, _is_set, permission=Permission.PROGRAMME_WRITE
)


@output
class ClubPolicyMutations:
    """Mutations about what clubs may do."""

    @mutation
    async def set_club_policy(
        self, info: OpsInfo, input: Annotated[SetClubPolicyInput, argument("The policy.")]
    ) -> SetClubPolicyResult | None:
        """Change what clubs may do from now on. Needs PROGRAMME_WRITE. Refuses
        BAD_CLUB_POLICY."""
        return await SET.perform(info, input)
