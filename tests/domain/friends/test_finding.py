"""Who is found, by a handle or by a contact in somebody's phone."""

from datetime import timedelta

import pytest

from domain import friends, members
from domain.friends import Finding
from domain.friends.finding import hashed_contact
from domain.friends.quotas import purge
from domain.members import Contact, ContactKind, Member
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

PHONE = "+436601234567"


async def a_pair(tx: Tx) -> tuple[Member, Member]:
    programme = await given.a_programme(tx=tx)
    return await given.a_member(programme, tx=tx), await given.a_member(programme, tx=tx)


async def reached(member: Member, tx: Tx, *, verified: bool = True, at: str = PHONE) -> None:
    await members.add_contact(
        member, kind=ContactKind.PHONE, value=at, verified=verified, at=NOON, tx=tx
    )


async def findable(member: Member, tx: Tx) -> None:
    wanted = Finding(by_handle=True, by_contact=True)
    await friends.set_finding(member, wanted=wanted, tx=tx)


async def hash_for(asker: Member, tx: Tx, value: str = PHONE) -> bytes:
    """What the asker's app computes for a number in its address book."""
    salt = await friends.contact_salt(asker, tx=tx)
    return hashed_contact(Contact(ContactKind.PHONE, value, None), salt=salt)


async def found(asker: Member, tx: Tx) -> list[Member]:
    hashes = [await hash_for(asker, tx)]
    return [m.member for m in await friends.by_contacts(hashes, asker=asker, at=NOON, tx=tx)]


async def test_the_hash_is_what_an_app_computes_from_the_documentation() -> None:
    contact = Contact(ContactKind.EMAIL, "ada@b.example", None)

    # printf 'laurel contact\037north\037EMAIL\037ada@b.example' | sha256sum
    assert hashed_contact(contact, salt="north").hex() == (
        "806d881f14c9999088a3d32969356b70be7ebefbc58774eab1d0bd41c171a4af"
    )


async def test_given_one_who_wants_to_be_found_when_looked_for_by_contact_then_they_are(
    tx: Tx,
) -> None:
    ada, bob = await a_pair(tx)
    await reached(bob, tx)
    before = await found(ada, tx)

    await findable(bob, tx)

    assert (before, await found(ada, tx)) == ([], [bob])
    assert await found(bob, tx) == []


@pytest.mark.parametrize(
    "why", ["unverified", "withdrawn", "gone", "left", "blocks", "blocked", "foreign"]
)
async def test_given_one_who_is_not_to_be_found_when_looked_for_then_as_if_nobody_had_it(
    tx: Tx, why: str
) -> None:
    ada, bob = await a_pair(tx)
    asker = ada
    await reached(bob, tx, verified=why != "unverified")
    await findable(bob, tx)
    if why == "withdrawn":
        await friends.set_finding(bob, wanted=Finding(), tx=tx)
    elif why == "gone":
        await members.drop_contact(bob, kind=ContactKind.PHONE, value=PHONE, tx=tx)
    elif why == "left":
        await members.leave(bob, at=NOON, tx=tx)
    elif why == "blocks":
        await friends.block(bob, friend=ada.id, at=NOON, tx=tx)
    elif why == "blocked":
        await friends.block(ada, friend=bob.id, at=NOON, tx=tx)
    elif why == "foreign":
        asker = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    assert await found(asker, tx) == []


async def test_given_hashes_of_nobody_when_looked_for_then_only_their_number_is_kept(
    tx: Tx,
) -> None:
    ada, _ = await a_pair(tx)

    await friends.by_contacts([b"x" * 32, b"y" * 32], asker=ada, at=NOON, tx=tx)

    assert await tx.value("SELECT count(*) FROM friend_contact") == 0
    assert await tx.value("SELECT used FROM friend_quota WHERE member = $1", ada.id) == 2


@pytest.mark.parametrize("count", [0, 501])
async def test_given_too_many_hashes_or_none_when_looked_for_then_refused(
    tx: Tx, count: int
) -> None:
    ada, _ = await a_pair(tx)
    hashes = [number.to_bytes(32, "big") for number in range(count)]

    with pytest.raises(friends.BadContactHash):
        await friends.by_contacts(hashes, asker=ada, at=NOON, tx=tx)
    with pytest.raises(friends.BadContactHash):
        await friends.by_contacts([b"short"], asker=ada, at=NOON, tx=tx)


async def test_given_two_thousand_hashes_in_a_day_when_one_more_is_looked_for_then_tomorrow(
    tx: Tx,
) -> None:
    ada, _ = await a_pair(tx)
    for _ in range(4):
        hashes = [number.to_bytes(32, "big") for number in range(500)]
        await friends.by_contacts(hashes, asker=ada, at=NOON, tx=tx)

    with pytest.raises(friends.OverLookupLimit):
        await friends.by_contacts([b"x" * 32], asker=ada, at=NOON, tx=tx)
    tomorrow = NOON + timedelta(days=1)
    await friends.by_contacts([b"x" * 32], asker=ada, at=tomorrow, tx=tx)

    assert await purge(NOON + timedelta(days=4), tx) >= 2


async def test_given_a_hidden_handle_when_looked_for_then_only_those_they_dealt_with_find_it(
    tx: Tx,
) -> None:
    ada, bob = await a_pair(tx)
    await friends.set_finding(bob, wanted=Finding(by_handle=False), tx=tx)

    with pytest.raises(members.NoSuchMember) as hidden:
        await friends.by_handle(bob.handle, asker=ada, tx=tx)
    with pytest.raises(members.NoSuchMember) as nobody:
        await friends.by_handle("nobody-at-all", asker=ada, tx=tx)
    await friends.request(bob, friend=ada.id, at=NOON, tx=tx)

    assert str(hidden.value) == str(nobody.value)
    assert await friends.by_handle(bob.handle, asker=ada, tx=tx) == bob
    assert await friends.by_handle(bob.handle, asker=bob, tx=tx) == bob
