"""The inbox over the door: what was told, read, put away, and what devices say became of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api import globalids
from api.globalids import Kind
from domain import inbox
from domain.friends import Befriended
from domain.inbox import News
from domain.notices.reactions import REACTIONS
from domain.operators import Role
from infra import clock, ids
from infra.db import Tx
from infra.events import Event
from infra.outbox import Delivery
from tests.support.client import Door, Person

ITEM = "id message number topic key title body opens at readAt archivedAt"
INBOX = (
    "query ($unread: Boolean!, $archived: Boolean!, $first: Int!, $after: Cursor) { viewer {"
    " inbox(unread: $unread, archived: $archived, first: $first, after: $after) {"
    " unreadCount nodes { " + ITEM + " } pageInfo { hasNextPage endCursor } } } }"
)
ONE = "query ($id: ID!) { node(id: $id) { id ... on InboxItem { number title } } }"
ERRORS = "... on UserError { __typename code path }"


def on_item(field: str) -> str:
    return (
        f"mutation ($id: ID!) {{ answer: {field}(input: {{itemId: $id}}) {{ __typename"
        f" ... on {field[0].upper()}{field[1:]}Success {{ item {{ id readAt archivedAt }}"
        " viewer { inbox { unreadCount } } } " + ERRORS + " } }"
    )


READ_ALL = (
    "mutation ($upTo: Int!) { answer: markAllRead(input: {upTo: $upTo}) { __typename"
    " ... on MarkAllReadSuccess { viewer { inbox { unreadCount } } } " + ERRORS + " } }"
)
INTERESTS = (
    "query ($id: ID!) { member(id: $id) { interests { topic delivered opened dismissed } } }"
)
REPORT = (
    "mutation ($receipts: [MessageReceiptInput!]!) {"
    " answer: reportMessages(input: {receipts: $receipts}) { __typename"
    " ... on ReportMessagesSuccess { outcomes viewer { inbox { unreadCount } } } " + ERRORS + " } }"
)


async def told(door: Door, person: Person, count: int = 1) -> list[UUID]:
    """So many awards were told to the person; by which ids."""
    at, me = clock.now(), person.me
    news = [
        News(
            id=ids.new(at),
            member=me.id,
            topic="POINTS",
            key="points.earned",
            at=at,
            args={"points": 5 + number},
            refs={"activity": str(UUID(int=number + 1))},
        )
        for number in range(count)
    ]

    async def build(tx: Tx) -> None:
        await inbox.add(news, programme=me.programme, at=at, tx=tx)

    await door.given(build)
    return [one.id for one in news]


async def happened(door: Door, event: Event) -> None:
    """Its subject was told of it, as a worker would."""
    handed = [Delivery(ids.new(event.at), 1, event)]
    await door.given(lambda tx: REACTIONS[0].body(handed, tx))


async def see(door: Door, by: Person, **said: Any) -> dict[str, Any]:
    wanted = {"unread": False, "archived": False, "first": 20, **said}
    found: dict[str, Any] = (await door.ask(by, INBOX, **wanted))["viewer"]["inbox"]
    return found


async def do(door: Door, by: Person, query: str, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await door.ask(by, query, **said))["answer"]
    return answer


async def test_given_awards_when_the_inbox_is_read_by_pages_then_each_is_there_once_in_words(
    door: Door,
) -> None:
    ada, _ = await door.friends()
    sent = await told(door, ada, 3)

    first = await see(door, ada, first=2)
    rest = await see(door, ada, first=2, after=first["pageInfo"]["endCursor"])

    nodes = first["nodes"] + rest["nodes"]
    assert [one["number"] for one in nodes] == [3, 2, 1]
    assert [UUID(one["message"]) for one in reversed(nodes)] == sent
    assert (first["unreadCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    newest = nodes[0]
    assert (newest["topic"], newest["key"]) == ("POINTS", "points.earned")
    assert "7 points" in newest["body"]
    assert newest["title"]
    assert newest["opens"] == [globalids.of(Kind.ACTIVITY, UUID(int=3))]
    assert (await door.ask(ada, ONE, id=newest["id"]))["node"]["number"] == 3


async def test_given_a_friend_in_another_language_when_they_read_then_it_is_in_theirs(
    door: Door,
) -> None:
    ada = await door.member()
    await told(door, ada)
    await door.ask(ada, 'mutation { updateProfile(input: {locale: "pl"}) { __typename } }')

    (item,) = (await see(door, ada))["nodes"]

    assert "punkt" in item["body"]


async def test_given_a_new_friend_when_they_rename_themselves_then_the_inbox_names_them_anew(
    door: Door,
) -> None:
    ada, bob = await door.friends()
    event = Befriended(
        programme=ada.me.programme, subject=ada.me.id, object=bob.me.id, at=clock.now()
    )
    await happened(door, event)
    rename = 'mutation { updateProfile(input: {name: "Bobby Tables"}) { __typename } }'

    await door.ask(bob, rename)

    (item,) = (await see(door, ada))["nodes"]
    assert "Bobby Tables" in item["body"]
    assert item["opens"] == [globalids.of(Kind.FRIEND, bob.me.id)]


async def test_given_items_when_they_are_read_and_put_away_then_counts_and_filters_follow(
    door: Door,
) -> None:
    ada, _ = await door.friends()
    await told(door, ada, 4)
    newest, second, *_ = [one["id"] for one in (await see(door, ada))["nodes"]]

    read = await do(door, ada, on_item("markRead"), id=newest)
    away = await do(door, ada, on_item("archiveInboxItem"), id=second)
    rest = await do(door, ada, READ_ALL, upTo=1)

    assert None not in (read["item"]["readAt"], away["item"]["archivedAt"])
    assert read["viewer"]["inbox"]["unreadCount"] == 3
    assert away["viewer"]["inbox"]["unreadCount"] == 2
    assert rest["viewer"]["inbox"]["unreadCount"] == 1
    left = (await see(door, ada, unread=True))["nodes"]
    archived = (await see(door, ada, archived=True))["nodes"]
    shown = (await see(door, ada))["nodes"]
    assert [one["number"] for one in left] == [2]
    assert [one["number"] for one in archived] == [3]
    assert [one["number"] for one in shown] == [4, 2, 1]
    back = await do(door, ada, on_item("unarchiveInboxItem"), id=second)
    assert back["item"]["archivedAt"] is None
    assert len((await see(door, ada))["nodes"]) == 4


@pytest.mark.parametrize("field", ["markRead", "archiveInboxItem", "unarchiveInboxItem"])
@pytest.mark.parametrize("whose", ["somebody else's", "nobody's", "no id", "another kind"])
async def test_given_no_item_of_ones_own_when_it_is_touched_then_there_is_none(
    field: str, whose: str, door: Door
) -> None:
    ada, bob = await door.friends()
    (theirs,) = await told(door, bob)
    id = {
        "somebody else's": globalids.of(Kind.INBOX_ITEM, theirs),
        "nobody's": globalids.of(Kind.INBOX_ITEM, uuid4()),
        "no id": "nonsense",
        "another kind": globalids.of(Kind.TRANSFER, theirs),
    }[whose]

    answer = await do(door, ada, on_item(field), id=id)

    assert answer["code"] == "NO_SUCH_ITEM"
    assert (await see(door, bob))["unreadCount"] == 1
    assert (await door.ask(ada, ONE, id=id))["node"] is None


async def test_given_good_and_bad_receipts_when_they_are_told_then_each_has_its_answer(
    door: Door,
) -> None:
    ada, bob = await door.friends()
    first, second = await told(door, ada, 2)
    (theirs,) = await told(door, bob)
    now = clock.now()

    def receipt(message: object, kind: str = "DELIVERED", **said: Any) -> dict[str, Any]:
        at = now + said.pop("off", timedelta())
        return {"message": str(message), "kind": kind, "at": at.isoformat(), **said}

    receipts = [
        receipt(first, deviceId=globalids.of(Kind.DEVICE, uuid4())),
        receipt(first),
        receipt(globalids.of(Kind.INBOX_ITEM, first), "OPENED", deviceId="nonsense"),
        receipt(theirs, "OPENED"),
        receipt(uuid4(), "OPENED"),
        receipt("made up", "OPENED"),
        receipt("-" * 36, "OPENED"),
        receipt(second, "OPENED", off=timedelta(days=400)),
        receipt(second, "OPENED", off=timedelta(days=-400)),
        receipt(second, "DISMISSED"),
    ]
    answer = await do(door, ada, REPORT, receipts=receipts)
    again = await do(door, ada, REPORT, receipts=receipts[-1:])
    staff = await door.operator(Role.SUPPORT)
    seen = await door.ask(staff, INTERESTS, id=globalids.of(Kind.MEMBER, ada.me.id))

    assert answer["outcomes"] == [
        "RECORDED",
        "REPEATED",
        "RECORDED",
        "NO_SUCH_ITEM",
        "NO_SUCH_ITEM",
        "NO_SUCH_ITEM",
        "NO_SUCH_ITEM",
        "CLOCK_AHEAD",
        "CLOCK_BEHIND",
        "RECORDED",
    ]
    assert answer["viewer"]["inbox"]["unreadCount"] == 1
    assert again["outcomes"] == ["REPEATED"]
    assert (await see(door, bob))["unreadCount"] == 1
    assert seen["member"]["interests"] == [
        {"topic": "POINTS", "delivered": 1, "opened": 1, "dismissed": 1}
    ]


async def test_given_more_receipts_than_are_taken_when_they_are_told_then_they_are_refused(
    door: Door,
) -> None:
    ada, _ = await door.friends()
    (id,) = await told(door, ada)
    one = {"message": str(id), "kind": "OPENED", "at": clock.now().isoformat()}

    answer = await do(door, ada, REPORT, receipts=[one] * 101)

    assert (answer["code"], answer["path"]) == ("TOO_MANY_RECEIPTS", ["input", "receipts"])
    assert (await see(door, ada))["unreadCount"] == 1
