"""The audit log: written once, never changed, without anybody's personal data."""

from datetime import timedelta

import pytest

from domain import operators
from domain.operators import BadReason, Operator
from domain.programmes import Programme
from infra import db
from infra.db import PostgresError, Tx, Wall
from tests.support import given
from tests.support.given import NOON


async def note(number: int, programme: Programme, operator: Operator | None, tx: Tx) -> None:
    await operators.note(
        "suspendPartner",
        programme=programme.id,
        operator=None if operator is None else operator.id,
        objects=[f"thing-{number}"],
        reason="they asked",
        outcome=operators.DONE if number % 2 else "NOT_PERMITTED",
        at=NOON + timedelta(seconds=number),
        tx=tx,
    )


async def test_given_acts_when_listed_then_newest_first_page_by_page_of_one_or_of_all(
    tx: Tx,
) -> None:
    programme, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    ada, bob = [await given.an_operator(programme, tx=tx) for _ in range(2)]
    for number, who in enumerate([ada, bob, ada, None]):
        await note(number, programme, who, tx)
    await note(9, other, None, tx)

    first = await operators.audited(programme=programme.id, limit=3, tx=tx)
    rest = await operators.audited(programme=programme.id, before=first[-1].id, limit=3, tx=tx)
    hers = await operators.audited(programme=programme.id, operator=ada.id, limit=9, tx=tx)

    assert [deed.objects for deed in first] == [("thing-3",), ("thing-2",), ("thing-1",)]
    assert [deed.objects for deed in rest] == [("thing-0",)]
    assert [deed.objects for deed in hers] == [("thing-2",), ("thing-0",)]
    assert (first[0].operator, first[0].outcome, first[1].outcome) == (
        None,
        "DONE",
        "NOT_PERMITTED",
    )


@pytest.mark.parametrize("walled", [False, True])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET reason = 'another'",
        "DELETE FROM audit",
        "TRUNCATE audit",
    ],
)
async def test_given_the_app_or_an_operator_when_changing_the_log_then_the_database_refuses(
    database: None, sql: str, walled: bool
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        await note(1, programme, None, tx)
    wall = Wall(programme.id, programme.book) if walled else None

    with pytest.raises(PostgresError, match="permission denied"):
        async with db.transaction(wall=wall) as tx:
            await tx.run(sql)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "a" * 301, "a\x00b", "as ada@example.com asked", "x\u202ey", "\ud800"],
)
def test_a_reason_is_plain_short_and_names_no_address(text: str) -> None:
    with pytest.raises(BadReason):
        operators.sound_reason(text)


def test_a_reason_is_kept_without_outer_blanks() -> None:
    assert operators.sound_reason(" they asked ") == "they asked"
    assert operators.sound_reason("a" * 300) == "a" * 300
