"""The partners' mutations and queries about activities: the same as the HTTP intake."""

from typing import Any

import pytest

from domain import activities
from domain.partners import Scope
from tests.support.client import Door, Person, System
from tests.support.walks import a_walk, moment, send

REPORT = """mutation ($items: [ReportedActivityInput!]!) {
  reportActivities(input: {activities: $items}) {
    __typename
    ... on ReportActivitiesSuccess { answers { id status activityId state code path } }
    ... on RequestRefused { code path }
  }
}"""
DELETE = """mutation ($ids: [String!]!) {
  deleteActivities(input: {ids: $ids}) {
    __typename
    ... on DeleteActivitiesSuccess { answers { id status state code path } }
    ... on RequestRefused { code path }
  }
}"""
REPORTED = """query ($first: Int, $after: Cursor) {
  reportedActivities(first: $first, after: $after) {
    nodes { externalId state distanceMetres } pageInfo { endCursor hasNextPage }
  }
}"""
NAMED = "query ($ids: [String!]!) { reportedAs(ids: $ids) { externalId state revision } }"


@pytest.fixture
async def mill(door: Door) -> System:
    return await door.partner()


@pytest.fixture
async def ada(door: Door) -> Person:
    return await door.member()


def an_item(person: Person, name: str, *, ago: float = 3, **said: Any) -> dict[str, Any]:
    walk = {"type": "WALK", "durationSeconds": 3_400, "distanceMetres": 4_000}
    return {
        "id": name,
        "subject": person.me.external_ref,
        "startedAt": moment(ago),
        "endedAt": moment(ago - 1),
        **(walk | said),
    }


async def report(door: Door, by: System, *items: dict[str, Any]) -> dict[str, Any]:
    return (await door.ask(by, REPORT, items=list(items)))["reportActivities"]


async def test_given_items_when_reported_then_each_is_answered_and_again_is_known(
    door: Door, mill: System, ada: Person
) -> None:
    steps = an_item(ada, "s-1", type="STEPS", durationSeconds=None, distanceMetres=None, steps=900)
    items = [
        an_item(ada, "w-1"),
        steps,
        an_item(ada, "w-2", subject="nobody"),
        an_item(ada, "w-3", type="PURCHASE"),
        an_item(ada, "w-4", steps=5),
        an_item(ada, "w-5", ago=0.5),
    ]

    first = await report(door, mill, *items)
    again = await report(door, mill, *items[:2])

    told = [(one["status"], one["code"], one["path"]) for one in first["answers"]]
    assert told == [
        ("ACCEPTED", None, []),
        ("ACCEPTED", None, []),
        ("REFUSED", "NO_SUCH_MEMBER", ["subject"]),
        ("REFUSED", "UNKNOWN_TYPE", ["type"]),
        ("REFUSED", "BAD_DATA", ["steps"]),
        ("REFUSED", "CLOCK_IN_FUTURE", ["endedAt"]),
    ]
    assert [one["status"] for one in again["answers"]] == ["KNOWN", "KNOWN"]


async def test_given_an_event_over_http_when_reported_by_its_id_then_it_is_known(
    door: Door, mill: System, ada: Person
) -> None:
    walk = a_walk(mill, ada.me.external_ref)
    await send(door, mill, [walk])

    (answer,) = (await report(door, mill, an_item(ada, walk["id"])))["answers"]

    assert answer["status"] == "KNOWN"


async def test_given_a_report_when_deleted_then_what_it_was_is_withdrawn(
    door: Door, mill: System, ada: Person
) -> None:
    await report(door, mill, an_item(ada, "w-1"))

    answer = (await door.ask(mill, DELETE, ids=["w-1", "never", "bad\n"]))["deleteActivities"]
    (late,) = (await report(door, mill, an_item(ada, "never")))["answers"]
    (kept,) = (await door.ask(mill, NAMED, ids=["w-1", "never"]))["reportedAs"]

    assert [one["status"] for one in answer["answers"]] == ["ACCEPTED", "ACCEPTED", "REFUSED"]
    assert late["code"] == "DELETED_AT_SOURCE"
    assert kept == {"externalId": "w-1", "state": "WITHDRAWN", "revision": 2}


async def test_given_more_than_a_hundred_when_reported_or_deleted_then_typed(
    door: Door, mill: System, ada: Person
) -> None:
    many = [an_item(ada, f"w-{n}") for n in range(101)]

    reported = await report(door, mill, *many)
    deleted = (await door.ask(mill, DELETE, ids=["x"] * 101))["deleteActivities"]

    assert (reported["code"], reported["path"]) == ("TOO_MANY_ITEMS", ["input", "activities"])
    assert (deleted["code"], deleted["path"]) == ("TOO_MANY_ITEMS", ["input", "ids"])


async def test_given_another_partners_reports_when_listed_then_there_are_only_ones_own(
    door: Door, mill: System, ada: Person
) -> None:
    baker = await door.partner()
    await report(door, mill, *(an_item(ada, f"m-{n}", ago=3 + 2 * n) for n in range(3)))
    await report(door, baker, an_item(ada, "b-1", ago=20))

    page = (await door.ask(mill, REPORTED, first=2))["reportedActivities"]
    rest = await door.ask(mill, REPORTED, after=page["pageInfo"]["endCursor"])
    named = (await door.ask(mill, NAMED, ids=["b-1", "m-0"]))["reportedAs"]

    assert [one["externalId"] for one in page["nodes"]] == ["m-0", "m-1"]
    assert [one["externalId"] for one in rest["reportedActivities"]["nodes"]] == ["m-2"]
    assert [one["externalId"] for one in named] == ["m-0"]
    assert page["nodes"][0]["state"] == activities.State.COUNTED.value


async def test_given_a_key_without_the_scope_when_reported_then_typed(
    door: Door, ada: Person
) -> None:
    reader = await door.partner(Scope.ACTIVITIES_READ)

    answer = await report(door, reader, an_item(ada, "w-1"))

    assert answer["code"] == "SCOPE_MISSING"
