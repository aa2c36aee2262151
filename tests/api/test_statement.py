"""The statement: each entry explains itself, and pages follow each other without seams."""

from typing import Any

from domain import ledger
from infra import clock, ids
from infra.db import Tx
from tests.api.test_live import give
from tests.api.test_transferring import answer, send
from tests.support.client import Door, Person
from tests.support.documents import STATEMENT


async def page(door: Door, by: Person, **said: Any) -> dict[str, Any]:
    return (await door.ask(by, STATEMENT, **said))["viewer"]["statement"]


async def test_given_points_that_went_over_when_read_then_both_ends_say_what_it_was(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    sent = await send(door, ada, bob, 30)
    await answer(door, bob, "acceptTransfer", sent["transfer"]["id"])

    adas, bobs = await page(door, ada), await page(door, bob)

    assert [(one["kind"], one["amount"], one["balanceAfter"]) for one in adas["nodes"]] == [
        ("SENT", -30, 70),
        ("SET_ASIDE", -30, 100),
        ("ADJUSTED", 100, 100),
    ]
    gone, (arrived,) = adas["nodes"][0], bobs["nodes"]
    assert (gone["text"], gone["friend"]) == (
        "Points given to a friend",
        {"handle": bob.me.handle},
    )
    assert gone["transfer"] == {"id": sent["transfer"]["id"], "state": "ACCEPTED"}
    assert (arrived["kind"], arrived["amount"], arrived["friend"]) == (
        "RECEIVED",
        30,
        {"handle": ada.me.handle},
    )


async def test_given_an_earning_when_read_then_the_entry_carries_its_own_reckoning(
    door: Door,
) -> None:
    ada = await door.member()
    text = "5.0 km run x 10 points per km = 50 points"
    meta = {"why": "activity", "activity": str(ids.new(clock.now())), "text": text}
    earned = ledger.issue(50, account=ada.me.account, id=ids.new(clock.now()), meta=meta)

    async def post(tx: Tx) -> Any:
        return await ledger.post([earned], book=ada.me.book, at=clock.now(), tx=tx)

    await door.given(post)
    (entry,) = (await page(door, ada))["nodes"]

    assert (entry["kind"], entry["text"], entry["friend"]) == ("EARNED", text, None)


async def test_given_many_entries_when_paged_then_every_one_comes_once_even_as_more_arrive(
    door: Door,
) -> None:
    ada = await door.member()
    for points in range(1, 8):
        await give(door, ada, points)

    first = await page(door, ada, first=3)
    await give(door, ada, 8)
    second = await page(door, ada, first=3, after=first["pageInfo"]["endCursor"])
    third = await page(door, ada, first=3, after=second["pageInfo"]["endCursor"])

    assert [[one["amount"] for one in part["nodes"]] for part in (first, second, third)] == [
        [7, 6, 5],
        [4, 3, 2],
        [1],
    ]
    assert [part["pageInfo"]["hasNextPage"] for part in (first, second, third)] == [
        True,
        True,
        False,
    ]
    assert [part["pageInfo"]["hasPreviousPage"] for part in (first, second)] == [False, True]
    assert first["edges"][-1]["cursor"] == first["pageInfo"]["endCursor"]


async def test_given_anothers_cursor_when_paging_then_it_is_refused(door: Door) -> None:
    ada, bob = await door.member(holding=1), await door.member(holding=1)
    cursor = (await page(door, ada))["pageInfo"]["endCursor"]

    for after in (cursor, cursor[:-1], f"{cursor}A", "", "zzz"):
        refused = await door.answer(bob, STATEMENT, after=after)

        assert refused["errors"][0]["extensions"]["code"] == "BAD_CURSOR"
        assert refused["data"] == {"viewer": None}
