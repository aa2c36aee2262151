"""Find operators, always inside one programme."""

from collections.abc import Sequence
from uuid import UUID

from domain.operators.errors import NoSuchOperator
from domain.operators.permitting import Role
from domain.operators.records import Operator, State
from infra.db import Row, Tx

IDENTITY_CHARACTERS_MAX = 255

IDENTIFIED = """
SELECT id, programme, name, email, roles, state, invited_at, invited_until
FROM operator WHERE programme = $1 AND issuer = $2 AND subject = $3 AND state = 'ACTIVE'
"""
GET = """
SELECT id, programme, name, email, roles, state, invited_at, invited_until
FROM operator WHERE programme = $1 AND id = $2
"""
LISTED = """
SELECT id, programme, name, email, roles, state, invited_at, invited_until
FROM operator WHERE programme = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""


async def identified(*, programme: int, issuer: str, subject: str, tx: Tx) -> Operator:
    """The active operator whom that issuer calls `subject`. Raises NoSuchOperator."""
    known = is_identity(issuer, subject)
    return one(await tx.row(IDENTIFIED, programme, issuer, subject) if known else None)


async def get(id: UUID, *, programme: int, tx: Tx) -> Operator:
    """The operator with that id, in any state. Raises NoSuchOperator."""
    return one(await tx.row(GET, programme, id))


async def listed(*, programme: int, after: UUID | None, limit: int, tx: Tx) -> Sequence[Operator]:
    """The operators in the order they were invited, from the one after `after` on."""
    return [read(row) for row in await tx.rows(LISTED, programme, after, limit)]


def is_identity(issuer: str, subject: str) -> bool:
    """True when both are 1 to 255 printable characters."""
    return all(t.isprintable() and 0 < len(t) <= IDENTITY_CHARACTERS_MAX for t in (issuer, subject))


def one(row: Row | None) -> Operator:
    """The operator of a row. Raises NoSuchOperator where there is none."""
    if row is None:
        raise NoSuchOperator("there is no such operator")
    return read(row)


def read(row: Row) -> Operator:
    """The operator of a row."""
    words = {"roles": frozenset(map(Role, row["roles"])), "state": State(row["state"])}
    return Operator(**{**row, **words})
