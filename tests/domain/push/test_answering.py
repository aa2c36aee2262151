"""Answering: what each answer of Firebase does to the row, its device and its template."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import devices, push
from domain.devices import DeviceKind
from domain.push import Answered, Due, Kind, Tally
from infra.db import Tx
from infra.push import Answer, Outcome
from tests.domain.push.scenes import (
    a_device,
    an_installation,
    an_order,
    ordered,
    taken,
    waiting,
)
from tests.support import given
from tests.support.given import NOON

SOON = NOON + timedelta(seconds=20)
QUIET = "SELECT count(*) FROM push_quiet"


async def answer(due: Due, outcome: Outcome, *, tx: Tx, at: Any = NOON, **said: Any) -> None:
    await push.answer([Answered(due, Answer(outcome, **said))], at=at, tx=tx)


# Each answer: what it says, what is counted, and whether the row, the phone and the template stay.
ROWS: dict[str, tuple[Outcome, dict[str, Any], Tally, bool, bool, bool]] = {
    "taken": (Outcome.SENT, {}, Tally(1, sent=1), False, True, True),
    "404 UNREGISTERED": (Outcome.GONE, {}, Tally(1, gone=1), False, False, True),
    "403 SENDER_ID_MISMATCH": (Outcome.MISMATCHED, {}, Tally(1, gone=1), False, False, True),
    "400 of a target, good payload": (
        *(Outcome.BAD_TARGET, {"known_good": True}),
        *(Tally(1, gone=1), False, False, True),
    ),
    "400 of a target, unknown payload": (
        *(Outcome.BAD_TARGET, {"error": "400"}),
        *(Tally(1, dead=1), False, True, True),
    ),
    "400 with violations": (
        *(Outcome.BAD_MESSAGE, {"error": "400: data.from"}),
        *(Tally(1, dead=1), False, True, False),
    ),
    "503": (Outcome.LATER, {"retry_after_s": 20.0}, Tally(1), True, True, True),
    "503 past its end": (
        *(Outcome.LATER, {"retry_after_s": 4 * 86_400.0}),
        *(Tally(1, expired=1), False, True, True),
    ),
    "over before it went": (Outcome.LATER, {}, Tally(1, expired=1), False, True, True),
    "429 of the project": (Outcome.THROTTLED, {"retry_after_s": 20.0}, Tally(1), True, True, True),
    "429 of the device": (
        *(Outcome.DEVICE_THROTTLED, {"retry_after_s": 20.0}),
        *(Tally(1), True, True, True),
    ),
    "401 of Apple": (Outcome.APPLE_PAUSED, {"retry_after_s": 20.0}, Tally(1), True, True, True),
}


@pytest.mark.parametrize(
    ("outcome", "said", "tally", "waits", "there", "goes"), ROWS.values(), ids=ROWS
)
async def test_given_an_answer_then_row_and_device_and_template_become_what_it_says(
    outcome: Outcome,
    said: dict[str, Any],
    tally: Tally,
    waits: bool,
    there: bool,
    goes: bool,
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    phone = await a_device(ada, tx=tx)
    await ordered(ada, an_order(ada, label="bc.1"), tx=tx)
    [due] = await taken(tx=tx)

    await answer(due, outcome, tx=tx, **said)

    rows = await waiting(tx)
    targets = await devices.targets([ada.id], programme=ada.programme, at=NOON, tx=tx)
    tallies = await push.tally(["bc.1"], programme=ada.programme, tx=tx)
    stopped = await push.stopped(programme=ada.programme, tx=tx)
    assert tallies["bc.1"] == tally
    assert [row["due_at"] for row in rows] == ([SOON] if waits else [])
    assert [target.id for each in targets.values() for target in each] == [phone.id] * there
    assert [each.template for each in stopped] == ["bc.1"] * (not goes)


async def test_given_a_device_that_is_gone_when_answered_then_the_other_goes_on(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    watch = await a_device(ada, kind=DeviceKind.WATCH, tx=tx)
    await ordered(ada, an_order(ada), an_order(ada), tx=tx)
    due = await taken(tx=tx)
    dead = next(one for one in due if one.target.kind is DeviceKind.PHONE)

    await answer(dead, Outcome.GONE, tx=tx)

    assert {row["device"] for row in await waiting(tx)} == {watch.id}
    assert len(await waiting(tx)) == 2


async def test_given_a_device_with_another_installation_by_now_when_gone_then_it_is_told_there(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    phone = await a_device(ada, tx=tx)
    await ordered(ada, an_order(ada), tx=tx)
    [due] = await taken(tx=tx)
    renewed = replace(phone.about, installation=an_installation())
    await devices.refresh(phone.id, renewed, member=ada, at=NOON, tx=tx)

    await answer(due, Outcome.GONE, tx=tx)

    [again] = await taken(tx=tx)
    assert (again.key, again.target.installation) == (due.key, renewed.installation)
    assert again.attempts == 1


async def test_given_a_throttled_device_when_it_may_be_told_again_then_only_the_newest_goes(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    watch = await a_device(ada, kind=DeviceKind.WATCH, tx=tx)
    first = an_order(ada)
    await ordered(ada, first, tx=tx)
    due = {one.target.kind: one for one in await taken(tx=tx)}

    await answer(due[DeviceKind.PHONE], Outcome.DEVICE_THROTTLED, retry_after_s=20.0, tx=tx)
    await answer(due[DeviceKind.WATCH], Outcome.SENT, tx=tx)
    later = [an_order(ada, collapse="board-7") for _ in range(2)]
    for one in later:
        await ordered(ada, one, tx=tx)

    now = await taken(tx=tx)
    then = await taken(at=SOON, tx=tx)
    assert {(one.id, one.target.id) for one in now} == {(later[1].id, watch.id)}
    assert [one.id for one in then] == [first.id, later[1].id]
    assert await tx.value(QUIET) == 1


async def test_given_a_bad_message_when_its_template_is_mended_then_all_of_it_goes(tx: Tx) -> None:
    ada, bob = await given.two_friends(tx=tx)
    for member in (ada, bob):
        await a_device(member, tx=tx)
    await ordered(ada, an_order(ada), tx=tx)
    await ordered(bob, an_order(bob), an_order(bob, key="badges.given"), tx=tx)
    bad = await taken(limit=1, tx=tx)

    await answer(bad[0], Outcome.BAD_MESSAGE, error="400: data", tx=tx)
    await ordered(ada, an_order(ada), tx=tx)
    meanwhile = await taken(tx=tx)
    [dead] = await push.dead(programme=ada.programme, tx=tx)
    [stopped] = await push.stopped(programme=ada.programme, tx=tx)
    waits = await push.waiting(programme=ada.programme, tx=tx)
    resumed = await push.resume(
        programme=ada.programme, template="transfers.received", at=SOON, tx=tx
    )

    assert [one.template for one in meanwhile] == ["badges.given"]
    assert (dead.id, dead.error, stopped.template) == (bad[0].id, "400: data", bad[0].template)
    assert [(each.template, each.parked) for each in waits] == [
        ("badges.given", 0),
        ("transfers.received", 2),
    ]
    assert resumed == 3
    assert len(await taken(at=SOON, tx=tx)) == 3
    assert await push.dead(programme=ada.programme, tx=tx) == []


async def test_given_whoever_took_it_died_when_the_lease_is_over_then_it_is_taken_again(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    await ordered(ada, an_order(ada), tx=tx)

    first = await taken(tx=tx)
    early = await taken(at=NOON + timedelta(seconds=29), tx=tx)
    second = await taken(at=NOON + timedelta(seconds=30), tx=tx)

    assert early == []
    assert [one.key for one in first] == [one.key for one in second]
    assert [one.attempts for one in (*first, *second)] == [1, 2]


async def test_given_what_a_pause_kept_back_when_taken_again_then_it_is_the_same_try(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    await ordered(ada, an_order(ada), tx=tx)
    [due] = await taken(tx=tx)

    await answer(due, Outcome.THROTTLED, retry_after_s=20.0, sends=0, tx=tx)

    assert [one.attempts for one in await taken(at=SOON, tx=tx)] == [1]


async def test_given_both_lanes_when_taken_then_what_is_for_many_has_its_own(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    news = an_order(ada, kind=Kind.NEWS, title="New", body="Shoes")

    await ordered(ada, news, an_order(ada), tx=tx)

    assert [one.kind for one in await taken(tx=tx)] == [Kind.TRANSFER_RECEIVED]
    assert [one.kind for one in await taken(push.Lane.MANY, tx=tx)] == [Kind.NEWS]


async def test_given_what_expired_while_it_was_stopped_when_swept_then_it_waits_no_more(
    tx: Tx,
) -> None:
    from domain.push import schedule

    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    await push.hold("bc.1", programme=ada.programme, at=NOON, tx=tx)
    await ordered(ada, an_order(ada, label="bc.1"), tx=tx)
    end = NOON + timedelta(days=3)

    swept = await schedule.sweep(end, tx)
    forgotten = [await schedule.forget(end + timedelta(days=day), tx) for day in (6, 7)]

    tallies = await push.tally(["bc.1"], programme=ada.programme, tx=tx)
    assert (swept, forgotten) == (1, [0, 1])
    assert tallies["bc.1"].expired == 1
