"""Counting: metrics, and the filter that says which activities are counted, in all schemas."""

import re
from collections.abc import Collection
from enum import Enum

import strawberry

from api.fields import input, output, said
from api.scalars import Minute, Quantity
from api.states import ActivityProof, ActivityType
from domain import metrics
from domain.activities import Proof, Type
from domain.metrics import BadFilter, Filter

V = strawberry.enum_value
PLACES_MAX = 20
CELL = re.compile(r"[0-9a-f]{15}", re.ASCII)


@strawberry.enum(description="What can be counted of activities.")
class MetricName(Enum):
    """What can be counted of activities."""

    COUNT = V("COUNT", description="How many there are.")
    DISTANCE = V("DISTANCE", description="Metres.")
    DURATION = V("DURATION", description="Seconds without pauses.")
    ELEVATION = V("ELEVATION", description="Metres climbed.")
    ENERGY = V("ENERGY", description="Watt-hours saved.")
    STEPS = V("STEPS", description="Steps.")
    POINTS = V("POINTS", description="Points that they earned by the programme's rules.")
    DAYS = V("DAYS", description="On how many different local days of the member.")
    PARTNERS = V("PARTNERS", description="How many different partners told of them.")


@strawberry.enum(description="A day of the week.")
class Weekday(Enum):
    """A day of the week."""

    MONDAY = V("MONDAY", description="Monday.")
    TUESDAY = V("TUESDAY", description="Tuesday.")
    WEDNESDAY = V("WEDNESDAY", description="Wednesday.")
    THURSDAY = V("THURSDAY", description="Thursday.")
    FRIDAY = V("FRIDAY", description="Friday.")
    SATURDAY = V("SATURDAY", description="Saturday.")
    SUNDAY = V("SUNDAY", description="Sunday.")


@input
class AroundInput:
    """A place and what is near to it."""

    latitude: float = said("Degrees, WGS 84.")
    longitude: float = said("Degrees, WGS 84.")
    radius_metres: int = said("How far from there, 100 to 20,000 metres.")


@input
class ActivityFilterInput:
    """Which activities are counted: those that fit every word that is said."""

    types: list[ActivityType] | None = said("One of these types; null: any.", default=None)
    sources: list[str] | None = said(
        "Told by one of these sources, such as `strava` or `file`; null: any.", default=None
    )
    partners: list[str] | None = said(
        "Told by one of these partners, by their slugs; null: anybody.", default=None
    )
    metres_min: Quantity | None = said("Each at least so far.", default=None)
    seconds_min: Quantity | None = said("Each at least so long without pauses.", default=None)
    ascent_metres_min: Quantity | None = said("Each at least so many metres up.", default=None)
    quantity_min: Quantity | None = said(
        "Each at least so much of what its type counts by itself, such as steps.", default=None
    )
    proof_min: ActivityProof | None = said("Vouched for at least so well.", default=None)
    weekdays: list[Weekday] | None = said(
        "Started on one of these days of the member's own week; null: any.", default=None
    )
    from_time: Minute | None = said(
        "Started at this time of the member's own day or later; needs `untilTime`.", default=None
    )
    until_time: Minute | None = said(
        "Started before this time; an earlier one than `fromTime` means past midnight.",
        default=None,
    )
    around: list[AroundInput] | None = said(
        "Started near to one of these places, at most 20; null: anywhere.", default=None
    )
    cells: list[str] | None = said(
        "Started in one of these cells of the H3 grid (h3geo.org), resolution 8, as hexadecimal"
        " text; beside `around`. Only activities of members who allow their place to be used have"
        " one.",
        default=None,
    )

    def read(self, *within: str) -> Filter:
        """The filter, sound. Refuses BadFilter, with a path that begins with `within`.

        The path has the names of this input; see PATHS for those that the domain calls otherwise.
        """
        filter = Filter(
            types=frozenset(Type(one.name) for one in self.types or ()),
            sources=frozenset(self.sources or ()),
            partners=frozenset(self.partners or ()),
            distance_min_m=self.metres_min or 0,
            duration_min_s=self.seconds_min or 0,
            elevation_min_m=self.ascent_metres_min or 0,
            quantity_min=self.quantity_min or 0,
            proof_min=Proof(self.proof_min.name) if self.proof_min else Proof.CLAIMED,
            weekdays=frozenset(_number(day) for day in self.weekdays or ()),
            from_minute=self.from_time,
            until_minute=self.until_time,
            cells=self._cells(within),
        )
        metrics.check_filter(filter, within=within)
        return filter

    def _cells(self, within: tuple[str, ...]) -> frozenset[int]:
        places = self.around or []
        if len(places) > PLACES_MAX:
            raise BadFilter((*within, "around"), f"at most {PLACES_MAX} places")
        cells = {_cell(text, within) for text in self.cells or ()}
        for number, one in enumerate(places):
            try:
                cells |= metrics.cells_around(one.latitude, one.longitude, one.radius_metres)
            except BadFilter as bad:
                raise BadFilter((*within, "around", str(number), *bad.path), str(bad)) from None
        return frozenset(cells)


