"""Challenges over the doors: partners make and fund them, operators decide about them."""

from datetime import timedelta
from typing import Any

from domain.operators import Role
from domain.partners import Scope
from infra import clock
from tests.api.test_transferring import key
from tests.support.client import Door, Person

ERRORS = "... on UserError { __typename code message path }"
WHY = 'reason: "as agreed"'
SEEN = "challenge { id name state budget funded spent left returned reason terms { rules } }"
DRAFT = {
    "name": "Five to work",
    "description": "Ride to work.",
    "budget": 1_000,
    "terms": {
        "criteria": [
            {
                "metric": "COUNT",
                "target": 5,
                "filter": {"types": ["RIDE"], "metresMin": 2_000, "weekdays": ["MONDAY"]},
            },
            {
                "metric": "DISTANCE",
                "target": 50_000,
                "personal": {"percent": 110, "weeks": 4, "atLeast": 10_000},
            },
        ],
        "milestones": [{"percent": 50, "reward": {"points": 20}}],
        "reward": {"points": 80, "tierCredit": 10},
        "audience": {"entry": "OPT_IN", "areas": ["Graz"]},
    },
}
CREATE = (
    "mutation ($input: CreateChallengeInput!) { createChallenge(input: $input) {"
    f" __typename ... on CreateChallengeSuccess {{ {SEEN} }} {ERRORS} }} }}"
)
TOP_UP = (
    "mutation ($id: ID!, $points: Points!, $reference: String!, $key: ID!) {"
    f" topUpPartner(input: {{partnerId: $id, points: $points, reference: $reference, {WHY}}})"
    " @idempotent(key: $key) { __typename ... on TopUpPartnerSuccess"
    f" {{ payment {{ kind points reference }} }} {ERRORS} }} }}"
)
MINE = "{ viewer { balance } challenges { nodes { id state left } } }"


def asked(**said: Any) -> dict[str, Any]:
    """The draft, from today for ten days; `said` replaces fields of its terms."""
    today = clock.now().date()
    days = {"firstDay": str(today), "lastDay": str(today + timedelta(days=9))}
    return {**DRAFT, "terms": {**DRAFT["terms"], **days, **said}}


def step(name: str, more: str = "", *, moves: bool = False, why: str = "") -> str:
    """The text of a mutation about one challenge."""
    field, kind = f"{name}Challenge", f"{name[0].upper()}{name[1:]}ChallengeSuccess"
    if name == "raise":
        field, kind = "raiseChallengeBudget", "RaiseChallengeBudgetSuccess"
    head = "mutation ($id: ID!, $key: ID!)" if moves else "mutation ($id: ID!)"
    end = " @idempotent(key: $key)" if moves else ""
    words = ", ".join(word for word in ("challengeId: $id", more, why) if word)
    return (
        f"{head} {{ answer: {field}(input: {{{words}}}){end}"
        f" {{ __typename ... on {kind} {{ {SEEN} }} {ERRORS} }} }}"
    )


async def paid(door: Door, points: int = 5_000, **said: Any) -> Any:
    """A partner that has paid for so many points."""
    system = await door.partner(**said)
    finance = await door.operator(Role.FINANCE, **said)
    words = {"id": await its_id(door, finance, system), "points": points, "key": key()}
    booked = await door.ask(finance, TOP_UP, reference=f"bank {words['key']}", **words)
    assert booked["topUpPartner"]["payment"]["points"] == points
    return system


async def its_id(door: Door, staff: Person, system: Any) -> str:
    """The global id of a partner, as operators see it."""
    found = await door.ask(staff, "{ partners(first: 100) { nodes { id slug } } }")
    nodes = found["partners"]["nodes"]
    return next(one["id"] for one in nodes if one["slug"] == system.partner.slug)


async def a_draft(door: Door, system: Any) -> str:
    made = await door.ask(system, CREATE, input=asked())
    return made["createChallenge"]["challenge"]["id"]


async def test_given_a_partner_when_it_makes_funds_and_submits_a_challenge_then_it_is_approved(
    door: Door,
) -> None:
    system, marketing = await paid(door), await door.operator(Role.MARKETING)
    made = (await door.ask(system, CREATE, input=asked()))["createChallenge"]["challenge"]
    id, once = made["id"], key()

    early = await door.ask(system, step("submit"), id=id)
    funding = step("fund", "points: 1000", moves=True)
    funded = [await door.ask(system, funding, id=id, key=once) for _ in range(2)]
    submitted = await door.ask(system, step("submit"), id=id)
    rejected = await door.ask(marketing, step("reject", why='reason: "too far"'), id=id)
    again = await door.ask(system, step("submit"), id=id)
    approved = await door.ask(marketing, step("approve", why=WHY), id=id)
    raised = await door.ask(system, step("raise", "points: 500", moves=True), id=id, key=key())
    mine = await door.ask(system, MINE)

    assert "at least 2 km" in made["terms"]["rules"][0]
    assert early["answer"]["code"] == "CHALLENGE_NOT_FUNDED"
    assert funded[0]["answer"]["challenge"]["left"] == 1_000
    assert funded[1] == funded[0]
    states = [one["answer"]["challenge"]["state"] for one in (submitted, rejected, again, approved)]
    assert states == ["SUBMITTED", "REJECTED", "SUBMITTED", "LIVE"]
    assert rejected["answer"]["challenge"]["reason"] == "too far"
    assert raised["answer"]["challenge"]["budget"] == 1_500
    assert mine == {
        "viewer": {"balance": 3_500},
        "challenges": {"nodes": [{"id": id, "state": "LIVE", "left": 1_500}]},
    }


