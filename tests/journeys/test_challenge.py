"""A partner's challenge from its registration to its report, over HTTP: preview, prepaid points,
approval, a member who joins, the file of a real watch, completion, points, a badge, a rank."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from domain.activities import reading
from infra import clock
from tests.journeys.living import Laurel
from tests.journeys.newcomers import Newcomers
from tests.journeys.test_sources import asked, operated
from tests.journeys.test_walk import Phone, key
from tests.support.clocked import moved
from tests.support.waiting import until

RUN = Path(__file__).parents[3] / "shared/data/activities/fit/activity-small-fenix2-run.fit"
REWARD, HALFWAY, BUDGET = 250, 20, 1_000

ME = "{ viewer { id slug } }"
TOP_UP = """
mutation ($partner: ID!, $points: Points!, $key: ID!) {
  topUpPartner(input: {partnerId: $partner, points: $points, reference: "J-1", reason: "A journey"})
  @idempotent(key: $key) { __typename ... on UserError { code message } }
}
"""
BADGE = """
mutation { createBadge(input: {
  key: "nine-km", name: "Nine", description: "Nine kilometres.", levels: ["Once"],
  reason: "A journey"
}) { __typename ... on UserError { code message } } }
"""
CREATE = """
mutation ($in: CreateChallengeInput!) {
  createChallenge(input: $in) {
    __typename
    ... on CreateChallengeSuccess { challenge { id state left terms { rules } } }
    ... on UserError { code message path }
  }
}
"""
PREVIEW = """
query ($id: ID!) { previewChallenge(challengeId: $id) {
  rules eligible { expected exact } joins { expected low high } cost { low high } budget assumed
} }
"""
FUND = """
mutation ($id: ID!, $points: Points!, $key: ID!) {
  fundChallenge(input: {challengeId: $id, points: $points}) @idempotent(key: $key) {
    __typename
    ... on FundChallengeSuccess { challenge { funded left } }
    ... on UserError { code message }
  }
}
"""
SUBMIT = """
mutation ($id: ID!) { submitChallenge(input: {challengeId: $id}) {
  ... on SubmitChallengeSuccess { challenge { state } } ... on UserError { code message }
} }
"""
APPROVE = """
mutation ($id: ID!) {
  approveChallenge(input: {challengeId: $id, reason: "A journey"}) {
    ... on ApproveChallengeSuccess { challenge { state } } ... on UserError { code message }
  }
}
"""
OPEN = """
{ challenges(first: 20) { nodes {
  id name state offeredBy lacking terms { rules } participation { state }
} } }
"""
JOIN = """
mutation ($id: ID!, $key: ID!) {
  joinChallenge(input: {challengeId: $id}) @idempotent(key: $key) {
    __typename
    ... on JoinChallengeSuccess { participation { state percent progress { text } } }
    ... on UserError { code message }
  }
}
"""
STANDING = """
query ($id: ID!) { node(id: $id) { ... on Challenge { participation {
  state percent milestones completedAt place { place of } progress { reached target own }
  contributions { nodes { added counts activity { type distanceMetres } } }
  rewards { percent state reward { points badge } }
} } } }
"""
MINE = """
{ viewer { points { available pending } statement(first: 20) { nodes { amount text } } }
  badges(first: 50) { nodes { key level } } }
"""
RANK = """
{ boards(first: 20) { nodes { name aroundMe(count: 1) { place score lines { own } } } } }
"""
REPORT = """
query ($id: ID!) { challengeReport(challengeId: $id) {
  joined active completed completions pointsPaid pointsReturned costPerCompletion
  breakdown(by: TIER) { name joined } burnDown(days: 1) { days { funded paid left } }
} }
"""


class Sponsor:
    """A partner's own system, with a key for its challenges and reports."""

    def __init__(self, laurel: Laurel, http: httpx.AsyncClient) -> None:
        laurel.run("partner", "register", "journey-shoes", "--name", "Journey Shoes")
        scopes = [word for one in SCOPES for word in ("--scope", one)]
        made = laurel.run("partner", "key", "journey-shoes", *scopes)
        self._token, self._laurel, self._http = made["secret"], laurel, http

    async def ask(self, query: str, **said: Any) -> Any:
        path = "/partner/graphql"
        return await asked(self._laurel, self._http, path, self._token, query, **said)


SCOPES = ("CHALLENGES_WRITE", "REPORTS_READ")


