"""Raffles, as operators run them."""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Annotated, TypeAlias, TypeVar
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import place_of as uuid_place
from api.raffle_facts import (
    RaffleFacts,
    RafflePrize,
    RafflePrizeKind,
    facts,
    number_of,
    place_of,
    raffle_id,
    raffle_of,
    reward_of,
)
from api.refusals import RequestRefused, result
from api.scalars import Moment, Points
from domain import raffles, rewards
from domain.operators import Permission
from domain.raffles import Prize, PrizeKind
from domain.raffles import Raffle as One
from infra.db import Tx

V = strawberry.enum_value
READ, WRITE = Permission.REWARDS_READ, Permission.REWARDS_WRITE


@strawberry.enum(description="What became of a prize.")
class RafflePayout(Enum):
    """What became of a prize."""

    PAID = V("PAID", description="The points are there.")
    TOLD = V("TOLD", description="The reward is on its way.")
    FORFEIT = V("FORFEIT", description="The member is gone.")


@output
class RaffleWinner:
    """A ticket that was drawn."""

    place: int = said("1 was drawn first.")
    number: int = said("The number of the ticket.")
    member_id: strawberry.ID = said("Whose ticket it is.")
    prize: RafflePrize = said("What it won.")
    payout: RafflePayout = said("What became of the prize.")

    @classmethod
    def of(cls, one: raffles.Winner) -> "RaffleWinner":
        """A winner, as the schema shows it."""
        return cls(
            place=one.place,
            number=one.number,
            member_id=globalids.of(Kind.MEMBER, one.member),
            prize=RafflePrize.of(one.prize),
            payout=RafflePayout[one.payout.name],
        )


