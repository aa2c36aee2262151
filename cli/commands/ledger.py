"""laurel ledger: what the ledger knows about itself."""

import asyncio
from pathlib import Path
from uuid import UUID

import typer

from cli import choosing
from cli.commands.options import Data, Slug
from cli.telling import plainly

app = typer.Typer(help="What the ledger knows about itself.", no_args_is_help=True)


@app.command("liability")
def ledger_liability(slug: Slug = "verde", data: Data = Path("data")) -> None:
    """What a programme owes its members, by expiry month, and what will never be asked for."""
    with plainly():
        from cli.accounting import liability

        asyncio.run(liability(choosing.settings(data=data), slug=slug))


@app.command("reconcile")
def ledger_reconcile(slug: Slug = "verde", data: Data = Path("data")) -> None:
    """Compare balances with the journal. Exits with 1 when something does not add up."""
    with plainly():
        from cli.accounting import reconcile

        asyncio.run(reconcile(choosing.settings(data=data), slug=slug))


@app.command("explain")
def ledger_explain(handle: str, slug: Slug = "verde", data: Data = Path("data")) -> None:
    """How a member's balance came to be: lots, holds, promises, and reasons."""
    with plainly():
        from cli.accounting import explain

        asyncio.run(explain(choosing.settings(data=data), handle, slug=slug))


@app.command("receipt")
def ledger_receipt(posting: UUID, slug: Slug = "verde", data: Data = Path("data")) -> None:
    """The proof that a posting is sealed, for `check` and for whoever wants to keep it."""
    with plainly():
        from cli.accounting import receipt

        asyncio.run(receipt(choosing.settings(data=data), posting, slug=slug))


@app.command("check")
def ledger_check(file: Path) -> None:
    """Check a receipt; needs no database."""
    with plainly():
        from cli.accounting import check

        check(file)
