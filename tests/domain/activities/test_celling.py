"""Where an activity started: in a cell of the H3 grid, of members who allow it only."""

import pytest

from domain import activities, members, privacy
from domain.activities import Fault, examining, reading
from domain.activities.judging import PLACE
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON
from tests.support.tracks import a_reading

# Vienna, Stephansplatz.
CELL = 613018796445073407


def test_the_cell_is_that_of_the_first_position() -> None:
    content = activities.run_gpx(NOON, distance_m=1_500)

    found = reading.read(content)
    answer = examining.answer_of(reading.examine(examining.request(content, None)))

    assert found.cell is not None
    assert answer == found


async def settled(member, found, *, tx: Tx) -> activities.Activity:
    """What becomes of a file of the member that tells `found`."""
    content = str(ids.new(NOON)).encode().join([b"<gpx>", b"</gpx>"])
    await activities.receive(member, content=content, name="", id=ids.new(NOON), at=NOON, tx=tx)
    (claimed,) = await activities.claim(limit=9, at=NOON, tx=tx)
    return await activities.settle(claimed, found, at=NOON, tx=tx)


async def say(member, *, allowed: bool, tx: Tx) -> None:
    words = {"purpose": PLACE, "version": "1", "channel": "APP", "at": NOON, "tx": tx}
    await members.set_consent(member, given=allowed, **words)


@pytest.mark.parametrize(
    ("said", "kept"), [((), None), ((True,), CELL), ((True, False), None), ((False, True), CELL)]
)
async def test_given_what_a_member_said_when_a_file_is_judged_then_its_cell_is_kept_or_not(
    tx: Tx, said: tuple[bool, ...], kept: int | None
) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    for allowed in said:
        await say(ada, allowed=allowed, tx=tx)

    activity = await settled(ada, a_reading(cell=CELL), tx=tx)

    (told,) = [one for one in tx.staged if isinstance(one, activities.Judged)]
    assert (activity.cell, told.cell) == (kept, kept)
    assert told.elevation_m == 20


async def test_given_a_cell_when_judged_anew_then_it_stays_and_when_erased_it_goes(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    await say(ada, allowed=True, tx=tx)
    activity = await settled(ada, a_reading(cell=CELL), tx=tx)

    amended = await activities.amend(
        activity.id, programme=programme.id, distance_m=4_000, at=NOON, tx=tx
    )
    (retold,) = await activities.retold([activity.id], programme=programme.id, tx=tx)
    await privacy.erase(ada.id, programme=programme.id, at=NOON, tx=tx)
    (erased,) = await activities.retold([activity.id], programme=programme.id, tx=tx)

    assert (amended.cell, retold.cell, retold.revision) == (CELL, CELL, 2)
    assert erased.cell is None


async def test_given_a_file_that_cannot_be_read_when_judged_then_it_has_no_cell(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    ada = await given.a_member(programme, tx=tx)
    await say(ada, allowed=True, tx=tx)

    activity = await settled(ada, Fault.CORRUPT, tx=tx)

    assert activity.cell is None