async def test_given_a_live_challenge_when_paused_ended_and_another_cancelled_then_each_is_so(
    door: Door,
) -> None:
    system, marketing = await paid(door), await door.operator(Role.MARKETING)
    live, dropped = await a_draft(door, system), await a_draft(door, system)
    fund = step("fund", "points: 1000", moves=True)
    for id in (live, dropped):
        await door.ask(system, fund, id=id, key=key())
    await door.ask(system, step("submit"), id=live)
    await door.ask(marketing, step("approve", why=WHY), id=live)

    paused = await door.ask(system, step("pause"), id=live)
    resumed = await door.ask(system, step("resume"), id=live)
    await door.ask(marketing, step("pause", why=WHY), id=live)
    halted = await door.ask(system, step("resume"), id=live)
    await door.ask(marketing, step("resume", why=WHY), id=live)
    ended = await door.ask(system, step("end"), id=live)
    cancelled = await door.ask(system, step("cancel", moves=True), id=dropped, key=key())

    assert paused["answer"]["challenge"]["state"] == "PAUSED"
    assert resumed["answer"]["challenge"]["state"] == "LIVE"
    assert halted["answer"]["code"] == "CHALLENGE_HALTED"
    assert ended["answer"]["challenge"]["state"] == "LIVE"
    over = cancelled["answer"]["challenge"]
    assert (over["state"], over["returned"], over["left"]) == ("CANCELLED", 1_000, 0)


async def test_given_another_partners_challenge_when_touched_then_it_is_as_if_there_were_none(
    door: Door,
) -> None:
    system, other = await paid(door), await paid(door)
    id = await a_draft(door, system)
    steps = {
        "submit": step("submit"),
        "pause": step("pause"),
        "resume": step("resume"),
        "end": step("end"),
        "fund": step("fund", "points: 10", moves=True),
        "raise": step("raise", "points: 10", moves=True),
        "cancel": step("cancel", moves=True),
    }
    edit = (
        "mutation ($input: EditChallengeInput!) { answer: editChallenge(input: $input)"
        f" {{ __typename {ERRORS} }} }}"
    )

    answers = {}
    for name, text in steps.items():
        words = {"key": key()} if "$key" in text else {}
        answers[name] = [
            await door.ask(other, text, id=which, **words) for which in (id, "nothing")
        ]
        if words:
            # The same key for both would be another refusal.
            answers[name][1] = await door.ask(other, text, id="nothing", key=key())
    answers["edit"] = [
        await door.ask(other, edit, input={**asked(), "challengeId": which})
        for which in (id, "nothing")
    ]
    seen = await door.ask(other, "query ($id: ID!) { challenge(id: $id) { id } }", id=id)

    for name, (foreign, none) in answers.items():
        assert foreign["answer"]["code"] == "NO_SUCH_CHALLENGE", name
        assert foreign == none, name
    assert answers["submit"][0]["answer"]["path"] == ["input", "challengeId"]
    assert seen == {"challenge": None}


BAD: list[tuple[str, dict[str, Any], str, list[str]]] = [
    (
        "target",
        {"criteria": [{"metric": "COUNT", "target": 0}]},
        "BAD_TARGET",
        ["terms", "criteria", "0", "target"],
    ),
    ("period", {"lastDay": "2020-01-01"}, "BAD_PERIOD", ["terms", "lastDay"]),
    (
        "filter",
        {"criteria": [{"metric": "COUNT", "target": 1, "filter": {"metresMin": -1}}]},
        "BAD_FILTER",
        ["terms", "criteria", "0", "filter", "metresMin"],
    ),
    (
        "milestones",
        {"milestones": [{"percent": 50, "reward": {"points": 1}}] * 2},
        "BAD_MILESTONES",
        ["terms", "milestones", "1", "percent"],
    ),
    ("budget", {"reward": {"points": 1_000}}, "BAD_BUDGET", ["budget"]),
    (
        "badge",
        {"reward": {"points": 1, "badge": "nothing"}},
        "BAD_REWARD",
        ["terms", "reward", "badge"],
    ),
    (
        "level",
        {"reward": {"points": 1, "badgeLevel": 2}},
        "BAD_REWARD",
        ["terms", "reward", "badgeLevel"],
    ),
    (
        "prerequisite",
        {"audience": {"challengeIds": ["nothing"]}},
        "BAD_AUDIENCE",
        ["terms", "audience", "challengeIds"],
    ),
    ("winners", {"winnersMax": 0}, "BAD_MODE", ["terms", "winnersMax"]),
]


