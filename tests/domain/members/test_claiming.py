"""Coming for what is one's own: imported members, members who left."""

import asyncio
from typing import Any

import pytest

from domain import ledger, members
from domain.members import ContactKind, Member, State
from domain.programmes import Programme
from infra import db
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import ISSUER, NOON

WORDS = {
    "handle": "ada",
    "name": "Ada Lovelace",
    "locale": "en-GB",
    "zone": "Europe/London",
    "issuer": ISSUER,
    "subject": "ada-1",
}


async def test_given_an_imported_member_when_their_person_joins_then_it_is_theirs(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    imported = await _imported(club, email="ada@x.org", holding=30, tx=tx)

    joined = await members.join(club, **WORDS, email="Ada@X.org ", at=NOON, tx=tx)

    assert (joined.id, joined.account, joined.handle) == (imported.id, imported.account, "ada")
    known = await members.identified(club.slug, issuer=ISSUER, subject="ada-1", tx=tx)
    assert known == joined
    assert (await ledger.balance(joined.account, book=joined.book, tx=tx)).available == 30
    (contact,) = await members.contacts(joined, tx=tx)
    assert (contact.value, contact.verified_at) == ("ada@x.org", NOON)


async def test_given_a_claimed_member_when_another_has_their_address_then_that_is_a_new_one(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    first = await members.join(club, **WORDS, email="ada@x.org", at=NOON, tx=tx)

    other = WORDS | {"handle": "eve", "subject": "eve-1"}
    second = await members.join(club, **other, email="ada@x.org", at=NOON, tx=tx)

    assert second.id != first.id


async def test_given_two_imported_members_with_one_address_when_joined_then_neither_is_claimed(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    imported = {(await _imported(club, email="ada@x.org", tx=tx)).id for _ in range(2)}

    joined = await members.join(club, **WORDS, email="ada@x.org", at=NOON, tx=tx)

    assert joined.id not in imported


async def test_given_an_imported_member_elsewhere_when_joined_here_then_it_is_not_found(
    tx: Tx,
) -> None:
    here, there = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    foreign = await _imported(there, email="ada@x.org", tx=tx)

    joined = await members.join(here, **WORDS, email="ada@x.org", at=NOON, tx=tx)

    assert joined.id != foreign.id


async def test_given_an_imported_member_when_claimed_with_anothers_handle_then_refused(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    await given.a_member(club, handle="ada", tx=tx)
    imported = await _imported(club, email="ada@x.org", tx=tx)

    with pytest.raises(members.HandleTaken):
        async with tx.savepoint():
            await members.join(club, **WORDS, email="ada@x.org", at=NOON, tx=tx)

    assert await members.get(imported.id, programme=club.id, tx=tx) == imported


async def test_given_an_imported_member_when_eight_claim_it_at_once_then_one_does(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        imported = await _imported(club, email="ada@x.org", tx=tx)

    async def join(number: int) -> Any:
        words = WORDS | {"handle": f"ada{number}", "subject": f"ada-{number}"}
        async with db.transaction() as tx:
            return await members.join(club, **words, email="ada@x.org", at=NOON, tx=tx)

    joined = await asyncio.gather(*(join(number) for number in range(8)))

    assert [one.id for one in joined].count(imported.id) == 1
    assert len({one.id for one in joined}) == 8


async def test_given_a_member_who_left_when_they_join_again_then_they_have_what_they_had(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, handle="ada", holding=12, subject="ada-1", tx=tx)
    gone = await members.leave(ada, at=NOON, tx=tx)
    assert gone.state is State.LEFT
    with pytest.raises(members.NoSuchMember):
        await members.identified(club.slug, issuer=ISSUER, subject="ada-1", tx=tx)
    with pytest.raises(members.NoSuchMember):
        await members.by_handle("ada", programme=club.id, tx=tx)
    with pytest.raises(members.NoSuchMember):
        await members.leave(gone, at=NOON, tx=tx)

    back = await members.join(club, **WORDS, at=NOON, tx=tx)

    assert (back.id, back.state, back.name) == (ada.id, State.ACTIVE, "Ada Lovelace")
    assert (await ledger.balance(back.account, book=back.book, tx=tx)).available == 12
    told = [type(event).__name__ for event in tx.staged]
    assert told[-2:] == ["Left", "CameBack"]


async def test_given_no_loyalty_number_when_joined_then_there_is_a_readable_one(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)

    ada = await members.join(club, **WORDS, at=NOON, tx=tx)

    assert len(ada.external_ref) == 14
    assert {ada.external_ref[4], ada.external_ref[9]} == {"-"}
    assert not set(ada.external_ref) & set("ILOU")


REFUSALS = [
    ({"external_ref": "-1"}, members.BadRef),
    ({"external_ref": "x" * 65}, members.BadRef),
    ({"email": "ada"}, members.BadContact),
    ({"email": "ada@x"}, members.BadContact),
    ({"phone": "0660 1234567"}, members.BadContact),
    ({"external_ref": "known"}, members.RefTaken),
    ({"external_ref": "known", "handle": "known"}, members.HandleTaken),
]


@pytest.mark.parametrize(("fault", "refusal"), REFUSALS)
async def test_given_a_fault_of_number_or_contact_when_joined_then_refused(
    fault: dict[str, str], refusal: type[Refused], tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    words = WORDS | {"handle": "known", "subject": "known"}
    await members.join(club, **words, external_ref="known", at=NOON, tx=tx)

    with pytest.raises(refusal):
        await members.join(club, **{**WORDS, **fault}, at=NOON, tx=tx)


async def _imported(club: Programme, *, email: str, holding: int = 0, tx: Tx) -> Member:
    """A member whom nobody vouches for, as an import leaves it."""
    member = await given.a_member(club, holding=holding, tx=tx)
    await tx.run("DELETE FROM member_identity WHERE member = $1", member.id)
    await members.add_contact(
        member, kind=ContactKind.EMAIL, value=email, verified=False, at=NOON, tx=tx
    )
    return member
