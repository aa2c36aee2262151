"""What members were promised and cannot have yet, as operators see it."""

import strawberry

from api import globalids
from api.fields import output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.scalars import Moment
from domain import redemptions
from domain.operators import Permission
from domain.redemptions import Owed

READ = Permission.REDEMPTIONS_READ


@output
class OwedReward:
    """A unit of a reward that a challenge or a raffle gave a member, who does not have it yet. It
    is tried again every ten minutes."""

    redemption_id: strawberry.ID = said("The id of the `MemberRedemption` that it will be.")
    member_id: strawberry.ID = said("The id of the `Member`.")
    unit: str | None = said("The code of the reward, as a challenge names it; null: `rewardId`.")
    reward_id: strawberry.ID | None = said("The id of the `Reward`; null: whatever `unit` names.")
    owed_since: Moment = said("When it was given.")
    why: str = said("The code of the refusal that stood in the way when it was tried last.")

    @classmethod
    def of(cls, one: Owed) -> "OwedReward":
        """What is owed, as the schema shows it."""
        return cls(
            redemption_id=globalids.of(Kind.REDEMPTION, one.id),
            member_id=globalids.of(Kind.MEMBER, one.member),
            unit=one.unit,
            reward_id=None if one.reward is None else globalids.of(Kind.REWARD, one.reward),
            owed_since=Moment(one.owed_since),
            why=one.why,
        )


@output
class OwedRewardQueries:
    """What operators see of what members are owed."""

    @permitted(READ)
    async def owed_rewards(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[OwedReward] | None:
        """Units of rewards that members were given and do not have yet: because nothing is left,
        or no reward is called so. Put that right, and they get them by themselves."""
        context = info.context
        asker = await context.allowed(READ)
        page = Page[Owed]("owed rewards", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await redemptions.owed(
                programme=asker.programme, after=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=OwedReward.of, place=lambda one: one.id.bytes)
