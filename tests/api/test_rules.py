"""Earning rules over HTTP: operators set and try them, members see what they gave and why."""

from dataclasses import replace
from typing import Any

from api import globalids
from api.globalids import Kind
from domain import points
from domain.activities import Judged
from domain.operators import Role
from infra import clock, ids, outbox
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.points.judgements import AWARD, a_run, again, spent
from tests.support.client import Door, Person
from tests.support.documents import ERRORS

REASON = "autumn season"
SET_RULE = (
    """mutation ($input: SetRuleInput!) { setRule(input: $input) { __typename
  ... on SetRuleSuccess { rule { activity version measure points per dayMax weekMax monthMax } } """
    + ERRORS
    + " } }"
)
SET_MULTIPLIER = (
    """mutation ($input: SetMultiplierInput!) { setMultiplier(input: $input) { __typename
  ... on SetMultiplierSuccess { multiplier { number name percent tier } } """
    + ERRORS
    + " } }"
)
END_MULTIPLIER = (
    """mutation ($input: EndMultiplierInput!) { endMultiplier(input: $input) { __typename
  ... on EndMultiplierSuccess { multiplier { number activeUntil } } """
    + ERRORS
    + " } }"
)
SET_MATURITY = (
    """mutation ($input: SetMaturityInput!) { setMaturity(input: $input) { __typename
  ... on SetMaturitySuccess { maturity { proof hours } } """
    + ERRORS
    + " } }"
)
ADJUST = (
    """mutation ($input: AdjustPointsInput!, $key: ID!) {
  adjustPoints(input: $input) @idempotent(key: $key) { __typename
  ... on AdjustPointsSuccess { memberId points balance } """
    + ERRORS
    + " } }"
)
WRITE_OFF = (
    """mutation ($input: WriteOffClaimInput!) { writeOffClaim(input: $input) { __typename
  ... on WriteOffClaimSuccess { claim { id state points settled } } """
    + ERRORS
    + " } }"
)
CLAIMS = """{ pointsClaims(first: 10) { nodes { id memberId points settled state } } }"""
RULES = """{ earningRules { activity version points } pointsMaturities { proof hours }
  multipliers { number name } }"""
PREVIEW = """query ($since: DateTime!, $rules: [ProposedRuleInput!]!) {
  previewRules(since: $since, rules: $rules) { judgements members given proposed
    byType { name given proposed } gained { memberId change } lost { memberId change } } }"""
SINCE = "2020-01-01T00:00:00.000Z"


def key() -> str:
    return str(ids.new(clock.now()))


def a_rule(**changes: Any) -> dict[str, Any]:
    plain = {"activity": "RUN", "measure": "METRES", "points": 10, "per": 1_000, "dayMax": 300}
    return {**plain, "reason": REASON, **changes}


async def do(door: Door, who: Person, document: str, field: str, **said: Any) -> dict[str, Any]:
    more = {"key": said.pop("key")} if "key" in said else {}
    return (await door.ask(who, document, input=said, **more))[field]


async def judged(door: Door, *judgements: Judged) -> None:
    async def tell(tx: Tx) -> None:
        for one in judgements:
            outbox.emit(one, tx=tx)
        deliveries = [Delivery(ids.new(one.at), n, one) for n, one in enumerate(judgements)]
        await AWARD.body(deliveries, tx)

    await door.given(tell)


def now_run(person: Person, **facts: Any) -> Judged:
    at = clock.now()
    assert person.member is not None
    run = a_run(person.member, at=at, **facts)
    return replace(run, started_at=at, day=at.date())


async def test_given_an_operator_when_rules_are_set_then_they_are_listed_by_version(
    door: Door,
) -> None:
    admin = await door.operator(Role.ADMIN, programme="rules-set")

    first = await do(door, admin, SET_RULE, "setRule", **a_rule(weekMax=1_000, monthMax=3_000))
    second = await do(door, admin, SET_RULE, "setRule", **a_rule(points=20))
    wait = await do(
        door, admin, SET_MATURITY, "setMaturity", proof="CLAIMED", hours=48, reason=REASON
    )

    assert first["rule"]["weekMax"] == 1_000
    assert second["rule"]["version"] == 2
    assert wait["maturity"] == {"proof": "CLAIMED", "hours": 48}
    listed = await door.ask(admin, RULES)
    assert [(r["version"], r["points"]) for r in listed["earningRules"]] == [(1, 10), (2, 20)]
    assert listed["pointsMaturities"][0] == {"proof": "CLAIMED", "hours": 48}


