"""Several members are called by their tiers at once."""

from datetime import timedelta

import pytest

from domain import members
from domain.members import LabelKind, Member
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

HOUR = timedelta(hours=1)
# Each time the tiers of three members; None: in none any more.
TURNS = [
    (NOON, ("green", "green", None)),
    (NOON + HOUR, ("gold", "green", "green")),
    (NOON + HOUR, ("silver", None, "green")),
    (NOON + 2 * HOUR, (None, "gold", "green")),
    (NOON + 3 * HOUR, ("gold", "green", "silver")),
]


async def held(people: list[Member], tx: Tx) -> list[list[tuple[object, ...]]]:
    """Which tier each was in, and when; stretches without length are none."""
    found = await members.labels([p.id for p in people], programme=people[0].programme, tx=tx)
    return [
        [
            (one.name, one.valid_from, one.valid_until)
            for one in found.get(person.id, ())
            if one.valid_from != one.valid_until
        ]
        for person in people
    ]


@pytest.mark.parametrize("last", range(1, len(TURNS) + 1))
async def test_given_tiers_that_change_when_called_together_then_it_is_as_one_by_one(
    tx: Tx, last: int
) -> None:
    club = await given.a_programme(tx=tx)
    single = [await given.a_member(club, tx=tx) for _ in range(3)]
    together = [await given.a_member(club, tx=tx) for _ in range(3)]

    called: tuple[str | None, ...] = (None, None, None)
    for at, tiers in TURNS[:last]:
        for person, was, now in zip(single, called, tiers, strict=True):
            if now is not None:
                await members.label(person, kind=LabelKind.TIER, name=now, at=at, tx=tx)
            elif was is not None:
                await members.unlabel(person, kind=LabelKind.TIER, name=was, at=at, tx=tx)
        names = {person.id: now for person, now in zip(together, tiers, strict=True)}
        await members.label_tiers(names, programme=club.id, at=at, tx=tx)
        called = tiers

    assert await held(together, tx) == await held(single, tx)
    assert await held(single, tx) != [[], [], []]