async def test_a_partners_challenge_is_funded_approved_joined_completed_and_reported(
    laurel: Laurel,
) -> None:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        sponsor = Sponsor(laurel, http)
        id = await _approved(laurel, http, sponsor)
        runner = await Newcomers(laurel, http).joins("challenger")

        listed = (await runner.ask(OPEN))["challenges"]["nodes"]
        once = {"id": id, "key": key()}
        joined = (await runner.ask(JOIN, **once))["joinChallenge"]
        again = (await runner.ask(JOIN, **once))["joinChallenge"]
        uploaded = await runner.upload("morning.fit", run_of_today())
        done = await _completed(runner, id)
        mine, rank = await runner.ask(MINE), await _ranked(runner)
        report = (await sponsor.ask(REPORT, id=id))["challengeReport"]

    (shown,) = [one for one in listed if one["id"] == id]
    assert shown["offeredBy"] == "Journey Shoes"
    assert (shown["state"], shown["lacking"], shown["participation"]) == ("LIVE", None, None)
    assert joined["__typename"] == "JoinChallengeSuccess", joined
    assert joined["participation"]["progress"] == [{"text": "0 m of 9 km"}]
    assert again == joined
    assert uploaded["activity"]["state"] == "PROCESSING"
    assert (done["percent"], done["milestones"], done["place"]) == (
        100,
        [50],
        {"place": 1, "of": 1},
    )
    assert done["progress"] == [{"reached": 9_008, "target": 9_000, "own": 9_008}]
    assert done["contributions"]["nodes"] == [
        {"added": [9_008], "counts": True, "activity": {"type": "RUN", "distanceMetres": 9_008}}
    ]
    assert done["rewards"] == [
        {"percent": 50, "state": "PAID", "reward": {"points": HALFWAY, "badge": None}},
        {"percent": 100, "state": "PAID", "reward": {"points": REWARD, "badge": "nine-km"}},
    ]
    amounts = [entry["amount"] for entry in mine["viewer"]["statement"]["nodes"]]
    assert {REWARD, HALFWAY} <= set(amounts)
    assert {"key": "nine-km", "level": 1} in mine["badges"]["nodes"]
    assert (rank["score"], rank["lines"]) == (1, [{"own": True}])
    assert report == {
        "joined": 1,
        "active": 1,
        "completed": 1,
        "completions": 1,
        "pointsPaid": REWARD + HALFWAY,
        "pointsReturned": 0,
        "costPerCompletion": REWARD + HALFWAY,
        "breakdown": [],
        "burnDown": {
            "days": [
                {
                    "funded": BUDGET,
                    "paid": REWARD + HALFWAY,
                    "left": BUDGET - REWARD - HALFWAY,
                }
            ]
        },
    }


async def _approved(laurel: Laurel, http: httpx.AsyncClient, sponsor: Sponsor) -> str:
    """The id of a challenge of the sponsor's that was previewed, paid for and approved."""
    me = (await sponsor.ask(ME))["viewer"]
    paid = await operated(laurel, http, TOP_UP, partner=me["id"], points=5_000, key=key())
    assert paid["topUpPartner"]["__typename"] == "TopUpPartnerSuccess", paid
    badge = (await operated(laurel, http, BADGE))["createBadge"]
    assert badge["__typename"] == "CreateBadgeSuccess", badge
    made = (await sponsor.ask(CREATE, **{"in": _draft()}))["createChallenge"]
    assert made["__typename"] == "CreateChallengeSuccess", made
    id = str(made["challenge"]["id"])

    preview = (await sponsor.ask(PREVIEW, id=id))["previewChallenge"]
    funded = (await sponsor.ask(FUND, id=id, points=BUDGET, key=key()))["fundChallenge"]
    submitted = (await sponsor.ask(SUBMIT, id=id))["submitChallenge"]
    approved = (await operated(laurel, http, APPROVE, id=id))["approveChallenge"]

    assert preview["rules"][0] == "Reach 9 km, with runs."
    assert not preview["eligible"]["exact"], "a partner is told in steps of ten"
    assert preview["eligible"]["expected"] > 0
    assert 0 <= preview["cost"]["low"] <= preview["cost"]["high"] <= BUDGET
    assert funded["challenge"] == {"funded": BUDGET, "left": BUDGET}, funded
    assert submitted["challenge"]["state"] == "SUBMITTED"
    assert approved["challenge"]["state"] == "LIVE"
    return id


def _draft() -> dict[str, Any]:
    """Nine kilometres of running, in days that have begun wherever the member is."""
    today = clock.now().date()
    return {
        "name": "Nine on your feet",
        "description": "One long run.",
        "budget": BUDGET,
        "terms": {
            "criteria": [{"metric": "DISTANCE", "target": 9_000, "filter": {"types": ["RUN"]}}],
            "reward": {"points": REWARD, "badge": "nine-km"},
            "milestones": [{"percent": 50, "reward": {"points": HALFWAY}}],
            "firstDay": str(today - timedelta(days=2)),
            "lastDay": str(today + timedelta(days=10)),
            "fromJoining": False,
        },
    }


def run_of_today() -> bytes:
    """Nine kilometres as a watch recorded them, the last of them a little while ago."""
    return run_ending(clock.now() - timedelta(minutes=10))


def run_ending(at: datetime) -> bytes:
    """The same, the last of them at that time."""
    content = RUN.read_bytes()
    told = reading.read(content)
    to: datetime = at.astimezone(UTC) - (told.ended_at - told.started_at)
    return moved(content, began=told.started_at, to=to)


async def _ranked(runner: Phone) -> Any:
    """Where they are on the demo's board of all activities ever."""
    found: dict[str, Any] = {}

    async def there() -> bool:
        boards = (await runner.ask(RANK))["boards"]["nodes"]
        found.update(next(one["aroundMe"] for one in boards if one["name"] == "Of all time"))
        return found["place"] is not None

    await until(there, seconds=30)
    return found


async def _completed(runner: Phone, id: str) -> Any:
    async def there() -> bool:
        found = (await runner.ask(STANDING, id=id))["node"]["participation"]
        return bool(found["state"] == "COMPLETED")

    await until(there, seconds=90)
    return (await runner.ask(STANDING, id=id))["node"]["participation"]
