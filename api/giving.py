"""Causes and donations, as members see them."""

from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import asked, output, said
from api.globalids import Kind, Name
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.people import PublicMember, other
from api.scalars import Moment, Points
from api.states import CauseStanding
from domain import giving
from domain.members import Member as Asker
from infra.db import Tx


@output
class CauseDonor:
    """A member who gave to a cause and wants to be seen."""

    points: Points = said("How many points.")
    given_at: Moment = said("When.")
    member_key: strawberry.Private[UUID]

    @asked
    async def member(self, info: Info) -> PublicMember:
        """Who gave."""
        return await other(self.member_key, info)


@output
class Cause(Node):
    """Something that the members of your programme may give points to."""

    name: str = said("What it is called.")
    description: str = said("What the points are for.")
    url: str = said("An https address where there is more about it.")
    goal: Points | None = said("How many points it hopes for; null: as many as come.")
    active_from: Moment = said("From when on it takes donations.")
    active_until: Moment | None = said("Until when; null: until the programme closes it.")
    closed_at: Moment | None = said("When the programme closed it; null: it has not.")
    donated: Points = said("Points that members have given so far.")
    donations: int = said("How often they gave.")
    standing: CauseStanding = said("Whether it takes donations now.")
    record: strawberry.Private[giving.Cause]

    @asked
    async def donors(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[CauseDonor]:
        """Who gave and wants to be seen, newest first."""
        asker = await info.context.asker()
        assert asker is not None, "only members see causes"
        cause, context = self.record, info.context
        of = f"donors {cause.id}"
        page = Page[giving.Donation](of, asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await giving.named(
                cause.id, programme=cause.programme, before=_place(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=_donor, place=lambda one: one.id.bytes)

    @classmethod
    def of(cls, cause: giving.Cause, context: Context) -> "Cause":
        """A cause, as it stands at the time of the operation."""
        until, closed_at = cause.active_until, cause.closed_at
        return cls(
            id=globalids.of(Kind.CAUSE, cause.id),
            name=cause.name,
            description=cause.description,
            url=cause.url,
            goal=None if cause.goal is None else Points(cause.goal),
            active_from=Moment(cause.active_from),
            active_until=None if until is None else Moment(until),
            closed_at=None if closed_at is None else Moment(closed_at),
            donated=Points(cause.donated),
            donations=cause.donations,
            standing=CauseStanding[cause.standing(context.at)],
            record=cause,
        )


@output
class Donation(Node):
    """Points that you gave to a cause."""

    points: Points = said("How many points.")
    named: bool = said("True when other members see that it was you.")
    given_at: Moment = said("When you gave them.")
    undone_at: Moment | None = said("When the programme gave them back; null: they stand.")
    cause_key: strawberry.Private[UUID]

    @asked
    async def cause(self, info: Info) -> Cause:
        """What you gave to."""
        found = await info.context.loading.causes.load(self.cause_key)
        assert found is not None, "a donation is always to a cause of the programme"
        return Cause.of(found, info.context)

    @classmethod
    def of(cls, donation: giving.Donation) -> "Donation":
        """A donation, as its donor sees it."""
        undone_at = donation.undone_at
        return cls(
            id=globalids.of(Kind.DONATION, donation.id),
            points=Points(donation.points),
            named=donation.named,
            given_at=Moment(donation.given_at),
            undone_at=None if undone_at is None else Moment(undone_at),
            cause_key=donation.cause,
        )


@output
class GivingMember:
    """What a member sees of causes."""

    record: strawberry.Private[Asker]

    @asked
    async def causes(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Cause]:
        """What you may give points to, newest first; also what is over, with what came of it."""
        context = info.context
        page = Page[giving.Cause]("causes", self.record, context, first=first, after=after)
        async with context.reading() as tx:
            found = await giving.causes(
                programme=self.record.programme, before=_place(page), limit=page.limit, tx=tx
            )
        return page.shaped(
            found, node=lambda one: Cause.of(one, context), place=lambda one: one.id.bytes
        )

    @asked
    async def donations(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Donation]:
        """What you gave, newest first. Nobody else sees this list."""
        context = info.context
        page = Page[giving.Donation]("donations", self.record, context, first=first, after=after)
        async with context.reading() as tx:
            found = await giving.donations(
                self.record, before=_place(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Donation.of, place=lambda one: one.id.bytes)


async def find(name: Name, asker: Asker, context: Context, tx: Tx) -> Node | None:
    """The cause of the asker's programme, or their own donation, with that id; None: neither."""
    if name.uuid is None:
        return None
    if name.kind is Kind.CAUSE:
        causes = await giving.several([name.uuid], programme=asker.programme, tx=tx)
        return Cause.of(causes[name.uuid], context) if name.uuid in causes else None
    gifts = await giving.several_donations([name.uuid], member=asker, tx=tx)
    return Donation.of(gifts[name.uuid]) if name.uuid in gifts else None


def _donor(donation: giving.Donation) -> CauseDonor:
    return CauseDonor(
        points=Points(donation.points),
        given_at=Moment(donation.given_at),
        member_key=donation.member,
    )


def _place(page: Page[giving.Cause] | Page[giving.Donation]) -> UUID | None:
    return None if page.position is None else UUID(bytes=page.position)
