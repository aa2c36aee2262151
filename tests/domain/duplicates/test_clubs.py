"""A merged member's clubs are the survivor's, pools and all; undoing gives them back."""

from uuid import UUID

import pytest

from domain import clubs, duplicates
from domain.clubs import OwnPayout, Role
from domain.members import Member
from infra.db import Tx
from tests.domain.clubs.pools import a_club, a_full_club, give, has, pay
from tests.domain.duplicates.pairs import Pair
from tests.support import given
from tests.support.given import NOON


async def roles(member: Member, tx: Tx) -> dict[UUID, Role]:
    found = await clubs.listed(member, after=None, limit=10, tx=tx)
    return {one.club.id: one.role for one in found}


async def test_given_a_club_of_the_duplicate_when_merged_then_the_survivor_can_pay_out_of_it(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    club, ada, bob, _ = await a_full_club(pooled=100, programme=programme, tx=tx)
    stays = await given.a_member(programme, tx=tx)

    await Pair(programme, stays, ada).merged(tx=tx)
    await pay(60, club, stays, bob, tx)
    await clubs.close(club.id, owner=stays, at=NOON, tx=tx)

    assert (await has(bob, tx), await has(stays, tx), await has(ada, tx)) == (60, 40, 0)


async def test_given_a_club_of_both_when_merged_and_undone_then_each_has_their_role_again(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    club, ada, bob, cy = await a_full_club(pooled=0, programme=programme, tx=tx)
    other = await a_club(ada, tx=tx)
    pair = Pair(programme, cy, ada)

    merge = await pair.merged(tx=tx)
    as_one = await roles(cy, tx), await roles(ada, tx)
    await duplicates.unmerge(merge.id, programme=programme.id, at=NOON, tx=tx)

    assert as_one == ({club.id: Role.OWNER, other.id: Role.OWNER}, {})
    await tx.run("SET CONSTRAINTS ALL IMMEDIATE")
    assert await roles(ada, tx) == {club.id: Role.OWNER, other.id: Role.OWNER}
    assert await roles(cy, tx) == {club.id: Role.MEMBER}
    assert await roles(bob, tx) == {club.id: Role.TREASURER}


async def test_given_an_officer_twice_in_a_club_when_merged_then_they_cannot_pay_themselves(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    club, _, bob, cy = await a_full_club(pooled=100, programme=programme, tx=tx)

    await Pair(programme, bob, cy).merged(tx=tx)

    with pytest.raises((OwnPayout, clubs.NotInClub)):
        await pay(10, club, bob, cy, tx)


async def test_given_a_club_handed_on_since_when_undone_then_it_stays_where_it_is(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    club, ada, bob, _ = await a_full_club(pooled=0, programme=programme, tx=tx)
    stays = await given.a_member(programme, holding=5, tx=tx)
    merge = await Pair(programme, stays, ada).merged(tx=tx)
    await give(5, club, stays, tx)
    await clubs.hand_over(club.id, owner=stays, heir=bob.id, at=NOON, tx=tx)

    await duplicates.unmerge(merge.id, programme=programme.id, at=NOON, tx=tx)

    assert await roles(bob, tx) == {club.id: Role.OWNER}
    assert await roles(stays, tx) == {}
    assert await roles(ada, tx) == {club.id: Role.TREASURER}
