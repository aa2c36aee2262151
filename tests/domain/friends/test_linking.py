"""Links from one member to another: within a programme, and to another one."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain import friends, members, programmes
from domain.friends import Across, Link, State, personal
from domain.members import Member
from domain.programmes import Programme
from infra import db
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON
from tests.support.waiting import until


async def a_pair(tx: Tx) -> tuple[Member, Member]:
    """Two strangers of one programme."""
    programme = await given.a_programme(tx=tx)
    return await given.a_member(programme, tx=tx), await given.a_member(programme, tx=tx)


async def afar(tx: Tx) -> tuple[Member, Member]:
    """Two people of two programmes."""
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    return ada, await given.a_member(await given.a_programme(tx=tx), tx=tx)


async def a_link(member: Member, tx: Tx, **terms: Any) -> Link:
    return await friends.make_link(member, at=NOON, tx=tx, **terms)


async def follow(link: Link | str, member: Member, tx: Tx, *, at: Any = NOON) -> friends.Opened:
    code = link.code if isinstance(link, Link) else link
    return await friends.open_link(code, member=member, at=at, tx=tx)


async def far_friends(member: Member, tx: Tx) -> list[Across]:
    return list(await friends.across(member, after=None, limit=10, tx=tx))


async def test_given_a_link_at_once_when_opened_then_the_two_are_friends_and_again_is_the_same(
    tx: Tx,
) -> None:
    ada, bob = await a_pair(tx)
    link = await a_link(ada, tx, at_once=True)

    opened = await follow(link, bob, tx)
    again = await follow(link.code.upper(), bob, tx)

    assert opened == again
    assert opened.tie == friends.Tie(ada, State.FRIENDS, NOON)
    assert await friends.are_friends(ada.id, bob.id, programme=ada.programme, tx=tx)


async def test_given_a_link_to_ask_when_opened_then_its_owner_decides(tx: Tx) -> None:
    ada, bob = await a_pair(tx)
    link = await a_link(ada, tx)

    opened = await follow(link, bob, tx)
    again = await follow(link, bob, tx)

    assert opened == again
    assert opened.tie == friends.Tie(ada, State.REQUESTED, NOON)
    await friends.accept(ada, friend=bob.id, at=NOON, tx=tx)
    assert (await follow(link, bob, tx)).tie == friends.Tie(ada, State.FRIENDS, NOON)


async def test_given_links_that_lead_nowhere_when_opened_then_all_look_the_same(tx: Tx) -> None:
    ada, bob = await a_pair(tx)
    cy = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    revoked, used, near = [await a_link(ada, tx, at_once=True) for _ in range(3)]
    await friends.revoke_link(revoked.code, member=ada, at=NOON, tx=tx)
    await follow(used, bob, tx)
    dan = await given.a_member(await _home(ada, tx), tx=tx)
    blocker, blocked = [await given.a_member(await _home(ada, tx), tx=tx) for _ in range(2)]
    await friends.block(blocker, friend=ada.id, at=NOON, tx=tx)
    await friends.block(ada, friend=blocked.id, at=NOON, tx=tx)
    nowhere = [
        ("0" * 20, dan, NOON),
        ("what?", dan, NOON),
        (revoked.code, dan, NOON),
        (used.code, dan, NOON),
        (near.code, ada, NOON),
        (near.code, cy, NOON),
        (near.code, blocker, NOON),
        (near.code, blocked, NOON),
        (near.code, dan, NOON + timedelta(days=7)),
    ]

    said = set()
    for code, member, at in nowhere:
        with pytest.raises(friends.NoSuchLink) as refused:
            await follow(code, member, tx, at=at)
        said.add(str(refused.value))

    assert said == {"there is no such link"}


async def _home(member: Member, tx: Tx) -> Programme:
    return await programmes.by_id(member.programme, tx=tx)


async def test_given_a_link_for_three_when_eight_open_it_at_once_then_three_are_friends(
    database: None,
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        ada, *others = [await given.a_member(programme, tx=tx) for _ in range(9)]
        link = await a_link(ada, tx, at_once=True, uses=3)

    async def one(member: Member) -> bool:
        try:
            async with db.transaction() as tx:
                await follow(link, member, tx)
        except friends.NoSuchLink:
            return False
        return True

    answers = await asyncio.gather(*(one(member) for member in others))

    assert answers.count(True) == 3
    async with db.transaction() as tx:
        assert len(await friends.listed(ada, after=None, limit=10, tx=tx)) == 3


BAD: list[tuple[str, dict[str, Any]]] = [
    ("note", {"note": "n" * 81}),
    ("note", {"note": "a\nb"}),
    ("uses", {"uses": 0}),
    ("uses", {"uses": 101}),
    ("days", {"days": 0}),
    ("days", {"days": 31}),
]


@pytest.mark.parametrize(("field", "wrong"), BAD)
async def test_given_a_bad_field_when_a_link_is_made_then_it_is_named(
    tx: Tx, field: str, wrong: dict[str, Any]
) -> None:
    ada, _ = await a_pair(tx)

    with pytest.raises(friends.BadLink) as refused:
        await a_link(ada, tx, **wrong)

    assert refused.value.path == (field,)


async def test_given_twenty_open_links_when_one_more_is_made_then_one_must_be_revoked(
    tx: Tx,
) -> None:
    ada, bob = await a_pair(tx)
    made = [await a_link(ada, tx) for _ in range(20)]

    with pytest.raises(friends.TooManyLinks):
        await a_link(ada, tx)
    with pytest.raises(friends.NoSuchLink):
        await friends.revoke_link(made[0].code, member=bob, at=NOON, tx=tx)
    await friends.revoke_link(made[0].code, member=ada, at=NOON, tx=tx)
    await a_link(ada, tx)

    assert len(await friends.links(ada, after=None, limit=100, tx=tx)) == 21


async def test_given_fifty_tries_in_a_day_when_one_more_is_made_then_tomorrow(tx: Tx) -> None:
    ada, _ = await a_pair(tx)
    for _ in range(50):
        await friends.use_opening(ada, at=NOON, tx=tx)

    with pytest.raises(friends.OverLookupLimit):
        await friends.use_opening(ada, at=NOON, tx=tx)

    await friends.use_opening(ada, at=NOON + timedelta(days=1), tx=tx)


async def test_given_a_link_across_when_opened_then_nothing_is_known_until_both_agreed(
    tx: Tx,
) -> None:
    ada, bob = await afar(tx)
    link = await a_link(ada, tx, across=True, note="for Bob")

    opened = await follow(link, bob, tx)
    again = await follow(link, bob, tx)
    (theirs,) = await friends.across_requests(ada, received=True, after=None, limit=9, tx=tx)
    (own,) = await friends.across_requests(bob, received=False, after=None, limit=9, tx=tx)
    before = (await far_friends(ada, tx), await far_friends(bob, tx))
    rows = await tx.rows("SELECT programme, member FROM across_request WHERE id = $1", theirs.id)
    friend = await friends.accept_across(theirs.id, member=ada, at=NOON, tx=tx)

    assert opened == again == friends.Opened(request=theirs.id)
    assert (theirs.note, own.note, own.id) == ("for Bob", None, theirs.id)
    assert before == ([], [])
    assert {(row["programme"], row["member"]) for row in rows} == {
        (ada.programme, ada.id),
        (bob.programme, bob.id),
    }
    assert (friend.name, friend.programme_name) == (bob.name, "Running Club")
    (seen,) = await far_friends(bob, tx)
    assert (seen.id, seen.peer, seen.programme, seen.name) == (
        friend.id,
        ada.id,
        ada.programme,
        ada.name,
    )
    assert await friends.across_requests(ada, received=True, after=None, limit=9, tx=tx) == []


async def test_given_a_link_across_at_once_when_opened_then_both_have_agreed(tx: Tx) -> None:
    ada, bob = await afar(tx)
    link = await a_link(ada, tx, across=True, at_once=True)

    opened = await follow(link, bob, tx)

    assert opened.across is not None
    assert opened == await follow(link, bob, tx)
    assert await friends.across_one(opened.across.id, member=bob, tx=tx) == opened.across
    assert [one.name for one in await far_friends(ada, tx)] == [bob.name]
    stranger = await given.a_member(await _home(ada, tx), tx=tx)
    with pytest.raises(friends.NoSuchAcross):
        await friends.across_one(opened.across.id, member=stranger, tx=tx)


@pytest.mark.parametrize("end", ["remove", "block", "erase"])
async def test_given_friends_across_when_one_ends_it_then_it_is_over_for_both(
    tx: Tx, end: str
) -> None:
    ada, bob = await afar(tx)
    link = await a_link(ada, tx, across=True, at_once=True, uses=5)
    opened = await follow(link, bob, tx)
    assert opened.across is not None
    id = opened.across.id

    if end == "remove":
        await friends.remove_across(id, member=bob, tx=tx)
    elif end == "block":
        await friends.block_across(id, member=bob, at=NOON, tx=tx)
    else:
        await personal.forget(bob.id, programme=bob.programme, at=NOON, tx=tx)

    assert (await far_friends(ada, tx), await far_friends(bob, tx)) == ([], [])


async def test_given_a_block_across_when_a_link_is_opened_either_way_then_it_leads_nowhere(
    tx: Tx,
) -> None:
    ada, bob = await afar(tx)
    link = await a_link(ada, tx, across=True, at_once=True, uses=5)
    opened = await follow(link, bob, tx)
    assert opened.across is not None
    await friends.block_across(opened.across.id, member=bob, at=NOON, tx=tx)
    back = await a_link(bob, tx, across=True, at_once=True)

    for way, member in ((link, bob), (back, ada)):
        with pytest.raises(friends.NoSuchLink):
            await follow(way, member, tx)
    (blocked,) = await friends.blocked_across(bob, after=None, limit=9, tx=tx)
    await friends.unblock_across(blocked.id, member=bob, tx=tx)

    assert blocked.name == ada.name
    assert (await follow(link, bob, tx)).across is not None


async def test_given_a_wish_across_when_declined_or_taken_back_then_nobody_learns_of_the_other(
    tx: Tx,
) -> None:
    ada, bob = await afar(tx)
    link = await a_link(ada, tx, across=True)
    opened = await follow(link, bob, tx)
    assert opened.request is not None

    await friends.decline_across(opened.request, member=ada, tx=tx)
    theirs = await friends.across_requests(ada, received=True, after=None, limit=9, tx=tx)
    own = await friends.across_requests(bob, received=False, after=None, limit=9, tx=tx)
    with pytest.raises(friends.NoSuchRequest):
        await friends.accept_across(opened.request, member=bob, at=NOON, tx=tx)
    await friends.withdraw_across(opened.request, member=bob, tx=tx)

    assert (theirs, len(own)) == ([], 1)
    assert await tx.value("SELECT count(*) FROM across_request") == 0


async def test_given_wishes_when_accepted_and_taken_back_at_once_then_one_comes_first(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = []
        for _ in range(6):
            ada, bob = await afar(tx)
            opened = await follow(await a_link(ada, tx, across=True), bob, tx)
            assert opened.request is not None
            scenes.append((ada, bob, opened.request))

    async def accept(ada: Member, id: Any) -> bool:
        try:
            async with db.transaction() as tx:
                await friends.accept_across(id, member=ada, at=NOON, tx=tx)
        except friends.NoSuchRequest:
            return False
        return True

    async def withdraw(bob: Member, id: Any) -> bool:
        async with db.transaction() as tx:
            await friends.withdraw_across(id, member=bob, tx=tx)
        return True

    answers = await asyncio.gather(
        *(act for ada, bob, id in scenes for act in (accept(ada, id), withdraw(bob, id)))
    )

    async with db.transaction() as tx:
        for (ada, bob, _), accepted in zip(scenes, answers[::2], strict=True):
            both = (await far_friends(ada, tx), await far_friends(bob, tx))
            assert [len(each) for each in both] == [int(accepted)] * 2


async def test_given_an_answer_that_must_wait_when_the_wish_is_taken_back_meanwhile_then_no_friends(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await afar(tx)
        wish = (await follow(await a_link(ada, tx, across=True), bob, tx)).request
    assert wish is not None

    async def accept() -> None:
        async with db.transaction() as tx:
            await friends.accept_across(wish, member=ada, at=NOON, tx=tx)

    async def waits() -> bool:
        async with db.reading() as tx:
            return bool(await tx.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    async def be_busy() -> None:
        async with db.transaction() as tx:
            await members.lock([ada.id], programme=ada.programme, tx=tx)
            held.set()
            await taken_back.wait()

    held, taken_back = asyncio.Event(), asyncio.Event()
    busy = asyncio.create_task(be_busy())
    await held.wait()
    answering = asyncio.create_task(accept())
    await until(waits)
    async with db.transaction() as tx:
        await friends.withdraw_across(wish, member=bob, tx=tx)
    taken_back.set()
    await busy

    with pytest.raises(friends.NoSuchRequest):
        await answering


async def test_given_ties_of_every_kind_when_told_then_nothing_of_the_other_programme_is_in_it(
    tx: Tx,
) -> None:
    ada, bob = await afar(tx)
    await follow(await a_link(ada, tx, across=True, at_once=True), bob, tx)

    told = await personal.told(ada.id, programme=ada.programme, tx=tx)

    assert set(told) == personal.TABLES
    assert len(told["across_friend"]) == len(told["friend_link"]) == 1
    assert str(bob.id) not in str(told)


async def test_given_a_walled_session_then_it_sees_its_own_side_of_a_friendship_across_only(
    tx: Tx,
) -> None:
    ada, bob = await afar(tx)
    await follow(await a_link(ada, tx, across=True, at_once=True), bob, tx)
    await follow(await a_link(ada, tx, across=True), bob, tx)
    await tx.run("SET LOCAL ROLE laurel_walled")
    await tx.value("SELECT set_config('laurel.programme', $1, true)", str(bob.programme))

    rows = await tx.rows("SELECT programme, member FROM across_friend")
    links = await tx.value("SELECT count(*) FROM friend_link")
    await tx.run("DELETE FROM across_friend WHERE programme = $1", bob.programme)
    await tx.run("RESET ROLE")

    assert [(row["programme"], row["member"]) for row in rows] == [(bob.programme, bob.id)]
    assert links == 0
    assert await far_friends(ada, tx) == []
