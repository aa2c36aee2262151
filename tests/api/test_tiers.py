"""Tiers over HTTP: operators set the ladder, members see where they are and what it takes."""

from typing import Any

from api import globalids
from api.globalids import Kind
from domain.operators import Role
from infra import clock, ids
from tests.support import facts
from tests.support.client import Door, Person
from tests.support.documents import ERRORS

SET = (
    """mutation ($input: SetTierLadderInput!) { setTierLadder(input: $input) { __typename
  ... on SetTierLadderSuccess { ladder { version basis period levels tiers { key name points }
    qualifying { text } } } """
    + ERRORS
    + " } }"
)
GIVE = (
    """mutation ($input: GiveTierCreditInput!, $key: ID!) {
  giveTierCredit(input: $input) @idempotent(key: $key) { __typename
  ... on GiveTierCreditSuccess { memberId points } """
    + ERRORS
    + " } }"
)
STANDING = """{ tier { key name } points level xp nextLevelXp validUntil fallsOn periodUntil
  toStay { points by tier { key } } toRise { points by tier { key } } projected { key } }"""
MINE = f"{{ tier {STANDING} }}"
THEIRS = f"query ($id: ID!) {{ memberTier(memberId: $id) {STANDING} tierLadder {{ version }} }}"
TIERS = [
    {"key": "silver", "name": "Silver", "points": 100},
    {"key": "gold", "name": "Gold", "points": 1_000},
]


def a_ladder(**changes: Any) -> dict[str, Any]:
    return {"tiers": TIERS, "levels": [50, 500], "reason": "spring season", **changes}


async def do(door: Door, who: Person, document: str, field: str, **said: Any) -> dict[str, Any]:
    more = {"key": said.pop("key")} if "key" in said else {}
    return (await door.ask(who, document, input=said, **more))[field]


async def test_given_a_ladder_when_a_member_earns_then_they_see_where_they_are(door: Door) -> None:
    admin = await door.operator(Role.ADMIN, programme="tiers-seen")
    ada = await door.member("tiers-seen")
    before = await door.ask(ada, MINE)

    made = await do(door, admin, SET, "setTierLadder", **a_ladder())
    await door.given(lambda tx: facts.judged(ada.me, points=120, day=clock.now().date(), tx=tx))

    year = clock.now().year
    found = (await door.ask(ada, MINE))["tier"]
    seen = await door.ask(admin, THEIRS, id=globalids.of(Kind.MEMBER, ada.me.id))
    assert before["tier"] is None
    assert made["ladder"] == {
        "version": 1,
        "basis": "EARNED",
        "period": "YEAR",
        "levels": [50, 500],
        "tiers": TIERS,
        "qualifying": None,
    }
    assert found["tier"] == {"key": "silver", "name": "Silver"}
    assert (found["points"], found["level"], found["xp"], found["nextLevelXp"]) == (
        120,
        1,
        120,
        500,
    )
    assert (found["validUntil"], found["fallsOn"]) == (f"{year + 1}-12-31", f"{year + 2}-01-01")
    assert found["toStay"] == {
        "points": 100,
        "by": f"{year + 1}-12-31",
        "tier": {"key": "silver"},
    }
    assert found["toRise"] == {"points": 880, "by": f"{year}-12-31", "tier": {"key": "gold"}}
    assert seen == {"memberTier": found, "tierLadder": {"version": 1}}


async def test_given_credit_when_it_is_given_again_with_its_key_then_it_counts_once(
    door: Door,
) -> None:
    admin = await door.operator(Role.ADMIN, programme="tiers-credit")
    ada = await door.member("tiers-credit")
    await do(door, admin, SET, "setTierLadder", **a_ladder())
    asked = {
        "memberId": globalids.of(Kind.MEMBER, ada.me.id),
        "points": 100,
        "reason": "for a mishap",
        "key": str(ids.new(clock.now())),
    }

    first = await do(door, admin, GIVE, "giveTierCredit", **asked)
    again = await do(door, admin, GIVE, "giveTierCredit", **asked)

    found = (await door.ask(ada, MINE))["tier"]
    assert first == again
    assert first["points"] == 100
    # Credit leads to tiers alone, not to levels.
    assert (found["tier"]["key"], found["points"], found["xp"]) == ("silver", 100, 0)


async def test_given_faults_when_a_ladder_is_set_then_each_is_refused_with_its_path(
    door: Door,
) -> None:
    admin = await door.operator(Role.ADMIN, programme="tiers-faults")
    support = await door.operator(Role.SUPPORT, programme="tiers-faults")

    async def refused(who: Person = admin, **changes: Any) -> tuple[str, list[str] | None]:
        found = await do(door, who, SET, "setTierLadder", **a_ladder(**changes))
        return found["code"], found["path"]

    low = [{"key": "low", "name": "Low", "points": -1}]
    assert await refused(tiers=[]) == ("BAD_LADDER", ["input", "tiers"])
    assert await refused(tiers=low) == ("BAD_LADDER", ["input", "tiers", "0", "points"])
    assert await refused(graceDays=400) == ("BAD_LADDER", ["input", "graceDays"])
    assert await refused(basis="QUALIFYING", qualifying={"fromTime": "06:00"}) == (
        "BAD_FILTER",
        ["input", "qualifying", "untilTime"],
    )
    assert await refused(basis="QUALIFYING", qualifying={"cells": ["zz"]}) == (
        "BAD_FILTER",
        ["input", "qualifying", "cells"],
    )
    assert await refused(
        qualifying={"around": [{"latitude": 99.0, "longitude": 0.0, "radiusMetres": 500}]}
    ) == ("BAD_FILTER", ["input", "qualifying", "around", "0", "latitude"])
    assert (await refused(who=support))[0] == "NOT_PERMITTED"


async def test_given_a_filter_when_it_is_set_then_it_is_told_in_plain_words(door: Door) -> None:
    admin = await door.operator(Role.ADMIN, programme="tiers-filter")
    filter = {
        "types": ["RIDE", "RUN"],
        "metresMin": 2_500,
        "weekdays": ["SUNDAY", "SATURDAY"],
        "fromTime": "22:00",
        "untilTime": "24:00",
        "around": [{"latitude": 48.2, "longitude": 16.37, "radiusMetres": 1_500}],
    }

    made = await do(
        door, admin, SET, "setTierLadder", **a_ladder(basis="QUALIFYING", qualifying=filter)
    )

    assert made["ladder"]["qualifying"]["text"] == (
        "runs or rides of at least 2.5 km, on weekends, from 22:00 to 24:00, started inside the"
        " area"
    )
