"""Sessions of health platforms: units, types, devices; each fault typed, nothing lost."""

from typing import Any

import pytest

from domain import activities
from domain.activities import Platform, Proof, State, Status, Type
from infra.db import Tx
from tests.domain.activities.telling import told
from tests.support import given
from tests.support.given import NOON

START, END = NOON.replace(hour=7).isoformat(), NOON.replace(hour=8).isoformat()
KIT = {"uuid": "3A5C", "startDate": START, "endDate": END}
WORKOUT = {
    **KIT,
    "workoutActivityType": 37,
    "duration": "55.5",
    "durationUnit": "min",
    "totalDistance": 6.2,
    "totalDistanceUnit": "mi",
    "sourceRevision": {"productType": "Watch6,2"},
}
CONNECT = {
    "metadata": {
        "id": "a-1",
        "recordingMethod": 1,
        "device": {"type": 2, "manufacturer": "Fair", "model": "5"},
    },
    "startTime": START,
    "endTime": END,
}
EXERCISE = {**CONNECT, "exerciseType": 79, "distance": {"inMeters": 5_012.4}}
STAGES = [
    {"startTime": START, "endTime": NOON.replace(hour=7, minute=40).isoformat(), "stage": 4},
    {"startTime": NOON.replace(hour=7, minute=40).isoformat(), "endTime": END, "stage": 1},
]


def a_point(schema: str, **body: Any) -> dict[str, Any]:
    return {
        "header": {
            "id": "p-1",
            "schema_id": {"namespace": "omh", "name": schema, "version": "1.2"},
            "acquisition_provenance": {"source_name": "Fit", "modality": "sensed"},
        },
        "body": {
            "effective_time_frame": {
                "time_interval": {"start_date_time": START, "end_date_time": END}
            },
            **body,
        },
    }


KM_3 = a_point("physical-activity", activity_name="walking", distance={"unit": "km", "value": 3.1})
STEPS = a_point("step-count", step_count=4_200)

HEARD = [
    (Platform.HEALTHKIT, WORKOUT, Type.RUN, (3_330, 9_978, 0), "DEVICE"),
    (
        Platform.HEALTHKIT,
        {**WORKOUT, "workoutActivityType": "HKWorkoutActivityTypeWalking", "totalDistance": None},
        *(Type.WALK, (3_330, 0, 0), "DEVICE"),
    ),
    (
        Platform.HEALTHKIT,
        {**WORKOUT, "metadata": {"HKWasUserEntered": 1}, "totalDistance": 5},
        *(Type.RUN, (3_330, 8_047, 0), "MANUAL"),
    ),
    (
        Platform.HEALTHKIT,
        {**KIT, "type": "HKQuantityTypeIdentifierStepCount", "value": 4_200, "unit": "count"},
        *(Type.STEPS, (0, 0, 4_200), "PLATFORM"),
    ),
    (
        Platform.HEALTHKIT,
        {**KIT, "type": "HKCategoryTypeIdentifierSleepAnalysis", "value": 3},
        *(Type.SLEEP, (0, 0, 3_600), "PLATFORM"),
    ),
    (Platform.HEALTH_CONNECT, EXERCISE, Type.WALK, (0, 5_012, 0), "PHONE"),
    (Platform.HEALTH_CONNECT, {**CONNECT, "count": 4_200}, Type.STEPS, (0, 0, 4_200), "PHONE"),
    (Platform.HEALTH_CONNECT, {**CONNECT, "stages": STAGES}, Type.SLEEP, (0, 0, 2_400), "PHONE"),
    (
        Platform.HEALTH_CONNECT,
        {**EXERCISE, "exerciseType": 33, "duration": 1_800},
        *(Type.OTHER, (1_800, 5_012, 0), "PHONE"),
    ),
    (Platform.OPEN_MHEALTH, KM_3, Type.WALK, (0, 3_100, 0), "PLATFORM"),
    (Platform.OPEN_MHEALTH, STEPS, Type.STEPS, (0, 0, 4_200), "PLATFORM"),
    (
        Platform.OPEN_MHEALTH,
        a_point("step-count", step_count={"unit": "steps", "value": 9}),
        *(Type.STEPS, (0, 0, 9), "PLATFORM"),
    ),
    (
        Platform.OPEN_MHEALTH,
        a_point("sleep-duration", sleep_duration={"unit": "min", "value": 45}),
        *(Type.SLEEP, (0, 0, 2_700), "PLATFORM"),
    ),
]


