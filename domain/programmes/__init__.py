"""Programmes: the organisations that use this installation, each with its own point unit.

It knows a programme's name, limits and ledger book; it does not know who is in it. Beside it
live the checks of names, locales and zones that everything above shares.
"""

from domain.programmes.amending import Amendment, amend
from domain.programmes.checking import plain, sound_locale, sound_name, sound_zone
from domain.programmes.errors import (
    BadBranding,
    BadLocale,
    BadName,
    BadPolicy,
    BadSlug,
    BadUnit,
    BadZone,
    NoSuchProgramme,
    SlugTaken,
)
from domain.programmes.founding import by_id, by_slug, every, found
from domain.programmes.records import Branding, Programme

__all__ = [
    "Amendment",
    "BadBranding",
    "BadLocale",
    "BadName",
    "BadPolicy",
    "BadSlug",
    "BadUnit",
    "BadZone",
    "Branding",
    "NoSuchProgramme",
    "Programme",
    "SlugTaken",
    "amend",
    "by_id",
    "by_slug",
    "every",
    "found",
    "plain",
    "sound_locale",
    "sound_name",
    "sound_zone",
]
