"""laurel push: pushes that wait, or that were laid aside."""

import asyncio
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cli import choosing
from cli.commands.options import Data, Json
from cli.telling import plainly

app = typer.Typer(help="Pushes that wait, or that were laid aside.", no_args_is_help=True)

Slug: TypeAlias = Annotated[str | None, typer.Option("--programme", help="Only of this programme.")]


@app.command("waiting")
def push_waiting(programme: Slug = None, data: Data = Path("data"), as_json: Json = False) -> None:
    """What waits to be pushed, by programme and template."""
    with plainly():
        from cli.pushes import waiting

        settings = choosing.settings(data=data)
        asyncio.run(waiting(settings, programme=programme, as_json=as_json))


@app.command("dead")
def push_dead(
    programme: Slug = None,
    limit: int = 100,
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """What was laid aside, with what Firebase said, and the templates that are stopped."""
    with plainly():
        from cli.pushes import dead

        settings = choosing.settings(data=data)
        asyncio.run(dead(settings, programme=programme, limit=limit, as_json=as_json))


@app.command("resume")
def push_resume(
    programme: Slug = None,
    template: Annotated[str | None, typer.Option(help="Only of this template.")] = None,
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Let what was stopped or laid aside go on, once it has been mended."""
    with plainly():
        from cli.pushes import resume

        settings = choosing.settings(data=data)
        asyncio.run(resume(settings, programme=programme, template=template, as_json=as_json))