# What this input calls the words of the domain, for the paths of refusals.
PATHS = {
    "distance_min_m": "metres_min",
    "duration_min_s": "seconds_min",
    "elevation_min_m": "ascent_metres_min",
    "from_minute": "from_time",
    "until_minute": "until_time",
    "radius_m": "radius_metres",
}


@output
class ActivityFilter:
    """Which activities are counted: those that fit every word that is said."""

    text: str = said("All of it in plain English.")
    types: list[ActivityType] = said("One of these types; none: any.")
    sources: list[str] = said("Told by one of these sources; none: any.")
    partners: list[str] = said("Told by one of these partners, by their slugs; none: anybody.")
    metres_min: Quantity = said("Each at least so far.")
    seconds_min: Quantity = said("Each at least so long without pauses.")
    ascent_metres_min: Quantity = said("Each at least so many metres up.")
    quantity_min: Quantity = said("Each at least so much of what its type counts by itself.")
    proof_min: ActivityProof = said("Vouched for at least so well.")
    weekdays: list[Weekday] = said("Started on one of these days; none: any.")
    from_time: Minute | None = said("Started at this time of the member's day or later.")
    until_time: Minute | None = said("Started before this time, maybe past midnight.")
    cells: list[str] = said(
        "Started in one of these cells of the H3 grid, resolution 8, as hexadecimal text; none:"
        " anywhere."
    )

    @classmethod
    def of(cls, filter: Filter) -> "ActivityFilter":
        """A filter, as the schemas show it."""
        return cls(
            text=metrics.told_filter(filter),
            types=[ActivityType[one] for one in _ordered(filter.types, Type)],
            sources=sorted(filter.sources),
            partners=sorted(filter.partners),
            metres_min=Quantity(filter.distance_min_m),
            seconds_min=Quantity(filter.duration_min_s),
            ascent_metres_min=Quantity(filter.elevation_min_m),
            quantity_min=Quantity(filter.quantity_min),
            proof_min=ActivityProof[filter.proof_min],
            weekdays=[day for day in Weekday if _number(day) in filter.weekdays],
            from_time=None if filter.from_minute is None else Minute(filter.from_minute),
            until_time=None if filter.until_minute is None else Minute(filter.until_minute),
            cells=[f"{cell:x}" for cell in sorted(filter.cells)],
        )


def _number(day: Weekday) -> int:
    """Its number by ISO 8601, Monday is 1."""
    return list(Weekday).index(day) + 1


def _ordered(types: Collection[Type], every: type[Type]) -> list[Type]:
    return [one for one in every if one in types]


def _cell(text: str, within: tuple[str, ...]) -> int:
    """The number that the text of a cell stands for; whether it is a cell is checked later."""
    if not CELL.fullmatch(text):
        raise BadFilter((*within, "cells"), "a cell is an H3 index: 15 hexadecimal digits")
    return int(text, 16)
