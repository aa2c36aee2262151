"""Raffles, as members see them: what was promised, their own tickets, and who won."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from api import globalids
from api.context import Info
from api.fields import argument, asked, output, said
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.raffle_facts import (
    RaffleFacts,
    RafflePrize,
    facts,
    number_of,
    place_of,
    raffle_of,
)
from api.scalars import Moment
from api.volunteering import uuid_place
from domain import raffles, rewards
from domain.members import Member
from infra.db import Tx


@output
class RaffleTicket:
    """A ticket of yours."""

    ticket: str = said("What the public list says beside its number, instead of whose it is.")
    number: int = said("Its number; the first is 1.")
    given_back: bool = said("True when it was given back before the closing.")
    entered_at: Moment = said("When you got it.")

    @classmethod
    def of(cls, one: raffles.Ticket) -> "RaffleTicket":
        """A ticket, as the schema shows it."""
        return cls(
            ticket=str(one.id),
            number=one.number,
            given_back=one.back,
            entered_at=Moment(one.entered_at),
        )


@output
class RaffleWinner:
    """A ticket that was drawn."""

    place: int = said("1 was drawn first.")
    number: int = said("The number of the ticket.")
    yours: bool = said("True for a ticket of yours.")
    prize: RafflePrize = said("What it won.")


@output
class Raffle(RaffleFacts, Node):
    """A draw that anybody can check: `laurel raffle check` does, and docs/rewards.md says how to
    in ten lines of Python."""

    record: strawberry.Private[raffles.Raffle]
    asker: strawberry.Private[Member]

    @asked
    async def my_tickets(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[RaffleTicket]:
        """Your tickets, by number."""
        asker, record = self.asker, self.record
        page = Page[raffles.Ticket]("tickets", asker, info.context, first=first, after=after)
        async with info.context.reading() as tx:
            found = await raffles.tickets(
                record.reward,
                member=asker.id,
                programme=asker.programme,
                after=number_of(page.position),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=RaffleTicket.of, place=lambda one: place_of(one.number))

    @asked
    async def winners(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[RaffleWinner]:
        """The tickets that were drawn, in order; none before the draw."""
        asker, record = self.asker, self.record
        page = Page[raffles.Winner]("winners", asker, info.context, first=first, after=after)
        async with info.context.reading() as tx:
            found = await raffles.winners(
                record.reward,
                programme=asker.programme,
                after=number_of(page.position),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=self._winner, place=lambda one: place_of(one.place))

    def _winner(self, one: raffles.Winner) -> RaffleWinner:
        yours = one.member == self.asker.id
        prize = RafflePrize.of(one.prize)
        return RaffleWinner(place=one.place, number=one.number, yours=yours, prize=prize)


@output
class RafflingMember:
    """What a member may win."""

    record: strawberry.Private[Member]

    @asked
    async def raffles(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Raffle]:
        """The raffles of the programme, newest first."""
        who = self.record
        page = Page[raffles.Raffle]("raffles", who, info.context, first=first, after=after)
        async with info.context.reading() as tx:
            found = await raffles.listed(
                programme=who.programme, before=uuid_place(page), limit=page.limit, tx=tx
            )
            shown = await _shown(found, who, tx)
        return page.shaped(
            found, node=lambda one: shown[one.reward], place=lambda one: one.reward.bytes
        )

    @asked
    async def raffle(
        self, info: Info, id: Annotated[strawberry.ID, argument("The id of a `Raffle`.")]
    ) -> Raffle | None:
        """The raffle with that id; null when there is none."""
        who, asked_for = self.record, raffle_of(id)
        async with info.context.reading() as tx:
            found = await raffles.several([asked_for], programme=who.programme, tx=tx)
            return (await _shown(list(found.values()), who, tx)).get(asked_for)


async def _shown(found: Sequence[raffles.Raffle], who: Member, tx: Tx) -> dict[UUID, Raffle]:
    """These raffles as the member sees them, by reward, their names read together."""
    named = await rewards.several([one.reward for one in found], programme=who.programme, tx=tx)
    return {
        one.reward: Raffle(
            record=one,
            asker=who,
            **facts(one, name=rewards.text_of(named[one.reward].terms, locale=who.locale).title),
        )
        for one in found
    }


async def find(name: globalids.Name, asker: Member, tx: Tx) -> Raffle | None:
    """The raffle with that id; None when there is none."""
    if name.uuid is None:
        return None
    found = await raffles.several([name.uuid], programme=asker.programme, tx=tx)
    return (await _shown(list(found.values()), asker, tx)).get(name.uuid)
