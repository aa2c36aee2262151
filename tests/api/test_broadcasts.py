"""Broadcasts and stopped pushes at the operators' door: who does what, and what is refused."""

from typing import Any

from domain import push
from domain.operators import Role
from tests.support.client import Door, Person

WHY = 'reason: "as agreed"'
ERRORS = "... on UserError { __typename code path }"
SHOWN = (
    "broadcast { id name state paceMinute: pacePerMinute audience { kind name }"
    " texts { locale title } preview { members minutes } report { told pushed sent opened } }"
)
CREATE = (
    "mutation ($audience: BroadcastAudienceInput!, $title: String!, $pace: Int!) {"
    ' createBroadcast(input: {name: "Shoes", audience: $audience, pacePerMinute: $pace,'
    f' texts: [{{locale: "en", title: $title, body: "All for half."}}], {WHY}}})'
    " { __typename ... on CreateBroadcastSuccess { " + SHOWN + " } " + ERRORS + " } }"
)
LIST = "{ broadcasts(first: 1) { nodes { name state } } pushBacklog { template } }"
STOPPED = "{ stoppedPushes { template error } }"
RESUME = (
    f"mutation {{ resumePushes(input: {{{WHY}}})"
    " { __typename ... on ResumePushesSuccess { resumed } " + ERRORS + " } }"
)


async def create(door: Door, by: Person, **said: Any) -> dict[str, Any]:
    words = {"audience": {"kind": "ALL"}, "title": "Shoes", "pace": 60} | said
    return (await door.ask(by, CREATE, **words))["createBroadcast"]


async def steer(door: Door, by: Person, verb: str, id: str) -> dict[str, Any]:
    name = f"{verb}Broadcast"
    document = (
        f"mutation ($id: ID!) {{ {name}(input: {{broadcastId: $id, {WHY}}})"
        f" {{ __typename ... on {verb.title()}BroadcastSuccess {{ {SHOWN} }} {ERRORS} }} }}"
    )
    return (await door.ask(by, document, id=id))[name]


async def test_given_a_draft_when_it_is_started_paused_and_ended_then_each_step_is_seen(
    door: Door,
) -> None:
    marketing, analyst = await door.operator(Role.MARKETING), await door.operator(Role.ANALYST)
    await door.member()
    made = (await create(door, marketing))["broadcast"]

    states = [
        (await steer(door, marketing, verb, made["id"]))["broadcast"]["state"]
        for verb in ("start", "pause", "resume", "cancel")
    ]
    twice = await steer(door, marketing, "start", made["id"])
    forbidden = await steer(door, analyst, "cancel", made["id"])
    seen = await door.ask(analyst, LIST)

    assert (made["state"], made["preview"]["members"] >= 1) == ("DRAFT", True)
    assert made["report"] == {"told": 0, "pushed": 0, "sent": 0, "opened": 0}
    assert states == ["RUNNING", "PAUSED", "RUNNING", "CANCELLED"]
    assert twice["code"] == "BROADCAST_STATE"
    assert forbidden["code"] == "NOT_PERMITTED"
    assert seen["broadcasts"]["nodes"] == [{"name": "Shoes", "state": "CANCELLED"}]


async def test_given_each_reason_when_drafted_then_it_is_told(door: Door) -> None:
    marketing, south = await door.operator(Role.MARKETING), await door.operator(programme="south")
    foreign = (await create(door, south))["broadcast"]["id"]

    refused = [
        await create(door, marketing, audience={"kind": "TIER"}),
        await create(door, marketing, title="x" * 61),
        await create(door, marketing, pace=0),
        await steer(door, marketing, "start", foreign),
        await steer(door, marketing, "start", "zzz"),
    ]

    assert [one["code"] for one in refused] == [
        "BAD_AUDIENCE",
        "BAD_TEXT",
        "BAD_PACE",
        "NO_SUCH_BROADCAST",
        "NO_SUCH_BROADCAST",
    ]


async def test_given_nothing_stopped_when_resumed_then_nothing_waits_again(door: Door) -> None:
    support, marketing = await door.operator(Role.SUPPORT), await door.operator(Role.MARKETING)

    stopped = await door.ask(support, STOPPED)
    resumed = await door.ask(support, RESUME)
    forbidden = await door.ask(marketing, RESUME)

    assert stopped == {"stoppedPushes": []}
    assert resumed["resumePushes"]["resumed"] == 0
    assert forbidden["resumePushes"]["code"] == "NOT_PERMITTED"
    assert not push.is_on()
