"""Operating: programmes and members, from the command line."""

from collections.abc import Mapping

from cli import telling
from cli.opening import opened
from cli.telling import USAGE, Stop
from domain import members, programmes
from infra import clock, db, issuing
from infra.issuing import DevelopmentIssuer
from infra.settings import Settings


async def token(settings: Settings, handle: str, *, slug: str, as_json: bool) -> None:
    """Print a bearer token. Raises NoSuchProgramme, NoSuchMember, Stop."""
    issuer = development_issuer(settings)
    async with opened(settings), db.reading() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        member = await members.by_handle(handle, programme=programme.id, tx=tx)
    minted = mint(issuer, member.handle, slug=slug)
    if as_json:
        telling.as_json({"programme": slug, "handle": handle, "token": minted})
    else:
        telling.answers.print(minted, soft_wrap=True)


def mint(issuer: DevelopmentIssuer, handle: str, *, slug: str) -> str:
    """A token of the development issuer, which knows members by their handle."""
    return issuer.mint(handle, programme=slug, at=clock.now())


async def join(settings: Settings, *, slug: str, who: Mapping[str, str], as_json: bool) -> None:
    """A new member, known to the development issuer by the handle. Raises what join refuses."""
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        member = await members.join(
            programme,
            **who,
            issuer=issuing.ISSUER,
            subject=who["handle"],
            at=clock.now(),
            tx=tx,
        )
    if as_json:
        telling.as_json({"id": member.id, "handle": member.handle, "account": member.account})
    else:
        telling.answers.print(f"{member.name} joined {slug} as {member.handle}.")


async def programmes_listed(settings: Settings, *, as_json: bool) -> None:
    """Print every programme."""
    async with opened(settings), db.reading() as tx:
        found = await programmes.every(tx=tx)
    if as_json:
        telling.as_json(
            [{"id": p.id, "slug": p.slug, "name": p.name, "unit": p.unit} for p in found]
        )
    else:
        rows = ((p.id, p.slug, p.name, p.unit, p.zone) for p in found)
        telling.table("Programmes", ("Id", "Slug", "Name", "Unit", "Zone"), rows)


def development_issuer(settings: Settings) -> DevelopmentIssuer:
    """The issuer that commands mint tokens with. Raises Stop where there is none."""
    issuer = issuing.development_issuer(settings)
    if issuer is None:
        raise Stop(
            "There is no development issuer here. Give the folder of `laurel up` with --data, "
            "or set LAUREL_DEVELOPMENT_KEY to a key file.",
            code=USAGE,
        )
    return issuer
