"""What members had done by a moment, of several at once."""

from datetime import timedelta

from domain import interactions
from infra.db import Tx
from tests.domain.interactions.making import a_note, an_open_member
from tests.support import given

DAY = timedelta(days=1)


async def test_given_members_when_recalled_then_each_as_of_their_moment_the_newest_first(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await an_open_member(programme, tx=tx) for _ in range(2)]
    notes = [
        a_note(ada, days=5),
        a_note(ada, "activity:RUN", days=3, weight=2.0),
        a_note(ada, "activity:RIDE", days=1),
        a_note(bob, "activity:SWIM", days=4),
    ]
    await interactions.note(notes, programme=programme.id, tx=tx)

    asked = [(ada.id, given.NOON - 2 * DAY), (bob.id, given.NOON), (ada.id, given.NOON - 3 * DAY)]
    early, whole, exact = await interactions.histories(asked, programme=programme.id, tx=tx)

    assert [(seen.item, seen.weight) for seen in early] == [
        ("activity:RUN", 2.0),
        ("product:oat-milk", 1.0),
    ]
    assert [seen.item for seen in whole] == ["activity:SWIM"]
    # What is done at the very moment comes of it, and was not known before.
    assert [seen.item for seen in exact] == ["product:oat-milk"]


async def test_given_nobody_when_recalled_then_nothing(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    eve = await given.a_member(programme, tx=tx)

    found = await interactions.histories([(eve.id, given.NOON)], programme=programme.id, tx=tx)

    assert found == [[]]
    assert await interactions.histories([], programme=programme.id, tx=tx) == []
