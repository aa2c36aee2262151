"""Options: what several commands take."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

DATA_HELP = "The folder of the database, keys and logs."
Data: TypeAlias = Annotated[Path, typer.Option("--data", help=DATA_HELP)]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]
Slug: TypeAlias = Annotated[str, typer.Option("--programme", help="The programme's slug.")]
MaybeSlug: TypeAlias = Annotated[
    str | None, typer.Option("--programme", help="The programme's slug.")
]
Reason: TypeAlias = Annotated[str, typer.Option("--reason", help="Why, for the audit log.")]
