"""Moments through the doors: from a run that begins to the till and the report."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import activities, partners
from domain.activities import Report, Type
from domain.moments.reactions import REACTIONS
from domain.partners import Partner
from domain.points import Earned
from infra import clock, ids, outbox
from infra.db import Tx
from tests.domain.challenges.making import OPERATOR
from tests.support.client import Door, Person, Staff

HERE = {"latitude": 48.2082, "longitude": 16.3738}
HOURS = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)]
ERROR = "... on UserError { code path }"
KEY = "@idempotent(key: $key)"


def document(name: str, success: str, *, key: bool = True) -> str:
    """A mutation with one input, which answers with these fields or a refusal."""
    pascal = name[0].upper() + name[1:]
    head = f"mutation ($input: {pascal}Input!{', $key: ID!' if key else ''})"
    answer = f"{{ __typename ... on {pascal}Success {{ {success} }} {ERROR} }}"
    return f"{head} {{ {name}(input: $input) {KEY if key else ''} {answer} }}"


OPEN_OUTLET = document("openOutlet", "outlet { id open hours { weekday opens closes } }")
CREATE = document("createTreat", "treat { id state payer }")
FUND = document("fundTreat", "treat { funded left }")
STOCK = document("setTreatStock", "treat { stocks { stock left } }")
SUBMIT = document("submitTreat", "treat { state }")
APPROVE = document("approveTreat", "treat { state }")
BONUS = document("openBonusCampaign", "campaign { id left }")
START = document("startActivity", "session { id type } bonus { percent most state }")
END = document("endActivity", "session { endedAt } moment { id kind title outletName state }")
REFUSE = document("refuseMoment", "momentId")
CODE = document("redemptionCode", "number text svg expiresAt", key=False)
REDEEM = document("redeemTreat", "name kind cost")
NOW = """{ viewer {
  activityUnderWay { id type bonus { state points } } moment { id title state expiresAt }
} }"""
REPORT = """query ($id: ID!) {
  treatReport(treatId: $id, grouping: OUTLET) { offered redeemed refused expired cost
    groups { name members redeemed cost } }
}"""
KEPT = "SELECT string_agg(answer::text, ' ') FROM answer"


async def says(door: Door, by: Person, query: str, key: Any = None, **said: Any) -> Mapping:
    """The answer of a mutation; `key` is made up when none is said."""
    key = key or str(ids.new(clock.now()))
    variables = {"input": said, **({"key": key} if KEY in query else {})}
    (answer,) = (await door.ask(by, query, **variables)).values()
    return answer


async def a_shop(door: Door, staff: Staff, *, fits: str = "RUN", kind: str = "DRINK") -> Any:
    """A partner's till, its outlet and its treat, which is offered; their global ids."""
    till = await door.partner()
    payer = till.partner
    assert payer is not None
    await door.given(lambda tx: prepaid(payer, tx))
    opened = await says(door, till, OPEN_OUTLET, name="Corner", zone="UTC", hours=HOURS, **HERE)
    outlet = opened["outlet"]["id"]
    at = clock.now()
    terms = {
        "kind": kind,
        "name": "Cold drink",
        "texts": [{"locale": "en", "title": "A cold drink"}],
        "fits": [fits],
        "cost": 50,
        "validFrom": (at - timedelta(days=1)).isoformat(),
        "validUntil": (at + timedelta(days=1)).isoformat(),
    }
    treat = (await says(door, till, CREATE, **terms))["treat"]["id"]
    assert (await says(door, till, FUND, treatId=treat, points=500))["treat"]["left"] == 500
    stocked = await says(door, till, STOCK, treatId=treat, outletId=outlet, stock=3)
    assert stocked["treat"]["stocks"] == [{"stock": 3, "left": 3}]
    await says(door, till, SUBMIT, treatId=treat)
    approved = await says(door, staff, APPROVE, treatId=treat, reason="it fits")
    assert approved["treat"]["state"] == "LIVE"
    return till, outlet, treat


async def a_bonus(door: Door, staff: Staff) -> None:
    """A campaign that doubles the points of runs."""
    at = clock.now()
    campaign = {
        "name": "Double",
        "fits": ["RUN"],
        "percent": 200,
        "most": 100,
        "budget": 100,
        "validFrom": (at - timedelta(days=1)).isoformat(),
        "validUntil": (at + timedelta(days=1)).isoformat(),
        "reason": "spring",
    }
    assert (await says(door, staff, BONUS, **campaign))["campaign"]["left"] == 100


async def prepaid(partner: Partner, tx: Tx) -> None:
    """The partner has paid for a thousand points."""
    words = {"reference": f"bank {partner.slug}", "operator": OPERATOR, "id": ids.new(clock.now())}
    home = {"programme": partner.programme, "at": clock.now(), "tx": tx}
    await partners.top_up(partner.id, 1_000, **words, **home)


async def a_runner(door: Door) -> Person:
    """A member who allows their place to be used."""
    member = await door.member()
    consent = document("setConsent", "__typename", key=False)
    said = {"purpose": "place", "version": "1", "given": True}
    assert (await says(door, member, consent, **said))["__typename"] == "SetConsentSuccess"
    return member


