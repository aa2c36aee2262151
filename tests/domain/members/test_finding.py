"""Finding members, in one programme only."""

from uuid import UUID

import pytest

from domain import members
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import ISSUER, NOON


async def test_given_a_member_when_sought_by_token_handle_or_id_then_found(tx: Tx) -> None:
    club = await given.a_programme(slug="finders", tx=tx)
    ada = await given.a_member(club, handle="ada", subject="ada-1", tx=tx)

    assert await members.identified("finders", issuer=ISSUER, subject="ada-1", tx=tx) == ada
    assert await members.by_handle("ada", programme=club.id, tx=tx) == ada
    assert await members.get(ada.id, programme=club.id, tx=tx) == ada


async def test_given_a_member_of_another_programme_when_sought_then_unknown(tx: Tx) -> None:
    here = await given.a_programme(slug="here", tx=tx)
    there = await given.a_programme(tx=tx)
    eve = await given.a_member(there, handle="eve", subject="eve-1", tx=tx)

    with pytest.raises(members.NoSuchMember) as foreign:
        await members.get(eve.id, programme=here.id, tx=tx)
    with pytest.raises(members.NoSuchMember) as unknown:
        await members.get(ids.new(NOON), programme=here.id, tx=tx)
    with pytest.raises(members.NoSuchMember):
        await members.by_handle("eve", programme=here.id, tx=tx)
    with pytest.raises(members.NoSuchMember):
        await members.identified("here", issuer=ISSUER, subject="eve-1", tx=tx)
    with pytest.raises(members.NoSuchMember):
        await members.edit(_moved(eve, here.id), name="Mallory", at=NOON, tx=tx)

    assert str(foreign.value) == str(unknown.value)
    assert await members.several([eve.id], programme=here.id, tx=tx) == {}
    assert await members.lock([eve.id], programme=here.id, tx=tx) == {}
    assert await members.listed(programme=here.id, after=None, limit=10, tx=tx) == []


@pytest.mark.parametrize("handle", ["", "a\x00da", "\ud800da", "ADA", "a" * 10_000])
async def test_given_a_handle_nobody_can_have_when_sought_then_unknown(handle: str, tx: Tx) -> None:
    club = await given.a_programme(tx=tx)

    with pytest.raises(members.NoSuchMember):
        await members.by_handle(handle, programme=club.id, tx=tx)
    with pytest.raises(members.NoSuchMember):
        await members.identified(club.slug, issuer=ISSUER, subject=f"{handle}\x00", tx=tx)


async def test_given_several_members_when_listed_by_page_then_each_comes_once(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    joined = {(await given.a_member(club, tx=tx)).id for _ in range(5)}

    seen: list[UUID] = []
    while page := await members.listed(
        programme=club.id, after=seen[-1] if seen else None, limit=2, tx=tx
    ):
        seen += [member.id for member in page]

    assert len(seen) == 5
    assert set(seen) == joined


def _moved(member: members.Member, programme: int) -> members.Member:
    return members.Member(
        **{name: getattr(member, name) for name in member.__slots__} | {"programme": programme}
    )
