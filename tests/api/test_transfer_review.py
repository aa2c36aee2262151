"""The review queue of transfers over the operators' door."""

from typing import Any

from domain import transfers
from domain.operators import Role
from infra import clock
from tests.api.test_transferring import available, key, send
from tests.support import given
from tests.support.client import Door, Person

ERRORS = "... on UserError { __typename code path } ... on TransferClosed { state }"
QUEUE = (
    "{ transfersUnderReview { nodes { reasons heldAt facts { senders back forth drained }"
    " transfer { id senderId receiverId points state } } } }"
)
POLICY = (
    "mutation { updateTransferPolicy(input: {pairDayMax: 500, screenPointsMin: 0, returnsMax: 1,"
    ' reason: "we watch"}) { __typename ... on UpdateTransferPolicySuccess'
    " { policy { pairDayMax returnsMax fanInMax screened } } ... on UserError { code path } } }"
)


def deciding(verb: str) -> str:
    kind = verb[0].upper() + verb[1:]
    return (
        f"mutation ($id: ID!, $key: ID!) {{ {verb}(input: {{transferId: $id,"
        f' reason: "looked at it"}}) @idempotent(key: $key) {{ __typename'
        f" ... on {kind}Success {{ transfer {{ id state }} }} {ERRORS} }} }}"
    )


async def decide(door: Door, by: Person, verb: str, id: str, **said: Any) -> dict[str, Any]:
    return (await door.ask(by, deciding(verb), **{"id": id, "key": key(), **said}))[verb]


async def a_held_one(door: Door, slug: str) -> tuple[Person, Person, str]:
    """Ada's transfer of 30 to Bob, which is held because 30 came from Bob before."""
    club, at = await door.programme(slug), clock.now()
    policy = transfers.Policy(returns_max=1, screen_points_min=0)
    await door.given(lambda tx: transfers.set_policy(policy, programme=club.id, at=at, tx=tx))
    ada, bob = await door.friends(slug, holding=100)
    await door.given(lambda tx: given.points(30, bob.me, at=at, tx=tx))
    await send(door, bob, ada, 30)
    sent = await send(door, ada, bob, 30)
    assert sent["transfer"]["state"] == "REVIEW", sent
    return ada, bob, sent["transfer"]["id"]


async def test_given_a_held_transfer_when_approved_then_it_goes_on_and_the_act_is_audited(
    door: Door,
) -> None:
    _, _, id = await a_held_one(door, "watched-a")
    support = await door.operator(Role.SUPPORT, programme="watched-a")
    finance = await door.operator(Role.FINANCE, programme="watched-a")

    (held,) = (await door.ask(support, QUEUE))["transfersUnderReview"]["nodes"]
    once = key()
    approved = await decide(door, support, "approveTransfer", id, key=once)
    again = await decide(door, support, "approveTransfer", id, key=once)
    late = await decide(door, support, "rejectTransfer", id)
    log = await door.ask(finance, "{ auditLog(first: 2) { nodes { verb objects outcome } } }")

    assert held["reasons"] == ["BACK_AND_FORTH"]
    assert held["facts"] == {"senders": 1, "back": 1, "forth": 1, "drained": False}
    assert (held["transfer"]["id"], held["transfer"]["points"]) == (id, 30)
    assert approved["transfer"] == {"id": id, "state": "PENDING"}
    assert again == approved
    assert (late["code"], late["state"]) == ("TRANSFER_NOT_IN_REVIEW", "PENDING")
    assert log["auditLog"]["nodes"] == [
        {"verb": "rejectTransfer", "objects": [id], "outcome": "TRANSFER_NOT_IN_REVIEW"},
        {"verb": "approveTransfer", "objects": [id], "outcome": "DONE"},
    ]
    assert (await door.ask(support, QUEUE))["transfersUnderReview"]["nodes"] == []


async def test_given_a_held_transfer_when_rejected_then_the_points_are_back(door: Door) -> None:
    ada, _, id = await a_held_one(door, "watched-b")
    support = await door.operator(Role.SUPPORT, programme="watched-b")

    rejected = await decide(door, support, "rejectTransfer", id)

    assert rejected["transfer"]["state"] == "REJECTED"
    assert await available(door, ada) == 100


async def test_given_another_programmes_operator_when_deciding_then_there_is_no_such_transfer(
    door: Door,
) -> None:
    ada, _, id = await a_held_one(door, "watched-c")
    south, analyst = (
        await door.operator(programme="south"),
        await door.operator(Role.ANALYST, programme="watched-c"),
    )

    codes = [
        (await decide(door, south, "approveTransfer", id))["code"],
        (await decide(door, analyst, "approveTransfer", id))["code"],
        (await decide(door, south, "rejectTransfer", "zzz"))["code"],
    ]

    assert codes == ["NO_SUCH_TRANSFER", "NOT_PERMITTED", "NO_SUCH_TRANSFER"]
    assert await available(door, ada) == 70


async def test_given_a_policy_when_changed_then_the_rest_stays_and_bad_numbers_are_named(
    door: Door,
) -> None:
    await door.programme("policied")
    admin = await door.operator(programme="policied")
    bad = POLICY.replace("pairDayMax: 500", "reviewDays: 8")
    unlimited = POLICY.replace("pairDayMax: 500", "pairDayMax: null")
    none = POLICY.replace("pairDayMax: 500", "fanInMax: null")

    first = (await door.ask(admin, POLICY))["updateTransferPolicy"]
    second = (await door.ask(admin, unlimited))["updateTransferPolicy"]
    refused = [(await door.ask(admin, one))["updateTransferPolicy"] for one in (bad, none)]
    read = await door.ask(admin, "{ transferPolicy { pairDayMax returnsMax reviewDays } }")

    assert first["policy"] == {
        "pairDayMax": 500, "returnsMax": 1, "fanInMax": 12, "screened": True,
    }  # fmt: skip
    assert second["policy"]["pairDayMax"] is None
    assert [(one["code"], one["path"]) for one in refused] == [
        ("BAD_POLICY", ["input", "reviewDays"]),
        ("BAD_POLICY", ["input", "fanInMax"]),
    ]
    assert read["transferPolicy"] == {"pairDayMax": None, "returnsMax": 1, "reviewDays": 3}
