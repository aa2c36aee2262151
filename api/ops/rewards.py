"""Rewards, as operators see them."""

from typing import Annotated

import strawberry

from api.fields import argument, output
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.reward_drafts import Reward
from api.rewards import reward_of
from domain import rewards
from domain.operators import Permission

READ = Permission.REWARDS_READ


@output
class RewardQueries:
    """What operators see of rewards."""

    @permitted(READ)
    async def rewards(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Reward] | None:
        """All rewards, newest first, in any state."""
        context = info.context
        asker = await context.allowed(READ)
        page = Page[rewards.Reward]("rewards", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await rewards.listed(
                programme=asker.programme, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Reward.of, place=lambda one: one.id.bytes)

    @permitted(READ)
    async def reward(
        self, info: OpsInfo, id: Annotated[strawberry.ID, argument("The id of a `Reward`.")]
    ) -> Reward | None:
        """One of them; null when there is none with that id."""
        asker = await info.context.allowed(READ)
        try:
            async with info.context.reading() as tx:
                return Reward.of(await rewards.get(reward_of(id), programme=asker.programme, tx=tx))
        except rewards.NoSuchReward:
            return None
