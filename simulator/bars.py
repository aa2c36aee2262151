"""Bars: where a demo's members get something after an activity, and a bonus on the way there."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from domain import moments, outlets, partners
from domain.activities import Type
from domain.moments import Chance, Owner, Terms, Text
from domain.outlets import Outlet
from domain.programmes import Programme
from domain.visits import Position
from infra import ids
from infra.db import Tx
from infra.hours import Hours, Span

FIRM = "stride"
NAME = "Stride Bar"
# Open day and night: whoever tries the demo does not wait for the morning.
ALWAYS = Hours(week=((Span(0, 24 * 60),),) * 7)
LASTS = timedelta(days=365)
STOCK = 200
BUDGET = 2_000
DRINKS = (
    (
        "DRINK",
        "A cold drink",
        frozenset({Type.RUN, Type.RIDE, Type.WALK, Type.HIKE}),
        {"pl": Text("Zimny napój"), "sv": Text("En kall dryck"), "sr": Text("Hladan napitak")},
    ),
    (
        "PROTEIN_DRINK",
        "A protein drink",
        frozenset({Type.STRENGTH}),
        {
            "pl": Text("Napój białkowy"),
            "sv": Text("En proteindryck"),
            "sr": Text("Proteinski napitak"),
        },
    ),
)
# Their times wait for the demo's.
SERVED = partial(Terms, cost=10, worth=15, member_max=10)
DOUBLE = partial(
    Chance,
    name="Twice the points",
    fits=frozenset({Type.RUN, Type.RIDE, Type.WALK}),
    hundredths=200,
    most=100,
    budget=5_000,
    seconds_min=600,
    member_max=10,
)


async def open_bar(
    programme: Programme, position: tuple[float, float], *, at: datetime, tx: Tx
) -> Outlet | None:
    """Have the demo's sports firm open a bar there, with drinks it pays for, and have the programme
    double some activities; None where that firm is no partner.

    position -- degrees of latitude and longitude.
    """
    home = programme.id
    known = await partners.listed(programme=home, after=None, limit=100, tx=tx)
    firm = next((one for one in known if one.slug == FIRM), None)
    if firm is None:
        return None
    outlet = await outlets.open(
        firm.id,
        name=NAME,
        position=Position(*position),
        zone=programme.zone,
        hours=ALWAYS,
        programme=home,
        id=ids.derived(at, "simulated outlet", home),
        at=at,
        tx=tx,
    )
    for kind, name, fits, texts in DRINKS:
        drink = SERVED(
            kind=kind, name=name, fits=fits, texts=texts, valid_from=at, valid_until=at + LASTS
        )
        await _serve(drink, outlet, at=at, tx=tx)
    bonus = ids.derived(at, "simulated bonus", home)
    chance = DOUBLE(valid_from=at, valid_until=at + LASTS)
    await moments.create_campaign(chance, programme=home, id=bonus, at=at, tx=tx)
    return outlet


async def _serve(terms: Terms, outlet: Outlet, *, at: datetime, tx: Tx) -> None:
    """Have the outlet's firm hand it out there, at its own cost."""
    home, firm = outlet.programme, outlet.partner
    id = ids.derived(at, "simulated treat", home, terms.kind)
    words: dict[str, Any] = {"partner": firm, "programme": home, "tx": tx}
    await moments.create(terms, owner=Owner.PARTNER, id=id, at=at, **words)
    await moments.set_stock(id, outlet.id, STOCK, **words)
    paid = ids.derived(at, "simulated treat funding", home, terms.kind)
    await moments.fund(id, BUDGET, id=paid, at=at, **words)
    await moments.submit(id, at=at, **words)
    await moments.approve(id, programme=home, at=at, tx=tx)
