"""Asking to be friends, answering, and parting."""

import asyncio

import pytest

from domain import friends, members
from domain.members import Member
from domain.programmes import Programme
from infra import db, ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON


async def _members(count: int, tx: Tx) -> tuple[Member, ...]:
    club = await given.a_programme(tx=tx)
    return tuple([await given.a_member(club, tx=tx) for _ in range(count)])


async def _friends_of(member: Member, tx: Tx) -> list[Member]:
    ties = await friends.listed(member, after=None, limit=1_000, tx=tx)
    return [tie.friend for tie in ties]


async def _asked_of(member: Member, tx: Tx, *, received: bool = True) -> list[Member]:
    ties = await friends.requests(member, received=received, after=None, limit=1_000, tx=tx)
    return [tie.friend for tie in ties]


async def test_given_two_members_when_one_asks_then_the_other_sees_the_request(tx: Tx) -> None:
    ada, bob = await _members(2, tx)

    tie = await friends.request(ada, friend=bob.id, at=NOON, tx=tx)

    assert tie == friends.Tie(bob, friends.State.REQUESTED, NOON)
    assert await _asked_of(bob, tx) == [ada]
    assert await _asked_of(ada, tx, received=False) == [bob]
    told = friends.Requested(programme=ada.programme, subject=bob.id, object=ada.id, at=NOON)
    assert tx.staged[-1] == told
    assert not await friends.are_friends(ada.id, bob.id, programme=ada.programme, tx=tx)


async def test_given_a_request_when_accepted_then_they_are_friends_and_both_are_told(
    tx: Tx,
) -> None:
    ada, bob = await _members(2, tx)
    await friends.request(ada, friend=bob.id, at=NOON, tx=tx)

    tie = await friends.accept(bob, friend=ada.id, at=NOON, tx=tx)

    assert tie == friends.Tie(ada, friends.State.FRIENDS, NOON)
    assert await friends.are_friends(ada.id, bob.id, programme=ada.programme, tx=tx)
    assert await friends.are_friends(bob.id, ada.id, programme=ada.programme, tx=tx)
    assert (await _friends_of(ada, tx), await _friends_of(bob, tx)) == ([bob], [ada])
    assert await _asked_of(bob, tx) == await _asked_of(ada, tx, received=False) == []
    told = [e for e in tx.staged if isinstance(e, friends.Befriended)]
    assert [(e.subject, e.object) for e in told] == [(bob.id, ada.id), (ada.id, bob.id)]


async def test_given_a_request_when_the_other_asks_too_then_they_are_friends(tx: Tx) -> None:
    ada, bob = await _members(2, tx)
    await friends.request(ada, friend=bob.id, at=NOON, tx=tx)

    tie = await friends.request(bob, friend=ada.id, at=NOON, tx=tx)

    assert tie.state is friends.State.FRIENDS
    assert await friends.are_friends(ada.id, bob.id, programme=ada.programme, tx=tx)


async def test_given_a_request_when_repeated_then_nothing_changes_and_nobody_is_told_again(
    tx: Tx,
) -> None:
    ada, bob = await _members(2, tx)
    first = await friends.request(ada, friend=bob.id, at=NOON, tx=tx)
    told = list(tx.staged)

    again = await friends.request(ada, friend=bob.id, at=NOON.replace(hour=13), tx=tx)

    assert (again, tx.staged) == (first, told)


async def test_given_a_friendship_when_accepted_again_then_it_answers_the_same(tx: Tx) -> None:
    ada, bob = await given.two_friends(tx=tx)
    told = list(tx.staged)

    again = await friends.accept(bob, friend=ada.id, at=NOON.replace(hour=13), tx=tx)

    assert (again.state, again.since) == (friends.State.FRIENDS, NOON)
    assert tx.staged == told


