"""laurel programme: the programmes of this installation."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing
from cli.commands.options import Data, Json
from cli.telling import plainly

app = typer.Typer(help="The programmes of this installation.", no_args_is_help=True)

Text = str | None
Number = int | None


@app.command("list")
def programme_list(data: Data = Path("data"), as_json: Json = False) -> None:
    """Every programme, oldest first."""
    with plainly():
        from cli.operating import programmes_listed

        asyncio.run(programmes_listed(choosing.settings(data=data), as_json=as_json))


@app.command("found")
def programme_found(
    slug: str,
    name: Annotated[str, typer.Option(help="What it calls itself.")],
    unit: Annotated[str, typer.Option(help="What it calls its points.")] = "points",
    zone: Annotated[str, typer.Option(help="Its IANA time zone.")] = "UTC",
    locale: Annotated[str, typer.Option(help="Its language, as a BCP 47 tag.")] = "en",
    expiry_months: Annotated[
        int | None, typer.Option(help="Whole months that points live; not said: for ever.")
    ] = None,
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """A new programme with an open ledger book."""
    with plainly():
        from cli.founding import found

        words = {"name": name, "unit": unit, "zone": zone, "locale": locale}
        settings = choosing.settings(data=data)
        asyncio.run(found(settings, slug, words, expiry_months=expiry_months, as_json=as_json))


@app.command("amend")
def programme_amend(
    slug: str,
    name: Annotated[Text, typer.Option(help="What it calls itself.")] = None,
    unit: Annotated[Text, typer.Option(help="What it calls its points.")] = None,
    zone: Annotated[Text, typer.Option(help="Its IANA time zone.")] = None,
    locale: Annotated[Text, typer.Option(help="Its language, as a BCP 47 tag.")] = None,
    offers: Annotated[
        list[str] | None, typer.Option(help="A language it offers; once for each.")
    ] = None,
    transfer_max: Annotated[Number, typer.Option(help="Most points of one transfer.")] = None,
    transfer_day_max: Annotated[Number, typer.Option(help="Most points sent in a day.")] = None,
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Change a programme; what is not said stays. Its colours and policies change in ops."""
    with plainly():
        from cli.founding import amend
        from domain.programmes import Amendment

        change = Amendment(
            name=name,
            unit=unit,
            zone=zone,
            locale=locale,
            locales=offers or None,
            transfer_max=transfer_max,
            transfer_day_max=transfer_day_max,
        )
        asyncio.run(amend(choosing.settings(data=data), slug, change, as_json=as_json))
