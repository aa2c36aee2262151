"""What contests of the programme may do, as operators see and set it."""

from typing import Annotated, TypeAlias

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.refusals import RequestRefused, result
from api.scalars import Points
from domain import contests
from domain.contests import Policy
from domain.operators import Permission


@output
class ContestPolicy:
    """What contests among friends may do. Stakes go from friend to friend as transfers do, so the
    programme's limits of a transfer and of a day's transfers hold besides."""

    people_max: int = said("Most people in one contest, its creator among them.")
    open_max: int = said("Most contests that one member is in and that are not over.")
    stake_max: Points = said("Most points that each may stake on one contest; 0: no stakes.")
    stake_day_max: Points = said(
        "Most points that one member may stake in a local day; what comes back before a contest"
        " begins does not count."
    )

    @classmethod
    def of(cls, policy: Policy) -> "ContestPolicy":
        """A policy, as operators see it."""
        return cls(
            people_max=policy.people_max,
            open_max=policy.open_max,
            stake_max=Points(policy.stake_max),
            stake_day_max=Points(policy.day_max),
        )


@output
class ContestPolicyQueries:
    """What operators see of contests."""

    @permitted(Permission.PROGRAMME_READ)
    async def contest_policy(self, info: OpsInfo) -> ContestPolicy | None:
        """What contests may do."""
        asker = await info.context.allowed(Permission.PROGRAMME_READ)
        async with info.context.reading() as tx:
            return ContestPolicy.of(await contests.policy(asker.programme, tx=tx))


@input
class SetContestPolicyInput:
    """All of the new policy."""

    people_max: int = said("Most people in one contest, 2 to 50.")
    open_max: int = said("Most contests of one member that are not over, 1 to 100.")
    stake_max: Points = said("Most points of one stake; 0: contests without stakes only.")
    stake_day_max: Points = said("Most points staked in a day; no less than one stake.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class SetContestPolicySuccess:
    """It holds from now on; contests that there are stay as they are."""

    policy: ContestPolicy = said("The policy.")


SetContestPolicyResult: TypeAlias = Annotated[
    SetContestPolicySuccess | RequestRefused, result("SetContestPolicyResult")
]


async def _set(asked: SetContestPolicyInput, act: OpsAct) -> Policy:
    wanted = Policy(
        people_max=asked.people_max,
        open_max=asked.open_max,
        stake_max=asked.stake_max,
        day_max=asked.stake_day_max,
    )
    return await contests.set_policy(wanted, programme=act.programme.id, tx=act.tx)


async def _is_set(policy: Policy, context: OpsContext) -> SetContestPolicySuccess:
    return SetContestPolicySuccess(policy=ContestPolicy.of(policy))


SET: OpsVerb[Policy, SetContestPolicyResult] = OpsVerb(
    Policy,
    _set,
    _is_set,
    permission=Permission.PROGRAMME_WRITE,
    paths={"day_max": "stake_day_max"},
)


@output
class ContestPolicyMutations:
    """Mutations about what contests may do."""

    @mutation
    async def set_contest_policy(
        self, info: OpsInfo, input: Annotated[SetContestPolicyInput, argument("The policy.")]
    ) -> SetContestPolicyResult | None:
        """Change what contests may do from now on. Needs PROGRAMME_WRITE. Refuses
        BAD_CONTEST_POLICY."""
        return await SET.perform(info, input)
