"""Streaks over the doors: operators define them, members keep, freeze and repair them."""

from datetime import timedelta
from typing import Any

from domain import streaks
from domain.operators import Role
from infra import clock
from infra.db import Tx
from tests.api.test_transferring import key
from tests.support.client import Door, Person
from tests.support.facts import fact, new

DAY = timedelta(days=1)
ERRORS = "... on UserError { __typename code path }"
DEFINE = (
    "mutation ($input: DefineStreakInput!) { defineStreak(input: $input) { __typename"
    " ... on DefineStreakSuccess { streak { id name firstDay versions { since terms { minimum"
    " counted { text } milestones { length points } } } } } " + ERRORS + " } }"
)
ALTER = (
    "mutation ($input: AlterStreakInput!) { alterStreak(input: $input) { __typename"
    " ... on AlterStreakSuccess { streak { name versions { since terms { minimum } } } } "
    + ERRORS
    + " } }"
)
RETIRE = (
    'mutation ($id: ID!) { retireStreak(input: {streakId: $id, reason: "over"}) { __typename'
    " ... on RetireStreakSuccess { streak { lastDay } } " + ERRORS + " } }"
)
MINE = (
    "{ streaks { id name length best today dueBy freezes freezeEarnedIn"
    " repairOffer { firstDays points length until } calendar { firstDay mark } } }"
)
BUY = (
    "mutation ($id: ID!, $points: Points!, $key: ID!) {"
    " answer: buyFreeze(input: {streakId: $id, points: $points}) @idempotent(key: $key)"
    " { __typename ... on BuyFreezeSuccess { streak { freezes } viewer { points { available } } }"
    " ... on OfferChanged { price } ... on InsufficientPoints { available needed } "
    + ERRORS
    + " } }"
)
REPAIR = BUY.replace("buyFreeze", "repairStreak").replace(
    "BuyFreezeSuccess { streak { freezes }", "RepairStreakSuccess { streak { length }"
)


def words(**said: Any) -> dict[str, Any]:
    terms = {
        "metric": "DISTANCE",
        "minimum": 3_000,
        "counted": {"types": ["RUN"]},
        "freezesMax": 2,
        "freezePrice": 20,
        "repairPrice": 15,
        "repairPeriods": 3,
        "milestones": [{"length": 2, "points": 5}],
        **said.pop("terms", {}),
    }
    day = (clock.now() - 30 * DAY).date().isoformat()
    plain = {"name": "Run daily", "cadence": "DAILY", "firstDay": day, "reason": "as agreed"}
    return {**plain, "terms": terms, **said}


async def define(door: Door, by: Person, **said: Any) -> dict[str, Any]:
    return (await door.ask(by, DEFINE, input=words(**said)))["defineStreak"]


async def run(door: Door, ada: Person, *days: int) -> None:
    """She ran so many days from today, by the calendar of Vienna."""
    at = clock.now()
    today = (await door.given(lambda tx: _today(ada, tx))).today

    async def build(tx: Tx) -> None:
        changes = [new(fact(ada.me, day=today + day * DAY), at=at) for day in days]
        await streaks.count(changes, programme=ada.me.programme, tx=tx)

    await door.given(build)


async def _today(ada: Person, tx: Tx) -> streaks.Keeping:
    (first, *_) = await streaks.of(ada.me, at=clock.now(), tx=tx)
    return first


