"""Rewards, as partners see those in their outlets."""

from typing import Annotated

import strawberry

from api.fields import argument, output
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.partner.context import PartnerInfo, scoped
from api.reward_drafts import Reward
from api.rewards import reward_of
from api.volunteering import uuid_place
from domain import rewards
from domain.partners import Scope

SCOPE = Scope.REWARDS_WRITE


@output
class RewardQueries:
    """What partners see of rewards."""

    @scoped(SCOPE)
    async def rewards(
        self, info: PartnerInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Reward] | None:
        """The rewards in your outlets, newest first, whosever they are."""
        context = info.context
        partner = context.partner
        page = Page[rewards.Reward]("rewards", partner, context, first=first, after=after)
        async with context.reading() as tx:
            found = await rewards.listed(
                partner=partner.id,
                programme=partner.programme,
                before=uuid_place(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=Reward.of, place=lambda one: one.id.bytes)

    @scoped(SCOPE)
    async def reward(
        self, info: PartnerInfo, id: Annotated[strawberry.ID, argument("The id of a `Reward`.")]
    ) -> Reward | None:
        """One in your outlets; null when there is none with that id."""
        partner = info.context.partner
        try:
            async with info.context.reading() as tx:
                found = await rewards.get(
                    reward_of(id), partner=partner.id, programme=partner.programme, tx=tx
                )
                return Reward.of(found)
        except rewards.NoSuchReward:
            return None
