"""Joining a programme."""

import asyncio

import pytest

from domain import ledger, members
from domain.members import Member
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


async def test_given_a_programme_when_joined_then_the_member_has_an_empty_wallet(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)

    ada = await members.join(club, **WORDS, at=NOON, tx=tx)

    assert await members.get(ada.id, programme=club.id, tx=tx) == ada
    assert (ada.programme, ada.book, ada.auto_accept) == (club.id, club.book, False)
    balance = await ledger.balance(ada.account, book=ada.book, tx=tx)
    assert (balance.available, balance.pending, balance.held) == (0, 0, 0)


async def test_given_a_programme_when_joined_then_that_is_told(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)

    ada = await members.join(club, **WORDS, at=NOON, tx=tx)

    told = members.Joined(programme=club.id, subject=ada.id, object=ada.id, at=NOON)
    assert tx.staged == [told]


REFUSALS = [
    ({"handle": "ad"}, members.BadHandle),
    ({"handle": "a" * 31}, members.BadHandle),
    ({"handle": "Ada"}, members.BadHandle),
    ({"handle": "ada lovelace"}, members.BadHandle),
    ({"handle": "ada\n"}, members.BadHandle),
    ({"handle": "ada\x00"}, members.BadHandle),
    ({"name": ""}, members.BadName),
    ({"name": "Ada\x07"}, members.BadName),
    ({"locale": "klingonese"}, members.BadLocale),
    ({"zone": "Atlantis"}, members.BadZone),
    ({"issuer": ""}, members.BadIdentity),
    ({"subject": "x" * 256}, members.BadIdentity),
    ({"subject": "x\x00"}, members.BadIdentity),
    ({"subject": "known"}, members.AlreadyMember),
    ({"handle": "known"}, members.HandleTaken),
    ({"handle": "known", "subject": "known"}, members.AlreadyMember),
    ({"handle": "X", "name": "", "zone": ""}, members.BadHandle),
]


@pytest.mark.parametrize(("fault", "refusal"), REFUSALS)
async def test_given_a_fault_when_joined_then_refused(
    fault: dict[str, str], refusal: type[Refused], tx: Tx
) -> None:
    club = await given.a_programme(tx=tx)
    await given.a_member(club, handle="known", subject="known", tx=tx)

    with pytest.raises(refusal):
        await members.join(club, **{**WORDS, **fault}, at=NOON, tx=tx)


async def test_given_a_member_of_one_programme_when_they_join_another_then_both_are_theirs(
    tx: Tx,
) -> None:
    one, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)

    here = await members.join(one, **WORDS, at=NOON, tx=tx)
    there = await members.join(other, **WORDS, at=NOON, tx=tx)

    assert here.id != there.id
    assert (here.book, here.account) != (there.book, there.account)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [({}, members.AlreadyMember), ({"subject": "other-{}"}, members.HandleTaken)],
)
async def test_given_one_identity_or_handle_when_eight_join_at_once_then_one_does(
    words: dict[str, str], refusal: type[Refused], database: None
) -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)

    async def join(number: int) -> Member | type[Refused]:
        told = {name: text.format(number) for name, text in words.items()}
        try:
            async with db.transaction() as tx:
                return await members.join(club, **{**WORDS, **told}, at=NOON, tx=tx)
        except Refused as refused:
            return type(refused)

    answers = await asyncio.gather(*(join(n) for n in range(8)))

    assert answers.count(refusal) == 7
    async with db.transaction() as tx:
        listed = await members.listed(programme=club.id, after=None, limit=10, tx=tx)
    assert [a for a in answers if isinstance(a, Member)] == list(listed)
