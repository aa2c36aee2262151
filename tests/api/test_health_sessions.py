"""The mutation by which a member's app tells what its health platform has."""

import orjson
import pytest

from tests.support.client import Door
from tests.support.walks import moment

REPORT = """mutation ($sessions: [JSON!]!) {
  reportHealthSessions(input: {platform: HEALTHKIT, sessions: $sessions}) {
    __typename
    ... on ReportHealthSessionsSuccess {
      answers { status activityId state reasons code path }
      viewer { activities { nodes { type distanceMetres source proof } } }
    }
    ... on RequestRefused { code path }
  }
}"""
LITERAL = """mutation {
  reportHealthSessions(input: {platform: HEALTH_CONNECT, sessions: [
    {metadata: {id: "x"}, startTime: "%s", endTime: "%s", count: 1200}
  ]}) { __typename ... on ReportHealthSessionsSuccess { answers { status code } } }
}"""


def a_run(uuid: str, **said):
    return {
        "uuid": uuid,
        "startDate": moment(3),
        "endDate": moment(2),
        "workoutActivityType": 37,
        "duration": 50,
        "durationUnit": "min",
        "totalDistance": 8.1,
        "totalDistanceUnit": "km",
        "sourceRevision": {"productType": "Watch6,2"},
        **said,
    }


async def test_given_sessions_when_reported_then_each_is_answered_and_the_good_ones_are_mine(
    door: Door,
) -> None:
    ada = await door.member()

    told = await door.ask(ada, REPORT, sessions=[a_run("a"), a_run("b", durationUnit="x"), 7])
    again = (await door.ask(ada, REPORT, sessions=[a_run("a")]))["reportHealthSessions"]

    answers = told["reportHealthSessions"]["answers"]
    assert [(one["status"], one["code"], one["path"]) for one in answers] == [
        ("ACCEPTED", None, []),
        ("REFUSED", "BAD_SESSION", ["durationUnit"]),
        ("REFUSED", "BAD_SESSION", []),
    ]
    mine = told["reportHealthSessions"]["viewer"]["activities"]["nodes"]
    assert mine == [
        {"type": "RUN", "distanceMetres": 8_100, "source": "healthkit", "proof": "DEVICE"}
    ]
    assert again["answers"][0]["status"] == "KNOWN"


async def test_given_sessions_in_the_document_itself_when_reported_then_they_are_read(
    door: Door,
) -> None:
    ada = await door.member()

    told = await door.ask(ada, LITERAL % (moment(3), moment(2)))

    assert told["reportHealthSessions"]["answers"] == [{"status": "ACCEPTED", "code": None}]


async def test_given_too_many_sessions_when_reported_then_typed(door: Door) -> None:
    ada = await door.member()

    told = (await door.ask(ada, REPORT, sessions=[{}] * 101))["reportHealthSessions"]

    assert (told["code"], told["path"]) == ("TOO_MANY_ITEMS", ["input", "sessions"])


DEEP = {
    "lists": "[" * 900 + "]" * 900,
    "objects": '{"a":' * 900 + "1" + "}" * 900,
}


@pytest.mark.parametrize("name", DEEP)
async def test_given_json_without_end_when_reported_then_it_is_refused_at_once(
    door: Door, name: str
) -> None:
    ada = await door.member()
    asked = orjson.dumps(REPORT).decode()

    answer = await door.post(
        f'{{"query": {asked}, "variables": {{"sessions": [{DEEP[name]}]}}}}'.encode(), by=ada
    )

    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "BAD_VARIABLES"


async def test_given_a_number_of_any_size_when_reported_then_nothing_of_ours_fails(
    door: Door,
) -> None:
    ada = await door.member()

    answer = await door.answer(ada, LITERAL.replace("1200", "9" * 30) % (moment(3), moment(2)))

    assert {one["extensions"]["code"] for one in answer["errors"]} == {"VALIDATION_FAILED"}
