"""Operators are let in by invitation, claimed once, by whoever proves the address."""

from datetime import timedelta
from typing import Any

import pytest

from domain import operators
from domain.operators import (
    AlreadyOperator,
    BadEmail,
    BadRoles,
    NoSuchOperator,
    Operator,
    Role,
    State,
)
from domain.programmes import BadName, Programme
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import ISSUER, NOON

LATER = NOON + timedelta(days=1)


async def invite(programme: Programme, tx: Tx, **said: Any) -> Operator:
    told: dict[str, Any] = {"email": "ada@example.com", "name": "Ada", "roles": [Role.SUPPORT]}
    return await operators.invite(
        programme=programme.id, id=ids.new(NOON), at=NOON, tx=tx, **(told | said)
    )


async def claim(programme: Programme, tx: Tx, **said: Any) -> Operator:
    told: dict[str, Any] = {"email": "Ada@Example.com", "subject": "ada", "at": LATER}
    return await operators.claim(programme=programme.id, issuer=ISSUER, tx=tx, **(told | said))


async def test_given_an_invitation_when_claimed_then_they_are_known_by_their_identity(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    invited = await invite(programme, tx)

    claimed = await claim(programme, tx)

    known = await operators.identified(programme=programme.id, issuer=ISSUER, subject="ada", tx=tx)
    assert (invited.state, invited.permissions) == (State.INVITED, frozenset())
    assert known == claimed
    assert (claimed.id, claimed.state) == (invited.id, State.ACTIVE)
    assert claimed.permissions == operators.permissions_of([Role.SUPPORT])


@pytest.mark.parametrize(
    "said",
    [
        {"email": "bob@example.com"},
        {"at": NOON + timedelta(days=14)},
        {"subject": ""},
        {"subject": "a\x00b"},
    ],
)
async def test_given_an_invitation_when_claimed_by_another_or_too_late_then_it_is_not_theirs(
    tx: Tx, said: dict[str, Any]
) -> None:
    programme = await given.a_programme(tx=tx)
    await invite(programme, tx)

    with pytest.raises(NoSuchOperator):
        await claim(programme, tx, **said)


async def test_given_a_claimed_invitation_when_claimed_again_then_nobody_takes_it_over(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await invite(programme, tx)
    await claim(programme, tx)

    with pytest.raises(NoSuchOperator):
        await claim(programme, tx, subject="eve")


async def test_given_an_invitation_when_claimed_in_another_programme_then_it_is_not_there(
    tx: Tx,
) -> None:
    programme, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    await invite(programme, tx)

    with pytest.raises(NoSuchOperator):
        await claim(other, tx)


async def test_given_an_operator_when_invited_by_another_address_then_it_is_not_theirs_to_claim(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await invite(programme, tx)
    await claim(programme, tx)
    await invite(programme, tx, email="ada@home.example")

    with pytest.raises(NoSuchOperator):
        await claim(programme, tx, email="ada@home.example")


# In the documented order: each case has every fault of the cases after it, too.
REFUSED: list[tuple[type[Refused], dict[str, Any]]] = [
    (BadEmail, {"email": "ada", "name": "", "roles": []}),
    (BadEmail, {"email": "ada@", "name": "", "roles": []}),
    (BadEmail, {"email": "@example.com", "name": "", "roles": []}),
    (BadEmail, {"email": "a da@example.com", "name": "", "roles": []}),
    (BadEmail, {"email": "a@b@example.com", "name": "", "roles": []}),
    (BadEmail, {"email": "ada@exa\x00mple.com", "name": "", "roles": []}),
    (BadEmail, {"email": f"{'a' * 65}@example.com", "name": "", "roles": []}),
    (BadName, {"name": "", "roles": []}),
    (BadRoles, {"roles": []}),
    (BadRoles, {"roles": [Role.REP, Role.REP]}),
    (AlreadyOperator, {}),
    (AlreadyOperator, {"email": " ADA@example.com "}),
]


@pytest.mark.parametrize(("refusal", "said"), REFUSED)
async def test_given_a_fault_when_inviting_then_it_is_refused(
    tx: Tx, refusal: type[Refused], said: dict[str, Any]
) -> None:
    programme = await given.a_programme(tx=tx)
    await invite(programme, tx)

    with pytest.raises(refusal):
        await invite(programme, tx, **said)


async def test_given_operators_when_listed_then_page_by_page_and_only_of_the_programme(
    tx: Tx,
) -> None:
    programme, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    mine = [await given.an_operator(programme, tx=tx) for _ in range(3)]
    await given.an_operator(other, tx=tx)

    first = await operators.listed(programme=programme.id, after=None, limit=2, tx=tx)
    rest = await operators.listed(programme=programme.id, after=first[-1].id, limit=9, tx=tx)

    assert {one.id for one in (*first, *rest)} == {one.id for one in mine}
    with pytest.raises(NoSuchOperator):
        await operators.get(mine[0].id, programme=other.id, tx=tx)
