"""Referrals over both doors: what the referrer sees, and what an operator decides."""

from typing import Any

import pytest

from domain.operators import Role
from infra import clock, ids
from infra.db import Tx
from tests.domain.referrals.bringing import a_newcomer, heard, judged
from tests.support.client import Door, Person

ERRORS = "... on UserError { code path }"
CODE = (
    "mutation ($device: String) { makeReferralCode(input: {deviceId: $device}) { __typename"
    " ... on MakeReferralCodeSuccess { referralCode referrerPoints newcomerPoints } "
    + ERRORS
    + " } }"
)
MINE = "{ referrals { nodes { id state points paysAt } } }"
HELD = "{ heldReferrals(first: 50) { nodes { id state doubts referrerId newcomerId actedAt } } }"
DECIDE = (
    "mutation ($id: ID!, $pays: Boolean!, $key: ID!) {"
    ' decideReferral(input: {referralId: $id, pays: $pays, reason: "Asked them."})'
    " @idempotent(key: $key) { __typename ... on DecideReferralSuccess { referral { state } } "
    + ERRORS
    + " } }"
)
TERMS = {
    "referrerPoints": 80, "newcomerPoints": 50, "windowDays": 30, "holdDays": 7,
    "referrerAgeDays": 7, "referrerMonthMax": 10, "dayMax": 20_000, "monthMax": 200_000,
    "reason": "As agreed.",
}  # fmt: skip
LIMITS = {
    "membersMax": 20, "clubsMax": 3, "ownerDayMax": 500, "ownerMonthMax": 900,
    "treasurerDayMax": 100, "treasurerMonthMax": 300, "keepMonths": 6, "reason": "As agreed.",
}  # fmt: skip


def setting(name: str) -> str:
    """A mutation that sets a policy."""
    kind = name[0].upper() + name[1:]
    return f"mutation ($in: {kind}Input!) {{ {name}(input: $in) {{ __typename {ERRORS} }} }}"


async def held(door: Door, programme: str) -> tuple[Person, str]:
    """A referrer who has only just joined, and the code of whom a newcomer has come and acted."""
    ada = await door.member(programme)
    code = (await door.ask(ada, CODE))["makeReferralCode"]["referralCode"]
    home = await door.programme(programme)

    async def build(tx: Tx) -> None:
        bob, _ = await a_newcomer(home, code, tx)
        await heard([judged(bob)], tx)

    await door.given(build)
    return ada, code


async def decide(door: Door, by: Person, id: str, pays: bool) -> dict[str, Any]:
    key = str(ids.new(clock.now()))
    return (await door.ask(by, DECIDE, id=id, pays=pays, key=key))["decideReferral"]


async def test_given_a_held_referral_when_an_operator_decides_then_the_referrer_sees_no_more(
    door: Door,
) -> None:
    ada, _ = await held(door, "referring")
    rita = await door.operator(Role.SUPPORT, programme="referring")

    (waiting,) = (await door.ask(rita, HELD))["heldReferrals"]["nodes"]
    before = (await door.ask(ada, MINE))["referrals"]["nodes"]
    decided = await decide(door, rita, waiting["id"], True)
    again = await decide(door, rita, waiting["id"], False)
    (after,) = (await door.ask(ada, MINE))["referrals"]["nodes"]

    assert waiting["doubts"] == ["YOUNG"]
    assert waiting["actedAt"] is not None
    assert before == [{"id": waiting["id"], "state": "HELD", "points": None, "paysAt": None}]
    assert decided["referral"] == {"state": "PROMISED"}
    assert again["code"] == "REFERRAL_NOT_HELD"
    assert (after["state"], after["points"]) == ("PROMISED", 100)


async def test_given_an_operator_of_another_programme_when_deciding_then_there_is_none(
    door: Door,
) -> None:
    ada, _ = await held(door, "referring-too")
    (mine,) = (await door.ask(ada, MINE))["referrals"]["nodes"]
    south = await door.operator(Role.ADMIN, programme="south")

    assert (await decide(door, south, mine["id"], True))["code"] == "NO_SUCH_REFERRAL"


@pytest.mark.parametrize(
    ("name", "terms", "wrong", "code"),
    [
        ("setReferralPolicy", TERMS, {"holdDays": 91}, "BAD_REFERRAL_POLICY"),
        ("setClubPolicy", LIMITS, {"keepMonths": 25}, "BAD_CLUB_POLICY"),
    ],
)
async def test_given_a_policy_when_an_administrator_sets_it_then_it_holds_or_says_what_is_wrong(
    door: Door, name: str, terms: dict[str, Any], wrong: dict[str, Any], code: str
) -> None:
    admin = await door.operator(Role.ADMIN, programme="referring")

    refused = (await door.ask(admin, setting(name), **{"in": terms | wrong}))[name]
    done = (await door.ask(admin, setting(name), **{"in": terms}))[name]
    read = await door.ask(
        admin, "{ referralPolicy { referrerPoints holdDays } clubPolicy { membersMax keepMonths } }"
    )

    assert (refused["code"], refused["path"]) == (code, ["input", next(iter(wrong))])
    assert done["__typename"].endswith("Success")
    if name == "setReferralPolicy":
        assert read["referralPolicy"] == {"referrerPoints": 80, "holdDays": 7}
    else:
        assert read["clubPolicy"] == {"membersMax": 20, "keepMonths": 6}


async def test_given_a_device_that_is_none_when_asking_for_a_code_then_refused(door: Door) -> None:
    ada = await door.member()

    said = (await door.ask(ada, CODE, device="a\nb"))["makeReferralCode"]

    assert (said["code"], said["path"]) == ("BAD_DEVICE", ["input", "deviceId"])