async def test_given_faults_when_challenges_are_made_then_each_is_told_where(door: Door) -> None:
    system = await door.partner(Scope.CHALLENGES_WRITE)

    told = {}
    for name, said, _, _ in BAD:
        answer = (await door.ask(system, CREATE, input=asked(**said)))["createChallenge"]
        told[name] = (answer["code"], answer["path"])

    assert told == {name: (code, ["input", *path]) for name, _, code, path in BAD}


async def test_given_an_unknown_type_when_a_challenge_is_made_then_the_schema_refuses_it(
    door: Door,
) -> None:
    system = await door.partner(Scope.CHALLENGES_WRITE)
    wanted = [{"metric": "COUNT", "target": 1, "filter": {"types": ["FLYING"]}}]

    answer = await door.answer(system, CREATE, input=asked(criteria=wanted))

    assert answer["errors"][0]["extensions"]["code"] == "BAD_VARIABLES"


async def test_given_a_key_without_the_scope_when_a_challenge_is_made_then_it_is_missing(
    door: Door,
) -> None:
    system = await door.partner(Scope.ACTIVITIES_WRITE)

    answer = (await door.ask(system, CREATE, input=asked()))["createChallenge"]

    assert answer["code"] == "SCOPE_MISSING"


async def test_given_an_operator_when_they_make_a_challenge_of_the_programme_then_it_lives(
    door: Door,
) -> None:
    marketing, finance = await door.operator(Role.MARKETING), await door.operator(Role.FINANCE)
    system = await paid(door)
    theirs = await a_draft(door, system)

    made = await door.ask(marketing, CREATE, input={**asked(), "reason": "spring"})
    id = made["createChallenge"]["challenge"]["id"]
    fund = step("fund", "points: 1000", moves=True, why=WHY)
    foreign = await door.ask(marketing, fund, id=theirs, key=key())
    await door.ask(marketing, fund, id=id, key=key())
    await door.ask(marketing, step("submit", why=WHY), id=id)
    refused = await door.ask(finance, step("submit", why=WHY), id=id)
    approved = await door.ask(finance, step("approve", why=WHY), id=id)
    words = 'name: "Six", description: ""'
    reworded = await door.ask(marketing, step("reword", words, why=WHY), id=id)
    listed = await door.ask(
        marketing, "{ challenges(states: [LIVE]) { nodes { id owner partnerId } } }"
    )

    assert foreign["answer"]["code"] == "CHALLENGE_IS_PARTNERS"
    assert refused["answer"]["code"] == "NOT_PERMITTED"
    assert approved["answer"]["challenge"]["state"] == "LIVE"
    assert reworded["answer"]["challenge"]["name"] == "Six"
    assert {"id": id, "owner": "PROGRAMME", "partnerId": None} in listed["challenges"]["nodes"]


async def test_given_a_payment_when_booked_twice_or_withdrawn_then_only_what_was_paid_moves(
    door: Door,
) -> None:
    system, finance = await paid(door, 300), await door.operator(Role.FINANCE)
    rep = await door.operator(Role.REP)
    id, once = await its_id(door, finance, system), key()
    words = {"id": id, "points": 200, "reference": f"bank {once}"}
    withdraw = TOP_UP.replace("topUpPartner", "withdrawPartnerPoints").replace(
        "TopUpPartnerSuccess", "WithdrawPartnerPointsSuccess"
    )

    booked = [await door.ask(finance, TOP_UP, **words, key=once) for _ in range(2)]
    twice = await door.ask(finance, TOP_UP, **words, key=key())
    forbidden = await door.ask(rep, TOP_UP, **words, key=key())
    back = await door.ask(finance, withdraw, **{**words, "points": 450}, key=key())
    more = await door.ask(
        finance, withdraw, **{**words, "points": 51, "reference": "more"}, key=key()
    )
    mine = await door.ask(system, MINE)
    kinds = "query ($id: ID!) { partner(id: $id) { balance }"
    kinds += " partnerPayments(partnerId: $id) { nodes { kind points } } }"
    seen = await door.ask(rep, kinds, id=id)

    assert seen["partner"]["balance"] == 50
    listed = [(one["kind"], one["points"]) for one in seen["partnerPayments"]["nodes"]]
    assert sorted(listed) == [("TOP_UP", 200), ("TOP_UP", 300), ("WITHDRAWAL", 450)]
    assert booked[0] == booked[1]
    assert twice["topUpPartner"]["code"] == "REFERENCE_USED"
    assert forbidden["topUpPartner"]["code"] == "NOT_PERMITTED"
    assert back["withdrawPartnerPoints"]["payment"]["kind"] == "WITHDRAWAL"
    assert more["withdrawPartnerPoints"]["code"] == "INSUFFICIENT_POINTS"
    assert mine["viewer"]["balance"] == 50
