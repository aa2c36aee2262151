"""Outlets, as partners and operators see them alike."""

from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from api import globalids
from api.fields import input, output, said
from api.globalids import Kind
from api.nodes import Node
from api.scalars import Day, Minute, Moment
from domain import outlets
from domain.visits import Position
from infra.hours import WEEK_DAYS, Hours, Span

NOBODY = UUID(int=0)
PATHS = {"outlet": "outlet_id", "position": "latitude"}


@output
class OutletSpan:
    """From a time of a weekday until another."""

    weekday: int = said("1 is Monday, 7 Sunday.")
    opens: Minute = said("By the clock of the outlet's zone.")
    closes: Minute = said("Before this; on the next day where it is not later than `opens`.")


@output
class OutletException:
    """A date on which the weekly hours do not hold."""

    day: Day = said("Which one.")
    opens: Minute | None = said("Null: closed all day.")
    closes: Minute | None = said("As in OutletSpan; null: closed all day.")


@output
class Outlet(Node):
    """A physical place of a partner, where treats are handed over."""

    partner_id: strawberry.ID = said("Whose it is.")
    name: str = said("What it is called.")
    latitude: float = said("Degrees, WGS 84.")
    longitude: float = said("Degrees, WGS 84.")
    zone: str = said("The IANA time zone of its hours.")
    hours: list[OutletSpan] = said("When it is open in a week; at most six spans a day.")
    exceptions: list[OutletException] = said("When it is open on some dates; 366 at most.")
    open: bool = said("False once it was closed for good.")
    created_at: Moment = said("When it was made.")

    @classmethod
    def of(cls, one: outlets.Outlet) -> "Outlet":
        """An outlet, as the schema shows it."""
        return cls(
            id=outlet_id(one.id),
            partner_id=globalids.of(Kind.PARTNER, one.partner),
            name=one.name,
            latitude=one.position.latitude,
            longitude=one.position.longitude,
            zone=one.zone,
            hours=spans_of(one.hours),
            exceptions=exceptions_of(one.hours),
            open=one.open,
            created_at=Moment(one.created_at),
        )


@input
class OutletSpanInput:
    """From a time of a weekday until another."""

    weekday: int = said("1 is Monday, 7 Sunday.")
    opens: Minute = said("By the clock of the outlet's zone.")
    closes: Minute = said("Before this; on the next day where it is not later than `opens`.")


@input
class OutletExceptionInput:
    """A date on which the weekly hours do not hold; several for a date with several spans."""

    day: Day = said("Which one.")
    opens: Minute | None = said("Null: closed all day.", default=None)
    closes: Minute | None = said("As in OutletSpanInput; null: closed all day.", default=None)


@input
class OutletDraftInput:
    """All that is said about an outlet."""

    name: str = said("What it is called, 1 to 80 characters.")
    latitude: float = said("Degrees, WGS 84.")
    longitude: float = said("Degrees, WGS 84.")
    zone: str = said("The IANA time zone of its hours, such as Europe/Vienna.")
    hours: list[OutletSpanInput] = said("When it is open in a week; at most six spans a day.")
    exceptions: list[OutletExceptionInput] | None = said(
        "When it is open on some dates; null: as in every week.", default=None
    )

    def position(self) -> Position:
        """Where it is."""
        return Position(self.latitude, self.longitude)

    def told(self) -> dict[str, Any]:
        """All of it, in the words of `outlets.open`. Refuses outlets.BadOutlet."""
        return {
            "name": self.name,
            "position": self.position(),
            "zone": self.zone,
            "hours": self.read(),
        }

    def read(self) -> Hours:
        """When it is open. Refuses outlets.BadOutlet."""
        if any(not 1 <= span.weekday <= WEEK_DAYS for span in self.hours):
            raise outlets.BadOutlet("a weekday is 1 to 7", "hours")
        week = tuple(
            tuple(Span(one.opens, one.closes) for one in self.hours if one.weekday == weekday)
            for weekday in range(1, WEEK_DAYS + 1)
        )
        found: dict[date, tuple[Span, ...]] = {}
        for one in self.exceptions or ():
            found.setdefault(one.day, ())
            if one.opens is not None and one.closes is not None:
                found[one.day] = (*found[one.day], Span(one.opens, one.closes))
        return Hours(week, found)


def outlet_id(id: UUID) -> strawberry.ID:
    """The global id of an outlet."""
    return globalids.of(Kind.OUTLET, id)


def outlet_of(id: str) -> UUID:
    """The id of the outlet that a global id names; nobody's for other texts."""
    return globalids.uuid_of(id, Kind.OUTLET) or NOBODY


def spans_of(hours: Hours) -> list[OutletSpan]:
    """The spans of a week, as the schema shows them."""
    return [
        OutletSpan(weekday=weekday, opens=Minute(span.opens), closes=Minute(span.closes))
        for weekday, spans in enumerate(hours.week, 1)
        for span in spans
    ]


def exceptions_of(hours: Hours) -> list[OutletException]:
    """The dates that are otherwise, as the schema shows them."""
    told = []
    for day, spans in sorted(hours.exceptions.items()):
        told += [
            OutletException(day=Day(day), opens=Minute(span.opens), closes=Minute(span.closes))
            for span in spans
        ] or [OutletException(day=Day(day), opens=None, closes=None)]
    return told
