"""A referral: from a code, by the newcomer's first run, to both being paid."""

from datetime import timedelta
from typing import Any

import httpx

from domain.activities import samples
from infra import clock
from tests.journeys.living import Laurel
from tests.journeys.newcomers import Newcomers
from tests.journeys.test_walk import Phone
from tests.support.waiting import until

POLICY = """
mutation ($in: SetReferralPolicyInput!) {
  setReferralPolicy(input: $in) {
    __typename
    ... on SetReferralPolicySuccess { policy { referrerPoints newcomerPoints holdDays } }
    ... on UserError { code message }
  }
}
"""
CODE = """
mutation { makeReferralCode(input: {deviceId: "ada's phone"}) {
  ... on MakeReferralCodeSuccess { referralCode referrerPoints newcomerPoints }
} }
"""
STANDING = "{ referrals(first: 1) { nodes { state points } } }"
NEWEST = "{ viewer { statement(first: 5) { nodes { kind amount text } } } }"


async def ops(laurel: Laurel, http: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """What an administrator of the programme is answered."""
    email = "referrals@verde.example"
    laurel.run("operator", "invite", email, "--name", "Rita", "--role", "ADMIN")
    token = laurel.run("operator", "token", email)["token"]
    response = await http.post(
        laurel.url.replace("/graphql", "/ops/graphql"),
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {token}"},
    )
    answer = response.json()
    assert "errors" not in answer, answer
    return answer["data"]


async def newest(who: Phone) -> dict[str, Any]:
    """The state and points of the newest referral."""
    (referral,) = (await who.ask(STANDING))["referrals"]["nodes"]
    return dict(referral)


async def test_somebody_joins_by_a_code_runs_and_both_are_paid_while_a_second_self_is_held(
    laurel: Laurel,
) -> None:
    terms = {
        "referrerPoints": 70, "newcomerPoints": 30, "windowDays": 30, "holdDays": 0,
        "referrerAgeDays": 0, "referrerMonthMax": 5, "dayMax": 1000, "monthMax": 1000,
        "reason": "The spring campaign.",
    }  # fmt: skip
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        newcomers = Newcomers(laurel, http)
        await ops(laurel, http, POLICY, **{"in": terms})
        ada = Phone(laurel, laurel.token("ada"), http)
        code = (await ada.ask(CODE))["makeReferralCode"]["referralCode"]

        async def is_paid() -> bool:
            return (await newest(ada))["state"] == "PAID"

        newbie = await newcomers.joins("newbie", referralCode=code, deviceId="a new phone")
        waiting = await newest(ada)
        run = samples.run_gpx(clock.now() - timedelta(minutes=40), distance_m=3_000, seed=7)
        await newbie.upload("first.gpx", run)
        await until(is_paid, seconds=60)
        paid = await newest(ada)
        await newcomers.joins("second-self", referralCode=code, deviceId="ada's phone")
        held = await newest(ada)
        adas = (await ada.ask(NEWEST))["viewer"]["statement"]["nodes"]
        theirs = (await newbie.ask(NEWEST))["viewer"]["statement"]["nodes"]

    assert waiting == {"state": "WAITING", "points": None}
    assert paid == {"state": "PAID", "points": 70}
    assert held == {"state": "HELD", "points": None}
    earned = {"kind": "EARNED", "amount": 70, "text": "Points for bringing somebody"}
    begun = {"kind": "EARNED", "amount": 30, "text": "Points for a good beginning"}
    assert earned in adas
    assert begun in theirs
