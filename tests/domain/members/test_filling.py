"""Typed fields that a programme chooses, and what members say to them."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import members
from domain.members import Field, FieldKind, Member
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import NOON

LATER = NOON + timedelta(hours=1)
CHANGES = """
SELECT field, before::text, after::text, actor, operator FROM member_change
WHERE member = $1 ORDER BY number
"""


async def test_given_standard_fields_when_filled_then_values_are_typed_and_kept(tx: Tx) -> None:
    ada = await _asked(*members.STANDARD, tx=tx)
    told: dict[str, Any] = {
        "gender": "female",
        "birth_date": "1990-02-28",
        "residence": "  Graz ",
        "household_size": 3,
        "income": 4_200_000,
        "interests": ["running", "food"],
    }

    filled = await members.fill(ada, told, at=NOON, tx=tx)

    said = {key: value.plain for key, value in filled.items()}
    assert said == told | {"residence": "Graz"}
    row = await tx.row(
        "SELECT day FROM profile_value WHERE key = 'birth_date' AND member = $1", ada.id
    )
    assert row is not None
    assert row["day"] == date(1990, 2, 28)


async def test_given_values_when_changed_and_taken_back_then_who_and_when_is_kept(tx: Tx) -> None:
    ada = await _asked(*members.STANDARD, tx=tx)
    operator = uuid4()
    await members.fill(ada, {"residence": "Graz"}, at=NOON, tx=tx)
    await members.fill(ada, {"residence": "Graz"}, at=LATER, tx=tx)
    await members.fill(ada, {"residence": "Linz"}, operator=operator, at=LATER, tx=tx)
    await members.fill(ada, {"residence": None}, at=LATER, tx=tx)

    assert await members.profile(ada, tx=tx) == {}
    assert [tuple(row.values()) for row in await tx.rows(CHANGES, ada.id)] == [
        ("residence", None, '"Graz"', "MEMBER", None),
        ("residence", '"Graz"', '"Linz"', "OPERATOR", operator),
        ("residence", '"Linz"', None, "MEMBER", None),
    ]


OWN = (
    Field("shoes", FieldKind.TEXT, "Shoes", required=True),
    Field("size", FieldKind.INTEGER, "Size"),
    Field("since", FieldKind.DATE, "Since"),
    Field("club", FieldKind.CHOICE, "Club", ("a", "b")),
    Field("clubs", FieldKind.MULTI_CHOICE, "Clubs", ("a", "b")),
    Field("vegan", FieldKind.BOOLEAN, "Vegan"),
    Field("pay", FieldKind.MONEY, "Pay"),
    Field("note", FieldKind.TEXT, "Note", member_sees=False, member_edits=False),
    Field("old", FieldKind.TEXT, "Old", active=False),
)
REFUSALS = [
    ({"nothing": 1}, members.NoSuchField),
    ({"old": "x"}, members.NoSuchField),
    ({"note": "x"}, members.NoSuchField),
    ({"shoes": ""}, members.BadValue),
    ({"shoes": "x" * 501}, members.BadValue),
    ({"shoes": "a\x00"}, members.BadValue),
    ({"shoes": 7}, members.BadValue),
    ({"size": -1}, members.BadValue),
    ({"size": 2**53}, members.BadValue),
    ({"size": 1.5}, members.BadValue),
    ({"size": True}, members.BadValue),
    ({"pay": "12.50"}, members.BadValue),
    ({"since": "1899-12-31"}, members.BadValue),
    ({"since": "2999-01-01"}, members.BadValue),
    ({"since": "yesterday"}, members.BadValue),
    ({"club": "c"}, members.BadValue),
    ({"clubs": []}, members.BadValue),
    ({"clubs": ["a", "c"]}, members.BadValue),
    ({"clubs": "a"}, members.BadValue),
    ({"vegan": 1}, members.BadValue),
    ({"shoes": None}, members.ValueRequired),
    ({"club": "c", "nothing": 1}, members.BadValue),
]


@pytest.mark.parametrize(("answers", "refusal"), REFUSALS)
async def test_given_a_fault_when_filled_then_refused_and_nothing_changes(
    answers: dict[str, Any], refusal: type[Refused], tx: Tx
) -> None:
    ada = await _asked(*OWN, tx=tx)
    before = await members.fill(ada, {"shoes": "red"}, at=NOON, tx=tx)

    with pytest.raises(refusal):
        await members.fill(ada, answers, at=LATER, tx=tx)

    assert await members.profile(ada, tx=tx) == before


async def test_given_choices_when_chosen_in_any_order_then_they_have_one_spelling(tx: Tx) -> None:
    ada = await _asked(*OWN, tx=tx)

    filled = await members.fill(ada, {"clubs": ["b", "a", "b"]}, at=NOON, tx=tx)

    assert filled["clubs"].plain == ["a", "b"]


async def test_given_an_operator_without_the_right_when_sensitive_then_refused(tx: Tx) -> None:
    ada = await _asked(*members.STANDARD, tx=tx)
    who = {"operator": uuid4(), "sensitive": False}

    with pytest.raises(members.NoSuchField):
        await members.fill(ada, {"income": 1}, **who, at=NOON, tx=tx)
    filled = await members.fill(ada, {"residence": "Graz"}, **who, at=NOON, tx=tx)

    assert set(filled) == {"residence"}


DEFINITIONS = [
    (Field("X", FieldKind.TEXT, "X"), ("key",)),
    (Field("xx", FieldKind.TEXT, ""), ("label",)),
    (Field("xx", FieldKind.TEXT, "X", ("a",)), ("choices",)),
    (Field("xx", FieldKind.CHOICE, "X"), ("choices",)),
    (Field("xx", FieldKind.CHOICE, "X", ("a", "a")), ("choices",)),
    (Field("xx", FieldKind.CHOICE, "X", ("a", "")), ("choices",)),
    (Field("xx", FieldKind.TEXT, "X", member_sees=False), ("member_edits",)),
    (Field("club", FieldKind.TEXT, "Club"), ("kind",)),
]


@pytest.mark.parametrize(("field", "path"), DEFINITIONS)
async def test_given_a_fault_when_defined_then_refused(
    field: Field, path: tuple[str, ...], tx: Tx
) -> None:
    ada = await _asked(*OWN, tx=tx)

    with pytest.raises(members.BadField) as refused:
        await members.define(field, programme=ada.programme, at=NOON, tx=tx)

    assert refused.value.path == path


async def test_given_a_field_of_one_programme_then_another_does_not_ask_for_it(tx: Tx) -> None:
    await _asked(*OWN, tx=tx)
    other = await given.a_programme(tx=tx)

    assert await members.fields(programme=other.id, tx=tx) == []


async def _asked(*fields: Field, tx: Tx) -> Member:
    club = await given.a_programme(tx=tx)
    for field in fields:
        await members.define(field, programme=club.id, at=NOON, tx=tx)
    return await given.a_member(club, tx=tx)
