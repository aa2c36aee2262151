"""Volunteering, as members see it: where help is wanted, and the hours they helped."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import cursors, globalids
from api.context import Context, Info
from api.cursors import bad_cursor
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.mutating import Act, Verb
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.refusals import RequestRefused, result
from api.scalars import Moment
from domain import volunteering
from domain.members import Member
from infra.db import Tx

V = strawberry.enum_value
NOBODY = UUID(int=0)


@strawberry.enum(description="How a member's hours stand. Only CONFIRMED ones count.")
class HoursState(Enum):
    """How a member's hours stand."""

    CLAIMED = V("CLAIMED", description="Said by the member; the organiser has not answered.")
    CONFIRMED = V("CONFIRMED", description="Confirmed by the organiser.")
    DECLINED = V("DECLINED", description="The organiser says that it was not so.")
    REVOKED = V("REVOKED", description="Confirmed once, and taken back by the organiser.")


@output
class VolunteerShift(Node):
    """A stretch of time in which help is wanted."""

    title: str = said("What it is about.")
    starts_at: Moment = said("When it begins.")
    ends_at: Moment = said("When it ends, within 24 hours.")
    places: int | None = said("How many members may help; null: any number.")

    @classmethod
    def of(cls, shift: volunteering.Shift) -> "VolunteerShift":
        """A shift, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.SHIFT, shift.id),
            title=shift.title,
            starts_at=Moment(shift.starts_at),
            ends_at=Moment(shift.ends_at),
            places=shift.places,
        )


@output
class VolunteerHours(Node):
    """What one member helped in one shift."""

    shift_id: strawberry.ID = said("The id of the `VolunteerShift`.")
    state: HoursState = said("How they stand.")
    claimed_minutes: int | None = said("What was claimed; null where the organiser spoke first.")
    minutes: int | None = said("What was confirmed; null before.")
    activity_id: strawberry.ID | None = said("The activity they became; null before.")
    claimed_at: Moment = said("When they were first told of.")

    @classmethod
    def of(cls, hours: volunteering.Hours) -> "VolunteerHours":
        """Hours, as the schema shows them."""
        activity = hours.activity
        return cls(
            id=globalids.of(Kind.HOURS, hours.id),
            shift_id=globalids.of(Kind.SHIFT, hours.shift),
            state=HoursState[hours.state.name],
            claimed_minutes=hours.claimed_minutes,
            minutes=hours.minutes,
            activity_id=None if activity is None else globalids.of(Kind.ACTIVITY, activity),
            claimed_at=Moment(hours.claimed_at),
        )


@output
class VolunteeringQueries:
    """What members see of volunteering."""

    @asked
    async def volunteer_shifts(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[VolunteerShift] | None:
        """The shifts that are not over, the soonest first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[volunteering.Shift]("shifts", asker, context, first=first, after=after)
        place = None if page.position is None else cursors.to_moment(page.position)
        async with context.reading() as tx:
            found = await volunteering.shifts(
                programme=asker.programme, after=place, limit=page.limit, at=context.at, tx=tx
            )
        return page.shaped(found, node=VolunteerShift.of, place=_place)

    @asked
    async def volunteer_hours(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[VolunteerHours] | None:
        """Your hours, the last claimed first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[volunteering.Hours]("hours", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await volunteering.listed(
                asker, before=uuid_place(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=VolunteerHours.of, place=lambda one: one.id.bytes)


def uuid_place(page: Page[Any]) -> UUID | None:
    """The position of a page whose places are UUIDs. Raises Fault with BAD_CURSOR."""
    position = page.position
    if position is not None and len(position) != 16:
        raise bad_cursor()
    return None if position is None else UUID(bytes=position)


def _place(shift: volunteering.Shift) -> bytes:
    at: datetime = shift.starts_at
    return cursors.from_moment(at, shift.id)


@input
class ClaimHoursInput:
    """Where you helped, and for how long."""

    shift_id: strawberry.ID = said("The id of a `VolunteerShift`.")
    minutes: int = said("How many minutes, within the shift.")


@input
class RedeemHoursInput:
    """What the organiser gave you."""

    statement: str = said("The organiser's signed statement, as text or from its QR code.")


@output
class HoursTold:
    """The hours, as they are now."""

    hours: VolunteerHours = said("The hours, as they are now.")


@output
class ClaimHoursSuccess(HoursTold):
    """They count as soon as the organiser confirms them."""


@output
class RedeemHoursSuccess(HoursTold):
    """They are confirmed, and count."""


ClaimHoursResult: TypeAlias = Annotated[
    ClaimHoursSuccess | RequestRefused, result("ClaimHoursResult")
]
RedeemHoursResult: TypeAlias = Annotated[
    RedeemHoursSuccess | RequestRefused, result("RedeemHoursResult")
]


async def _claim(asked: ClaimHoursInput, act: Act) -> volunteering.Hours:
    shift = globalids.uuid_of(asked.shift_id, Kind.SHIFT) or NOBODY
    return await volunteering.claim(
        act.member, shift=shift, minutes=asked.minutes, id=act.id, at=act.at, tx=act.tx
    )


async def _redeem(asked: RedeemHoursInput, act: Act) -> volunteering.Hours:
    return await volunteering.redeem(
        act.member, statement=asked.statement, id=act.id, at=act.at, tx=act.tx
    )


def _shaped(kind: type[HoursTold]) -> Any:
    async def shape(hours: volunteering.Hours, context: Context) -> HoursTold:
        return kind(hours=VolunteerHours.of(hours))

    return shape


CLAIM: Verb[volunteering.Hours, ClaimHoursResult] = Verb(
    volunteering.Hours, _claim, _shaped(ClaimHoursSuccess), paths={"shift": "shift_id"}
)
REDEEM: Verb[volunteering.Hours, RedeemHoursResult] = Verb(
    volunteering.Hours, _redeem, _shaped(RedeemHoursSuccess), moves=True
)


@output
class VolunteeringMutations:
    """Mutations about volunteering."""

    @mutation
    async def claim_hours(
        self, info: Info, input: Annotated[ClaimHoursInput, argument("Where, how long.")]
    ) -> ClaimHoursResult | None:
        """Say that you helped; it counts when the organiser confirms it. Refuses NO_SUCH_SHIFT,
        BAD_MINUTES, SHIFT_NOT_OVER, CLAIM_TOO_LATE, SHIFT_FULL."""
        return await CLAIM.perform(info, input)

    @mutation
    async def redeem_hours(
        self, info: Info, input: Annotated[RedeemHoursInput, argument("The statement.")]
    ) -> RedeemHoursResult | None:
        """Let hours count that the organiser has signed for; each statement is good once. Needs
        `@idempotent`. Refuses BAD_STATEMENT, NO_SUCH_SHIFT, BAD_SIGNATURE, STATEMENT_NOT_YOURS,
        STATEMENT_USED, BAD_MINUTES, SHIFT_NOT_OVER, CLAIM_TOO_LATE, SHIFT_FULL, HOURS_CLOSED,
        HOURS_OVERLAP, NO_SUCH_MEMBER."""
        return await REDEEM.perform(info, input)


async def find(
    name: globalids.Name, asker: Member, tx: Tx
) -> VolunteerShift | VolunteerHours | None:
    """The shift with that id in the asker's programme, or hours of their own; None for others."""
    id = name.uuid or NOBODY
    if name.kind is Kind.HOURS:
        found = await volunteering.find(asker, id=id, tx=tx)
        return None if found is None else VolunteerHours.of(found)
    try:
        shift = await volunteering.shift_by_id(id, programme=asker.programme, tx=tx)
    except volunteering.NoSuchShift:
        return None
    return VolunteerShift.of(shift)
