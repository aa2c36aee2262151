"""What members want to be told of, over HTTP; and what programmes do with the others."""

from typing import Any

import pytest

from tests.support.client import Door
from tests.support.documents import ERRORS

PREFERENCES = """topics { topic inbox phone watch } quietHours { start end } phoneCap watchCap
  digestHour urgentInQuietHours"""
MINE = f"{{ viewer {{ messagePreferences {{ {PREFERENCES} }} }} }}"
UPDATE = (
    """mutation ($input: UpdateMessagePreferencesInput!) { updateMessagePreferences(input: $input) {
  __typename ... on UpdateMessagePreferencesSuccess { viewer { messagePreferences { """
    + PREFERENCES
    + " } } } "
    + ERRORS
    + " } }"
)
POLICY = f"{{ messagePolicy {{ {PREFERENCES} phoneCapMax watchCapMax }} }}"
SET = (
    """mutation ($input: SetMessagePolicyInput!) { setMessagePolicy(input: $input) { __typename
  ... on SetMessagePolicySuccess { policy { """
    + PREFERENCES
    + " phoneCapMax watchCapMax } } "
    + ERRORS
    + " } }"
)


def a_policy(**changes: Any) -> dict[str, Any]:
    usual = {
        "choices": [{"topic": "NEWS", "channel": "PHONE", "mode": "DIGEST"}],
        "quietHours": {"start": "22:00", "end": "07:00"},
        "phoneCap": 5,
        "watchCap": 2,
        "phoneCapMax": 6,
        "watchCapMax": 3,
        "digestHour": 9,
        "urgentInQuietHours": False,
        "reason": "calm nights",
    }
    return {**usual, **changes}


async def updated(door: Door, by: Any, **changes: Any) -> dict[str, Any]:
    answer = await door.ask(by, UPDATE, input=changes)
    return answer["updateMessagePreferences"]


async def test_given_a_programmes_way_when_a_member_says_otherwise_then_both_are_seen(
    door: Door,
) -> None:
    ada, admin = await door.member("calm"), await door.operator(programme="calm")

    set_ = (await door.ask(admin, SET, input=a_policy()))["setMessagePolicy"]
    usual = (await door.ask(ada, MINE))["viewer"]["messagePreferences"]
    said = await updated(
        door,
        ada,
        choices=[
            {"topic": "NEWS", "channel": "INBOX", "mode": "OFF"},
            {"topic": "NEWS", "channel": "PHONE", "mode": "OFF"},
        ],
        quietHours={"start": "23:30", "end": "06:00"},
        phoneCap=6,
        digestHour=20,
        urgentInQuietHours=True,
    )
    noisy = await updated(door, ada, quietHours={})

    assert (await door.ask(admin, POLICY))["messagePolicy"] == set_["policy"]
    assert (set_["policy"]["phoneCapMax"], set_["policy"]["phoneCap"]) == (6, 5)
    assert usual["quietHours"] == {"start": "22:00", "end": "07:00"}
    news = {"topic": "NEWS", "inbox": "ON", "phone": "DIGEST", "watch": "OFF"}
    assert usual["topics"][-1] == news
    mine = said["viewer"]["messagePreferences"]
    assert mine["quietHours"] == {"start": "23:30", "end": "06:00"}
    assert (mine["phoneCap"], mine["watchCap"], mine["digestHour"]) == (6, 2, 20)
    assert mine["urgentInQuietHours"] is True
    assert mine["topics"][-1] == {**news, "inbox": "OFF", "phone": "OFF"}
    assert noisy["viewer"]["messagePreferences"] == {**mine, "quietHours": None}
    assert (await door.ask(ada, MINE))["viewer"]["messagePreferences"]["quietHours"] is None


@pytest.mark.parametrize(
    ("asked", "code", "path"),
    [
        (
            {"choices": [{"topic": "POINTS", "channel": "INBOX", "mode": "OFF"}]},
            "BAD_MESSAGE_MODE",
            ["input", "choices", "0"],
        ),
        ({"quietHours": {"start": "22:00"}}, "BAD_QUIET_HOURS", ["input", "quietHours"]),
        (
            {"quietHours": {"start": "22:00", "end": "22:00"}},
            "BAD_QUIET_HOURS",
            ["input", "quietHours"],
        ),
        ({"phoneCap": 51}, "BAD_MESSAGE_CAP", ["input", "phoneCap"]),
        ({"watchCap": -1}, "BAD_MESSAGE_CAP", ["input", "watchCap"]),
        ({"digestHour": 24}, "BAD_DIGEST_HOUR", ["input", "digestHour"]),
    ],
)
async def test_given_what_cannot_be_when_a_member_wants_it_then_it_is_refused(
    door: Door, asked: dict[str, Any], code: str, path: list[str]
) -> None:
    ada = await door.member()

    refused = await updated(door, ada, **asked)

    assert (refused["code"], refused["path"]) == (code, path)


@pytest.mark.parametrize(
    "choice",
    [
        {"topic": "GOSSIP", "channel": "PHONE", "mode": "ON"},
        {"topic": "NEWS", "channel": "PIGEON", "mode": "ON"},
        {"topic": "NEWS", "channel": "PHONE", "mode": "LOUD"},
    ],
)
async def test_given_an_unknown_word_when_chosen_then_the_request_cannot_run(
    door: Door, choice: dict[str, str]
) -> None:
    ada = await door.member()

    answer = await door.answer(ada, UPDATE, input={"choices": [choice]})

    assert answer["errors"][0]["extensions"]["code"] == "BAD_VARIABLES"


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"phoneCapMax": 101}, "BAD_MESSAGE_CAP", ["input", "phoneCapMax"]),
        ({"watchCap": 4}, "BAD_MESSAGE_CAP", ["input", "watchCap"]),
        ({"quietHours": {"end": "07:00"}}, "BAD_QUIET_HOURS", ["input", "quietHours"]),
        ({"digestHour": -1}, "BAD_DIGEST_HOUR", ["input", "digestHour"]),
        (
            {"choices": [{"topic": "TRANSFERS", "channel": "INBOX", "mode": "DIGEST"}]},
            "BAD_MESSAGE_MODE",
            ["input", "choices", "0"],
        ),
    ],
)
async def test_given_a_policy_out_of_bounds_when_set_then_it_is_refused_and_audited(
    door: Door, changes: dict[str, Any], code: str, path: list[str]
) -> None:
    admin = await door.operator()

    refused = (await door.ask(admin, SET, input=a_policy(**changes)))["setMessagePolicy"]
    log = await door.ask(admin, "{ auditLog(first: 1) { nodes { verb outcome } } }")

    assert (refused["code"], refused["path"]) == (code, path)
    assert log["auditLog"]["nodes"] == [{"verb": "setMessagePolicy", "outcome": code}]
