"""Publish what there is to help with, and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.partners import Partner
from domain.programmes import plain
from domain.volunteering.errors import BadOpportunity, BadShift, NoSuchOpportunity, NoSuchShift
from domain.volunteering.records import Opportunity, Shift
from infra.db import Tx

TITLE_CHARACTERS_MAX = 120
TEXT_CHARACTERS_MAX = 2_000
SHIFT_MAX = timedelta(hours=24)
AHEAD_MAX = timedelta(days=366)
PLACES_MAX = 100_000

ADD = """
INSERT INTO volunteer_opportunity (programme, id, partner, title, text, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
OPEN = """
SELECT id, programme, partner, title, text, open FROM volunteer_opportunity
WHERE programme = $1 AND partner = $2 AND id = $3 FOR NO KEY UPDATE
"""
CLOSE = "UPDATE volunteer_opportunity SET open = false WHERE programme = $1 AND id = $2"
ADD_SHIFT = """
INSERT INTO volunteer_shift (programme, id, opportunity, starts_at, ends_at, places)
VALUES ($1, $2, $3, $4, $5, $6)
"""
SHIFT = """
SELECT s.id, s.programme, s.opportunity, o.title, o.partner, s.starts_at, s.ends_at, s.places
FROM volunteer_shift AS s
JOIN volunteer_opportunity AS o ON o.programme = s.programme AND o.id = s.opportunity
WHERE s.programme = $1 AND s.id = $2
"""
SEVERAL = """
SELECT s.id, s.programme, s.opportunity, o.title, o.partner, s.starts_at, s.ends_at, s.places
FROM volunteer_shift AS s
JOIN volunteer_opportunity AS o ON o.programme = s.programme AND o.id = s.opportunity
WHERE s.programme = $1 AND s.id = ANY($2::uuid[])
"""
SHIFTS = """
SELECT s.id, s.programme, s.opportunity, o.title, o.partner, s.starts_at, s.ends_at, s.places
FROM volunteer_shift AS s
JOIN volunteer_opportunity AS o ON o.programme = s.programme AND o.id = s.opportunity
WHERE s.programme = $1 AND o.open AND s.ends_at > $2
  AND ($3::timestamptz IS NULL OR (s.starts_at, s.id) > ($3, $4::uuid))
ORDER BY s.starts_at, s.id LIMIT $5
"""


async def publish(
    *, title: str, text: str, organiser: Partner, programme: int, id: UUID, at: datetime, tx: Tx
) -> Opportunity:
    """A new opportunity, to which shifts are added. Refuses BadOpportunity."""
    name = plain(title, longest=TITLE_CHARACTERS_MAX)
    if not name:
        raise BadOpportunity("title", f"a title is 1 to {TITLE_CHARACTERS_MAX} characters")
    told = plain(text, longest=TEXT_CHARACTERS_MAX)
    if told is None:
        raise BadOpportunity("text", f"a text is {TEXT_CHARACTERS_MAX} plain characters at most")
    await tx.run(ADD, programme, id, organiser.id, name, told, at)
    return Opportunity(id, programme, organiser.id, name, told, open=True)


async def close_opportunity(id: UUID, *, organiser: Partner, programme: int, tx: Tx) -> Opportunity:
    """Show it no longer; its shifts can still be claimed and confirmed. Refuses
    NoSuchOpportunity."""
    found = await _held(id, organiser, programme, tx)
    await tx.run(CLOSE, programme, id)
    return Opportunity(id, programme, found.partner, found.title, found.text, open=False)


async def add_shift(
    opportunity: UUID,
    *,
    starts_at: datetime,
    ends_at: datetime,
    places: int | None,
    organiser: Partner,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Shift:
    """A stretch of time in which help is wanted.

    Refuses, in this order: BadShift, NoSuchOpportunity.
    """
    if not timedelta(minutes=1) <= ends_at - starts_at <= SHIFT_MAX:
        raise BadShift("a shift lasts a minute to 24 hours")
    if abs(starts_at - at) > AHEAD_MAX or not 1 <= (places or 1) <= PLACES_MAX:
        raise BadShift(f"a shift is within a year of now, and has 1 to {PLACES_MAX} places")
    found = await _held(opportunity, organiser, programme, tx)
    if not found.open:
        raise NoSuchOpportunity("the opportunity is closed")
    await tx.run(ADD_SHIFT, programme, id, opportunity, starts_at, ends_at, places)
    times = (starts_at, ends_at, places)
    return Shift(id, programme, opportunity, found.title, found.partner, *times)


async def shift_by_id(id: UUID, *, programme: int, tx: Tx) -> Shift:
    """The shift of that id. Raises NoSuchShift."""
    row = await tx.row(SHIFT, programme, id)
    if row is None:
        raise NoSuchShift("there is no such shift")
    return Shift(**row)


async def several_shifts(ids: Sequence[UUID], *, programme: int, tx: Tx) -> dict[UUID, Shift]:
    """Those of `ids` that are shifts of the programme, by id."""
    return {row["id"]: Shift(**row) for row in await tx.rows(SEVERAL, programme, list(ids))}


async def shifts(
    *, programme: int, after: tuple[datetime, UUID] | None, limit: int, at: datetime, tx: Tx
) -> Sequence[Shift]:
    """The shifts that are not over, the soonest first, `limit` at most.

    after -- start and id of the shift to go on after; None begins at the beginning.
    """
    place = after or (None, None)
    return [Shift(**row) for row in await tx.rows(SHIFTS, programme, at, *place, limit)]


async def _held(id: UUID, organiser: Partner, programme: int, tx: Tx) -> Opportunity:
    row = await tx.row(OPEN, programme, organiser.id, id)
    if row is None:
        raise NoSuchOpportunity("the organiser has no such opportunity")
    return Opportunity(**row)
