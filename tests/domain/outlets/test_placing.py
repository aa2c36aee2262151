"""Outlets: opened, changed, closed, found near by, and refused in the documented order."""

from typing import Any

import pytest

from domain import ledger, outlets, partners
from domain.outlets import Reach
from infra import ids
from infra.db import Tx
from tests.domain.challenges.making import a_payer
from tests.domain.outlets import making
from tests.domain.outlets.making import Hours, Position, Span, an_outlet
from tests.support import given
from tests.support.given import NOON

ID = ids.derived(NOON, "outlet")
WRONG_PLACES = [
    ("name", {"name": "\n"}),
    ("latitude", {"position": Position(91.0, 0.0)}),
    ("zone", {"zone": "Vienna"}),
    ("hours", {"hours": Hours(((),) * 6)}),
    ("hours", {"hours": Hours(((Span(60, 60),),) * 7)}),
    ("hours", {"hours": Hours(((Span(0, 90), Span(60, 120)),) * 7)}),
]


def words(**said: Any) -> dict[str, Any]:
    """All that is said about a shop; `said` replaces."""
    return {"name": "Shop", "position": making.HERE, "zone": "UTC", "hours": making.ALWAYS, **said}


@pytest.mark.parametrize(("field", "said"), WRONG_PLACES)
async def test_given_each_wrong_word_when_an_outlet_is_opened_then_it_is_refused(
    field: str, said: dict, tx: Tx
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    home = {"programme": partner.programme, "id": ID, "at": NOON, "tx": tx}

    with pytest.raises(outlets.BadOutlet) as refused:
        await outlets.open(partner.id, **words(**said), **home)

    assert refused.value.path == (field,)


async def test_given_an_outlet_when_it_is_opened_again_then_only_the_same_words_answer(
    tx: Tx,
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    home = {"programme": partner.programme, "id": ID, "at": NOON, "tx": tx}
    first = await outlets.open(partner.id, **words(), **home)

    same = await outlets.open(partner.id, **words(), **home)
    with pytest.raises(ledger.KeyReused):
        await outlets.open(partner.id, **words(name="Other"), **home)
    with pytest.raises(partners.NoSuchPartner):
        await outlets.open(ID, **words(), **home)

    assert same == first


async def test_given_anothers_outlet_when_it_is_changed_then_it_is_as_if_there_were_none(
    tx: Tx,
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    stranger = await a_payer(await given.a_programme(tx=tx), tx=tx)
    made = await an_outlet(partner, tx=tx)
    theirs = {"partner": stranger.id, "programme": partner.programme, "tx": tx}

    for act in (
        outlets.change(made.id, **words(), **theirs),
        outlets.close(made.id, **theirs),
        outlets.get(made.id, **theirs),
    ):
        with pytest.raises(outlets.NoSuchOutlet):
            await act


async def test_given_an_outlet_when_it_moves_and_closes_then_who_is_near_is_told_so(tx: Tx) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    home = {"programme": partner.programme, "tx": tx}
    made = await an_outlet(partner, tx=tx)
    shut = await an_outlet(partner, hours=making.NEVER, tx=tx)
    cell = outlets.cell_of(making.HERE)

    async def seen(reach: Reach) -> list:
        found = await outlets.near(cell, reach=reach, at=NOON, **home)
        assert all(0 <= one.distance_m <= outlets.DISTANCE_M_MAX for one in found)
        return [one.outlet.id for one in found]

    around = await seen(Reach.STREETS), await seen(Reach.TOWN)
    far = words(position=Position(48.2250, 16.3738))  # 1.9 km north
    await outlets.change(made.id, partner=partner.id, **far, **home)
    moved = await seen(Reach.STREETS), await seen(Reach.TOWN)
    closed = await outlets.close(made.id, **home)

    assert around == ([made.id], [made.id])
    assert moved == ([], [made.id])
    assert (closed.open, await seen(Reach.TOWN)) == (False, [])
    assert (await outlets.close(made.id, **home)) == closed
    listed = await outlets.listed(before=None, limit=10, **home)
    assert {one.id for one in listed} == {made.id, shut.id}


def test_a_position_that_is_not_on_earth_has_no_cell() -> None:
    with pytest.raises(outlets.BadPosition):
        outlets.cell_of(Position(91.0, 0.0))
