"""Causes, as operators see them."""

from uuid import UUID

import strawberry

from api import globalids
from api.fields import output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.scalars import Moment, Points
from domain import giving, ledger
from domain.operators import Permission


@output
class Payout:
    """Points of a cause that left as a payment."""

    points: Points = said("How many points.")
    reference: str = said("The payment's reference.")
    operator_id: strawberry.ID = said("The id of the operator who paid it out.")
    at: Moment = said("When.")

    @classmethod
    def of(cls, payout: giving.Payout) -> "Payout":
        """A payout, as operators see it."""
        return cls(
            points=Points(payout.points),
            reference=payout.reference,
            operator_id=globalids.of(Kind.OPERATOR, payout.operator),
            at=Moment(payout.at),
        )


@output
class Cause(Node):
    """Something that members may give points to."""

    name: str = said("What it is called.")
    description: str = said("What the points are for.")
    url: str = said("An https address where there is more about it.")
    goal: Points | None = said("How many points it hopes for; null: as many as come.")
    active_from: Moment = said("From when on it takes donations.")
    active_until: Moment | None = said("Until when; null: until it is closed.")
    closed_at: Moment | None = said("When it was closed; null: it was not.")
    donated: Points = said("Points that members have given, what was undone left out.")
    donations: int = said("How often they gave.")
    paid_out: Points = said("Points that have been paid out.")
    record: strawberry.Private[giving.Cause]

    @permitted(Permission.CAUSES_READ)
    async def payouts(self, info: OpsInfo) -> list[Payout] | None:
        """Its payouts, newest first: a hundred at most."""
        one = self.record
        async with info.context.reading() as tx:
            found = await giving.payouts(one.id, programme=one.programme, tx=tx)
        return [Payout.of(payout) for payout in found]

    @permitted(Permission.CAUSES_READ)
    async def waiting(self, info: OpsInfo) -> Points | None:
        """Points in its account now; some of what was given may have expired."""
        one, context = self.record, info.context
        async with context.reading() as tx:
            balance = await ledger.balance(one.account, book=one.book, at=context.at, tx=tx)
        return Points(balance.available)

    @classmethod
    def of(cls, cause: giving.Cause) -> "Cause":
        """A cause, as operators see it."""
        until, closed_at = cause.active_until, cause.closed_at
        return cls(
            id=cause_id(cause.id),
            name=cause.name,
            description=cause.description,
            url=cause.url,
            goal=None if cause.goal is None else Points(cause.goal),
            active_from=Moment(cause.active_from),
            active_until=None if until is None else Moment(until),
            closed_at=None if closed_at is None else Moment(closed_at),
            donated=Points(cause.donated),
            donations=cause.donations,
            paid_out=Points(cause.paid_out),
            record=cause,
        )


@output
class CauseQueries:
    """What operators see of causes."""

    @permitted(Permission.CAUSES_READ)
    async def causes(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Cause] | None:
        """The programme's causes, newest first."""
        context = info.context
        asker = await context.allowed(Permission.CAUSES_READ)
        page = Page[giving.Cause]("causes", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await giving.causes(
                programme=asker.programme, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Cause.of, place=lambda one: one.id.bytes)


def cause_id(id: UUID) -> strawberry.ID:
    """The global id of a cause."""
    return globalids.of(Kind.CAUSE, id)