async def test_given_a_request_when_declined_then_the_asker_sees_no_difference(tx: Tx) -> None:
    ada, bob, cyd = await _members(3, tx)
    await friends.request(ada, friend=bob.id, at=NOON, tx=tx)
    await friends.request(ada, friend=cyd.id, at=NOON, tx=tx)
    before = await _asked_of(ada, tx, received=False)

    await friends.decline(bob, friend=ada.id, tx=tx)
    await friends.decline(bob, friend=ada.id, tx=tx)

    assert await _asked_of(bob, tx) == []
    assert await _asked_of(ada, tx, received=False) == before
    assert (await friends.request(ada, friend=bob.id, at=NOON, tx=tx)).since == NOON
    assert await _asked_of(bob, tx) == []
    with pytest.raises(friends.NoSuchRequest):
        await friends.accept(bob, friend=ada.id, at=NOON, tx=tx)


async def test_given_a_declined_request_when_the_decliner_asks_then_they_are_friends(
    tx: Tx,
) -> None:
    ada, bob = await _members(2, tx)
    await friends.request(ada, friend=bob.id, at=NOON, tx=tx)
    await friends.decline(bob, friend=ada.id, tx=tx)

    tie = await friends.request(bob, friend=ada.id, at=NOON, tx=tx)

    assert tie.state is friends.State.FRIENDS


async def test_given_a_request_when_withdrawn_then_it_is_gone_for_both(tx: Tx) -> None:
    ada, bob = await _members(2, tx)
    await friends.request(ada, friend=bob.id, at=NOON, tx=tx)

    await friends.withdraw(ada, friend=bob.id, tx=tx)
    await friends.withdraw(ada, friend=bob.id, tx=tx)

    assert await _asked_of(bob, tx) == await _asked_of(ada, tx, received=False) == []
    with pytest.raises(friends.NoSuchRequest):
        await friends.accept(bob, friend=ada.id, at=NOON, tx=tx)


async def test_given_friends_when_one_removes_the_other_then_neither_has_a_friend(tx: Tx) -> None:
    ada, bob = await given.two_friends(tx=tx)

    await friends.remove(bob, friend=ada.id, tx=tx)
    await friends.remove(bob, friend=ada.id, tx=tx)

    assert await _friends_of(ada, tx) == await _friends_of(bob, tx) == []
    assert not await friends.are_friends(ada.id, bob.id, programme=ada.programme, tx=tx)


VERBS = {
    "request": lambda m, f, tx: friends.request(m, friend=f, at=NOON, tx=tx),
    "accept": lambda m, f, tx: friends.accept(m, friend=f, at=NOON, tx=tx),
    "decline": lambda m, f, tx: friends.decline(m, friend=f, tx=tx),
    "withdraw": lambda m, f, tx: friends.withdraw(m, friend=f, tx=tx),
    "remove": lambda m, f, tx: friends.remove(m, friend=f, tx=tx),
    "block": lambda m, f, tx: friends.block(m, friend=f, at=NOON, tx=tx),
    "unblock": lambda m, f, tx: friends.unblock(m, friend=f, tx=tx),
}


@pytest.mark.parametrize("verb", VERBS)
async def test_given_oneself_an_unknown_or_a_foreign_member_when_acted_on_then_refused(
    verb: str, tx: Tx
) -> None:
    (ada,) = await _members(1, tx)
    (eve,) = await _members(1, tx)

    with pytest.raises(friends.SelfFriend):
        await VERBS[verb](ada, ada.id, tx)
    with pytest.raises(members.NoSuchMember) as unknown:
        await VERBS[verb](ada, ids.new(NOON), tx)
    with pytest.raises(members.NoSuchMember) as foreign:
        await VERBS[verb](ada, eve.id, tx)
    assert str(unknown.value) == str(foreign.value)


async def test_given_no_request_when_answered_then_refused(tx: Tx) -> None:
    ada, bob = await _members(2, tx)
    await friends.request(bob, friend=ada.id, at=NOON, tx=tx)

    with pytest.raises(friends.NoSuchRequest):
        await friends.accept(bob, friend=ada.id, at=NOON, tx=tx)
    with pytest.raises(friends.NoSuchRequest):
        await friends.decline(bob, friend=ada.id, tx=tx)


async def test_given_friends_when_asked_again_then_refused(tx: Tx) -> None:
    ada, bob = await given.two_friends(tx=tx)

    with pytest.raises(friends.AlreadyFriends):
        await friends.request(ada, friend=bob.id, at=NOON, tx=tx)


