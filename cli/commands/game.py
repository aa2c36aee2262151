"""laurel game: what the game derives from activities."""

import asyncio
from pathlib import Path

import typer

from cli import choosing
from cli.commands.options import Data, Json, Slug
from cli.telling import plainly

app = typer.Typer(help="What the game derives from activities.", no_args_is_help=True)


# Said once more, so that the group is one even with a single command.
@app.callback()
def game() -> None:
    """What the game derives from activities."""


@app.command("rebuild")
def game_rebuild(slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False) -> None:
    """Derive facts, badges, streaks, tiers and boards anew from the activities themselves."""
    with plainly():
        from cli.gaming import rebuild

        asyncio.run(rebuild(choosing.settings(data=data), slug=slug, as_json=as_json))
