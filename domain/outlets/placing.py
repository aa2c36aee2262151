"""Place: open, change and close the outlets of partners."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from domain import ledger, partners, programmes, visits
from domain.outlets import finding, writing
from domain.outlets.errors import BadOutlet, TooManyOutlets
from domain.outlets.locating import cells_of
from domain.outlets.records import Outlet
from domain.visits import Position
from infra.db import Tx
from infra.hours import WEEK_DAYS, Hours, Span

OPEN_MAX = 2_000
NAME_CHARACTERS_MAX = 80
SPANS_MAX = 6
EXCEPTIONS_MAX = 366

ADD = """
INSERT INTO outlet (programme, id, partner, name, latitude, longitude, near, area, zone, hours,
                    open, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonb, true, $11)
"""
CHANGE = """
UPDATE outlet SET name = $3, latitude = $4, longitude = $5, near = $6, area = $7, zone = $8,
    hours = $9::text::jsonb
WHERE programme = $1 AND id = $2
"""
CLOSE = "UPDATE outlet SET open = false WHERE programme = $1 AND id = $2"
COUNT_OPEN = "SELECT count(*) FROM outlet WHERE programme = $1 AND partner = $2 AND open"


async def open(
    partner: UUID,
    *,
    name: str,
    position: Position,
    zone: str,
    hours: Hours,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Outlet:
    """A place where things are handed over from now on.

    id -- the same id again with the same words answers with the outlet as it stands now.
    Refuses, in this order: BadOutlet, partners.NoSuchPartner, ledger.KeyReused, TooManyOutlets.
    """
    title, zone, hours = sound_place(name, position=position, zone=zone, hours=hours)
    await partners.get(partner, programme=programme, tx=tx)
    first = (await finding.several([id], programme=programme, tx=tx)).get(id)
    made = Outlet(id, programme, partner, title, position, zone, hours, open=True, created_at=at)
    if first is not None:
        if _said(first) != _said(made):
            raise ledger.KeyReused
        return first
    if await tx.value(COUNT_OPEN, programme, partner) >= OPEN_MAX:
        raise TooManyOutlets(f"a partner has at most {OPEN_MAX} open outlets")
    where = (position.latitude, position.longitude, *cells_of(position))
    await tx.run(ADD, programme, id, partner, title, *where, zone, writing.write_hours(hours), at)
    return made


async def change(
    id: UUID,
    *,
    name: str,
    position: Position,
    zone: str,
    hours: Hours,
    partner: UUID | None = None,
    programme: int,
    tx: Tx,
) -> Outlet:
    """Say everything about an outlet anew.

    partner -- whose it is; None: an operator asks.
    Refuses, in this order: BadOutlet, NoSuchOutlet.
    """
    title, zone, hours = sound_place(name, position=position, zone=zone, hours=hours)
    found = await finding.locked(id, partner=partner, programme=programme, tx=tx)
    where = (position.latitude, position.longitude, *cells_of(position))
    await tx.run(CHANGE, programme, id, title, *where, zone, writing.write_hours(hours))
    return replace(found, name=title, position=position, zone=zone, hours=hours)


async def close(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Outlet:
    """Nobody is sent there any more; what was promised there is still handed over. Closing again
    answers the same. Refuses NoSuchOutlet."""
    found = await finding.locked(id, partner=partner, programme=programme, tx=tx)
    await tx.run(CLOSE, programme, id)
    return replace(found, open=False)


def sound_place(
    name: str, *, position: Position, zone: str, hours: Hours
) -> tuple[str, str, Hours]:
    """The name, zone and hours as they are kept. Refuses BadOutlet: `name`, `latitude`, `zone`,
    `hours`, in this order."""
    title = programmes.plain(name, longest=NAME_CHARACTERS_MAX)
    if not title:
        raise BadOutlet(f"a name is 1 to {NAME_CHARACTERS_MAX} characters", "name")
    if not visits.is_on_earth(position):
        raise BadOutlet("a position is -90 to 90 and -180 to 180 degrees", "latitude")
    try:
        known = programmes.sound_zone(zone)
    except programmes.BadZone as refused:
        raise BadOutlet("a zone is an IANA name, such as Europe/Vienna", "zone") from refused
    if len(hours.week) != WEEK_DAYS or len(hours.exceptions) > EXCEPTIONS_MAX:
        demand = f"hours are of seven days, with at most {EXCEPTIONS_MAX} exceptions"
        raise BadOutlet(demand, "hours")
    week = [_spans(spans) for spans in hours.week]
    exceptions = {day: _spans(spans) for day, spans in hours.exceptions.items()}
    return title, known, Hours(tuple(week), exceptions)


def _spans(spans: Sequence[Span]) -> Sequence[Span]:
    """The spans of one day, sorted."""
    ordered = tuple(sorted(spans, key=lambda span: span.opens))
    apart = all(not one.crosses and one.closes <= other.opens for one, other in pairwise(ordered))
    if len(ordered) > SPANS_MAX or not apart or not all(span.is_sound for span in ordered):
        raise BadOutlet(f"a day has at most {SPANS_MAX} spans, which do not overlap", "hours")
    return ordered


def _said(one: Outlet) -> tuple[object, ...]:
    return one.partner, one.name, one.position, one.zone, one.hours
