"""Who is in a club, and who decides it."""

import asyncio
from typing import Any

import pytest

from domain import clubs, friends, programmes
from domain.clubs import Role
from domain.members import Member
from domain.programmes import Programme
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.clubs.pools import a_club, a_full_club, has
from tests.support import given
from tests.support.given import NOON


async def roles(club: clubs.Club, tx: Tx) -> dict[Any, Role]:
    found = await clubs.roster(club, after=None, limit=100, tx=tx)
    return {one.member: one.role for one in found}


async def test_given_a_founder_when_friends_accept_then_the_club_has_an_owner_and_members(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    id = ids.new(NOON)

    founded = await clubs.found(" The Hares ", owner=ada, id=id, at=NOON, tx=tx)
    again = await clubs.found(" The Hares ", owner=ada, id=id, at=NOON, tx=tx)
    await clubs.invite(id, inviter=ada, friend=bob.id, at=NOON, tx=tx)
    (asked,) = await clubs.invitations(bob, after=None, limit=10, tx=tx)
    entered = await clubs.accept(id, member=bob, at=NOON, tx=tx)

    assert founded == again
    assert (founded.club.name, founded.role, founded.club.keep_months) == (
        "The Hares",
        Role.OWNER,
        12,
    )
    assert (asked.club.name, asked.inviter) == ("The Hares", ada.id)
    assert entered == await clubs.accept(id, member=bob, at=NOON, tx=tx)
    assert await roles(founded.club, tx) == {ada.id: Role.OWNER, bob.id: Role.MEMBER}
    assert await clubs.invitations(bob, after=None, limit=10, tx=tx) == []
    assert [one.club.id for one in await clubs.listed(bob, after=None, limit=10, tx=tx)] == [id]


async def test_given_one_who_blocked_the_inviter_when_invited_then_they_are_as_any_stranger(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    stranger = await given.a_member(await _home(ada, tx), tx=tx)
    club = await a_club(ada, tx=tx)
    await friends.block(bob, friend=ada.id, at=NOON, tx=tx)

    said = []
    for friend in (bob, stranger):
        with pytest.raises(clubs.NotClubFriends) as refused:
            await clubs.invite(club.id, inviter=ada, friend=friend.id, at=NOON, tx=tx)
        said.append(str(refused.value))

    assert said[0] == said[1]


async def _home(member: Member, tx: Tx) -> Programme:
    return await programmes.by_id(member.programme, tx=tx)


async def test_given_a_club_when_it_is_handed_over_then_the_heir_owns_it_and_one_stays(
    tx: Tx,
) -> None:
    club, ada, bob, cy = await a_full_club(pooled=0, tx=tx)

    await clubs.hand_over(club.id, owner=ada, heir=cy.id, at=NOON, tx=tx)

    kept = (await clubs.get(club.id, member=ada, tx=tx)).club
    assert await roles(kept, tx) == {
        ada.id: Role.TREASURER,
        bob.id: Role.TREASURER,
        cy.id: Role.OWNER,
    }
    with pytest.raises(clubs.RoleNeeded):
        await clubs.hand_over(club.id, owner=ada, heir=bob.id, at=NOON, tx=tx)


async def test_given_an_owner_when_leaving_then_only_alone_and_the_club_ends_by_it(tx: Tx) -> None:
    club, ada, bob, cy = await a_full_club(pooled=60, tx=tx)

    with pytest.raises(clubs.OwnerStays):
        await clubs.leave(club.id, member=ada, at=NOON, tx=tx)
    await clubs.leave(club.id, member=bob, at=NOON, tx=tx)
    await clubs.remove(club.id, officer=ada, member=cy.id, at=NOON, tx=tx)
    await clubs.leave(club.id, member=ada, at=NOON, tx=tx)

    assert await clubs.listed(ada, after=None, limit=10, tx=tx) == []
    assert await has(ada, tx) == 60


async def test_given_a_treasurer_when_removing_then_members_go_and_officers_stay(tx: Tx) -> None:
    club, ada, bob, cy = await a_full_club(pooled=0, tx=tx)

    for officer in (ada, bob):
        with pytest.raises((clubs.RoleNeeded, clubs.OwnerStays)):
            await clubs.remove(club.id, officer=bob, member=officer.id, at=NOON, tx=tx)
    await clubs.remove(club.id, officer=bob, member=cy.id, at=NOON, tx=tx)

    assert await roles(club, tx) == {ada.id: Role.OWNER, bob.id: Role.TREASURER}


@pytest.mark.parametrize("verb", ["invite", "withdraw", "remove", "appoint", "hand_over", "close"])
async def test_given_a_mere_member_when_acting_as_an_officer_then_refused(
    tx: Tx, verb: str
) -> None:
    club, _, bob, cy = await a_full_club(pooled=0, tx=tx)
    acts: dict[str, dict[str, Any]] = {
        "invite": {"inviter": cy, "friend": bob.id, "at": NOON},
        "withdraw": {"officer": cy, "member": bob.id},
        "remove": {"officer": cy, "member": bob.id, "at": NOON},
        "appoint": {"owner": cy, "member": bob.id, "treasurer": False, "at": NOON},
        "hand_over": {"owner": cy, "heir": bob.id, "at": NOON},
        "close": {"owner": cy, "at": NOON},
    }

    with pytest.raises(clubs.RoleNeeded):
        await getattr(clubs, verb)(club.id, **acts[verb], tx=tx)


@pytest.mark.parametrize("verb", ["invite", "remove", "leave", "close", "get"])
async def test_given_somebody_outside_or_of_another_programme_then_there_is_no_such_club(
    tx: Tx, verb: str
) -> None:
    club, ada, _, _ = await a_full_club(pooled=0, tx=tx)
    outside = await given.a_member(await _home(ada, tx), tx=tx)
    foreign = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    for who in (outside, foreign):
        acts: dict[str, dict[str, Any]] = {
            "invite": {"inviter": who, "friend": ada.id, "at": NOON},
            "remove": {"officer": who, "member": ada.id, "at": NOON},
            "leave": {"member": who, "at": NOON},
            "close": {"owner": who, "at": NOON},
            "get": {"member": who},
        }
        with pytest.raises(clubs.NoSuchClub):
            await getattr(clubs, verb)(club.id, **acts[verb], tx=tx)


NAMES: list[tuple[str, dict[str, Any], type[Refused], str]] = [
    ("no name", {"name": "  "}, clubs.BadClubName, "BAD_CLUB_NAME"),
    ("a long name", {"name": "n" * 81}, clubs.BadClubName, "BAD_CLUB_NAME"),
    ("a name with a control", {"name": "a\nb"}, clubs.BadClubName, "BAD_CLUB_NAME"),
    ("no month", {"keep_months": 0}, clubs.BadKeepMonths, "BAD_KEEP_MONTHS"),
    ("more than the policy", {"keep_months": 13}, clubs.BadKeepMonths, "BAD_KEEP_MONTHS"),
    ("a sixth club", {}, clubs.TooManyClubs, "TOO_MANY_CLUBS"),
]


@pytest.mark.parametrize(("name", "wrong", "kind", "code"), NAMES, ids=[row[0] for row in NAMES])
async def test_given_a_fault_when_founding_then_it_is_refused(
    tx: Tx, name: str, wrong: dict[str, Any], kind: type[Refused], code: str
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    for _ in range(5):
        await a_club(ada, tx=tx)
    said = {"name": "The Hares", "id": ids.new(NOON)} | wrong
    title = said.pop("name")

    with pytest.raises(kind) as refused:
        await clubs.found(title, owner=ada, at=NOON, tx=tx, **said)

    assert refused.value.code == code


async def test_given_a_club_with_one_place_when_eight_accept_at_once_then_one_comes_in(
    database: None,
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        await clubs.set_policy(clubs.Policy(members_max=10), programme=programme.id, tx=tx)
        ada = await given.a_member(programme, tx=tx)
        club = await a_club(ada, tx=tx)
        asked = [await given.a_member(programme, tx=tx) for _ in range(8)]
        for one in asked:
            await given.friendship(ada, one, tx=tx)
            await clubs.invite(club.id, inviter=ada, friend=one.id, at=NOON, tx=tx)
        await clubs.set_policy(clubs.Policy(members_max=2), programme=programme.id, tx=tx)

    async def enter(member: Any) -> bool:
        try:
            async with db.transaction() as tx:
                await clubs.accept(club.id, member=member, at=NOON, tx=tx)
        except clubs.ClubFull:
            return False
        return True

    answers = await asyncio.gather(*(enter(one) for one in asked))

    assert answers.count(True) == 1


async def test_given_two_heirs_when_handed_over_at_once_then_the_club_has_one_owner(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club, ada, bob, cy = await a_full_club(pooled=0, tx=tx)

    async def hand(heir: Any) -> bool:
        try:
            async with db.transaction() as tx:
                await clubs.hand_over(club.id, owner=ada, heir=heir.id, at=NOON, tx=tx)
        except clubs.RoleNeeded:
            return False
        return True

    answers = await asyncio.gather(hand(bob), hand(cy), hand(bob), hand(cy))

    assert answers.count(True) == 1
    async with db.transaction() as tx:
        kept = (await clubs.get(club.id, member=ada, tx=tx)).club
        assert list((await roles(kept, tx)).values()).count(Role.OWNER) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("members_max", 1),
        ("members_max", 501),
        ("clubs_max", 0),
        ("owner_day_max", 0),
        ("owner_month_max", 1),
        ("treasurer_month_max", 1),
        ("keep_months", 25),
    ],
)
async def test_given_a_limit_out_of_bounds_when_set_then_it_is_named(
    tx: Tx, field: str, value: int
) -> None:
    programme = await given.a_programme(tx=tx)

    with pytest.raises(clubs.BadClubPolicy) as refused:
        await clubs.set_policy(clubs.Policy(**{field: value}), programme=programme.id, tx=tx)

    assert refused.value.path == (field,)
    assert await clubs.policy(programme.id, tx=tx) == clubs.Policy()
