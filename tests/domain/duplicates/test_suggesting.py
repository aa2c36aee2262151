"""Suggesting who may be one person."""

import pytest

from domain import duplicates, members
from domain.duplicates import Reason
from domain.duplicates.scoring import scored
from domain.members import ContactKind, Likeness, Member
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON


async def test_given_members_alike_when_sought_then_the_likeliest_come_first_and_say_why(
    tx: Tx,
) -> None:
    club, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    for each in (club, other):
        for field in members.STANDARD:
            await members.define(field, programme=each.id, at=NOON, tx=tx)
    ada = await _one(club, "Ada Lovelace", tx, email="ada@x.org", born="1990-01-01", town="Graz")
    mail = await _one(club, "A. King", tx, email="ada@x.org")
    born = await _one(club, "Ada Lovelac", tx, born="1990-01-01")
    town = await _one(club, "Ada Lovelace", tx, town="graz")
    await _one(club, "Ada Lovelace", tx)
    await _one(club, "Bob Builder", tx, born="1990-01-01", town="Graz")
    await _one(other, "Ada Lovelace", tx, email="ada@x.org", born="1990-01-01", town="Graz")

    await duplicates.seek([ada.id], programme=club.id, at=NOON, tx=tx)

    found = await duplicates.suggested(programme=club.id, after=None, limit=10, tx=tx)
    assert [({one.a, one.b} - {ada.id}, one.reasons) for one in found] == [
        ({mail.id}, (Reason.EMAIL,)),
        ({born.id}, (Reason.BIRTH_DATE, Reason.NAME)),
        ({town.id}, (Reason.NAME, Reason.RESIDENCE)),
    ]
    first, rest = found[0], found[1:]
    after = (first.score, first.a, first.b)
    assert await duplicates.suggested(programme=club.id, after=after, limit=10, tx=tx) == rest


async def test_given_a_dismissed_suggestion_when_sought_again_then_it_stays_dismissed(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = [await _one(club, "Ada", tx, email="ada@x.org") for _ in range(2)]
    await duplicates.seek([ada.id], programme=club.id, at=NOON, tx=tx)

    await duplicates.dismiss(bob.id, ada.id, programme=club.id, tx=tx)
    await duplicates.seek([ada.id, bob.id], programme=club.id, at=NOON, tx=tx)

    assert await duplicates.suggested(programme=club.id, after=None, limit=10, tx=tx) == []
    other = await given.a_programme(tx=tx)
    with pytest.raises(duplicates.NoSuchSuggestion):
        await duplicates.dismiss(ada.id, bob.id, programme=other.id, tx=tx)


async def test_given_a_suggestion_when_the_two_are_merged_then_it_is_settled(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    ada, bob = [await _one(club, "Ada", tx, email="ada@x.org") for _ in range(2)]
    await duplicates.seek([ada.id], programme=club.id, at=NOON, tx=tx)

    await duplicates.merge(
        survivor=ada.id, duplicate=bob.id, programme=club.id, id=ids.new(NOON), at=NOON, tx=tx
    )
    await duplicates.seek([ada.id], programme=club.id, at=NOON, tx=tx)

    assert await duplicates.suggested(programme=club.id, after=None, limit=10, tx=tx) == []


@pytest.mark.parametrize(
    ("name", "facts", "score"),
    [
        (10, {"email": True, "phone": True}, 99),
        (10, {"email": True}, 95),
        (10, {"phone": True}, 90),
        (100, {}, None),
        (100, {"birth_date": True, "residence": True}, 89),
        (100, {"birth_date": True}, 80),
        (50, {"birth_date": True}, 55),
        (39, {"birth_date": True, "residence": True}, None),
        (100, {"residence": True}, 65),
        (60, {"residence": True}, None),
    ],
)
def test_a_score_follows_from_what_two_have_in_common(
    name: int, facts: dict[str, bool], score: int | None
) -> None:
    nothing = dict.fromkeys(("email", "phone", "birth_date", "residence"), False)
    one, other = ids.new(NOON), ids.new(NOON)

    judged = scored(Likeness(one, other, name, **{**nothing, **facts}))

    assert (None if judged is None else judged[0]) == score


async def _one(
    club: Programme,
    name: str,
    tx: Tx,
    *,
    email: str | None = None,
    born: str | None = None,
    town: str | None = None,
) -> Member:
    member = await given.a_member(club, tx=tx)
    member = await members.edit(member, name=name, at=NOON, tx=tx)
    if email:
        await members.add_contact(
            member, kind=ContactKind.EMAIL, value=email, verified=True, at=NOON, tx=tx
        )
    said = {"birth_date": born, "residence": town}
    await members.fill(member, {k: v for k, v in said.items() if v}, at=NOON, tx=tx)
    return member
