"""Found a programme, and find it again."""

import re
from collections.abc import Sequence
from datetime import datetime

from domain import ledger
from domain.programmes.checking import sound_locale, sound_name, sound_zone
from domain.programmes.errors import BadSlug, NoSuchProgramme, SlugTaken
from domain.programmes.limits import check_limits, sound_unit
from domain.programmes.models import ProgrammeRow
from domain.programmes.records import BRANDING, COLUMNS, Programme, programme_of
from infra.db import Tx

SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}", re.ASCII)
TRANSFER_MAX = 1_000
TRANSFER_DAY_MAX = 3_000
TRANSFER_ACCEPT_DAYS = 7

NEXT_ID = "SELECT nextval(pg_get_serial_sequence('programme', 'id'))::int"
ADD = """
INSERT INTO programme (id, slug, name, unit, zone, locale, book, transfer_max, transfer_day_max,
                       transfer_accept_days, founded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (slug) DO NOTHING
"""
# Asked for by every transfer: the model would cost twice as much.
BY_ID = """
SELECT id, slug, name, unit, zone, locale, book, transfer_max, transfer_day_max,
       transfer_accept_days, locales, display_name, colour, accent_colour, logo_url, terms_url,
       support_contact
FROM programme WHERE id = $1
"""


async def found(
    slug: str,
    *,
    name: str,
    unit: str,
    zone: str,
    locale: str,
    transfer_max: int = TRANSFER_MAX,
    transfer_day_max: int = TRANSFER_DAY_MAX,
    transfer_accept_days: int = TRANSFER_ACCEPT_DAYS,
    expiry_months: int | None = None,
    return_policy: ledger.ReturnPolicy = ledger.ReturnPolicy.WITHIN_BALANCE,
    at: datetime,
    tx: Tx,
) -> Programme:
    """A new programme with an open ledger book.

    expiry_months -- whole months that earned points live after the month they were earned in;
                     None: for ever.
    Refuses, in this order: BadSlug, BadUnit, BadName, BadZone, BadLocale, BadPolicy, SlugTaken.
    """
    _check_slug(slug)
    unit = sound_unit(unit)
    name, zone, locale = sound_name(name), sound_zone(zone), sound_locale(locale)
    check_limits(transfer_max, transfer_day_max, transfer_accept_days, expiry_months)
    id = int(await tx.value(NEXT_ID))
    await ledger.open_book(
        id, unit=unit, at=at, tx=tx, expiry_months=expiry_months, return_policy=return_policy
    )
    limits = (transfer_max, transfer_day_max, transfer_accept_days)
    if not await tx.run(ADD, id, slug, name, unit, zone, locale, id, *limits, at):
        raise SlugTaken(f"the slug {slug} belongs to another programme")
    return Programme(id, slug, name, unit, zone, locale, id, *limits, locales=(locale,))


async def by_slug(slug: str, *, tx: Tx) -> Programme:
    """The programme with that slug. Raises NoSuchProgramme."""
    # What cannot be a slug is not asked for: the database refuses some texts altogether.
    known = SLUG.fullmatch(slug)
    found = await ProgrammeRow.get_or_none(slug=slug, using_db=tx.client) if known else None
    if found is None:
        raise NoSuchProgramme("there is no such programme")
    return _programme(found)


async def by_id(id: int, *, tx: Tx) -> Programme:
    """The programme with that number. Raises NoSuchProgramme."""
    found = await tx.row(BY_ID, id)
    if found is None:
        raise NoSuchProgramme("there is no such programme")
    return programme_of(found)


async def every(*, limit: int = 1_000, tx: Tx) -> Sequence[Programme]:
    """The programmes of this installation, oldest first; `limit` of them at most."""
    rows = await ProgrammeRow.all(using_db=tx.client).order_by("id").limit(limit)
    return [_programme(row) for row in rows]


def _programme(row: ProgrammeRow) -> Programme:
    return programme_of({name: getattr(row, name) for name in (*COLUMNS, *BRANDING)})


def _check_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise BadSlug("a slug is 2 to 40 lower-case letters, digits and hyphens, a letter first")
