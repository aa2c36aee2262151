"""Change what operators may do. The last administrator stays one."""

from collections.abc import Collection
from uuid import UUID

from domain.operators.errors import LastAdmin, NoSuchOperator
from domain.operators.finding import one
from domain.operators.inviting import sound_roles
from domain.operators.permitting import Role
from domain.operators.records import Operator, State
from infra.db import Tx

# The administrators and the one who changes, in one order: of two who remove each other at the
# same moment, the second one waits and then sees who is left.
LOCK = """
SELECT id, roles, state FROM operator
WHERE programme = $1 AND (id = $2 OR 'ADMIN' = ANY(roles)) ORDER BY id FOR UPDATE
"""
CHANGE = """
UPDATE operator SET roles = coalesce($3::text[], roles), state = coalesce($4::text, state)
WHERE programme = $1 AND id = $2
RETURNING id, programme, name, email, roles, state, invited_at, invited_until
"""
# Somebody who never claimed the invitation is invited again.
RESTORE = """
UPDATE operator SET state = CASE WHEN issuer IS NULL THEN 'INVITED' ELSE 'ACTIVE' END
WHERE programme = $1 AND id = $2 AND state = 'SUSPENDED'
RETURNING id, programme, name, email, roles, state, invited_at, invited_until
"""


async def change_roles(id: UUID, *, programme: int, roles: Collection[Role], tx: Tx) -> Operator:
    """The operator with these roles and no others.

    Refuses, in this order: BadRoles, NoSuchOperator, LastAdmin.
    """
    kept = sound_roles(roles)
    await _check_admins(id, programme, stays=Role.ADMIN in roles, tx=tx)
    return one(await tx.row(CHANGE, programme, id, kept, None))


async def suspend(id: UUID, *, programme: int, tx: Tx) -> Operator:
    """The operator, who may do nothing from now on; a second time changes nothing.

    Refuses, in this order: NoSuchOperator, LastAdmin.
    """
    await _check_admins(id, programme, stays=False, tx=tx)
    return one(await tx.row(CHANGE, programme, id, None, str(State.SUSPENDED)))


async def reinstate(id: UUID, *, programme: int, tx: Tx) -> Operator:
    """The operator, who may act again, or claim an invitation that is still open.

    Refuses NoSuchOperator, also for one who is not suspended.
    """
    return one(await tx.row(RESTORE, programme, id))


async def _check_admins(id: UUID, programme: int, *, stays: bool, tx: Tx) -> None:
    """Raises NoSuchOperator, LastAdmin. An invitation that nobody claimed counts for nothing."""
    rows = await tx.rows(LOCK, programme, id)
    if all(row["id"] != id for row in rows):
        raise NoSuchOperator("there is no such operator")
    admins = {r["id"] for r in rows if Role.ADMIN in r["roles"] and r["state"] == State.ACTIVE}
    if admins == {id} and not stays:
        raise LastAdmin("nobody else could let others in")
