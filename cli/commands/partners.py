"""laurel partner: the organisations that work with a programme, and their keys."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing
from cli.commands.options import Data, Json, Reason, Slug
from cli.telling import plainly

app = typer.Typer(help="Organisations that work with a programme.", no_args_is_help=True)


@app.command("register")
def partner_register(
    partner: Annotated[str, typer.Argument(help="Its short name, which never changes.")],
    name: Annotated[str, typer.Option(help="What it is called.")],
    reason: Reason = "on the command line",
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """A new partner, with an empty prepaid account and no keys yet."""
    with plainly():
        from cli.partnering import register

        settings = choosing.settings(data=data)
        asyncio.run(
            register(settings, partner, slug=slug, name=name, reason=reason, as_json=as_json)
        )


@app.command("key")
def partner_key(
    partner: Annotated[str, typer.Argument(help="The partner's short name.")],
    scope: Annotated[
        list[str], typer.Option(help="ACTIVITIES_WRITE, ORDERS_WRITE ...; repeatedly.")
    ],
    signing: Annotated[
        bool, typer.Option("--signing", help="A secret that signs, not a key that is sent.")
    ] = False,
    days: Annotated[int, typer.Option(min=1, help="How long it is good.")] = 365,
    reason: Reason = "on the command line",
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """A new key; its secret is printed now and never again."""
    with plainly():
        from cli.partnering import key

        settings = choosing.settings(data=data)
        made = key(
            settings,
            partner,
            slug=slug,
            scopes=scope,
            signing=signing,
            days=days,
            reason=reason,
            as_json=as_json,
        )
        asyncio.run(made)


@app.command("revoke")
def partner_revoke(
    key: Annotated[str, typer.Argument(help="The key's id, or the whole key.")],
    reason: Reason = "on the command line",
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """End a key at once."""
    with plainly():
        from cli.partnering import revoke

        settings = choosing.settings(data=data)
        asyncio.run(revoke(settings, key, slug=slug, reason=reason, as_json=as_json))


@app.command("list")
def partner_list(slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False) -> None:
    """Every partner of a programme."""
    with plainly():
        from cli.partnering import listed

        asyncio.run(listed(choosing.settings(data=data), slug=slug, as_json=as_json))