async def _fill(member: Member, club: Programme, statement: str, count: int, tx: Tx) -> None:
    for _ in range(count):
        other = await given.a_member(club, tx=tx)
        await tx.run(statement, club.id, member.id, other.id, NOON)


SEED_FRIEND = """
INSERT INTO friendship (programme, member, friend, since)
VALUES ($1, $2, $3, $4), ($1, $3, $2, $4)
"""


async def test_given_as_many_friends_as_one_may_have_when_one_more_is_made_then_refused(
    tx: Tx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.friends.requesting.FRIENDS_MAX", 3)
    club = await given.a_programme(tx=tx)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await friends.request(bob, friend=ada.id, at=NOON, tx=tx)
    await _fill(ada, club, SEED_FRIEND, 3, tx)

    with pytest.raises(friends.TooManyFriends) as mine:
        await friends.accept(ada, friend=bob.id, at=NOON, tx=tx)
    with pytest.raises(friends.TooManyFriends):
        await friends.request(ada, friend=bob.id, at=NOON, tx=tx)
    cyd = await given.a_member(club, tx=tx)
    with pytest.raises(friends.TooManyFriends):
        await friends.request(ada, friend=cyd.id, at=NOON, tx=tx)
    await friends.withdraw(bob, friend=ada.id, tx=tx)
    await tx.run(
        "INSERT INTO friend_request (programme, sender, receiver, at) VALUES ($1, $2, $3, $4)",
        club.id,
        ada.id,
        bob.id,
        NOON,
    )
    with pytest.raises(friends.TooManyFriends) as theirs:
        await friends.accept(bob, friend=ada.id, at=NOON, tx=tx)

    assert (mine.value.yours, mine.value.limit) == (True, 3)
    assert theirs.value.yours is False


async def test_given_as_many_requests_as_one_may_make_when_one_more_is_made_then_refused(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    others = [await given.a_member(club, tx=tx) for _ in range(friends.REQUESTS_MAX)]
    for other in others:
        await friends.request(ada, friend=other.id, at=NOON, tx=tx)

    with pytest.raises(friends.TooManyRequests) as refused:
        await friends.request(ada, friend=bob.id, at=NOON, tx=tx)
    await friends.withdraw(ada, friend=others[0].id, tx=tx)
    tie = await friends.request(ada, friend=bob.id, at=NOON, tx=tx)

    assert refused.value.limit == friends.REQUESTS_MAX
    assert tie.state is friends.State.REQUESTED


async def test_given_strangers_when_both_ask_at_once_then_they_are_friends(database: None) -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        pairs = [
            (await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)) for _ in range(8)
        ]

    async def ask(member: Member, friend: Member) -> friends.State:
        async with db.transaction() as tx:
            return (await friends.request(member, friend=friend.id, at=NOON, tx=tx)).state

    asked = [ask(a, b) for pair in pairs for a, b in (pair, pair[::-1])]
    answers = await asyncio.gather(*asked)

    assert sorted(answers) == ["FRIENDS"] * 8 + ["REQUESTED"] * 8
    async with db.transaction() as tx:
        for a, b in pairs:
            assert await friends.are_friends(a.id, b.id, programme=club.id, tx=tx)
            assert await _asked_of(a, tx) == await _asked_of(b, tx) == []


async def test_given_room_for_one_friend_when_five_requests_are_accepted_at_once_then_one_is_made(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.friends.requesting.FRIENDS_MAX", 1)
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        ada = await given.a_member(club, tx=tx)
        others = [await given.a_member(club, tx=tx) for _ in range(5)]
        for other in others:
            await friends.request(other, friend=ada.id, at=NOON, tx=tx)

    async def accept(other: Member) -> bool:
        try:
            async with db.transaction() as tx:
                await friends.accept(ada, friend=other.id, at=NOON, tx=tx)
        except friends.TooManyFriends:
            return False
        return True

    answers = await asyncio.gather(*map(accept, others))

    assert answers.count(True) == 1
    async with db.transaction() as tx:
        assert len(await _friends_of(ada, tx)) == 1