async def test_given_a_streak_when_a_member_keeps_breaks_and_repairs_it_then_all_is_told(
    door: Door,
) -> None:
    marketing, ada = await door.operator(Role.MARKETING), await door.member(holding=100)
    made = await define(door, marketing)
    assert made["streak"]["versions"][0]["terms"]["counted"]["text"] == "runs"
    id = made["streak"]["id"]
    await run(door, ada, -4, -3, -2)

    (broken,) = (await door.ask(ada, MINE))["streaks"]
    other = await door.answer(ada, BUY, id=id, points=21, key=key())
    bought = await door.ask(ada, BUY, id=id, points=20, key=(again := key()))
    replayed = await door.ask(ada, BUY, id=id, points=20, key=again)
    healed = await door.ask(ada, REPAIR, id=id, points=15, key=key())
    node = await door.ask(
        ada, "query ($id: ID!) { node(id: $id) { ... on Streak { length freezes } } }", id=id
    )

    assert (broken["length"], broken["best"], broken["today"]) == (0, 3, "NONE")
    assert (broken["repairOffer"]["points"], broken["repairOffer"]["length"]) == (15, 3)
    assert [day["mark"] for day in broken["calendar"][-5:]] == ["KEPT"] * 3 + ["MISSED", "OPEN"]
    assert (other["data"]["answer"]["code"], other["data"]["answer"]["price"]) == (
        "OFFER_CHANGED",
        20,
    )
    # Five points for two days in a row.
    assert bought["answer"]["viewer"]["points"]["available"] == 85
    assert replayed == bought
    assert healed["answer"]["streak"]["length"] == 3
    assert healed["answer"]["viewer"]["points"]["available"] == 70
    assert node["node"] == {"length": 3, "freezes": 1}


async def test_given_too_few_points_or_none_of_the_streak_when_asked_then_the_refusal_is_typed(
    door: Door,
) -> None:
    marketing, ada = await door.operator(Role.MARKETING), await door.member(holding=10)
    id = (await define(door, marketing))["streak"]["id"]
    eve = await door.member("south", holding=100)

    poor = await door.ask(ada, BUY, id=id, points=20, key=key())
    foreign = await door.ask(eve, BUY, id=id, points=20, key=key())
    nothing = await door.ask(ada, REPAIR, id=id, points=15, key=key())

    assert (poor["answer"]["__typename"], poor["answer"]["needed"]) == ("InsufficientPoints", 20)
    assert foreign["answer"]["code"] == "NO_SUCH_STREAK"
    assert nothing["answer"]["code"] == "NOTHING_TO_REPAIR"


async def test_given_bad_words_when_defined_then_the_path_says_where(door: Door) -> None:
    marketing = await door.operator(Role.MARKETING)

    answers = [
        await define(door, marketing, **said)
        for said in (
            {"name": ""},
            {"graceHours": 25},
            {"terms": {"minimum": 0}},
            {"terms": {"counted": {"fromTime": "06:00"}}},
            {"terms": {"milestones": [{"length": 3, "badgeKey": "gold", "badgeLevel": 1}]}},
        )
    ]

    assert [(one["code"], one["path"]) for one in answers] == [
        ("BAD_STREAK", ["input", "name"]),
        ("BAD_STREAK", ["input", "graceHours"]),
        ("BAD_STREAK", ["input", "terms", "minimum"]),
        ("BAD_FILTER", ["input", "terms", "counted", "untilTime"]),
        ("NO_SUCH_BADGE", None),
    ]


async def test_given_a_streak_when_altered_and_retired_then_from_days_that_have_begun_nowhere(
    door: Door,
) -> None:
    marketing = await door.operator(Role.MARKETING)
    id = (await define(door, marketing))["streak"]["id"]
    terms = words()["terms"] | {"minimum": 4_000}
    said = {"streakId": id, "name": "Run", "terms": terms, "reason": "as agreed"}

    early = await door.ask(
        marketing, ALTER, input={**said, "since": clock.now().date().isoformat()}
    )
    altered = await door.ask(marketing, ALTER, input=said)
    retired = await door.ask(marketing, RETIRE, id=id)
    again = await door.ask(marketing, ALTER, input=said)

    tomorrow = clock.now().date() + DAY
    assert early["alterStreak"]["code"] == "CHANGE_TOO_EARLY"
    streak = altered["alterStreak"]["streak"]
    assert streak["name"] == "Run"
    assert [one["terms"]["minimum"] for one in streak["versions"]] == [3_000, 4_000]
    assert streak["versions"][1]["since"] == (tomorrow + DAY).isoformat()
    assert retired["retireStreak"]["streak"]["lastDay"] == tomorrow.isoformat()
    assert again["alterStreak"]["code"] == "STREAK_RETIRED"
