"""Places, as operators see them: where visits count, and the codes they show."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY, place_of
from api.pictures import qr_code
from api.refusals import RequestRefused, result
from domain import partners, visits
from domain.operators import Permission

READ, WRITE = Permission.PARTNERS_READ, Permission.PARTNERS_WRITE


@output
class Place(Node):
    """A place where members' visits count."""

    name: str = said("What it is called.")
    latitude: float = said("Degrees, WGS 84.")
    longitude: float = said("Degrees, WGS 84.")
    radius_metres: int = said("How near is there.")
    interval_hours: int = said("How long until a visit of the same member counts again.")
    open: bool = said("False once it was closed.")

    @classmethod
    def of(cls, place: visits.Place) -> "Place":
        """A place, as operators see it."""
        return cls(
            id=place_id(place.id),
            name=place.name,
            latitude=place.position.latitude,
            longitude=place.position.longitude,
            radius_metres=place.radius_m,
            interval_hours=place.interval_s // 3600,
            open=place.open,
        )


@output
class PlaceCode:
    """What a place shows now."""

    code: str = said("The text of the QR code; it changes every 30 seconds.")
    svg: str = said("The QR code as an SVG picture.")


@output
class PlaceQueries:
    """What operators see of places."""

    @permitted(READ)
    async def places(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Place] | None:
        """The places, oldest first, also those that were closed."""
        context = info.context
        asker = await context.allowed(READ)
        page = Page[visits.Place]("places", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await visits.places(
                programme=asker.programme,
                after=place_of(page),
                limit=page.limit,
                closed=True,
                tx=tx,
            )
        return page.shaped(found, node=Place.of, place=lambda one: one.id.bytes)

    @permitted(WRITE)
    async def place_code(
        self,
        info: OpsInfo,
        place_id: Annotated[strawberry.ID, argument("The id of a `Place`.")],
    ) -> PlaceCode | None:
        """What the place shows now, to be asked for every 30 seconds; null when it is none."""
        context = info.context
        asker = await context.allowed(WRITE)
        try:
            async with context.reading() as tx:
                code = await visits.code_of(
                    _place(place_id), programme=asker.programme, at=context.at, tx=tx
                )
        except visits.NoSuchPlace:
            return None
        return PlaceCode(code=code, svg=qr_code(code))


@input
class OpenPlaceInput:
    """Where visits shall count."""

    name: str = said("What it is called, 1 to 80 characters.")
    latitude: float = said("Degrees, WGS 84.")
    longitude: float = said("Degrees, WGS 84.")
    radius_metres: int = said("How near is there: 10 to 5,000.", default=100)
    interval_hours: int = said("How long until a visit counts again: 1 to 8,784.", default=24)
    partner_id: strawberry.ID | None = said(
        "The partner who shows its code; operators only when null.", default=None
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ClosePlaceInput:
    """Which place to close."""

    place_id: strawberry.ID = said("The id of a `Place`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class PlaceChanged:
    """The place, as it is now."""

    place: Place = said("The place, as it is now.")


@output
class OpenPlaceSuccess(PlaceChanged):
    """Visits there count."""


@output
class ClosePlaceSuccess(PlaceChanged):
    """Visits there count no more."""


OpenPlaceResult: TypeAlias = Annotated[OpenPlaceSuccess | RequestRefused, result("OpenPlaceResult")]
ClosePlaceResult: TypeAlias = Annotated[
    ClosePlaceSuccess | RequestRefused, result("ClosePlaceResult")
]


async def _open(asked: OpenPlaceInput, act: OpsAct) -> visits.Place:
    partner: UUID | None = None
    if asked.partner_id is not None:
        partner = globalids.uuid_of(asked.partner_id, Kind.PARTNER) or NOBODY
        await partners.get(partner, programme=act.programme.id, tx=act.tx)
    return await visits.open_place(
        name=asked.name,
        position=visits.Position(asked.latitude, asked.longitude),
        radius_m=asked.radius_metres,
        interval_s=asked.interval_hours * 3600,
        partner=partner,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _close(asked: ClosePlaceInput, act: OpsAct) -> visits.Place:
    return await visits.close_place(_place(asked.place_id), programme=act.programme.id, tx=act.tx)


def _shaped(kind: type[PlaceChanged]) -> Any:
    async def shape(place: visits.Place, context: OpsContext) -> PlaceChanged:
        return kind(place=Place.of(place))

    return shape


PATHS = {"radius_m": "radius_metres", "interval_s": "interval_hours"}
OPEN: OpsVerb[visits.Place, OpenPlaceResult] = OpsVerb(
    visits.Place,
    _open,
    _shaped(OpenPlaceSuccess),
    permission=WRITE,
    paths=PATHS,
    made=lambda place: place_id(place.id),
)
CLOSE: OpsVerb[visits.Place, ClosePlaceResult] = OpsVerb(
    visits.Place, _close, _shaped(ClosePlaceSuccess), permission=WRITE
)


@output
class PlaceMutations:
    """Mutations about places."""

    @mutation
    async def open_place(
        self, info: OpsInfo, input: Annotated[OpenPlaceInput, argument("Where.")]
    ) -> OpenPlaceResult | None:
        """Let visits count somewhere. Needs PARTNERS_WRITE. Refuses NO_SUCH_PARTNER,
        BAD_PLACE."""
        return await OPEN.perform(info, input)

    @mutation
    async def close_place(
        self, info: OpsInfo, input: Annotated[ClosePlaceInput, argument("Which place.")]
    ) -> ClosePlaceResult | None:
        """Let visits count there no more. Needs PARTNERS_WRITE. Refuses NO_SUCH_PLACE."""
        return await CLOSE.perform(info, input)


def place_id(id: UUID) -> strawberry.ID:
    """The global id of a place."""
    return globalids.of(Kind.PLACE, id)


def _place(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.PLACE) or NOBODY
