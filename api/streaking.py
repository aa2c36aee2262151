"""The mutations that pay for a streak: a freeze, and making good what was missed."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import InsufficientPoints, OfferChanged, RequestRefused, result
from api.scalars import Points
from api.streaks import Streak
from api.transferring import NOBODY
from domain import streaks
from domain.streaks import Purchase


@input
class BuyFreezeInput:
    """For which streak, and for how much."""

    streak_id: strawberry.ID = said("The id of a `Streak`.")
    points: Points = said("What it costs: `freezePrice` of its terms.")


@input
class RepairStreakInput:
    """Which streak, and for how much."""

    streak_id: strawberry.ID = said("The id of a `Streak`.")
    points: Points = said("What it costs: `points` of its `repairOffer`.")


@output
class StreakChanged:
    """The streak, as it is now."""

    streak: Streak = said("The streak, as it is now.")
    viewer: Member = said("You, as you are now.")


@output
class BuyFreezeSuccess(StreakChanged):
    """The freeze is yours. It stands in by itself for a period that you miss."""


@output
class RepairStreakSuccess(StreakChanged):
    """What you missed is made good."""


BuyFreezeResult: TypeAlias = Annotated[
    BuyFreezeSuccess | InsufficientPoints | OfferChanged | RequestRefused,
    result("BuyFreezeResult"),
]
RepairStreakResult: TypeAlias = Annotated[
    RepairStreakSuccess | InsufficientPoints | OfferChanged | RequestRefused,
    result("RepairStreakResult"),
]


async def _buy(asked: BuyFreezeInput, act: Act) -> Purchase:
    return await streaks.buy_freeze(
        _streak_of(asked.streak_id),
        points=asked.points,
        member=act.member,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _repair(asked: RepairStreakInput, act: Act) -> Purchase:
    return await streaks.repair(
        _streak_of(asked.streak_id),
        points=asked.points,
        member=act.member,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


def _changed(kind: type[StreakChanged]) -> Any:
    async def shape(bought: Purchase, context: Context) -> StreakChanged:
        viewer = await viewer_of(context)
        asker = await context.asker()
        assert asker is not None, "only a member buys anything"
        async with context.reading() as tx:
            found = await streaks.one(bought.streak, member=asker, at=context.at, tx=tx)
        return kind(streak=Streak.of(found), viewer=viewer)

    return shape


BUY: Verb[Purchase, BuyFreezeResult] = Verb(Purchase, _buy, _changed(BuyFreezeSuccess), moves=True)
REPAIR: Verb[Purchase, RepairStreakResult] = Verb(
    Purchase, _repair, _changed(RepairStreakSuccess), moves=True
)


@output
class StreakMutations:
    """Mutations about streaks."""

    @mutation
    async def buy_freeze(
        self, info: Info, input: Annotated[BuyFreezeInput, argument("For which, for how much.")]
    ) -> BuyFreezeResult | None:
        """Buy a freeze, which stands in by itself for a period that you miss. Needs
        `@idempotent`. Refuses NO_SUCH_STREAK, STREAK_RETIRED, FREEZES_NOT_SOLD, OFFER_CHANGED,
        FREEZES_FULL, INSUFFICIENT_POINTS."""
        return await BUY.perform(info, input)

    @mutation
    async def repair_streak(
        self, info: Info, input: Annotated[RepairStreakInput, argument("Which, for how much.")]
    ) -> RepairStreakResult | None:
        """Make good all that you missed and can. If you did not miss it after all, because
        something arrives later, you have a freeze instead. Needs `@idempotent`. Refuses
        NO_SUCH_STREAK, STREAK_RETIRED, NOTHING_TO_REPAIR, OFFER_CHANGED, INSUFFICIENT_POINTS."""
        return await REPAIR.perform(info, input)


def _streak_of(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.STREAK) or NOBODY
