"""Founding: a new programme, and changes to one, from the command line."""

from collections.abc import Mapping

from cli import telling
from cli.opening import opened
from domain import programmes
from domain.programmes import Amendment, Programme
from infra import clock, db
from infra.settings import Settings


async def found(
    settings: Settings,
    slug: str,
    words: Mapping[str, str],
    *,
    expiry_months: int | None,
    as_json: bool,
) -> None:
    """A new programme. Raises what programmes.found refuses."""
    async with opened(settings), db.transaction() as tx:
        made = await programmes.found(
            slug,
            name=words["name"],
            unit=words["unit"],
            zone=words["zone"],
            locale=words["locale"],
            expiry_months=expiry_months,
            at=clock.now(),
            tx=tx,
        )
    _tell(made, "founded", as_json=as_json)


async def amend(settings: Settings, slug: str, change: Amendment, *, as_json: bool) -> None:
    """Change a programme. Raises NoSuchProgramme and what programmes.amend refuses."""
    async with opened(settings), db.transaction() as tx:
        known = await programmes.by_slug(slug, tx=tx)
        amended = await programmes.amend(known.id, change, tx=tx)
    _tell(amended, "changed", as_json=as_json)


def _tell(programme: Programme, done: str, *, as_json: bool) -> None:
    if as_json:
        facts = {"id": programme.id, "slug": programme.slug, "name": programme.name}
        telling.as_json(facts | {"unit": programme.unit, "locales": list(programme.locales)})
    else:
        telling.answers.print(f"{programme.name} ({programme.slug}) is {done}.")
