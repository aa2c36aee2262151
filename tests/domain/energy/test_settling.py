"""What a day saves counts once, provisionally at first, and is corrected with its readings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain import activities, energy
from domain.activities import Proof, State, Type
from domain.energy.records import Interval, Slot
from domain.energy.saving import day_of, savings, starts_of
from domain.energy.settling import settle
from domain.members import Member
from infra import ids
from infra.db import Tx
from tests.support import given

ZONE = ZoneInfo("Europe/Vienna")
TODAY = given.NOON.astimezone(ZONE).date()
# The member joined weeks ago: what was before is history only.
JOINED = given.NOON - timedelta(days=20)
DAY = TODAY - timedelta(days=2)


def a_day(days_ago: int, wh: int, *, count: int | None = None, guess: bool = False) -> Any:
    """The half hours of a local day, all alike."""
    starts = starts_of(TODAY - timedelta(days=days_ago), ZONE)
    return {start: Slot(wh, guess) for start in list(starts)[:count]}


def history(weeks: int, wh: int = 300) -> dict[int, Slot]:
    """The same weekday of earlier weeks."""
    return {
        start: slot
        for week in range(1, weeks + 1)
        for start, slot in a_day(2 + 7 * week, wh).items()
    }


async def a_home(tx: Tx) -> Member:
    home = await given.a_programme(tx=tx)
    ada = await given.a_member(home, tx=tx)
    await tx.run("UPDATE member SET joined_at = $2 WHERE id = $1", ada.id, JOINED)
    return replace(ada, joined_at=JOINED)


async def tell(ada: Member, slots: dict[int, Slot], *, tx: Tx, meter: str = "home") -> Any:
    return await settle(
        ada,
        meter=meter,
        slots=slots,
        zone="Europe/Vienna",
        proof=Proof.VERIFIED,
        at=given.NOON,
        tx=tx,
    )


async def found(ada: Member, *, tx: Tx) -> Sequence[activities.Activity]:
    listed = await activities.listed(ada, before=None, limit=50, tx=tx)
    return [one for one in listed if one.type is Type.ENERGY]


async def test_given_a_usual_when_a_day_uses_less_then_the_difference_counts(tx: Tx) -> None:
    ada = await a_home(tx)

    await tell(ada, history(6) | a_day(2, 200), tx=tx)

    (saved,) = await found(ada, tx=tx)
    assert (saved.quantity, saved.state, saved.day) == (48 * 100, State.COUNTED, DAY)
    assert saved.proof is activities.Proof.VERIFIED


async def test_given_a_part_of_a_day_when_the_rest_comes_then_it_is_trued_up(tx: Tx) -> None:
    ada = await a_home(tx)
    await tell(ada, history(6) | a_day(2, 200, count=30), tx=tx)
    (before,) = await found(ada, tx=tx)

    await tell(ada, a_day(2, 200), tx=tx)

    (after,) = await found(ada, tx=tx)
    assert (before.quantity, before.state) == (30 * 100, State.PENDING)
    assert (after.id, after.quantity, after.state) == (before.id, 48 * 100, State.COUNTED)


async def test_given_estimates_when_they_are_read_then_the_day_is_trued_up(tx: Tx) -> None:
    ada = await a_home(tx)
    await tell(ada, history(6) | a_day(2, 200, guess=True), tx=tx)
    (before,) = await found(ada, tx=tx)

    await tell(ada, a_day(2, 250), tx=tx)
    late = await tell(ada, a_day(2, 100, guess=True), tx=tx)

    (after,) = await found(ada, tx=tx)
    assert (before.state, after.state) == (State.PENDING, State.COUNTED)
    assert (after.quantity, late.half_hours) == (48 * 50, 0)


async def test_given_the_same_again_or_overlapping_when_told_then_nothing_is_doubled(
    tx: Tx,
) -> None:
    ada = await a_home(tx)
    whole = history(6) | a_day(2, 200) | a_day(3, 100)
    await tell(ada, whole, tx=tx)
    first = await found(ada, tx=tx)

    again = await tell(ada, whole, tx=tx)
    await tell(ada, a_day(2, 200) | a_day(1, 100), tx=tx)

    assert again.half_hours == 0
    assert await found(ada, tx=tx) == first
    assert [one.revision for one in first] == [1]


async def test_given_history_that_comes_late_when_told_then_it_ends_at_the_same(tx: Tx) -> None:
    ada, bob = await a_home(tx), await a_home(tx)
    await tell(ada, history(6), tx=tx)
    await tell(ada, a_day(2, 200), tx=tx)

    nothing = await tell(bob, a_day(2, 200), tx=tx)
    assert (await found(bob, tx=tx), nothing.days[0].baseline_wh) == ([], None)
    await tell(bob, history(6), tx=tx)

    quantities = [[one.quantity for one in await found(who, tx=tx)] for who in (ada, bob)]
    assert quantities == [[4800], [4800]]


async def test_given_a_correction_when_nothing_was_saved_after_all_then_nothing_counts(
    tx: Tx,
) -> None:
    ada = await a_home(tx)
    await tell(ada, history(6) | a_day(2, 200), tx=tx)

    await tell(ada, a_day(2, 350), tx=tx)
    (nothing,) = await found(ada, tx=tx)
    await tell(ada, a_day(2, 250), tx=tx)

    (something,) = await found(ada, tx=tx)
    assert (nothing.quantity, something.quantity) == (0, 48 * 50)


async def test_given_another_members_meter_when_told_then_it_is_refused(tx: Tx) -> None:
    home = await given.a_programme(tx=tx)
    ada, bob = await given.a_member(home, tx=tx), await given.a_member(home, tx=tx)
    await tell(ada, a_day(2, 200), tx=tx)

    with pytest.raises(energy.MeterTaken):
        await tell(bob, a_day(2, 200), tx=tx)


async def test_given_days_before_joining_when_told_then_they_are_history_only(tx: Tx) -> None:
    ada = await a_home(tx)
    months = {start: slot for day in range(22, 120) for start, slot in a_day(day, 300).items()}

    settled = await tell(ada, months, tx=tx)

    assert settled.days == ()
    assert settled.half_hours == len(months)


def test_the_usual_leaves_out_the_extremes() -> None:
    usual = [300, 300, 300, 300, 3000, 0]
    slots = {
        start: slot
        for week, wh in enumerate(usual, start=1)
        for start, slot in a_day(2 + 7 * week, wh).items()
    }

    (saving,) = savings(slots | a_day(2, 200), [DAY], zone=ZONE)

    assert (saving.baseline_wh, saving.saved_wh) == (48 * 300, 48 * 100)


@pytest.mark.parametrize(("weeks", "known"), [(3, False), (4, True)])
def test_less_than_four_days_are_too_little_to_compare(weeks: int, known: bool) -> None:
    (saving,) = savings(history(weeks) | a_day(2, 200), [DAY], zone=ZONE)

    assert (saving.baseline_wh is not None) is known


def test_days_have_as_many_half_hours_as_the_clocks_give_them() -> None:
    days = [datetime(2026, *day, tzinfo=UTC).date() for day in ((3, 29), (10, 25), (7, 1))]

    counts = [len(starts_of(day, ZONE)) for day in days]

    assert counts == [46, 50, 48]
    assert day_of(starts_of(days[0], ZONE)[0], ZONE) == days[0]


async def test_given_a_partners_readings_when_taken_then_they_count_or_are_refused(tx: Tx) -> None:
    ada = await a_home(tx)
    start = int(datetime.combine(DAY, time(), ZONE).timestamp())
    kept = {"meter": "m1", "at": given.NOON, "tx": tx}

    settled = await energy.take(ada, intervals=[Interval(start, 1800, 100)], **kept)

    assert settled.half_hours == 1
    for bad, meter in ((Interval(start, 1800, -1), "m1"), (Interval(start + 1, 1800, 1), "m1")):
        with pytest.raises(energy.BadReadings):
            await energy.take(ada, intervals=[bad], **kept | {"meter": meter})
    with pytest.raises(energy.BadMeter):
        await energy.take(ada, intervals=[], **kept | {"meter": ""})


async def test_given_files_when_received_then_each_is_kept_once(tx: Tx) -> None:
    ada = await a_home(tx)
    kept = {"meter": "home", "at": given.NOON, "tx": tx}

    async def send(content: bytes, **more: Any) -> Any:
        return await energy.receive(ada, content=content, id=ids.new(given.NOON), **kept | more)

    with pytest.raises(energy.EmptyFile):
        await send(b"")
    with pytest.raises(energy.FileTooLarge):
        await send(bytes(10 * 1024 * 1024 + 1))
    with pytest.raises(energy.BadMeter):
        await send(b"x", meter="\0")
    files = [await send(f"file {number}".encode()) for number in range(5)]
    with pytest.raises(energy.SameFile):
        await send(b"file 0")
    with pytest.raises(energy.TooManyFiles):
        await send(b"file 5")
    assert len(files) == 5
