"""Visits, as members see them: places, and being there."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, asked, input, mutation, output, said
from api.globalids import Kind
from api.mutating import Act, Verb
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.volunteering import uuid_place
from domain import visits
from domain.members import Member
from domain.visits import Position
from infra.db import Tx

NOBODY = UUID(int=0)


@output
class Place(Node):
    """A place worth visiting."""

    name: str = said("What it is called.")
    latitude: float = said("Degrees, WGS 84.")
    longitude: float = said("Degrees, WGS 84.")
    radius_metres: int = said("How near is there.")

    @classmethod
    def of(cls, place: visits.Place) -> "Place":
        """A place, as the schema shows it."""
        return cls(
            id=globalids.of(Kind.PLACE, place.id),
            name=place.name,
            latitude=place.position.latitude,
            longitude=place.position.longitude,
            radius_metres=place.radius_m,
        )


@output
class Visit:
    """You, at a place."""

    place_id: strawberry.ID = said("The id of the `Place`.")
    visited_at: Moment = said("When.")
    activity_id: strawberry.ID | None = said("The activity it became.")

    @classmethod
    def of(cls, visit: visits.Visit) -> "Visit":
        """A visit, as the schema shows it."""
        activity = visit.activity
        return cls(
            place_id=globalids.of(Kind.PLACE, visit.place),
            visited_at=Moment(visit.at),
            activity_id=None if activity is None else globalids.of(Kind.ACTIVITY, activity),
        )


@output
class VisitQueries:
    """What members see of places."""

    @asked
    async def places(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Place] | None:
        """The places where a visit counts; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[visits.Place]("places", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await visits.places(
                programme=asker.programme, after=uuid_place(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Place.of, place=lambda one: one.id.bytes)


@input
class VisitByCodeInput:
    """What the place shows."""

    code: str = said("The text of the QR code that the place shows now.")


@input
class VisitByPositionInput:
    """Where you are. It is checked and not kept."""

    place_id: strawberry.ID = said("The id of a `Place`.")
    latitude: float = said("Degrees, WGS 84.")
    longitude: float = said("Degrees, WGS 84.")
    accuracy_metres: float = said("The radius in which your telephone says it is; 200 at most.")


@output
class Visited:
    """The visit."""

    visit: Visit = said("The visit.")


@output
class VisitByCodeSuccess(Visited):
    """You were there."""


@output
class VisitByPositionSuccess(Visited):
    """You were there, by your telephone's word."""


VisitByCodeResult: TypeAlias = Annotated[
    VisitByCodeSuccess | RequestRefused, result("VisitByCodeResult")
]
VisitByPositionResult: TypeAlias = Annotated[
    VisitByPositionSuccess | RequestRefused, result("VisitByPositionResult")
]


async def _by_code(asked: VisitByCodeInput, act: Act) -> visits.Visit:
    return await visits.visit_by_code(act.member, code=asked.code, id=act.id, at=act.at, tx=act.tx)


async def _by_position(asked: VisitByPositionInput, act: Act) -> visits.Visit:
    return await visits.visit_by_position(
        act.member,
        place=globalids.uuid_of(asked.place_id, Kind.PLACE) or NOBODY,
        position=Position(asked.latitude, asked.longitude),
        accuracy_m=asked.accuracy_metres,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


def _shaped(kind: type[Visited]) -> Any:
    async def shape(visit: visits.Visit, context: Context) -> Visited:
        return kind(visit=Visit.of(visit))

    return shape


BY_CODE: Verb[visits.Visit, VisitByCodeResult] = Verb(
    visits.Visit, _by_code, _shaped(VisitByCodeSuccess), moves=True
)
BY_POSITION: Verb[visits.Visit, VisitByPositionResult] = Verb(
    visits.Visit, _by_position, _shaped(VisitByPositionSuccess), moves=True
)


@output
class VisitMutations:
    """Mutations about visits."""

    @mutation
    async def visit_by_code(
        self, info: Info, input: Annotated[VisitByCodeInput, argument("What the place shows.")]
    ) -> VisitByCodeResult | None:
        """Be at a place, by the code it shows. Needs `@idempotent`. Refuses BAD_VISIT_CODE,
        VISITED_ALREADY."""
        return await BY_CODE.perform(info, input)

    @mutation
    async def visit_by_position(
        self, info: Info, input: Annotated[VisitByPositionInput, argument("Where you are.")]
    ) -> VisitByPositionResult | None:
        """Be at a place, by your position. Needs `@idempotent`. Refuses NO_SUCH_PLACE,
        TOO_FAR_AWAY, VISITED_ALREADY."""
        return await BY_POSITION.perform(info, input)


async def find(name: globalids.Name, asker: Member, tx: Tx) -> Place | None:
    """The place with that id in the asker's programme; None when it is closed."""
    try:
        found = await visits.place_by_id(name.uuid or NOBODY, programme=asker.programme, tx=tx)
    except visits.NoSuchPlace:
        return None
    return Place.of(found)
