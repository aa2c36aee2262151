"""One person who joined twice: suggested, merged with a reason, and taken apart again."""

import asyncio
from functools import partial
from typing import Any, Protocol

import httpx

from tests.journeys.living import Laurel
from tests.journeys.newcomers import WALK_POINTS, Newcomers, Walks, has
from tests.journeys.test_sources import administrator, asked
from tests.journeys.test_walk import Phone, key
from tests.support.waiting import until

LOOK = """
{ viewer { handle loyaltyNumber points { available }
           statement(first: 10) { nodes { kind amount balanceAfter } } } }
"""
SUGGESTIONS = """
{ duplicateSuggestions(first: 100) {
  nodes { reasons one { id handle } other { id handle } }
} }
"""
MERGE = """
mutation ($survivor: ID!, $duplicate: ID!, $key: ID!) {
  mergeMembers(input: {
    survivorId: $survivor, duplicateId: $duplicate, reason: "They asked at the desk."
  }) @idempotent(key: $key) {
    ... on MergeMembersSuccess { merge { id points survivorId duplicateId undoneAt } }
    ... on UserError { code message }
  }
}
"""
UNMERGE = """
mutation ($merge: ID!, $key: ID!) {
  unmergeMembers(input: {mergeId: $merge, reason: "They are sisters."}) @idempotent(key: $key) {
    ... on UnmergeMembersSuccess { merge { id undoneAt } }
    ... on UserError { code message }
  }
}
"""
AUDIT = "{ auditLog(first: 2) { nodes { verb objects reason outcome } } }"


class Desk(Protocol):
    """An operator at their desk, and what they are answered."""

    async def __call__(self, query: str, **variables: Any) -> Any: ...


def desk_of(laurel: Laurel, http: httpx.AsyncClient) -> Desk:
    """The desk of an operator who may do everything."""
    return partial(asked, laurel, http, "/ops/graphql", administrator(laurel))


async def look(who: Phone) -> dict[str, Any]:
    """What somebody sees of themselves."""
    return dict((await who.ask(LOOK))["viewer"])


def holds(seen: dict[str, Any]) -> tuple[str, int]:
    """Who that is, and how many points they can spend."""
    return seen["handle"], seen["points"]["available"]


def entries(seen: dict[str, Any]) -> list[tuple[str, int, int]]:
    """The statement, newest first."""
    nodes = seen["statement"]["nodes"]
    return [(node["kind"], node["amount"], node["balanceAfter"]) for node in nodes]


async def suggested(desk: Desk, *handles: str) -> dict[str, str]:
    """The ids, by handle, of two whom the search finds to be one by their e-mail address."""
    found: dict[str, str] = {}

    async def there() -> bool:
        answer = await desk(SUGGESTIONS)
        for node in answer["duplicateSuggestions"]["nodes"]:
            pair = {member["handle"]: member["id"] for member in (node["one"], node["other"])}
            if set(pair) == set(handles) and "EMAIL" in node["reasons"]:
                found.update(pair)
        # The search looks once a minute; there is no use in asking much oftener.
        await asyncio.sleep(0.0 if found else 1.0)
        return bool(found)

    await until(there, seconds=180)
    return found


async def test_given_one_person_twice_when_merged_and_unmerged_then_the_points_go_along_and_return(
    laurel: Laurel,
) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        newcomers, walks = Newcomers(laurel, http), Walks(laurel, http, "amblers")
        desk = desk_of(laurel, http)
        proven = {"email": "nina@home.example", "email_verified": True}
        nina = await newcomers.joins("nina", claims=proven)
        twice = await newcomers.joins("nina.twice", claims=proven)
        numbers = [(await look(who))["loyaltyNumber"] for who in (nina, twice, twice)]
        await walks.told(*numbers)
        await has(nina, WALK_POINTS)
        await has(twice, 2 * WALK_POINTS)
        ids = await suggested(desk, "nina", "nina.twice")
        both = {"survivor": ids["nina"], "duplicate": ids["nina.twice"]}

        merged = (await desk(MERGE, **both, key=key()))["mergeMembers"]["merge"]
        one, same = await look(nina), await look(twice)
        act = {"merge": merged["id"], "key": key()}
        undone = (await desk(UNMERGE, **act))["unmergeMembers"]["merge"]
        nina_again, twice_again = await look(nina), await look(twice)
        acts = (await desk(AUDIT))["auditLog"]["nodes"]

    given, whole = 2 * WALK_POINTS, 3 * WALK_POINTS
    assert (merged["points"], merged["undoneAt"]) == (given, None)
    assert one == same
    assert holds(one) == ("nina", whole)
    assert entries(one) == [("ADJUSTED", given, whole), ("EARNED", WALK_POINTS, WALK_POINTS)]
    assert undone["undoneAt"] is not None
    apart = [holds(nina_again), holds(twice_again)]
    assert apart == [("nina", WALK_POINTS), ("nina.twice", given)]
    assert entries(nina_again)[0] == ("REVERSED", -given, WALK_POINTS)
    assert [(act["verb"], act["reason"], act["outcome"]) for act in acts] == [
        ("unmergeMembers", "They are sisters.", "DONE"),
        ("mergeMembers", "They asked at the desk.", "DONE"),
    ]
    assert set(ids.values()) <= set(acts[1]["objects"])
    assert all(verdict["sound"] for verdict in laurel.run("verify"))
