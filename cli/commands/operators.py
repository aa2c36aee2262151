"""laurel operator: a programme's staff."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing
from cli.commands.options import Data, Json, Reason, Slug
from cli.telling import plainly

app = typer.Typer(help="A programme's staff.", no_args_is_help=True)


@app.command("invite")
def operator_invite(
    email: str,
    name: Annotated[str, typer.Option(help="What colleagues see.")],
    role: Annotated[list[str], typer.Option(help="ADMIN, SUPPORT ...; may be given repeatedly.")],
    reason: Reason = "on the command line",
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Let somebody in, who signs in with that address, verified, within two weeks."""
    with plainly():
        from cli.staffing import invite

        invited = invite(
            choosing.settings(data=data),
            email,
            slug=slug,
            name=name,
            roles=role,
            reason=reason,
            as_json=as_json,
        )
        asyncio.run(invited)


@app.command("token")
def operator_token(
    email: str, slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False
) -> None:
    """A bearer token for /ops/graphql, from the development issuer."""
    with plainly():
        from cli.staffing import token

        asyncio.run(token(choosing.settings(data=data), email, slug=slug, as_json=as_json))


@app.command("list")
def operator_list(slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False) -> None:
    """Every operator of a programme, with state and roles."""
    with plainly():
        from cli.staffing import listed

        asyncio.run(listed(choosing.settings(data=data), slug=slug, as_json=as_json))