@output
class Raffle(RaffleFacts, Node):
    """A draw that anybody can check."""

    waits: bool = said("True when it is drawn as soon as you say the public value.")
    record: strawberry.Private[One]

    @asked
    async def winners(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[RaffleWinner]:
        """The tickets that were drawn, in order; none before the draw."""
        asker = await info.context.allowed(READ)
        page = Page[raffles.Winner]("winners", asker, info.context, first=first, after=after)
        async with info.context.reading() as tx:
            found = await raffles.winners(
                self.record.reward,
                programme=self.record.programme,
                after=number_of(page.position),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=RaffleWinner.of, place=lambda one: place_of(one.place))

    @classmethod
    def of(cls, one: One, *, name: str) -> "Raffle":
        """A raffle, as the schema shows it."""
        return cls(waits=one.waits, record=one, **facts(one, name=name))


@output
class RaffleQueries:
    """What operators see of raffles."""

    @permitted(READ)
    async def raffles(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Raffle] | None:
        """The raffles of the programme, newest first."""
        context = info.context
        asker = await context.allowed(READ)
        page = Page[One]("raffles", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await raffles.listed(
                programme=asker.programme, before=uuid_place(page), limit=page.limit, tx=tx
            )
            shown = await _shown(found, asker.programme, tx)
        return page.shaped(
            found, node=lambda one: shown[one.reward], place=lambda one: one.reward.bytes
        )

    @permitted(READ)
    async def raffle(
        self,
        info: OpsInfo,
        raffle_id: Annotated[strawberry.ID, argument("The id of a `Raffle`.")],
    ) -> Raffle | None:
        """The raffle with that id; null when there is none."""
        asker = await info.context.allowed(READ)
        wanted = raffle_of(raffle_id)
        async with info.context.reading() as tx:
            found = await raffles.several([wanted], programme=asker.programme, tx=tx)
            return (await _shown(list(found.values()), asker.programme, tx)).get(wanted)


@input
class RafflePrizeInput:
    """What so many winners get each: points, or a reward."""

    kind: RafflePrizeKind = said("What it is.")
    count: int = said("How many get it; 1,000 winners in all at most.", default=1)
    points: Points | None = said("How many points, for POINTS.", default=None)
    reward_id: strawberry.ID | None = said("Which reward, for REWARD.", default=None)

    def read(self) -> Prize:
        """As the domain says it."""
        reward = None if self.reward_id is None else reward_of(self.reward_id)
        return Prize(PrizeKind[self.kind.name], self.count, self.points or 0, reward)


@input
class OpenRaffleInput:
    """What is drawn for, and when."""

    reward_id: strawberry.ID = said("A reward of the kind RAFFLE: its redemptions are tickets.")
    prizes: list[RafflePrizeInput] = said("What is won, in the order it is drawn; 50 at most.")
    closes_at: Moment = said("Until when tickets are given out: within a year.")
    public_source: str | None = said(
        "A public value that nobody knows yet and that is mixed in, in words that everybody"
        " understands alike; it is drawn once you say the value. Without: at the closing.",
        default=None,
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class DrawRaffleInput:
    """Which raffle, and the public value."""

    raffle_id: strawberry.ID = said("The id of a `Raffle` that is CLOSED.")
    public_value: str | None = said(
        "The public value that was named at the opening; null: none was.", default=None
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class RaffleChanged:
    """The raffle, as it is now."""

    raffle: Raffle = said("The raffle, as it is now.")


@output
class OpenRaffleSuccess(RaffleChanged):
    """Tickets are given out, and members see what was promised."""


@output
class DrawRaffleSuccess(RaffleChanged):
    """It is drawn, and the winners have their prizes."""


OpenRaffleResult: TypeAlias = Annotated[
    OpenRaffleSuccess | RequestRefused, result("OpenRaffleResult")
]
DrawRaffleResult: TypeAlias = Annotated[
    DrawRaffleSuccess | RequestRefused, result("DrawRaffleResult")
]


async def _open(asked: OpenRaffleInput, act: OpsAct) -> UUID:
    made = await raffles.open(
        reward_of(asked.reward_id),
        prizes=[prize.read() for prize in asked.prizes],
        closes_at=asked.closes_at,
        source=asked.public_source,
        programme=act.programme.id,
        at=act.at,
        tx=act.tx,
    )
    return made.reward


async def _draw(asked: DrawRaffleInput, act: OpsAct) -> UUID:
    drawn = await raffles.draw(
        raffle_of(asked.raffle_id),
        value=asked.public_value,
        programme=act.programme.id,
        at=act.at,
        tx=act.tx,
    )
    return drawn.reward


S = TypeVar("S", bound=RaffleChanged)


def _shaped(kind: type[S]) -> Callable[[UUID, OpsContext], Awaitable[S]]:
    async def shape(reward: UUID, context: OpsContext) -> S:
        programme = (await context.programme()).id
        async with context.reading() as tx:
            found = await raffles.get(reward, programme=programme, tx=tx)
            shown = await _shown([found], programme, tx)
        return kind(raffle=shown[reward])

    return shape


async def _shown(found: Sequence[One], programme: int, tx: Tx) -> dict[UUID, Raffle]:
    """These raffles by reward, their names read together."""
    named = await rewards.several([one.reward for one in found], programme=programme, tx=tx)
    return {one.reward: Raffle.of(one, name=named[one.reward].terms.name) for one in found}


OPEN: OpsVerb[UUID, OpenRaffleResult] = OpsVerb(
    UUID, _open, _shaped(OpenRaffleSuccess), permission=WRITE, made=raffle_id
)
DRAW: OpsVerb[UUID, DrawRaffleResult] = OpsVerb(
    UUID, _draw, _shaped(DrawRaffleSuccess), moves=True, permission=WRITE
)


@output
class RaffleMutations:
    """Mutations that run raffles."""

    @mutation
    async def open_raffle(
        self, info: OpsInfo, input: Annotated[OpenRaffleInput, argument("What is drawn for.")]
    ) -> OpenRaffleResult | None:
        """Fix a seed and tell its commitment; redemptions of the reward are tickets from then on.
        Needs REWARDS_WRITE. Refuses BAD_RAFFLE, NO_SUCH_REWARD, NOT_A_RAFFLE_REWARD,
        RAFFLE_OPENED."""
        return await OPEN.perform(info, input)

    @mutation
    async def draw_raffle(
        self, info: OpsInfo, input: Annotated[DrawRaffleInput, argument("Which raffle.")]
    ) -> DrawRaffleResult | None:
        """Say the public value of a raffle that is closed, and draw it. One without a public value
        is drawn by itself. Needs REWARDS_WRITE and `@idempotent`.
        Refuses NO_SUCH_RAFFLE, RAFFLE_STILL_OPEN, BAD_PUBLIC_VALUE."""
        return await DRAW.perform(info, input)
