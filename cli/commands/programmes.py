"""laurel programme: the programmes of this installation."""

import asyncio
from pathlib import Path

import typer

from cli import choosing
from cli.commands.options import Data, Json
from cli.telling import plainly

app = typer.Typer(help="The programmes of this installation.", no_args_is_help=True)


@app.command("list")
def programme_list(data: Data = Path("data"), as_json: Json = False) -> None:
    """Every programme, oldest first."""
    with plainly():
        from cli.operating import programmes_listed

        asyncio.run(programmes_listed(choosing.settings(data=data), as_json=as_json))