async def test_given_a_run_near_a_shop_when_it_is_told_from_start_to_till_then_all_is_paid_once(
    door: Door,
) -> None:
    staff = await door.operator()
    till, outlet, treat = await a_shop(door, staff)
    runner = await a_runner(door)
    await a_bonus(door, staff)
    began = clock.now() - timedelta(minutes=30)
    started = await says(door, runner, START, type="RUN", startedAt=began.isoformat())
    under_way = (await door.ask(runner, NOW))["viewer"]["activityUnderWay"]
    session = started["session"]["id"]
    key = str(ids.new(clock.now()))
    ended = await says(door, runner, END, key=key, sessionId=session, **HERE)
    again = await says(door, runner, END, key=key, sessionId=session, **HERE)
    moment = ended["moment"]["id"]
    seen = (await door.ask(runner, NOW))["viewer"]
    code = await says(door, runner, CODE, momentId=moment)

    tills = await asyncio.gather(
        *(says(door, till, REDEEM, code=code["text"], outletId=outlet) for _ in range(2))
    )

    report = (await door.ask(till, REPORT, id=treat))["treatReport"]
    assert started["bonus"] == {"percent": 200, "most": 100, "state": "OPEN"}
    assert (under_way["id"], under_way["bonus"]["state"]) == (session, "OPEN")
    assert again == ended
    assert ended["moment"] == {
        "id": moment,
        "kind": "DRINK",
        "title": "A cold drink",
        "outletName": "Corner",
        "state": "OFFERED",
    }
    assert (seen["moment"]["id"], seen["activityUnderWay"]) == (moment, None)
    assert code["svg"].startswith("<svg")
    assert sorted(one["__typename"] for one in tills) == ["RedeemTreatSuccess", "RequestRefused"]
    assert {one.get("code") for one in tills} == {None, "ALREADY_REDEEMED"}
    assert (report["offered"], report["redeemed"], report["cost"], report["groups"]) == (
        1,
        1,
        50,
        [],
    )
    assert (await door.ask(runner, NOW))["viewer"]["moment"] is None
    kept = await door.given(lambda tx: tx.value(KEPT))
    assert '"cell":null' in kept.replace(" ", "")
    assert '"cell":6' not in kept.replace(" ", "")


async def test_given_no_consent_when_a_run_ends_at_a_shop_then_no_place_is_kept_and_none_offered(
    door: Door,
) -> None:
    await a_shop(door, await door.operator(), fits="SWIM")
    member = await door.member()
    session = (await says(door, member, START, type="SWIM", **HERE))["session"]["id"]

    ended = await says(door, member, END, sessionId=session, **HERE)

    cells = await door.given(
        lambda tx: tx.value(
            "SELECT count(cell) FROM activity_session WHERE member = $1", member.me.id
        )
    )
    assert (ended["moment"], cells) == (None, 0)


async def test_given_two_sports_when_they_end_then_strength_is_offered_the_protein_drink(
    door: Door,
) -> None:
    staff = await door.operator()
    await a_shop(door, staff, fits="ROW")
    await a_shop(door, staff, fits="STRENGTH", kind="PROTEIN_DRINK")
    runner = await a_runner(door)
    kinds = []

    for sport in ("STRENGTH", "ROW"):
        session = (await says(door, runner, START, type=sport))["session"]["id"]
        ended = await says(door, runner, END, sessionId=session, **HERE)
        kinds.append(ended["moment"] and ended["moment"]["kind"])

    # One at a time: the second ends while the first offer is open.
    assert kinds == ["PROTEIN_DRINK", None]


async def test_given_wrong_codes_when_a_till_tries_them_then_each_counts_although_it_is_refused(
    door: Door,
) -> None:
    till, outlet, _ = await a_shop(door, await door.operator(), fits="RIDE")
    one_key = str(ids.new(clock.now()))

    said = [
        await says(door, till, REDEEM, key=one_key, code="123456789012", outletId=outlet)
        for _ in range(2)
    ]
    said += [
        await says(door, till, REDEEM, code=f"{number:012}", outletId=outlet)
        for number in range(20)
    ]

    codes = [one["code"] for one in said]
    assert codes == ["BAD_REDEMPTION_CODE"] * 21 + ["TOO_MANY_GUESSES"]
    assert said[0]["path"] == ["input", "code"]


async def test_given_a_bonus_when_the_file_of_the_run_is_earned_then_it_is_paid_in_one_turn(
    door: Door,
) -> None:
    staff, runner = await door.operator(programme="bonus"), await door.member("bonus")
    await a_bonus(door, staff)
    at = clock.now()
    began = at - timedelta(minutes=40)
    started = await says(door, runner, START, type="RUN", startedAt=began.isoformat())
    run = Report(
        id=ids.new(at),
        member=runner.me.id,
        type=Type.RUN,
        started_at=began,
        ended_at=began + timedelta(minutes=30),
        duration_s=1_800,
        distance_m=5_000,
        source="watch",
        external_id="run",
    )

    async def earn(tx: Tx) -> None:
        home = runner.me.programme
        await outbox.register(REACTIONS, tx=tx)
        await activities.report([run], programme=home, at=clock.now(), tx=tx)
        outbox.emit(earned(runner, run.id), tx=tx)

    await door.given(earn)
    await asyncio.create_task(deliver(), context=door.context.copy())

    session = started["session"]["id"]
    seen = (await door.ask(runner, NOW))["viewer"]["activityUnderWay"]
    assert (seen["id"], seen["bonus"]) == (session, {"state": "PAID", "points": 30})


def earned(runner: Person, activity: UUID) -> Earned:
    return Earned(
        programme=runner.me.programme,
        subject=runner.me.id,
        object=activity,
        at=clock.now(),
        points=30,
        pending=False,
        text="",
    )


async def deliver() -> None:
    """The one worker turn in which bonuses follow their points."""
    await outbox.deliver(REACTIONS[0], at=clock.now())
