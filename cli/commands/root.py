"""Commands: what `./laurel` can do. Each says what it takes and calls the module that does it.

One module a group of commands. What does the work is imported inside the commands:
`laurel --help` must not wait for a web server.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing, telling
from cli.commands import (
    events,
    game,
    learning,
    ledger,
    members,
    operators,
    partners,
    programmes,
    pushes,
    raffles,
    rules,
    transporting,
    vouchers,
)
from cli.commands.options import Data, Json, MaybeSlug
from cli.telling import plainly

GROUPS = {
    "member": members.app,
    "operator": operators.app,
    "partner": partners.app,
    "programme": programmes.app,
    "events": events.app,
    "push": pushes.app,
    "rules": rules.app,
    "game": game.app,
    "ledger": ledger.app,
    "raffle": raffles.app,
    "vouchers": vouchers.app,
}

app = typer.Typer(
    help="Laurel: an open, gamified loyalty backend.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
# Its commands are the words themselves: laurel import, laurel export.
app.add_typer(transporting.app)
# laurel train, laurel recommend, and the groups models and interactions.
app.add_typer(learning.app)


@app.command()
def up(
    data: Data = Path("data"),
    port: Annotated[int | None, typer.Option(help="Where the API listens.")] = None,
) -> None:
    """Bring everything up here: PostgreSQL, Valkey, migrations, demo, API and workers."""
    with plainly():
        from cli.running import up

        settings = choosing.settings() if port is None else choosing.settings(port=port)
        up(settings, data)


@app.command()
def serve() -> None:
    """Run the API only."""
    with plainly():
        from cli.serving import serve

        serve(choosing.settings())


@app.command()
def work() -> None:
    """Run the workers only."""
    with plainly():
        from cli.toiling import work

        work(choosing.settings())


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the schema of this version."""
    with plainly():
        from cli.opening import migrate

        said = None if as_json else lambda name: telling.people.print(f"Applied {name}")
        applied = asyncio.run(migrate(choosing.settings(), progress=said))
        if as_json:
            telling.as_json({"applied": applied})
        else:
            telling.people.print("The schema is current.")


@app.command()
def seed(
    data: Data = Path("data"),
    demo: Annotated[
        bool, typer.Option("--demo", help="Two larger programmes and a year of their life.")
    ] = False,
) -> None:
    """Add the demo programmes; a second time changes nothing."""
    with plainly():
        from cli import enlivening, seeding

        settings = choosing.settings(data=data)
        asyncio.run(enlivening.seed(settings, data) if demo else seeding.seed(settings))


@app.command()
def simulate(
    rate: Annotated[
        float, typer.Option(min=0.1, max=50, help="Visits a second, on average.")
    ] = 5.0,
    data: Data = Path("data"),
) -> None:
    """Let the demo's members and partners use the running API, until Ctrl-C."""
    with plainly():
        from cli.simulating import simulate

        asyncio.run(simulate(choosing.settings(data=data), data, rate=rate))


@app.command()
def key() -> None:
    """A fresh idempotency key, for requests typed by hand."""
    from infra import clock, ids

    telling.answers.print(ids.new(clock.now()))


@app.command()
def verify(
    data: Data = Path("data"),
    book: Annotated[int | None, typer.Option(help="Only this book.")] = None,
    slug: MaybeSlug = None,
    seals: Annotated[
        Path | None, typer.Option(help="Published seals to compare with, one JSON a line.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove the ledger: chain, sums, lots and gaps. Exits with 1 when something is wrong."""
    with plainly():
        from cli.verifying import verify

        settings = choosing.settings(data=data)
        asyncio.run(verify(settings, book=book, slug=slug, seals=seals, as_json=as_json))


@app.command()
def evaluate(
    interactions: Annotated[Path, typer.Option(help="What was known: member, item, weight, time.")],
    test: Annotated[Path, typer.Option(help="What came after, in the same form.")],
    keep_seen: Annotated[
        bool, typer.Option("--keep-seen", help="Members may take again what they had.")
    ] = False,
    ks: Annotated[str, typer.Option("--k", help="Lengths of the lists that are judged.")] = "10,20",
    weighted: Annotated[
        bool, typer.Option("--weighted", help="Use the weights of the files; else each counts 1.")
    ] = False,
    allow_unseen: Annotated[
        bool,
        typer.Option("--allow-unseen", help="What was never seen counts as missed, not refused."),
    ] = False,
) -> None:
    """Judge the recommender on any data set of CSV, Parquet or npz files; JSON last."""
    with plainly():
        from infra import checks

        telling.stop_at(checks.openmp())
        from cli.evaluating import evaluate

        evaluate(
            interactions,
            test,
            keep_seen=keep_seen,
            ks=ks,
            weighted=weighted,
            allow_unseen=allow_unseen,
        )