async def report(member, *payloads: object, platform: Platform, tx: Tx):
    return await activities.report_sessions(
        payloads, platform=platform, member=member, at=NOON, tx=tx
    )


async def a_member(tx: Tx):
    return await given.a_member(await given.a_programme(tx=tx), tx=tx)


@pytest.mark.parametrize(("platform", "payload", "kind", "numbers", "recorder"), HEARD)
async def test_given_a_session_when_reported_then_it_is_in_our_units(
    platform, payload, kind, numbers, recorder, tx: Tx
) -> None:
    ada = await a_member(tx)

    (first,) = await report(ada, payload, platform=platform, tx=tx)
    (again,) = await report(ada, payload, platform=platform, tx=tx)

    assert (first.status, again.status) == (Status.ACCEPTED, Status.KNOWN)
    (kept,) = (await told(ada, tx=tx)).values()
    assert (kept.type, kept.source) == (kind, platform.value)
    assert (kept.duration_s, kept.distance_m, kept.quantity) == numbers
    typed = recorder == "MANUAL"
    assert kept.proof is (Proof.CLAIMED if typed else Proof.DEVICE)
    assert kept.state is (State.PENDING if typed else State.COUNTED)
    found = await tx.value("SELECT recorder FROM activity WHERE id = $1", kept.id)
    assert found == recorder


def without(payload: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key != name}


FRAME = ("body", "effective_time_frame", "time_interval")
UNHEARD = [
    (Platform.HEALTHKIT, 7, "BAD_SESSION", ()),
    (Platform.HEALTHKIT, without(WORKOUT, "uuid"), "BAD_SESSION", ("uuid",)),
    (Platform.HEALTHKIT, {**WORKOUT, "startDate": "2026-11-22"}, "BAD_SESSION", ("startDate",)),
    (Platform.HEALTHKIT, {**WORKOUT, "durationUnit": "beats"}, "BAD_SESSION", ("durationUnit",)),
    (
        Platform.HEALTHKIT,
        without(WORKOUT, "totalDistanceUnit"),
        *("BAD_SESSION", ("totalDistanceUnit",)),
    ),
    (Platform.HEALTHKIT, {**WORKOUT, "totalDistance": -1}, "BAD_SESSION", ("totalDistance",)),
    (Platform.HEALTHKIT, {**WORKOUT, "totalDistance": "nan"}, "BAD_SESSION", ("totalDistance",)),
    (
        Platform.HEALTHKIT,
        {**WORKOUT, "workoutActivityType": None},
        *("BAD_SESSION", ("workoutActivityType",)),
    ),
    (
        Platform.HEALTHKIT,
        {**KIT, "type": "HKQuantityTypeIdentifierHeight"},
        "BAD_SESSION",
        ("type",),
    ),
    (
        Platform.HEALTHKIT,
        {**KIT, "type": "HKQuantityTypeIdentifierStepCount", "value": 3, "unit": "km"},
        *("BAD_SESSION", ("unit",)),
    ),
    (
        Platform.HEALTHKIT,
        {**KIT, "type": "HKCategoryTypeIdentifierSleepAnalysis", "value": 2},
        *("NOTHING_TOLD", ()),
    ),
    (
        Platform.HEALTHKIT,
        {**WORKOUT, "totalDistance": 60_000},
        *("BAD_MEASURE", ("distance_m",)),
    ),
    (
        Platform.HEALTHKIT,
        {**WORKOUT, "endDate": NOON.replace(hour=13).isoformat()},
        *("CLOCK_IN_FUTURE", ("ended_at",)),
    ),
    (Platform.HEALTH_CONNECT, {}, "BAD_SESSION", ("metadata", "id")),
    (Platform.HEALTH_CONNECT, CONNECT, "BAD_SESSION", ("exerciseType",)),
    (Platform.HEALTH_CONNECT, {**CONNECT, "count": "many"}, "BAD_SESSION", ("count",)),
    (Platform.HEALTH_CONNECT, {**EXERCISE, "distance": 5}, "BAD_SESSION", ("distance", "inMeters")),
    (Platform.HEALTH_CONNECT, {**CONNECT, "stages": {}}, "BAD_SESSION", ("stages",)),
    (Platform.HEALTH_CONNECT, {**CONNECT, "stages": [7]}, "BAD_SESSION", ("stages",)),
    (Platform.HEALTH_CONNECT, {**CONNECT, "stages": STAGES[1:]}, "NOTHING_TOLD", ()),
    (Platform.HEALTH_CONNECT, {**EXERCISE, "endTime": START}, "NO_TIMES", ("ended_at",)),
    (Platform.OPEN_MHEALTH, {"header": []}, "BAD_SESSION", ("header", "id")),
    (
        Platform.OPEN_MHEALTH,
        a_point("blood-pressure"),
        *("BAD_SESSION", ("header", "schema_id", "name")),
    ),
    (
        Platform.OPEN_MHEALTH,
        a_point("physical-activity", activity_name="run", distance={"unit": "au", "value": 1}),
        *("BAD_SESSION", ("body", "distance", "unit")),
    ),
    (Platform.OPEN_MHEALTH, a_point("sleep-duration"), "BAD_SESSION", None),
    (
        Platform.OPEN_MHEALTH,
        {**STEPS, "body": {"step_count": 3}},
        *("BAD_SESSION", (*FRAME, "start_date_time")),
    ),
]


