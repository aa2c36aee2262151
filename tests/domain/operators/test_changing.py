"""Roles change, people are suspended, and somebody is always left to let others in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from domain import operators
from domain.operators import BadRoles, LastAdmin, NoSuchOperator, Role, State
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.support import databases, given
from tests.support.given import ISSUER, NOON
from tests.support.servers import Postgres

NOBODY = UUID(int=0)


async def test_given_two_administrators_when_one_is_suspended_then_they_may_do_nothing(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.an_operator(programme, subject=name, tx=tx) for name in ("ada", "bob")]

    suspended = await operators.suspend(bob.id, programme=programme.id, tx=tx)

    assert (suspended.state, suspended.permissions) == (State.SUSPENDED, frozenset())
    with pytest.raises(NoSuchOperator):
        await operators.identified(programme=programme.id, issuer=ISSUER, subject="bob", tx=tx)
    back = await operators.reinstate(bob.id, programme=programme.id, tx=tx)
    assert back.permissions == ada.permissions


async def test_given_an_operator_when_their_roles_change_then_they_have_these_and_no_others(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await given.an_operator(programme, tx=tx)
    bob = await given.an_operator(programme, Role.REP, Role.SUPPORT, tx=tx)

    changed = await operators.change_roles(
        bob.id, programme=programme.id, roles=[Role.ANALYST], tx=tx
    )

    assert changed.roles == {Role.ANALYST}


async def test_given_an_invitation_when_suspended_and_reinstated_then_it_is_one_again(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await given.an_operator(programme, tx=tx)
    words = {"email": "eve@example.com", "name": "Eve", "roles": [Role.REP]}
    eve = await operators.invite(programme=programme.id, id=ids.new(NOON), at=NOON, tx=tx, **words)  # type: ignore[arg-type]

    await operators.suspend(eve.id, programme=programme.id, tx=tx)
    with pytest.raises(NoSuchOperator):
        await operators.claim(
            programme=programme.id,
            email=eve.email,
            issuer=ISSUER,
            subject="eve",
            at=NOON,
            tx=tx,
        )
    back = await operators.reinstate(eve.id, programme=programme.id, tx=tx)

    assert back.state is State.INVITED


Change = Callable[[UUID, int, Tx], Awaitable[Any]]


def roles(*found: Role) -> Change:
    return lambda id, programme, tx: operators.change_roles(
        id, programme=programme, roles=found, tx=tx
    )


def suspend(id: UUID, programme: int, tx: Tx) -> Awaitable[Any]:
    return operators.suspend(id, programme=programme, tx=tx)


def reinstate(id: UUID, programme: int, tx: Tx) -> Awaitable[Any]:
    return operators.reinstate(id, programme=programme, tx=tx)


# Who: the only administrator, or somebody who is not there. In the documented order.
REFUSED: list[tuple[type[Refused], str, Change]] = [
    (BadRoles, "nobody", roles()),
    (BadRoles, "admin", roles(Role.REP, Role.REP)),
    (NoSuchOperator, "nobody", roles(Role.REP)),
    (LastAdmin, "admin", roles(Role.REP)),
    (NoSuchOperator, "nobody", suspend),
    (LastAdmin, "admin", suspend),
    (NoSuchOperator, "nobody", reinstate),
    (NoSuchOperator, "admin", reinstate),
]


@pytest.mark.parametrize(("refusal", "who", "change"), REFUSED)
async def test_given_a_fault_when_changing_an_operator_then_it_is_refused(
    tx: Tx, refusal: type[Refused], who: str, change: Change
) -> None:
    programme, other = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    admin = await given.an_operator(programme, tx=tx)
    # Neither an invitation, nor a suspended one, nor another programme's can let others in.
    words = {"email": "eve@example.com", "name": "Eve", "roles": [Role.ADMIN]}
    await operators.invite(programme=programme.id, id=ids.new(NOON), at=NOON, tx=tx, **words)  # type: ignore[arg-type]
    gone = await given.an_operator(programme, tx=tx)
    await operators.suspend(gone.id, programme=programme.id, tx=tx)
    foreign = await given.an_operator(other, tx=tx)

    with pytest.raises(refusal):
        await change({"admin": admin.id, "nobody": NOBODY}[who], programme.id, tx)
    with pytest.raises(NoSuchOperator if refusal is not BadRoles else BadRoles):
        await change(foreign.id, programme.id, tx)


async def test_given_two_administrators_when_each_removes_the_other_at_once_then_one_stays(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)
            pair = [await given.an_operator(programme, tx=tx) for _ in range(2)]

        async def remove(id: UUID) -> bool:
            try:
                async with db.transaction() as tx:
                    await operators.suspend(id, programme=programme.id, tx=tx)
                    await asyncio.sleep(0.05)
                return True
            except LastAdmin:
                return False

        done = await asyncio.gather(*(remove(one.id) for one in pair))

        async with db.reading() as tx:
            left = await operators.listed(programme=programme.id, after=None, limit=9, tx=tx)
    assert sorted(done) == [False, True]
    assert [one.state for one in left].count(State.ACTIVE) == 1
