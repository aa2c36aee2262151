"""Drawing and tallying: who is counted, and that the same lot draws the same."""

from datetime import timedelta

from domain import members
from domain.members import By, Kind, LabelKind, Part, Tally
from domain.programmes import Programme
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

LATER = NOON + timedelta(days=1)


async def test_given_members_of_several_kinds_when_drawn_then_all_that_is_said_holds(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    await _asked(club, tx)
    ada, bob, eve, _ = [await given.a_member(club, tx=tx) for _ in range(4)]
    for member in (ada, bob, eve):
        await members.label(member, kind=LabelKind.SEGMENT, name="runners", at=NOON, tx=tx)
    await members.label(ada, kind=LabelKind.TIER, name="gold", at=NOON, tx=tx)
    await members.label(bob, kind=LabelKind.TIER, name="gold", at=NOON, tx=tx)
    await members.fill(ada, {"residence": "Graz"}, at=NOON, tx=tx)
    await members.leave(eve, at=NOON, tx=tx)

    async def drawn(kind: Kind) -> tuple[int, set[object]]:
        found = await members.draw(9, kind=kind, lot=1, programme=club.id, at=LATER, tx=tx)
        return found.count, set(found.ids)

    assert (await drawn(Kind()))[0] == 3, "who left is not counted"
    assert await drawn(Kind(segments=frozenset({"runners", "riders"}))) == (2, {ada.id, bob.id})
    both = Kind(tiers=frozenset({"gold"}), towns=frozenset({"gRAZ", "Linz"}))
    assert await drawn(both) == (1, {ada.id})
    assert await drawn(Kind(tiers=frozenset({"silver"}))) == (0, set())


async def test_given_a_label_that_ended_when_drawn_then_it_does_not_hold(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, tx=tx)
    await members.label(ada, kind=LabelKind.SEGMENT, name="runners", at=NOON, tx=tx)
    await members.unlabel(ada, kind=LabelKind.SEGMENT, name="runners", at=LATER, tx=tx)

    kind = Kind(segments=frozenset({"runners"}))
    found = await members.draw(9, kind=kind, lot=1, programme=club.id, at=LATER, tx=tx)

    assert (found.count, found.ids) == (0, [])


async def test_given_one_lot_when_drawn_twice_then_the_same_are_drawn(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    for _ in range(12):
        await given.a_member(club, tx=tx)
    everybody = Kind()

    first, again, other = [
        await members.draw(4, kind=everybody, lot=lot, programme=club.id, at=NOON, tx=tx)
        for lot in (7, 7, 8)
    ]

    assert first == again
    assert first.count == other.count == 12
    assert 0 < len(first.ids) < 12
    assert first.ids != other.ids


async def test_given_members_of_another_programme_when_drawn_then_they_do_not_exist(
    tx: Tx,
) -> None:
    club, other = [await given.a_programme(tx=tx) for _ in range(2)]
    await given.a_member(other, tx=tx)

    found = await members.draw(9, kind=Kind(), lot=1, programme=club.id, at=NOON, tx=tx)

    assert (found.count, found.ids) == (0, [])


async def test_given_what_members_did_when_tallied_then_each_word_has_its_sums(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    await _asked(club, tx)
    ada, bob, eve = [await given.a_member(club, tx=tx) for _ in range(3)]
    await members.label(ada, kind=LabelKind.TIER, name="gold", at=NOON, tx=tx)
    for name in ("runners", "early birds"):
        await members.label(bob, kind=LabelKind.SEGMENT, name=name, at=NOON, tx=tx)
    await members.fill(ada, {"residence": "GRAZ"}, at=NOON, tx=tx)
    await members.fill(bob, {"residence": "graz"}, at=NOON, tx=tx)
    parts = [Part(ada.id, True, 5), Part(bob.id, False, 2), Part(eve.id, True, 1)]

    tier, segment, town = [
        await members.tally(parts, by=by, programme=club.id, at=LATER, tx=tx)
        for by in (By.TIER, By.SEGMENT, By.TOWN)
    ]

    assert tier == {"gold": Tally(1, 1, 5)}
    assert segment == {"early birds": Tally(1, 0, 2), "runners": Tally(1, 0, 2)}
    assert town == {"Graz": Tally(2, 1, 7)}


async def _asked(club: Programme, tx: Tx) -> None:
    """Ask the members of the club where they live."""
    (residence,) = [field for field in members.STANDARD if field.key == "residence"]
    await members.define(residence, programme=club.id, at=NOON, tx=tx)
