"""Lists of friends and requests by page."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import pytest

from domain import friends
from domain.friends import Cursor, Tie
from domain.members import Member
from infra import db
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

Page = Callable[[Member, Cursor | None, Tx], Awaitable[Sequence[Tie]]]

PAGES: dict[str, Page] = {
    "friends": lambda m, c, tx: friends.listed(m, after=c, limit=2, tx=tx),
    "received": lambda m, c, tx: friends.requests(m, received=True, after=c, limit=2, tx=tx),
    "sent": lambda m, c, tx: friends.requests(m, received=False, after=c, limit=2, tx=tx),
    "blocked": lambda m, c, tx: friends.blocked(m, after=c, limit=2, tx=tx),
}


@pytest.mark.parametrize("kind", PAGES)
async def test_given_more_ties_than_a_page_when_read_page_by_page_then_each_comes_once_newest_first(
    kind: str, tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, tx=tx)
    others = [await given.a_member(club, tx=tx) for _ in range(5)]
    for n, other in enumerate(others):
        # Two at one moment each: the id then decides.
        await _tie(kind, ada, other, NOON + timedelta(minutes=n // 2), tx)

    seen: list[Tie] = []
    while page := await PAGES[kind](ada, seen[-1].cursor if seen else None, tx):
        seen += page

    expected = [(NOON + timedelta(minutes=n // 2), other.id) for n, other in enumerate(others)]
    assert [tie.cursor for tie in seen] == sorted(expected, reverse=True)


async def _tie(kind: str, ada: Member, other: Member, at: datetime, tx: Tx) -> None:
    if kind == "blocked":
        await friends.block(ada, friend=other.id, at=at, tx=tx)
    elif kind == "sent":
        await friends.request(ada, friend=other.id, at=at, tx=tx)
    else:
        await friends.request(other, friend=ada.id, at=at, tx=tx)
        if kind == "friends":
            await friends.accept(ada, friend=other.id, at=at, tx=tx)


async def test_given_friends_when_one_tie_is_sought_then_each_finds_the_other(tx: Tx) -> None:
    ada, bob = await given.two_friends(tx=tx)

    tie = await friends.friendship(ada, friend=bob.id, tx=tx)

    assert tie == Tie(bob, friends.State.FRIENDS, NOON)
    assert (await friends.listed(ada, after=None, limit=1, tx=tx)) == [tie]
    assert await friends.friendship(ada, friend=ada.id, tx=tx) is None
    for received in (True, False):
        assert await friends.open_request(ada, friend=bob.id, received=received, tx=tx) is None


async def test_given_a_request_when_it_is_sought_then_its_sender_finds_it_even_declined(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await friends.request(ada, friend=bob.id, at=NOON, tx=tx)

    sent = await friends.open_request(ada, friend=bob.id, received=False, tx=tx)
    received = await friends.open_request(bob, friend=ada.id, received=True, tx=tx)
    await friends.decline(bob, friend=ada.id, tx=tx)

    assert sent == Tie(bob, friends.State.REQUESTED, NOON)
    assert received == Tie(ada, friends.State.REQUESTED, NOON)
    assert await friends.open_request(ada, friend=bob.id, received=False, tx=tx) == sent
    assert await friends.open_request(bob, friend=ada.id, received=True, tx=tx) is None
    assert await friends.friendship(ada, friend=bob.id, tx=tx) is None


async def test_given_a_tie_in_one_programme_when_sought_from_another_then_it_is_not_there(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    other = await given.a_programme(tx=tx)

    assert not await friends.are_friends(ada.id, bob.id, programme=other.id, tx=tx)


ONE_SIDE = "INSERT INTO friendship (programme, member, friend, since) VALUES ($1, $2, $3, now())"
BOTH_SIDES = """
INSERT INTO friendship (programme, member, friend, since)
VALUES ($1, $2, $3, now()), ($1, $3, $2, now())
"""
REQUEST = "INSERT INTO friend_request (programme, sender, receiver, at) VALUES ($1, $2, $3, now())"
BLOCK = "INSERT INTO block (programme, blocker, blocked, at) VALUES ($1, $2, $3, now())"


@pytest.mark.parametrize("statement", [BOTH_SIDES, REQUEST, BLOCK])
async def test_given_members_of_two_programmes_when_code_would_tie_them_then_the_database_refuses(
    statement: str, tx: Tx
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    eve = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(db.PostgresError, match="foreign key"):
        async with tx.savepoint():
            await tx.run(statement, ada.programme, ada.id, eve.id)


async def test_given_two_members_when_code_would_befriend_one_side_only_then_the_database_refuses(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)

    with pytest.raises(db.PostgresError, match="friendship_mutual"):
        async with tx.savepoint():
            await tx.run(ONE_SIDE, club.id, ada.id, bob.id)
