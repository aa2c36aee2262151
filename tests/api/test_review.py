"""The operators' queue: what waits, the decision, and what the member sees of it."""

import asyncio
from datetime import timedelta

import pytest

from api import globalids
from api.globalids import Kind
from domain import activities
from domain.activities import Type
from domain.operators import Role
from infra import clock
from tests.domain.activities.telling import HOUR, a_report
from tests.support.client import Door, Person, Staff

QUEUE = """query ($states: [ReviewState!], $order: ReviewOrder!, $first: Int, $after: Cursor) {
  activitiesToReview(states: $states, order: $order, first: $first, after: $after) {
    nodes { id memberId state score reasons source revision } pageInfo { endCursor hasNextPage }
  }
}"""
DECIDE = """mutation ($id: ID!, $counted: Boolean!) {
  decideActivity(input: {activityId: $id, counted: $counted, reason: "Looked at the map."}) {
    __typename
    ... on DecideActivitySuccess { activity { state revision reasons } }
    ... on RequestRefused { code path }
  }
}"""
POLICY = """mutation ($recorders: [ActivityRecorder!]!) {
  setActivityPolicy(input: {recorders: $recorders, manual: REVIEW, indoor: REFUSED,
                            reason: "As agreed with the clubs."}) {
    __typename
    ... on SetActivityPolicySuccess { policy { recorders manual indoor } }
    ... on RequestRefused { code path }
  }
}"""
MINE = "{ viewer { activities { nodes { state reasons source revision } } } }"


@pytest.fixture
async def office(door: Door, request) -> tuple[Staff, Person]:
    slug = f"review-{abs(hash(request.node.nodeid)) % 10**8}"
    return await door.operator(programme=slug), await door.member(slug)


async def tell(door: Door, member: Person, **facts):
    """Report it; its global id."""
    report = a_report(member.me, **{"start": clock.now() - 3 * HOUR, **facts})
    await door.given(
        lambda tx: activities.report([report], programme=member.me.programme, at=clock.now(), tx=tx)
    )
    return globalids.of(Kind.ACTIVITY, report.id)


async def queue(door: Door, by: Staff, **said):
    asked = {"order": "OLDEST", **said}
    return (await door.ask(by, QUEUE, **asked))["activitiesToReview"]


async def decide(door: Door, by: Staff, id: str, *, counted: bool):
    return (await door.ask(by, DECIDE, id=id, counted=counted))["decideActivity"]


async def test_given_doubtful_ones_when_listed_then_by_age_or_by_how_little_they_are_believed(
    door: Door, office
) -> None:
    staff, ada = office
    typed = await tell(door, ada, source="manual")
    fast = await tell(door, ada, start=clock.now() - 9 * HOUR, distance_m=30_000)
    await tell(door, ada, start=clock.now() - 15 * HOUR)

    oldest = await queue(door, staff)
    least = await queue(door, staff, order="LEAST_BELIEVED")
    review = await queue(door, staff, states=["REVIEW"])

    assert [one["id"] for one in oldest["nodes"]] == [typed, fast]
    assert [one["state"] for one in oldest["nodes"]] == ["PENDING", "REVIEW"]
    assert oldest["nodes"][0]["reasons"] == ["MANUAL", "BEFORE_JOINING"]
    assert [one["id"] for one in least["nodes"]] == [fast, typed]
    assert [one["id"] for one in review["nodes"]] == [fast]
    assert oldest["nodes"][0]["memberId"] == globalids.of(Kind.MEMBER, ada.me.id)


@pytest.mark.parametrize("order", ["OLDEST", "LEAST_BELIEVED"])
async def test_given_a_page_when_all_on_it_is_decided_then_the_next_goes_on_behind_it(
    order, door: Door, office
) -> None:
    staff, ada = office
    told = [
        await tell(door, ada, start=clock.now() - n * 3 * HOUR, distance_m=30_000)
        for n in range(1, 6)
    ]

    page = await queue(door, staff, order=order, first=2)
    for one in page["nodes"]:
        await decide(door, staff, one["id"], counted=True)
    rest = await queue(door, staff, order=order, after=page["pageInfo"]["endCursor"])

    seen = [one["id"] for one in (*page["nodes"], *rest["nodes"])]
    assert sorted(seen) == sorted(told)


async def test_given_a_decision_when_made_then_the_member_and_the_audit_log_have_it(
    door: Door, office
) -> None:
    staff, ada = office
    odd = await tell(door, ada, distance_m=30_000)

    decided = await decide(door, staff, odd, counted=False)
    again = await decide(door, staff, odd, counted=True)

    assert decided["activity"]["state"] == "REJECTED"
    assert "REFUSED_IN_REVIEW" in decided["activity"]["reasons"]
    assert (again["code"], again["path"]) == ("REVIEW_CLOSED", ["input", "activityId"])
    (mine,) = (await door.ask(ada, MINE))["viewer"]["activities"]["nodes"]
    assert (mine["state"], mine["revision"]) == ("REJECTED", 2)
    assert (await queue(door, staff))["nodes"] == []


async def test_given_two_operators_at_once_when_they_decide_then_one_decision_stands(
    door: Door, office
) -> None:
    staff, ada = office
    odd = await tell(door, ada, distance_m=30_000)

    answers = await asyncio.gather(
        *(decide(door, staff, odd, counted=counted) for counted in (True, False) * 3)
    )

    assert sorted(one.get("code", "done") for one in answers) == [*["REVIEW_CLOSED"] * 5, "done"]


async def test_given_a_deleted_one_when_decided_then_typed(door: Door, office) -> None:
    staff, ada = office
    odd = await tell(door, ada, distance_m=30_000, external_id="gone")
    await door.given(
        lambda tx: activities.retract(
            ["gone"], source="partner:mill", programme=ada.me.programme, at=clock.now(), tx=tx
        )
    )

    answer = await decide(door, staff, odd, counted=True)

    assert answer["code"] == "ACTIVITY_WITHDRAWN"


async def test_given_no_permission_or_another_programme_when_decided_then_typed(
    door: Door, office
) -> None:
    _, ada = office
    odd = await tell(door, ada, distance_m=30_000)
    analyst = await door.operator(Role.ANALYST, programme="review-elsewhere")
    stranger = await door.operator(programme="review-elsewhere")

    forbidden = await decide(door, analyst, odd, counted=True)
    foreign = await decide(door, stranger, odd, counted=True)

    assert (forbidden["code"], foreign["code"]) == ("NOT_PERMITTED", "NO_SUCH_ACTIVITY")
    assert (await queue(door, stranger))["nodes"] == []


async def test_given_a_policy_when_set_then_the_next_report_is_believed_by_it(
    door: Door, office
) -> None:
    staff, ada = office
    order = ["PHONE", "DEVICE", "PLATFORM", "MANUAL"]

    done = (await door.ask(staff, POLICY, recorders=order))["setActivityPolicy"]
    wrong = (await door.ask(staff, POLICY, recorders=["PHONE"]))["setActivityPolicy"]
    await tell(door, ada, source="manual")
    await tell(door, ada, type=Type.SLEEP, start=clock.now() - timedelta(hours=9))

    assert done["policy"] == {"recorders": order, "manual": "REVIEW", "indoor": "REFUSED"}
    assert (wrong["code"], wrong["path"]) == ("BAD_ACTIVITY_POLICY", ["input", "recorders"])
    assert [one["state"] for one in (await queue(door, staff))["nodes"]] == ["REVIEW"]
