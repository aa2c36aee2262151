"""laurel member: members of a programme."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing
from cli.commands.options import Data, Json, Slug
from cli.telling import plainly

app = typer.Typer(help="Members of a programme.", no_args_is_help=True)


@app.command("token")
def member_token(
    handle: str, slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False
) -> None:
    """A bearer token for a member, from the development issuer."""
    with plainly():
        from cli.operating import token

        asyncio.run(token(choosing.settings(data=data), handle, slug=slug, as_json=as_json))


@app.command("join")
def member_join(
    handle: str,
    name: Annotated[str, typer.Option(help="What friends see.")],
    slug: Slug = "verde",
    locale: str = "en",
    zone: str = "UTC",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """A new member, vouched for by the development issuer."""
    with plainly():
        from cli.operating import join

        who = {"handle": handle, "name": name, "locale": locale, "zone": zone}
        asyncio.run(join(choosing.settings(data=data), slug=slug, who=who, as_json=as_json))


@app.command("watch")
def member_watch(
    handle: str, slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False
) -> None:
    """A member's points as they change, live, until Ctrl-C."""
    with plainly():
        from cli.watching import watch

        asyncio.run(watch(choosing.settings(data=data), handle, slug=slug, as_json=as_json))
