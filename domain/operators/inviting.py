"""Let operators in: found the first one, invite the others, claim an invitation."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from domain import programmes
from domain.operators.errors import AlreadyOperator, BadEmail, BadRoles, NoSuchOperator
from domain.operators.finding import is_identity, one, read
from domain.operators.permitting import Role
from domain.operators.records import Operator, State
from infra.db import Tx

# What a mail server could take (RFC 5321); whether it does, only a verified sign-in proves.
EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,187}[a-z0-9])?", re.ASCII)
INVITED_FOR = timedelta(days=14)

ADD = """
INSERT INTO operator (programme, id, name, email, roles, state, issuer, subject, invited_at,
                      invited_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING id, programme, name, email, roles, state, invited_at, invited_until
"""
# Only what is still open, so that a second person with the same address takes nothing over.
CLAIM = """
UPDATE operator SET state = 'ACTIVE', issuer = $3, subject = $4
WHERE programme = $1 AND email = $2 AND state = 'INVITED' AND invited_until > $5
      AND NOT EXISTS (SELECT FROM operator WHERE programme = $1 AND issuer = $3 AND subject = $4)
RETURNING id, programme, name, email, roles, state, invited_at, invited_until
"""


async def invite(
    *,
    programme: int,
    email: str,
    name: str,
    roles: Collection[Role],
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Operator:
    """An invitation; whoever first signs in with that address, verified, is the operator.

    Refuses, in this order: BadEmail, BadName, BadRoles, AlreadyOperator.
    """
    words = (sound_email(email), programmes.sound_name(name), sound_roles(roles))
    return await _added(words, programme=programme, id=id, who=None, at=at, tx=tx)


async def found(
    *,
    programme: int,
    email: str,
    name: str,
    roles: Collection[Role],
    issuer: str,
    subject: str,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Operator:
    """An operator who may act at once, because we know already who they are.

    Refuses, in this order: BadEmail, BadName, BadRoles, AlreadyOperator.
    """
    words = (sound_email(email), programmes.sound_name(name), sound_roles(roles))
    assert is_identity(issuer, subject), "an identity that was proven is printable"
    who = (issuer, subject)
    return await _added(words, programme=programme, id=id, who=who, at=at, tx=tx)


async def claim(
    *, programme: int, email: str, issuer: str, subject: str, at: datetime, tx: Tx
) -> Operator:
    """The operator who was invited under that address, from now on ACTIVE.

    email -- one that the issuer has verified, in any case. Raises NoSuchOperator: nobody was
    invited so, the time is over, or the person is an operator already.
    """
    if not is_identity(issuer, subject):
        raise NoSuchOperator("nobody is invited by that address")
    return one(await tx.row(CLAIM, programme, email.lower(), issuer, subject, at))


def sound_email(text: str) -> str:
    """`text` as an e-mail address in lower case. Raises BadEmail."""
    email = text.strip().lower()
    if not EMAIL.fullmatch(email):
        raise BadEmail("an e-mail address has a name, an @ and a domain")
    return email


def sound_roles(roles: Collection[Role]) -> list[str]:
    """Roles as they are kept, sorted. Raises BadRoles."""
    if not roles or len(set(roles)) != len(roles):
        raise BadRoles("an operator has one role or more, each once")
    return sorted(map(str, roles))


async def _added(
    words: tuple[str, str, list[str]],
    *,
    programme: int,
    id: UUID,
    who: tuple[str, str] | None,
    at: datetime,
    tx: Tx,
) -> Operator:
    email, name, roles = words
    state = State.INVITED if who is None else State.ACTIVE
    issuer, subject = who or (None, None)
    row = await tx.row(
        ADD, programme, id, name, email, roles, str(state), issuer, subject, at, at + INVITED_FOR
    )
    if row is None:
        raise AlreadyOperator("the programme has an operator with that address")
    return read(row)
