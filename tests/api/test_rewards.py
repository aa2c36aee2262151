"""The catalogue through the doors: drafted, approved, seen by members, and priced anew."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain import members
from domain.members import LabelKind
from infra import clock
from infra.db import Tx
from tests.api.test_moments import HERE, HOURS, OPEN_OUTLET, document, says
from tests.support.client import Door, Person

REWARD = "id state version price stock left halted reason prices { version price }"
CREATE = document("createReward", f"reward {{ {REWARD} partnerId owner }}")
EDIT = document("editReward", f"reward {{ {REWARD} }}")
STOCK = document("setRewardStock", f"reward {{ {REWARD} stocks {{ outletId stock left }} }}")
SUBMIT = document("submitReward", f"reward {{ {REWARD} }}")
APPROVE = document("approveReward", f"reward {{ {REWARD} }}")
REJECT = document("rejectReward", f"reward {{ {REWARD} }}")
REPRICE = document("repriceReward", f"reward {{ {REWARD} }}")
PAUSE = document("pauseReward", f"reward {{ {REWARD} }}")
RESUME = document("resumeReward", f"reward {{ {REWARD} }}")
END = document("endReward", f"reward {{ {REWARD} }}")
SEEN = """query ($kind: RewardKind, $affordable: Boolean! = false) {
  viewer { rewards(kind: $kind, affordable: $affordable) { nodes {
    id title body price cashMinor currency left images { url alt }
    hindrances { gate words }
    outlets(first: 1) { nodes { name left isOpen hours { weekday } } pageInfo { hasNextPage } }
  } } }
}"""
ONE = "query ($id: ID!) { viewer { reward(id: $id) { id } } node(id: $id) { __typename id } }"
RUN = "query ($id: ID!) { reward(id: $id) { id state } rewards(first: 5) { nodes { id } } }"


def terms(**said: Any) -> Mapping[str, Any]:
    """A cup, for three points and two euros fifty, of gold members; `said` replaces."""
    now = clock.now()
    return {
        "kind": "PRODUCT",
        "name": "Cup",
        "texts": [
            {"locale": "en", "title": "A cup", "body": "To drink from.\nOf steel."},
            {"locale": "pl", "title": "Kubek"},
        ],
        "images": [
            {
                "url": "https://pictures.example/cup.png",
                "alts": [{"locale": "en", "words": "A red cup"}],
            }
        ],
        "price": 3,
        "cashMinor": 250,
        "currency": "EUR",
        "validFrom": (now - timedelta(days=1)).isoformat(),
        "validUntil": (now + timedelta(days=1)).isoformat(),
        **said,
    }


async def outlets_of(door: Door, till: Person) -> list[str]:
    """Two shops of the partner; their global ids."""
    made = [
        await says(door, till, OPEN_OUTLET, name=name, zone="UTC", hours=HOURS, **HERE)
        for name in ("Corner", "Station")
    ]
    return sorted(one["outlet"]["id"] for one in made)


async def test_given_a_partners_reward_when_it_is_approved_then_members_see_it_in_their_words(
    door: Door,
) -> None:
    till, staff = await door.partner(), await door.operator()
    ada, shops = await door.member(), await outlets_of(door, till)

    made = await says(door, till, CREATE, **terms(outletIds=shops, tiers=["Gold"]))
    id = made["reward"]["id"]
    await says(door, till, STOCK, rewardId=id, stock=9)
    here = await says(door, till, STOCK, rewardId=id, outletId=shops[0], stock=0)
    await says(door, till, SUBMIT, rewardId=id)
    hidden = await door.ask(ada, ONE, id=id)
    live = await says(door, staff, APPROVE, rewardId=id, reason="it fits")
    (seen,) = (await door.ask(ada, SEEN))["viewer"]["rewards"]["nodes"]

    assert (made["reward"]["owner"], made["reward"]["state"]) == ("PARTNER", "DRAFT")
    assert here["reward"]["stocks"] == [{"outletId": shops[0], "stock": 0, "left": 0}]
    assert hidden == {"viewer": {"reward": None}, "node": None}
    assert (live["reward"]["state"], live["reward"]["left"]) == ("LIVE", 9)
    assert (seen["title"], seen["body"]) == ("A cup", "To drink from.\nOf steel.")
    assert (seen["price"], seen["cashMinor"], seen["currency"]) == (3, 250, "EUR")
    assert seen["images"] == [{"url": "https://pictures.example/cup.png", "alt": "A red cup"}]
    assert seen["left"] == 9
    assert seen["hindrances"] == [{"gate": "TIER", "words": "This is for members of another tier."}]
    assert len(seen["outlets"]["nodes"]) == 1
    assert seen["outlets"]["pageInfo"] == {"hasNextPage": True}
    assert seen["outlets"]["nodes"][0]["isOpen"] is True
    assert (await door.ask(ada, ONE, id=id))["node"] == {"__typename": "Reward", "id": id}


async def test_given_a_gold_member_with_points_when_they_look_then_nothing_is_in_the_way(
    door: Door,
) -> None:
    till, staff = await door.partner(), await door.operator()
    rich, poor = await door.member(holding=5), await door.member()
    assert rich.me is not None
    gold = rich.me

    async def promote(tx: Tx) -> None:
        words = {"kind": LabelKind.TIER, "name": "Platinum", "at": clock.now()}
        await members.label(gold, tx=tx, **words)

    await door.given(promote)
    made = await says(door, till, CREATE, **terms(kind="EXPERIENCE", tiers=["Platinum"]))
    id = made["reward"]["id"]
    await says(door, till, SUBMIT, rewardId=id)
    await says(door, staff, APPROVE, rewardId=id, reason="it fits")

    asked = {"kind": "EXPERIENCE", "affordable": True}
    found = (await door.ask(rich, SEEN, **asked))["viewer"]["rewards"]["nodes"]
    none = (await door.ask(poor, SEEN, **asked))["viewer"]["rewards"]["nodes"]

    assert [(one["id"], one["hindrances"]) for one in found] == [(id, [])]
    assert none == []


async def test_given_a_reward_when_it_goes_its_way_then_each_door_may_what_is_its_own(
    door: Door,
) -> None:
    till, staff, other = await door.partner(), await door.operator(), await door.partner()
    made = await says(door, till, CREATE, **terms())
    id = made["reward"]["id"]
    why = {"rewardId": id, "reason": "it is time"}

    bad = await says(door, till, CREATE, **terms(price=0))
    foreign = await says(door, other, SUBMIT, rewardId=id)
    notmine = await says(door, staff, EDIT, **terms(), **why)
    await says(door, till, SUBMIT, rewardId=id)
    rejected = await says(door, staff, REJECT, why="Say what it is.", **why)
    await says(door, till, EDIT, rewardId=id, **terms(name="Red cup"))
    await says(door, till, SUBMIT, rewardId=id)
    await says(door, staff, APPROVE, **why)
    priced = await says(door, staff, REPRICE, price=7, cashMinor=100, **why)
    halted = await says(door, staff, PAUSE, **why)
    tried = await says(door, till, RESUME, rewardId=id)
    await says(door, staff, RESUME, **why)
    ended = await says(door, till, END, rewardId=id)
    own = await says(door, staff, CREATE, **terms(kind="VOUCHER", cashMinor=0), reason="spring")

    assert (bad["code"], bad["path"]) == ("BAD_REWARD_TERMS", ["input", "price"])
    assert (foreign["code"], notmine["code"]) == ("NO_SUCH_REWARD", "REWARD_IS_ANOTHERS")
    assert rejected["reward"]["reason"] == "Say what it is."
    assert priced["reward"]["prices"] == [{"version": 2, "price": 7}, {"version": 1, "price": 3}]
    assert (halted["reward"]["halted"], tried["code"]) == (True, "REWARD_HALTED")
    assert (ended["reward"]["state"], own["reward"]["owner"]) == ("ENDED", "PROGRAMME")
    assert (await door.ask(other, RUN, id=id)) == {"reward": None, "rewards": {"nodes": []}}
    assert (await door.ask(till, RUN, id=id))["reward"] == {"id": id, "state": "ENDED"}
