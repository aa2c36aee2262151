"""laurel rules: what activities earn."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing
from cli.commands.options import Data, Json, Slug
from cli.telling import plainly

app = typer.Typer(help="What activities earn.", no_args_is_help=True)


@app.command("list")
def rules_list(slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False) -> None:
    """What activities earn in a programme, every version."""
    with plainly():
        from cli.ruling import listed

        asyncio.run(listed(choosing.settings(data=data), slug=slug, as_json=as_json))


@app.command("set")
def rules_set(
    activity: Annotated[str, typer.Argument(help="RUN, RIDE, WALK ...")],
    measure: Annotated[str, typer.Option(help="METRES, SECONDS or ACTIVITIES.")],
    points: Annotated[int, typer.Option(help="So many points ...")],
    day_max: Annotated[int, typer.Option(help="Most points on one local day.")],
    per: Annotated[int, typer.Option(help="... for each so many metres or seconds.")] = 1,
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """A new version of what an activity earns, from now on."""
    with plainly():
        from cli.ruling import put

        rule = {"measure": measure, "points": points, "per": per, "day_max": day_max}
        settings = choosing.settings(data=data)
        asyncio.run(put(settings, activity, slug=slug, rule=rule, as_json=as_json))
