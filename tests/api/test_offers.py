"""Offers at the doors: a partner makes one, and an operator lets members see it."""

from typing import Any

from infra import clock, ids
from infra.db import Tx
from tests.api.test_moments import document, prepaid, says
from tests.domain.offers.making import DAY
from tests.support.client import Door, Person

SHOWN = "offer { id state version kind left funded rule gain { points percent types } }"
CREATE = document("createOffer", SHOWN)
EDIT = document("editOffer", SHOWN)
FUND = document("fundOffer", SHOWN)
SUBMIT = document("submitOffer", SHOWN)
PAUSE = document("pauseOffer", SHOWN)
RESUME = document("resumeOffer", SHOWN)
END = document("endOffer", SHOWN)
APPROVE = document("approveOffer", SHOWN)
REJECT = document("rejectOffer", "offer { state reason }")
LIST = "{ offers(first: 10) { nodes { id name about creatives { locale title } placements } } }"
REPORT = "query ($id: ID!) { offerReport(offerId: $id) { seen members lapsed } }"
GROWN_UP = {"all": [{"age": {"min": 18, "max": None}}, {"not": {"tier": ["GOLD"]}}]}


def draft(**said: Any) -> dict[str, Any]:
    """A bonus of 40 points for the next run, for grown-ups; `said` replaces."""
    at = clock.now()
    words: dict[str, Any] = {
        "kind": "BONUS",
        "name": "Run more",
        "creatives": [{"locale": "pl", "title": "Biegaj"}],
        "placements": ["HOME", "WATCH"],
        "about": ["activity:RUN"],
        "gain": {"points": 40, "types": ["RUN"], "withinHours": 48},
        "rule": GROWN_UP,
        "validFrom": at.isoformat(),
        "validUntil": (at + DAY).isoformat(),
    }
    return {**words, **said}


async def a_payer(door: Door) -> Person:
    """A partner with points."""
    till = await door.partner()
    assert till.partner is not None
    partner = till.partner

    async def pay(tx: Tx) -> None:
        await prepaid(partner, tx)

    await door.given(pay)
    return till


async def test_given_a_partners_draft_when_it_goes_its_way_then_members_may_see_it_and_it_pays_back(
    door: Door,
) -> None:
    till, staff = await a_payer(door), await door.operator()
    created, key, words = str(ids.new(clock.now())), str(ids.new(clock.now())), draft()

    made = await says(door, till, CREATE, key=created, **words)
    again = await says(door, till, CREATE, key=created, **words)
    id = made["offer"]["id"]
    bare = await says(door, till, SUBMIT, offerId=id)
    edited = await says(door, till, EDIT, offerId=id, **{**words, "rule": None})
    funded = [await says(door, till, FUND, key=key, offerId=id, points=100) for _ in range(2)]
    await says(door, till, SUBMIT, offerId=id)
    back = await says(door, staff, REJECT, offerId=id, why="Say when", reason="unclear")
    await says(door, till, SUBMIT, offerId=id)
    live = await says(door, staff, APPROVE, offerId=id, reason="it is fine")
    halted = await says(door, staff, PAUSE, offerId=id, reason="wait")
    stuck = await says(door, till, RESUME, offerId=id)
    gone = await says(door, staff, RESUME, offerId=id, reason="go on")
    ended = await says(door, till, END, offerId=id)

    assert (made, made["offer"]["rule"], made["offer"]["state"]) == (again, GROWN_UP, "DRAFT")
    assert made["offer"]["gain"] == {"points": 40, "percent": 100, "types": ["RUN"]}
    assert (bare["code"], edited["offer"]["version"]) == ("OFFER_NOT_FUNDED", 2)
    assert edited["offer"]["rule"] == {"all": []}
    assert funded[0] == funded[1]
    assert funded[0]["offer"]["left"] == 100
    assert back["offer"] == {"state": "REJECTED", "reason": "Say when"}
    assert [one["offer"]["state"] for one in (live, halted, gone)] == ["LIVE", "PAUSED", "LIVE"]
    assert (stuck["code"], ended["offer"]["state"]) == ("OFFER_HALTED", "ENDED")
    assert (ended["offer"]["funded"], ended["offer"]["left"]) == (100, 0)


async def test_given_offers_when_they_are_read_then_a_partner_sees_its_own_and_operators_all(
    door: Door,
) -> None:
    till, rival, staff = await a_payer(door), await door.partner(), await door.operator()
    made = await says(door, till, CREATE, **draft())
    ours = await says(door, staff, CREATE, **draft(name="Ours"), reason="spring")
    mine, all_of_them = made["offer"]["id"], [await door.ask(one, LIST) for one in (till, staff)]

    taken = await says(door, staff, FUND, offerId=mine, points=1, reason="spring")
    unseen = await says(door, rival, PAUSE, offerId=mine)

    assert [one["id"] for one in all_of_them[0]["offers"]["nodes"]] == [mine]
    assert {one["id"] for one in all_of_them[1]["offers"]["nodes"]} >= {mine, ours["offer"]["id"]}
    (shown,) = all_of_them[0]["offers"]["nodes"]
    assert shown["creatives"] == [{"locale": "pl", "title": "Biegaj"}]
    assert (shown["about"], sorted(shown["placements"])) == (["activity:RUN"], ["HOME", "WATCH"])
    assert (taken["code"], unseen["code"]) == ("OFFER_IS_ANOTHERS", "NO_SUCH_OFFER")
    nobody = {"offerReport": {"seen": None, "members": None, "lapsed": None}}
    assert await door.ask(till, REPORT, id=mine) == nobody
    assert await door.ask(rival, REPORT, id=mine) == {"offerReport": None}


async def test_given_what_cannot_be_meant_when_it_is_said_then_the_answer_leads_to_it(
    door: Door,
) -> None:
    till = await door.partner()
    rule = {"all": [{"tier": ["GOLD"]}, {"any": [{"age": {"min": 18, "max": 17}}]}]}
    outlet = {"place": {"outletIds": ["TQAAAAAAAAAAAAAAAAAAAAA"]}}

    wrong = [
        await says(door, till, CREATE, **draft(**said))
        for said in (
            {"rule": rule},
            {"rule": {"tier": ["GOLD"], "locale": ["pl"]}},
            {"rule": outlet},
            {"gain": {"points": 40, "types": ["RUN"], "withinHours": 601}},
            {"kind": "DISCOUNT", "gain": {"points": 40, "withinHours": 1}},
            {"kind": "MULTIPLIER", "gain": {"percent": 100, "types": ["RUN"], "withinHours": 1}},
        )
    ]

    assert [(one["code"], one["path"][1:]) for one in wrong] == [
        ("BAD_OFFER_RULE", ["rule", "all", "1", "any", "0", "age", "max"]),
        ("BAD_OFFER_RULE", ["rule"]),
        ("NO_SUCH_OUTLET", ["rule"]),
        ("BAD_OFFER", ["withinHours"]),
        ("BAD_OFFER", ["rewardId"]),
        ("BAD_OFFER", ["percent"]),
    ]
