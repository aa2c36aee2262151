"""A visit counts by a code of this minute or by being there, once in a while, and not at two
ends of the world."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import activities, visits
from domain.activities import Proof, State
from domain.members import Member
from domain.visits import Place, Position, Visit
from domain.visits.measuring import distance_m
from infra import db, ids
from infra.db import Tx
from tests.support import databases, given
from tests.support.servers import Postgres

VIENNA, SYDNEY = Position(48.2082, 16.3738), Position(-33.8688, 151.2093)


async def a_place(
    member: Member, *, where: Position = VIENNA, interval_s: int = 86_400, tx: Tx, **said: Any
) -> Place:
    told = {"name": "Mill bakery", "radius_m": 100, "partner": None} | said
    return await visits.open_place(
        **told,
        position=where,
        interval_s=interval_s,
        programme=member.programme,
        id=ids.new(given.NOON),
        at=given.NOON,
        tx=tx,
    )


async def a_member(tx: Tx) -> Member:
    return await given.a_member(await given.a_programme(tx=tx), tx=tx)


async def code_at(place: Place, at: datetime, *, tx: Tx) -> str:
    return await visits.code_of(place.id, programme=place.programme, at=at, tx=tx)


async def scan(
    member: Member, place: Place, *, at: datetime = given.NOON, code: str | None = None, tx: Tx
) -> Visit:
    text = await code_at(place, at, tx=tx) if code is None else code
    return await visits.visit_by_code(member, code=text, id=ids.new(at), at=at, tx=tx)


async def be_there(
    member: Member, place: Place, where: Position, *, accuracy_m: float = 10, tx: Tx
) -> Visit:
    return await visits.visit_by_position(
        member,
        place=place.id,
        position=where,
        accuracy_m=accuracy_m,
        id=ids.new(given.NOON),
        at=given.NOON,
        tx=tx,
    )


async def test_given_a_place_when_its_code_is_scanned_then_the_visit_is_an_activity(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    place = await a_place(ada, tx=tx)

    visit = await scan(ada, place, tx=tx)

    assert visit.activity is not None
    found = await activities.get(visit.activity, member=ada, tx=tx)
    assert (found.type, found.quantity) == (activities.Type.VISIT, 1)
    assert (found.state, found.proof) == (State.COUNTED, Proof.VERIFIED)


@pytest.mark.parametrize(
    ("seconds", "good"), [(0, True), (29, True), (59, True), (61, False), (-31, False)]
)
async def test_given_a_code_when_time_passes_then_it_is_good_for_a_minute_at_most(
    tx: Tx, seconds: int, good: bool
) -> None:
    ada = await a_member(tx)
    place = await a_place(ada, tx=tx)
    code = await code_at(place, given.NOON, tx=tx)
    at = given.NOON + timedelta(seconds=seconds)

    if good:
        assert (await scan(ada, place, code=code, at=at, tx=tx)).activity
    else:
        with pytest.raises(visits.BadVisitCode):
            await scan(ada, place, code=code, at=at, tx=tx)


BENDS: dict[str, Callable[[str], str]] = {
    "nothing": lambda code: "",
    "another place": lambda code: "A" * 26 + code[26:],
    "another step": lambda code: code.replace(".", ".1", 1),
    "another mac": lambda code: code[:-1] + ("A" if code[-1] != "A" else "B"),
    "small letters": lambda code: code.lower(),
    "a long one": lambda code: code + "A" * 100,
    "other letters": lambda code: "ä" * len(code),
}


@pytest.mark.parametrize("name", BENDS)
async def test_given_a_bent_code_when_scanned_then_it_is_refused(tx: Tx, name: str) -> None:
    ada = await a_member(tx)
    place = await a_place(ada, tx=tx)
    code = await code_at(place, given.NOON, tx=tx)

    with pytest.raises(visits.BadVisitCode):
        await scan(ada, place, code=BENDS[name](code), tx=tx)


async def test_given_another_programme_when_its_member_scans_then_there_is_no_such_code(
    tx: Tx,
) -> None:
    ada, eve = await a_member(tx), await a_member(tx)
    place = await a_place(ada, tx=tx)

    with pytest.raises(visits.BadVisitCode):
        await scan(eve, place, tx=tx)


async def test_given_a_visit_when_it_is_repeated_then_it_counts_after_the_interval(tx: Tx) -> None:
    ada = await a_member(tx)
    place = await a_place(ada, interval_s=3600, tx=tx)
    await scan(ada, place, tx=tx)

    with pytest.raises(visits.VisitedAlready) as refused:
        await scan(ada, place, at=given.NOON + timedelta(minutes=59), tx=tx)
    later = await scan(ada, place, at=given.NOON + timedelta(minutes=60), tx=tx)

    assert refused.value.again_at == given.NOON + timedelta(hours=1)
    assert later.activity is not None


async def test_given_many_scans_at_once_when_they_race_then_one_counts(postgres: Postgres) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            ada = await a_member(tx)
            place = await a_place(ada, tx=tx)

        async def come() -> str:
            try:
                async with db.transaction() as tx:
                    await scan(ada, place, tx=tx)
                return "COUNTED"
            except visits.VisitedAlready as refused:
                return refused.code

        answers = await asyncio.gather(*(come() for _ in range(12)))

    assert sorted(answers) == ["COUNTED", *["VISITED_ALREADY"] * 11]


async def test_given_two_ends_of_the_world_when_visited_within_an_hour_then_somebody_looks(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    here, there = await a_place(ada, tx=tx), await a_place(ada, where=SYDNEY, tx=tx)
    await scan(ada, here, tx=tx)

    doubted = await scan(ada, there, at=given.NOON + timedelta(hours=1), tx=tx)

    assert doubted.activity is not None
    found = await activities.get(doubted.activity, member=ada, tx=tx)
    assert (doubted.doubted, found.state) == (True, State.REVIEW)


async def test_given_a_telephone_when_it_is_there_then_the_visit_counts_less_surely(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    place = await a_place(ada, tx=tx)
    near = Position(VIENNA.latitude + 0.0008, VIENNA.longitude)

    visit = await be_there(ada, place, near, tx=tx)

    assert visit.activity is not None
    found = await activities.get(visit.activity, member=ada, tx=tx)
    assert (found.state, found.proof) == (State.COUNTED, Proof.DEVICE)


FAR: dict[str, tuple[Position, float]] = {
    "another street": (Position(48.2182, 16.3738), 10),
    "another street, vaguely": (Position(48.2182, 16.3738), 199),
    "anywhere": (VIENNA, 201),
    "less than nowhere": (VIENNA, -1),
    "not a number": (Position(float("nan"), 16.3738), 10),
    "beyond the pole": (Position(91, 16.3738), 10),
    "no accuracy at all": (VIENNA, float("nan")),
}


@pytest.mark.parametrize("name", FAR)
async def test_given_a_position_elsewhere_when_told_then_it_is_refused(tx: Tx, name: str) -> None:
    where, accuracy_m = FAR[name]
    ada = await a_member(tx)
    place = await a_place(ada, tx=tx)

    with pytest.raises(visits.TooFarAway):
        await be_there(ada, place, where, accuracy_m=accuracy_m, tx=tx)


BAD_PLACES: dict[str, dict[str, Any]] = {
    "no name": {"name": " "},
    "off the earth": {"where": Position(0, 181)},
    "nowhere": {"where": Position(float("inf"), 0)},
    "too small": {"radius_m": 9},
    "too large": {"radius_m": 5001},
    "too often": {"interval_s": 3599},
}


@pytest.mark.parametrize("name", BAD_PLACES)
async def test_given_a_bad_place_when_opened_then_it_is_refused(tx: Tx, name: str) -> None:
    ada = await a_member(tx)

    with pytest.raises(visits.BadPlace):
        await a_place(ada, tx=tx, **BAD_PLACES[name])


async def test_given_a_closed_place_when_visited_then_there_is_none(tx: Tx) -> None:
    ada = await a_member(tx)
    place = await a_place(ada, tx=tx)
    code = await code_at(place, given.NOON, tx=tx)
    await visits.close_place(place.id, programme=ada.programme, tx=tx)

    with pytest.raises(visits.BadVisitCode):
        await scan(ada, place, code=code, tx=tx)
    with pytest.raises(visits.NoSuchPlace):
        await be_there(ada, place, VIENNA, tx=tx)


def test_distances_are_those_of_the_earth() -> None:
    assert distance_m(VIENNA, VIENNA) == 0
    assert 15_950_000 < distance_m(VIENNA, SYDNEY) < 16_050_000
    assert 110_000 < distance_m(Position(0, 179.5), Position(0, -179.5)) < 112_000
