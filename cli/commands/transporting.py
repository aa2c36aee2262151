"""laurel import and laurel export: members, balances and transactions by file.

What a file of each kind must and may have stands in domain/imports/records.py and in the help.
"""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing
from cli.commands.options import Data, Json, Slug
from cli.telling import plainly

app = typer.Typer()


class What(StrEnum):
    """What a file has rows of."""

    MEMBERS = "members"
    BALANCES = "balances"
    TRANSACTIONS = "transactions"


@app.command("import")
def bring_in(
    what: Annotated[What, typer.Argument(help="What the file has rows of.")],
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8, or .parquet.")
    ],
    slug: Slug = "verde",
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Do nothing unless every row is sound.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do nothing: only tell what would be done.")
    ] = False,
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """Bring members, balances or transactions in. The same command goes on where it was killed.

    Columns. Members: external_ref, name; handle, email, phone, locale, zone, joined_at, issuer,
    subject. Balances: external_ref, points; expires (2027-03, or never). Transactions: id,
    external_ref, points (negative: spent); expires, at, text.
    """
    with plainly():
        from cli import transporting
        from domain.imports import Kind, Mode

        mode = Mode.DRY if dry_run else Mode.WHOLE if all_or_nothing else Mode.ROWS
        asyncio.run(
            transporting.bring_in(
                choosing.settings(data=data),
                file,
                kind=Kind[what.name],
                slug=slug,
                mode=mode,
                json=as_json,
            )
        )


@app.command("export")
def take_out(
    what: Annotated[What, typer.Argument(help="What the file gets rows of.")],
    file: Annotated[
        Path, typer.Argument(dir_okay=False, help="Its name ends in .csv or .parquet.")
    ],
    slug: Slug = "verde",
    data: Data = Path("data"),
) -> None:
    """Take members, balances or transactions out, into a file that import reads."""
    with plainly():
        from cli import transporting
        from domain.imports import Kind

        settings = choosing.settings(data=data)
        asyncio.run(transporting.take_out(settings, file, kind=Kind[what.name], slug=slug))
