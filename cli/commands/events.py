"""laurel events: events that could not be delivered."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cli import choosing
from cli.commands.options import Data, Json
from cli.telling import plainly

app = typer.Typer(help="Events that could not be delivered.", no_args_is_help=True)

Reaction: TypeAlias = Annotated[
    str | None, typer.Option("--reaction", help="Only of this reaction.")
]


@app.command("waiting")
def events_waiting(data: Data = Path("data"), as_json: Json = False) -> None:
    """What is queued, by reaction."""
    with plainly():
        from cli.events import waiting

        asyncio.run(waiting(choosing.settings(data=data), as_json=as_json))


@app.command("dead")
def events_dead(
    reaction: Reaction = None,
    limit: int = 100,
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """The deliveries that were given up, with the reason."""
    with plainly():
        from cli.events import dead

        settings = choosing.settings(data=data)
        asyncio.run(dead(settings, reaction=reaction, limit=limit, as_json=as_json))


@app.command("revive")
def events_revive(
    reaction: Reaction = None,
    number: Annotated[int | None, typer.Option(help="Only this event.")] = None,
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Deliver dead events again."""
    with plainly():
        from cli.events import revive

        settings = choosing.settings(data=data)
        asyncio.run(revive(settings, reaction=reaction, number=number, as_json=as_json))


@app.command("replay")
def events_replay(
    reaction: str,
    since: Annotated[datetime, typer.Option(help="UTC; events from then on.")],
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Deliver past events to one reaction again, to rebuild what it derives."""
    with plainly():
        from cli.events import replay

        settings = choosing.settings(data=data)
        asyncio.run(replay(settings, reaction, since=since, as_json=as_json))
