"""laurel vouchers: codes of rewards, by file."""

import asyncio
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cli import choosing
from cli.commands.options import Data, Json, Slug
from cli.telling import plainly

app = typer.Typer(help="Codes of rewards.", no_args_is_help=True)
Reward: TypeAlias = Annotated[
    str, typer.Option("--reward", help="Its code in the catalogue, or its UUID.")
]


@app.command("import")
def vouchers_import(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8, or .parquet.")
    ],
    reward: Reward,
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Put the codes of a file into the pool of a reward. The same command goes on where it was
    killed.

    Columns: code; expires (2027-03-31, to its end by the programme's clock, or a time with its
    zone; empty: never).
    """
    with plainly():
        from cli import vouching

        settings = choosing.settings(data=data)
        asyncio.run(vouching.bring_in(settings, file, reward=reward, slug=slug, as_json=as_json))


@app.command("state")
def vouchers_state(
    reward: Reward, slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False
) -> None:
    """How many codes of a reward there are, were given, have expired and are left."""
    with plainly():
        from cli import vouching

        settings = choosing.settings(data=data)
        asyncio.run(vouching.state(settings, reward=reward, slug=slug, as_json=as_json))
