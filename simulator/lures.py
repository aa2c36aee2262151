"""Lures: what a demo's programme offers its members, so different that no two want the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import offers
from domain.activities import Type
from domain.offers import Creative, Gain, OfferKind, Placement, Terms
from domain.programmes import Programme
from infra import ids
from infra.db import Tx

LASTS = timedelta(days=365)
BUDGET = 2_000
WITHIN_HOURS = 7 * 24
NOTHING = Gain()
SEEN = frozenset({Placement.HOME, Placement.WATCH})


@dataclass(frozen=True, slots=True)
class Lure:
    """One offer as the demo tells of it.

    about  -- what somebody likes who likes this.
    reward -- the code of the reward that it makes cheaper; None: of none.
    texts  -- titles by language.
    """

    kind: OfferKind
    name: str
    body: str
    about: tuple[str, ...]
    texts: Mapping[str, str]
    gain: Gain = NOTHING
    margin: int = 20
    reward: str | None = None


def more_for(type: Type, name: str, texts: Mapping[str, str]) -> Lure:
    """Twice the points for the next three activities of a type."""
    gain = Gain(
        hundredths=200, most=60, times=3, types=frozenset({type}), within_hours=WITHIN_HOURS
    )
    body = "The next three, within a week."
    return Lure(OfferKind.MULTIPLIER, name, body, (f"activity:{type}",), texts, gain)


def points_for(type: Type, points: int, name: str, texts: Mapping[str, str]) -> Lure:
    """Points on top for one activity of a type."""
    gain = Gain(points=points, types=frozenset({type}), within_hours=WITHIN_HOURS)
    body = f"{points} on top of what it earns, within a week."
    return Lure(OfferKind.BONUS, name, body, (f"activity:{type}",), texts, gain)


LURES: Sequence[Lure] = (
    more_for(
        Type.STRENGTH,
        "Twice the points for strength training",
        {
            "pl": "Dwa razy więcej punktów za trening siłowy",
            "sv": "Dubbla poäng för styrketräning",
            "sr": "Dvostruki poeni za trening snage",
        },
    ),
    more_for(
        Type.RIDE,
        "Twice the points for riding",
        {
            "pl": "Dwa razy więcej punktów za rower",
            "sv": "Dubbla poäng för cykling",
            "sr": "Dvostruki poeni za vožnju bicikla",
        },
    ),
    points_for(
        Type.RUN,
        15,
        "15 more for your next run",
        {
            "pl": "15 więcej za następny bieg",
            "sv": "15 till för nästa löprunda",
            "sr": "15 više za sledeće trčanje",
        },
    ),
    points_for(
        Type.VOLUNTEERING,
        25,
        "25 more for an hour of help",
        {
            "pl": "25 więcej za godzinę pomocy",
            "sv": "25 till för en timmes hjälp",
            "sr": "25 više za sat pomoći",
        },
    ),
    points_for(
        Type.ENERGY,
        20,
        "20 more for saving energy",
        {
            "pl": "20 więcej za oszczędzanie energii",
            "sv": "20 till för sparad energi",
            "sr": "20 više za uštedu energije",
        },
    ),
    Lure(
        OfferKind.DISCOUNT,
        "A cold brew for half",
        "15 points less at the bar, within a week.",
        ("activity:RUN", "activity:RIDE"),
        {
            "pl": "Kawa na zimno za pół ceny",
            "sv": "Kallbryggt kaffe för halva priset",
            "sr": "Hladna kafa upola cene",
        },
        Gain(points=15, within_hours=WITHIN_HOURS),
        reward="cold_brew",
    ),
    Lure(
        OfferKind.DISCOUNT,
        "20 off a book",
        "For the bookshop's code, within a week.",
        ("activity:SURVEY", "activity:SHARE"),
        {
            "pl": "20 mniej za książkę",
            "sv": "20 mindre för en bok",
            "sr": "20 manje za knjigu",
        },
        Gain(points=20, within_hours=WITHIN_HOURS),
        reward="book",
    ),
    Lure(
        OfferKind.CONTENT,
        "Five stretches after a run",
        "Calves first, and slowly: it takes as many minutes.",
        ("activity:RUN", "activity:WALK"),
        {
            "pl": "Pięć ćwiczeń po biegu",
            "sv": "Fem stretchövningar efter löpning",
            "sr": "Pet istezanja posle trčanja",
        },
        margin=3,
    ),
    Lure(
        OfferKind.CONTENT,
        "What to eat after the gym",
        "Protein within two hours, and something green.",
        ("activity:STRENGTH",),
        {
            "pl": "Co jeść po siłowni",
            "sv": "Vad du äter efter gymmet",
            "sr": "Šta jesti posle teretane",
        },
        margin=3,
    ),
)


async def lay_out(programme: Programme, shelf: Mapping[str, UUID], *, at: datetime, tx: Tx) -> None:
    """Have the demo's programme offer all of it, out of points of its own.

    shelf -- ids of its rewards by code; what needs one that is not there is left out.
    """
    for lure in LURES:
        if lure.reward is None or lure.reward in shelf:
            await _offered(lure, shelf, programme, at, tx)


async def _offered(
    lure: Lure, shelf: Mapping[str, UUID], programme: Programme, at: datetime, tx: Tx
) -> None:
    """One offer, as far as a member who is shown it."""
    home, id = programme.id, ids.derived(at, "simulated offer", programme.id, lure.name)
    about, gain = lure.about, lure.gain
    if lure.reward is not None:
        about = (*about, f"reward:{shelf[lure.reward]}")
        gain = replace(gain, reward=shelf[lure.reward])
    titles = {"en": Creative(lure.name, lure.body)}
    terms = Terms(
        kind=lure.kind,
        name=lure.name,
        valid_from=at,
        valid_until=at + LASTS,
        gain=gain,
        creatives=titles | {tongue: Creative(said) for tongue, said in lure.texts.items()},
        placements=SEEN,
        about=about,
        margin=lure.margin,
        accept_max=3,
    )
    await offers.create(terms, partner=None, programme=home, id=id, at=at, tx=tx)
    if terms.promise:
        paid = ids.derived(at, "simulated offer funding", home, lure.name)
        await offers.fund(id, BUDGET, programme=home, id=paid, at=at, tx=tx)
    await offers.submit(id, programme=home, at=at, tx=tx)
    await offers.approve(id, programme=home, at=at, tx=tx)
