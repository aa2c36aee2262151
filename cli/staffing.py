"""Staffing: a programme's operators, from the command line of whoever runs the installation.

Acts from here are in the audit log like any other, without an operator's id.
"""

from collections.abc import Sequence

from api import globalids
from api.globalids import Kind
from cli import telling
from cli.opening import opened
from cli.operating import development_issuer
from cli.telling import USAGE, Stop
from domain import operators, programmes
from domain.operators import Role
from infra import clock, db, ids, issuing
from infra.settings import Settings

LISTED_MAX = 1_000


async def invite(
    settings: Settings,
    email: str,
    *,
    slug: str,
    name: str,
    roles: Sequence[str],
    reason: str,
    as_json: bool,
) -> None:
    """Invite an operator. Raises Stop, NoSuchProgramme, BadReason, and what `invite` refuses."""
    unknown = [role for role in roles if role.upper() not in set(Role)]
    if unknown:
        raise Stop(f"{unknown[0]} is none of {', '.join(Role)}.", code=USAGE)
    at = clock.now()
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        why = operators.sound_reason(reason)
        invited = await operators.invite(
            programme=programme.id,
            email=email,
            name=name,
            roles=[Role(role.upper()) for role in roles],
            id=ids.new(at),
            at=at,
            tx=tx,
        )
        await operators.note(
            "inviteOperator",
            programme=programme.id,
            operator=None,
            objects=[globalids.of(Kind.OPERATOR, invited.id)],
            reason=why,
            at=at,
            tx=tx,
        )
    if as_json:
        telling.as_json({"id": invited.id, "email": invited.email, "roles": sorted(invited.roles)})
    else:
        telling.answers.print(f"{invited.email} may sign in until {invited.invited_until:%d %B}.")


async def token(settings: Settings, email: str, *, slug: str, as_json: bool) -> None:
    """Print a bearer token for /ops/graphql, with that address verified; with it an invitation
    is claimed. Raises Stop, NoSuchProgramme, BadEmail."""
    issuer = development_issuer(settings)
    address = operators.sound_email(email)
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
    minted = issuer.mint(
        address,
        programme=programme.slug,
        at=clock.now(),
        audience=issuing.OPERATORS,
        email=address,
        email_verified=True,
    )
    if as_json:
        telling.as_json({"programme": slug, "email": address, "token": minted})
    else:
        telling.answers.print(minted, soft_wrap=True)


async def listed(settings: Settings, *, slug: str, as_json: bool) -> None:
    """Print a programme's operators. Raises NoSuchProgramme."""
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        found = await operators.listed(programme=programme.id, after=None, limit=LISTED_MAX, tx=tx)
    if as_json:
        telling.as_json(
            [
                {"id": o.id, "email": o.email, "name": o.name, "state": o.state}
                | {"roles": sorted(o.roles)}
                for o in found
            ]
        )
    else:
        rows = ((o.email, o.name, o.state, ", ".join(sorted(o.roles))) for o in found)
        telling.table("Operators", ("Address", "Name", "State", "Roles"), rows)
