"""laurel train, recommend, models and interactions: what is learnt, from what, and what answers."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from cli import choosing
from cli.commands.options import Data, Json, MaybeSlug, Slug
from cli.telling import plainly

app = typer.Typer()
models = typer.Typer(help="Trained models.", no_args_is_help=True)
interactions = typer.Typer(help="What members did with what.", no_args_is_help=True)
app.add_typer(models, name="models")
app.add_typer(interactions, name="interactions")


@app.command("train")
def train(
    slug: MaybeSlug = None,
    report: Annotated[
        Path | None, typer.Option(help="A folder for pages with plots, one a programme.")
    ] = None,
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Learn from what members did; use the new model unless it is worse than the one in use."""
    with plainly():
        from cli.learning import train

        settings = choosing.settings(data=data)
        asyncio.run(train(settings, slug=slug, report=report, as_json=as_json))


@app.command("recommend")
def recommend(data: Data = Path("data")) -> None:
    """Run the recommender only: it answers the API's questions."""
    with plainly():
        from cli.answering import answer

        answer(choosing.settings(data=data))


@models.command("list")
def models_list(slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False) -> None:
    """The models of a programme, the newest first, and which one is in use."""
    with plainly():
        from cli.learning import listed

        asyncio.run(listed(choosing.settings(data=data), slug=slug, as_json=as_json))


@models.command("use")
def models_use(
    id: Annotated[UUID, typer.Argument(help="The model's id.")],
    slug: Slug = "verde",
    data: Data = Path("data"),
) -> None:
    """Let a model answer from now on, also one that was rejected."""
    with plainly():
        from cli.learning import use

        asyncio.run(use(choosing.settings(data=data), id, slug=slug))


@models.command("drop")
def models_drop(
    id: Annotated[UUID, typer.Argument(help="The model's id.")],
    slug: Slug = "verde",
    data: Data = Path("data"),
) -> None:
    """Delete the files of a model that is not in use."""
    with plainly():
        from cli.learning import drop

        asyncio.run(drop(choosing.settings(data=data), id, slug=slug))


@interactions.command("import")
def interactions_import(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8, or .parquet.")
    ],
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Bring in what members did elsewhere; the same file again changes nothing.

    Columns: member (loyalty number), item (such as product:oat-milk), weight (0.001 to 1000; 1),
    time (ISO 8601 or seconds since 1970; now). Nothing is kept of members who do not agree to
    personalisation.
    """
    with plainly():
        from cli.learning import bring_in

        settings = choosing.settings(data=data)
        asyncio.run(bring_in(settings, file, slug=slug, as_json=as_json))