@pytest.mark.parametrize(("platform", "payload", "code", "path"), UNHEARD)
async def test_given_a_bad_session_when_reported_beside_a_good_one_then_only_it_is_refused(
    platform, payload, code, path, tx: Tx
) -> None:
    ada = await a_member(tx)
    good = {
        Platform.HEALTHKIT: {**WORKOUT, "uuid": "good"},
        Platform.HEALTH_CONNECT: {**EXERCISE, "metadata": {"id": "good"}},
        Platform.OPEN_MHEALTH: {**KM_3, "header": {**KM_3["header"], "id": "good"}},
    }[platform]

    bad, fine = await report(ada, payload, good, platform=platform, tx=tx)

    assert (bad.status, bad.code) == (Status.REFUSED, code)
    assert path is None or bad.path == path
    assert fine.status is Status.ACCEPTED


async def test_given_a_watch_and_a_phone_when_both_are_read_then_steps_count_once(tx: Tx) -> None:
    ada = await a_member(tx)
    steps = {**KIT, "type": "HKQuantityTypeIdentifierStepCount", "unit": "count"}
    phone = {**steps, "value": 4_000, "sourceRevision": {"productType": "iPhone15,2"}}
    watch = {
        **steps,
        "uuid": "77",
        "value": 4_400,
        "sourceRevision": {"productType": "Watch6,2"},
    }

    await report(ada, phone, platform=Platform.HEALTHKIT, tx=tx)
    await report(ada, watch, platform=Platform.HEALTHKIT, tx=tx)

    assert sum(one.quantity for one in (await told(ada, tx=tx)).values()) == 4_400


async def test_given_the_same_session_of_two_members_when_reported_then_each_has_their_own(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    people = [await given.a_member(programme, tx=tx) for _ in range(2)]

    outcomes = [await report(one, WORKOUT, platform=Platform.HEALTHKIT, tx=tx) for one in people]

    assert [one.status for (one,) in outcomes] == [Status.ACCEPTED] * 2
