"""Interactions come out of the database as arrays, whatever the pieces they come in."""

import numpy as np

from domain import interactions
from domain.interactions import KEPT
from infra.db import Tx
from tests.domain.interactions.making import a_note, an_open_member
from tests.support import given
from tests.support.given import NOON
from workers.columns import Collector, collected

SINCE = NOON - KEPT


async def test_given_interactions_when_they_are_collected_then_each_has_its_place(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = sorted(
        [await an_open_member(programme, tx=tx) for _ in range(2)], key=lambda each: each.id
    )
    other = await an_open_member(tx=tx)
    notes = [
        a_note(ada, "product:tea", days=3, weight=2.5),
        a_note(ada, "product:rye", days=1),
        a_note(bob, "product:tea", days=2),
        a_note(bob, "product:old", days=731),
    ]
    await interactions.note(notes, programme=programme.id, tx=tx)
    await interactions.note([a_note(other)], programme=other.programme, tx=tx)

    columns = await collected(programme.id, since=SINCE, until=NOON, tx=tx)
    keys = await interactions.keys(columns.number.tolist(), programme=programme.id, tx=tx)

    assert columns.member.tolist() == [0, 0, 1]
    assert [keys[number] for number in columns.number.tolist()] == [
        "product:tea",
        "product:rye",
        "product:tea",
    ]
    assert columns.weight.tolist() == [2.5, 1.0, 1.0]
    np.testing.assert_allclose(columns.day, [KEPT.days - 3, KEPT.days - 1, KEPT.days - 2])
    ids = [int(high) << 64 | int(low) for high, low in zip(columns.high, columns.low, strict=True)]
    assert ids == [ada.id.int, bob.id.int]


async def test_given_a_copy_when_its_pieces_end_anywhere_then_the_arrays_are_the_same(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await an_open_member(programme, tx=tx) for _ in range(2)]
    notes = [a_note(who, f"product:{n}", days=n + 1) for who in (ada, bob) for n in range(9)]
    await interactions.note(notes, programme=programme.id, tx=tx)
    whole = bytearray()

    async def take(piece: bytes) -> None:
        whole.extend(piece)

    await interactions.stream(take, programme=programme.id, since=SINCE, until=NOON, tx=tx)
    found = []
    for size in (1, 49, 50, 51, len(whole)):
        collector = Collector(SINCE)
        for at in range(0, len(whole), size):
            collector.add(bytes(whole[at : at + size]))
        found.append(collector.done())

    for columns in found[1:]:
        for name in ("member", "number", "weight", "day", "high", "low"):
            np.testing.assert_array_equal(getattr(columns, name), getattr(found[0], name))
    assert len(found[0].high) == 2


async def test_given_nobody_when_interactions_are_collected_then_there_are_none(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)

    columns = await collected(programme.id, since=SINCE, until=NOON, tx=tx)

    assert len(columns.number) == len(columns.high) == 0
