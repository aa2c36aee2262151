"""Amend a programme: what it is called, what it allows, and how it shows itself."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from domain import ledger
from domain.programmes.branding import sound_branding
from domain.programmes.checking import sound_locale, sound_name, sound_zone
from domain.programmes.errors import BadPolicy, NoSuchProgramme
from domain.programmes.founding import by_id
from domain.programmes.limits import check_limits, sound_unit
from domain.programmes.records import Branding, Programme
from infra.db import Tx

LOCALES_MAX = 50

LOCK = "SELECT id FROM programme WHERE id = $1 FOR NO KEY UPDATE"
AMEND = """
UPDATE programme SET name = $2, unit = $3, zone = $4, locale = $5, transfer_max = $6,
    transfer_day_max = $7, transfer_accept_days = $8, locales = $9, display_name = $10,
    colour = $11, accent_colour = $12, logo_url = $13, terms_url = $14, support_contact = $15
WHERE id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What to change of a programme; None leaves it as it is.

    locales  -- the languages offered; the programme's own is one of them in any case.
    branding -- all of it at once.
    policies -- of its ledger book, for what is earned from now on.
    """

    name: str | None = None
    unit: str | None = None
    zone: str | None = None
    locale: str | None = None
    locales: Sequence[str] | None = None
    transfer_max: int | None = None
    transfer_day_max: int | None = None
    transfer_accept_days: int | None = None
    branding: Branding | None = None
    policies: ledger.Policies | None = None


async def amend(id: int, change: Amendment, *, tx: Tx) -> Programme:
    """The programme with what is given changed. Points that members have keep their months.

    Refuses, in this order: NoSuchProgramme, BadName, BadUnit, BadZone, BadLocale, BadPolicy,
    BadBranding.
    """
    if await tx.value(LOCK, id) is None:
        raise NoSuchProgramme("there is no such programme")
    new = _amended(await by_id(id, tx=tx), change)
    limits = (new.transfer_max, new.transfer_day_max, new.transfer_accept_days)
    words = (new.name, new.unit, new.zone, new.locale)
    shown = [getattr(new.branding, field.name) for field in fields(Branding)]
    await tx.run(AMEND, id, *words, *limits, list(new.locales), *shown)
    if change.policies is not None:
        await ledger.set_policies(new.book, change.policies, tx=tx)
    return new


def _amended(old: Programme, change: Amendment) -> Programme:
    def of(name: str) -> object:
        said = getattr(change, name)
        return getattr(old, name) if said is None else said

    name, unit = sound_name(str(of("name"))), sound_unit(str(of("unit")))
    zone, locale = sound_zone(str(of("zone"))), sound_locale(str(of("locale")))
    transfer_max = old.transfer_max if change.transfer_max is None else change.transfer_max
    day_max = old.transfer_day_max if change.transfer_day_max is None else change.transfer_day_max
    days = change.transfer_accept_days
    days = old.transfer_accept_days if days is None else days
    months = None if change.policies is None else change.policies.expiry_months
    locales = _locales(locale, old.locales if change.locales is None else change.locales)
    check_limits(transfer_max, day_max, days, months)
    branding = old.branding if change.branding is None else sound_branding(change.branding)
    limits = (transfer_max, day_max, days)
    words = (name, unit, zone, locale)
    return Programme(old.id, old.slug, *words, old.book, *limits, locales, branding)


def _locales(own: str, offered: Sequence[str]) -> tuple[str, ...]:
    if len(offered) > LOCALES_MAX:
        raise BadPolicy("locales", least=0, most=LOCALES_MAX)
    return tuple(dict.fromkeys([own, *map(sound_locale, offered)]))[:LOCALES_MAX]
