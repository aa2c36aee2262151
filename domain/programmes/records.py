"""What programmes hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Branding:
    """How a programme shows itself; None: the app's own way.

    display_name          -- what members read, where it is not the programme's name.
    colour, accent_colour -- as #RRGGBB in capitals.
    logo_url, terms_url   -- https only.
    support_contact       -- an e-mail address, a telephone number or an https URL.
    """

    display_name: str | None = None
    colour: str | None = None
    accent_colour: str | None = None
    logo_url: str | None = None
    terms_url: str | None = None
    support_contact: str | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """One organisation with a point unit of its own.

    book                 -- its ledger book.
    zone, locale         -- what a member gets who says nothing else.
    transfer_max         -- most points of one transfer between members.
    transfer_day_max     -- most points a member may send in one local day.
    transfer_accept_days -- how long an offered transfer waits for an answer.
    locales              -- the languages it offers, its own first.
    """

    id: int
    slug: str
    name: str
    unit: str
    zone: str
    locale: str
    book: int
    transfer_max: int
    transfer_day_max: int
    transfer_accept_days: int
    locales: tuple[str, ...] = ()
    branding: Branding = Branding()


BRANDING = tuple(field.name for field in fields(Branding))
COLUMNS = tuple(field.name for field in fields(Programme) if field.name != "branding")


def programme_of(row: Mapping[str, Any]) -> Programme:
    """One row of the table as a value. Of no languages offered, its own is meant."""
    known = {name: row[name] for name in COLUMNS}
    known["locales"] = tuple(row["locales"]) or (row["locale"],)
    return Programme(**known, branding=Branding(**{name: row[name] for name in BRANDING}))
