"""Activities under way: one at a time, by clocks that can be, and where members allow it."""

from datetime import timedelta

import pytest
from h3.api import basic_int as h3

from domain import activities, ledger, members, moments, outlets, privacy
from domain.activities import Type
from domain.moments import Ending
from domain.moments.personal import told
from domain.moments.sessions import end_forgotten, forget_places
from domain.visits import Position
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.moments import making
from tests.domain.moments.making import DAY, HOUR, MINUTE
from tests.domain.outlets.making import HERE
from tests.support.given import NOON

CELLS = "SELECT cell FROM activity_session WHERE programme = $1 ORDER BY started_at"
NOTES = "SELECT candidates::text FROM moment_decision WHERE programme = $1 ORDER BY at"
ID = ids.derived(NOON, "session")
NOWHERE = Position(91.0, 0.0)

STARTS = [
    ("what is no sport", {"type": Type.SLEEP, "started_at": NOON + HOUR}, activities.NotASport),
    ("a clock ahead", {"started_at": NOON + 3 * MINUTE, "position": NOWHERE}, "clock"),
    ("long ago", {"started_at": NOON - 13 * HOUR}, "clock"),
    ("nowhere on earth", {"position": NOWHERE, "id": ID}, outlets.BadPosition),
    ("a key used before", {"id": ID, "type": Type.RIDE}, ledger.KeyReused),
    ("another under way", {}, moments.ActivityUnderWay),
]


@pytest.mark.parametrize(("case", "said", "refusal"), STARTS, ids=[row[0] for row in STARTS])
async def test_given_each_wrong_start_when_it_is_told_then_it_is_refused_in_order(
    case: str, said: dict, refusal: type[Refused] | str, tx: Tx
) -> None:
    scene = await making.a_scene(tx)
    await making.began(scene.member, id=ID, tx=tx)
    expected = moments.BadSessionClock if refusal == "clock" else refusal

    with pytest.raises(expected):
        await making.began(scene.member, tx=tx, **said)


async def test_given_each_wrong_end_when_it_is_told_then_it_is_refused_in_order(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    other = await making.a_runner(scene.programme, tx=tx)
    session = await making.began(scene.member, tx=tx)
    at = NOON + 10 * MINUTE
    rows = [
        (session.id, scene.member, at + HOUR, NOWHERE, outlets.BadPosition),
        (ids.new(NOON), scene.member, at, None, moments.NoSuchSession),  # made up
        (session.id, other, at, None, moments.NoSuchSession),  # another's
        (session.id, scene.member, at + 3 * MINUTE, None, moments.BadSessionClock),  # ahead
        (session.id, scene.member, NOON - MINUTE, None, moments.BadSessionClock),  # reversed
    ]

    for id, member, ended_at, position, refusal in rows:
        words = {"ended_at": ended_at, "position": position, "at": at}
        with pytest.raises(refusal):
            await moments.end_session(id, member=member, tx=tx, **words)
    ended = await making.ends(session, scene.member, at=at, tx=tx)
    with pytest.raises(moments.SessionEnded):
        await making.ends(session, scene.member, at=at + MINUTE, tx=tx)

    assert ended.session.ending is Ending.MEMBER


async def test_given_the_same_again_when_a_device_repeats_itself_then_it_is_answered_the_same(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    first = await making.began(scene.member, id=ID, tx=tx)
    same = await making.began(scene.member, id=ID, tx=tx)
    at = NOON + 30 * MINUTE

    ended = await making.ends(first, scene.member, at=at, tx=tx)
    again = await making.ends(first, scene.member, at=at, tx=tx)

    assert same == first
    assert (again.offer, ended.offer is not None) == (ended.offer, True)
    assert await making.money(scene.treat, tx) == (500, 50, 0, 450)


async def test_given_a_forgotten_one_when_a_day_has_passed_then_it_ends_by_itself(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    forgotten = await making.began(scene.member, tx=tx)
    other = await making.a_runner(scene.programme, tx=tx)
    left = await making.began(other, tx=tx)
    at = NOON + DAY

    begun = await making.began(scene.member, at=at, tx=tx)
    await end_forgotten(at, tx)

    with pytest.raises(moments.SessionEnded):
        await making.ends(forgotten, scene.member, at=at, tx=tx)
    with pytest.raises(moments.SessionEnded):
        await making.ends(left, other, at=at, tx=tx)
    where = {"programme": scene.programme.id, "at": at, "tx": tx}
    assert await moments.under_way(scene.member.id, **where) == begun
    assert await moments.under_way(other.id, **where) is None


async def test_given_a_place_when_a_day_has_passed_then_it_is_forgotten_and_not_before(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    ended = await making.done(scene.member, tx=tx)
    shy = await making.a_runner(scene.programme, allows=False, tx=tx)
    await making.began(shy, position=HERE, tx=tx)
    home = scene.programme.id
    over = ended.session.ended_at
    assert over is not None

    await forget_places(over + DAY - timedelta(seconds=1), tx)
    kept = [row["cell"] for row in await tx.rows(CELLS, home)]
    while await forget_places(over + DAY, tx):
        pass

    assert [cell is not None for cell in kept] == [True, False]
    assert kept[0] == h3.latlng_to_cell(HERE.latitude, HERE.longitude, 8)
    assert [row["cell"] for row in await tx.rows(CELLS, home)] == [None, None]
    assert [row["candidates"] for row in await tx.rows(NOTES, home)] == [None]


async def test_given_a_place_from_the_start_when_the_end_says_none_then_its_day_is_not_begun_anew(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    begun = await making.began(scene.member, position=HERE, tx=tx)

    ended = await making.ends(begun, scene.member, at=NOON + 20 * HOUR, position=None, tx=tx)
    while await forget_places(NOON + DAY, tx):
        pass

    assert ended.offer is not None, "the start says where it was"
    home = scene.programme.id
    assert [row["cell"] for row in await tx.rows(CELLS, home)] == [None]
    assert [row["candidates"] for row in await tx.rows(NOTES, home)] == [None]


async def test_given_a_place_from_the_start_when_its_consent_is_withdrawn_then_it_is_not_used(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    begun = await making.began(scene.member, position=HERE, tx=tx)
    words = {"version": "1", "channel": "APP", "at": NOON + 10 * MINUTE}
    await members.set_consent(scene.member, purpose=moments.PURPOSE, given=False, tx=tx, **words)

    ended = await making.ends(begun, scene.member, position=None, tx=tx)

    assert (ended.session.cell, ended.offer) == (None, None)
    assert [row["cell"] for row in await tx.rows(CELLS, scene.programme.id)] == [None]


async def test_given_a_member_when_they_are_told_and_erased_then_where_they_were_is_gone(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    await making.offered(scene, tx)
    home = scene.programme.id
    before = await told(scene.member.id, programme=home, tx=tx)

    await privacy.erase(scene.member.id, programme=home, at=NOON + HOUR, tx=tx)

    after = await told(scene.member.id, programme=home, tx=tx)
    assert before["activity_session"][0]["cell"].startswith("88")
    assert (before["moment"][0]["outlet"], len(before["moment_decision"])) == ("Corner shop", 1)
    assert after["activity_session"][0]["cell"] is None
    assert after["moment_decision"][0]["candidates"] is None
    midnight = NOON.replace(hour=0)
    assert after["moment"][0]["offered_at"] == midnight
    assert after["activity_session"][0]["started_at"] == midnight
