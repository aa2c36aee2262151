"""Qualifying: each word of an audience must hold, and the first that does not is told."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.challenges import Audience
from domain.challenges.qualifying import Traits, lack

OTHER, MORE = UUID(int=1), UUID(int=2)
WHOLE = Audience(
    segments=frozenset({"runners", "riders"}),
    tiers=frozenset({"gold"}),
    areas=frozenset({"Graz", "LINZ"}),
    level_min=3,
    challenges=frozenset({OTHER, MORE}),
    badges=frozenset({"far", "high"}),
)
FITS = Traits(
    segments=frozenset({"runners"}),
    tiers=frozenset({"gold", "silver"}),
    town="linz",
    level=3,
    completed=frozenset({OTHER, MORE}),
    badges=frozenset({"far", "high", "new"}),
)


def test_who_is_all_that_is_asked_lacks_nothing() -> None:
    assert lack(WHOLE, FITS) is None
    assert lack(Audience(), Traits()) is None


@pytest.mark.parametrize(
    ("traits", "lacking"),
    [
        (Traits(), "SEGMENT"),
        (replace(FITS, segments=frozenset({"new"}), tiers=frozenset()), "SEGMENT"),
        (replace(FITS, tiers=frozenset({"silver"}), town=""), "TIER"),
        (replace(FITS, town="wien", level=0), "AREA"),
        (replace(FITS, level=2, completed=frozenset()), "LEVEL"),
        (replace(FITS, completed=frozenset({OTHER}), badges=frozenset()), "CHALLENGE"),
        (replace(FITS, badges=frozenset({"far"})), "BADGE"),
    ],
)
def test_the_first_that_is_lacking_is_told(traits: Traits, lacking: str) -> None:
    assert lack(WHOLE, traits) == lacking
