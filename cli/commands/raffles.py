"""laurel raffle: draws, and whether they were fair."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing
from cli.commands.options import Data, Json, Slug
from cli.telling import plainly

app = typer.Typer(help="Draws, and whether they were fair.", no_args_is_help=True)


@app.command("check")
def raffle_check(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The evidence of a draw, JSON.")
    ],
    as_json: Json = False,
) -> None:
    """Draw again from what was published. Needs no database; exits with 1 when it comes out
    differently."""
    with plainly():
        from cli import raffling

        raffling.check(file, as_json=as_json)


@app.command("export")
def raffle_export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where the evidence goes.")],
    reward: Annotated[
        str, typer.Option("--reward", help="Its code in the catalogue, or its UUID.")
    ],
    slug: Slug = "verde",
    data: Data = Path("data"),
) -> None:
    """Write the evidence of a draw to a file, for everybody who wants to check it."""
    with plainly():
        from cli import raffling

        settings = choosing.settings(data=data)
        asyncio.run(raffling.export(settings, file, reward=reward, slug=slug))