async def test_given_faults_when_rules_are_set_then_each_is_refused_with_its_path(
    door: Door,
) -> None:
    admin = await door.operator(Role.ADMIN, programme="rules-faults")

    bad = await do(door, admin, SET_RULE, "setRule", **a_rule(dayMax=0))
    past = await do(
        door, admin, SET_MULTIPLIER, "setMultiplier",
        name="Late", percent=200, activeFrom=SINCE, reason=REASON,
    )  # fmt: skip
    none = await do(door, admin, END_MULTIPLIER, "endMultiplier", number=9, reason=REASON)
    long = await do(
        door, admin, SET_MATURITY, "setMaturity", proof="DEVICE", hours=9_999, reason=REASON
    )

    assert (bad["code"], bad["path"]) == ("BAD_RULE", ["input", "dayMax"])
    assert (past["code"], past["path"]) == ("MULTIPLIER_IN_PAST", ["input", "activeFrom"])
    assert (none["code"], none["path"]) == ("NO_SUCH_MULTIPLIER", ["input", "number"])
    assert (long["code"], long["path"]) == ("BAD_MATURITY", ["input", "hours"])


async def test_given_a_multiplied_run_when_the_member_looks_then_every_part_is_told(
    door: Door,
) -> None:
    admin = await door.operator(Role.ADMIN, programme="rules-told")
    ada = await door.member("rules-told")
    await do(door, admin, SET_RULE, "setRule", **a_rule(dayMax=80))
    made = await do(
        door, admin, SET_MULTIPLIER, "setMultiplier", name="Double", percent=200, reason=REASON
    )
    run = now_run(ada)
    await judged(door, run)

    async def award(tx: Tx) -> points.Award:
        found = await points.awards_of([run.object], programme=run.programme, tx=tx)
        return found[run.object][0]

    got = await door.given(award)

    assert made["multiplier"] == {"number": 1, "name": "Double", "percent": 200, "tier": None}
    assert (got.wanted, got.day_took, got.given) == (100, 20, 80)
    assert got.text == (
        "5.0 km run x 10 points per km x 200 % (Double) = 100 points"
        "; the limit of 80 a day left 80 points"
    )


async def test_given_proposed_rules_when_previewed_then_nothing_is_set(door: Door) -> None:
    admin = await door.operator(Role.ADMIN, programme="rules-tried")
    ada = await door.member("rules-tried")
    await do(door, admin, SET_RULE, "setRule", **a_rule())
    await judged(door, now_run(ada))
    tried = {name: value for name, value in a_rule(points=4).items() if name != "reason"}

    said = (await door.ask(admin, PREVIEW, since=SINCE, rules=[tried]))["previewRules"]

    assert ada.member is not None
    member_id = globalids.of(Kind.MEMBER, ada.member.id)
    assert (said["judgements"], said["given"], said["proposed"]) == (1, 50, 20)
    assert said["byType"] == [{"name": "RUN", "given": 50, "proposed": 20}]
    assert said["lost"] == [{"memberId": member_id, "change": -30}]
    assert len((await door.ask(admin, RULES))["earningRules"]) == 1


async def test_given_a_claim_when_an_operator_looks_then_it_can_be_written_off_once(
    door: Door,
) -> None:
    admin = await door.operator(Role.ADMIN, programme="rules-claims")
    ada = await door.member("rules-claims")
    await do(door, admin, SET_RULE, "setRule", **a_rule())
    run = now_run(ada)
    await judged(door, run)
    assert ada.member is not None
    member = ada.member
    await door.given(lambda tx: spent(50, member, tx))
    await judged(door, again(run, outcome="WITHDRAWN", at=clock.now()))

    (claim,) = (await door.ask(admin, CLAIMS))["pointsClaims"]["nodes"]
    done = await do(door, admin, WRITE_OFF, "writeOffClaim", claimId=claim["id"], reason=REASON)
    twice = await do(door, admin, WRITE_OFF, "writeOffClaim", claimId=claim["id"], reason=REASON)
    none = await do(door, admin, WRITE_OFF, "writeOffClaim", claimId="nope", reason=REASON)

    assert (claim["points"], claim["state"]) == (50, "OPEN")
    assert done["claim"]["state"] == "WRITTEN_OFF"
    assert (twice["code"], none["code"]) == ("CLAIM_CLOSED", "NO_SUCH_CLAIM")


async def test_given_an_adjustment_when_its_request_is_repeated_then_it_is_made_once(
    door: Door,
) -> None:
    admin = await door.operator(Role.ADMIN, programme="rules-adjusted")
    ada = await door.member("rules-adjusted")
    assert ada.member is not None
    asked = {"memberId": globalids.of(Kind.MEMBER, ada.member.id), "reason": "a mistake of ours"}
    first = key()

    gave = [
        await do(door, admin, ADJUST, "adjustPoints", **asked, points=70, key=first)
        for _ in range(2)
    ]
    took = await do(door, admin, ADJUST, "adjustPoints", **asked, points=-20, key=key())
    short = await do(door, admin, ADJUST, "adjustPoints", **asked, points=-51, key=key())
    none = await do(door, admin, ADJUST, "adjustPoints", **asked, points=0, key=key())

    assert gave[0] == gave[1]
    assert (gave[0]["points"], gave[0]["balance"], took["balance"]) == (70, 70, 50)
    assert (short["code"], short["__typename"]) == ("INSUFFICIENT_POINTS", "InsufficientPoints")
    assert none["code"] == "BAD_ADJUSTMENT"
