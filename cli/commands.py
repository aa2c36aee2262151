"""Commands: what `./laurel` can do. Each says what it takes and calls the module that does it.

Modules are imported inside the commands: `laurel --help` must not wait for a web server.
"""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias
from uuid import UUID

import typer

from cli import choosing, telling
from cli.telling import plainly

app = typer.Typer(
    help="Laurel: an open, gamified loyalty backend.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
member = typer.Typer(help="Members of a programme.", no_args_is_help=True)
programme = typer.Typer(help="The programmes of this installation.", no_args_is_help=True)
events = typer.Typer(help="Events that could not be delivered.", no_args_is_help=True)
rules = typer.Typer(help="What activities earn.", no_args_is_help=True)
book = typer.Typer(help="What the ledger knows about itself.", no_args_is_help=True)
for group, name in ((member, "member"), (programme, "programme"), (events, "events")):
    app.add_typer(group, name=name)
app.add_typer(rules, name="rules")
app.add_typer(book, name="ledger")

DATA_HELP = "The folder of the database, keys and logs."
Data: TypeAlias = Annotated[Path, typer.Option("--data", help=DATA_HELP)]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]
Slug: TypeAlias = Annotated[str, typer.Option("--programme", help="The programme's slug.")]
MaybeSlug: TypeAlias = Annotated[
    str | None, typer.Option("--programme", help="The programme's slug.")
]
Reaction: TypeAlias = Annotated[
    str | None, typer.Option("--reaction", help="Only of this reaction.")
]


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
        from cli.serving import work

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
def seed(data: Data = Path("data")) -> None:
    """Add the demo programmes; a second time changes nothing."""
    with plainly():
        from cli.seeding import seed

        asyncio.run(seed(choosing.settings(data=data)))


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


@member.command("token")
def member_token(
    handle: str, slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False
) -> None:
    """A bearer token for a member, from the development issuer."""
    with plainly():
        from cli.operating import token

        asyncio.run(token(choosing.settings(data=data), handle, slug=slug, as_json=as_json))


@member.command("join")
def member_join(
    handle: str,
    name: Annotated[str, typer.Option(help="What friends see.")],
    slug: Slug = "verde",
    locale: str = "en",
    zone: str = "UTC",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """A new member, vouched for by the development issuer."""
    with plainly():
        from cli.operating import join

        who = {"handle": handle, "name": name, "locale": locale, "zone": zone}
        asyncio.run(join(choosing.settings(data=data), slug=slug, who=who, as_json=as_json))


@member.command("watch")
def member_watch(
    handle: str, slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False
) -> None:
    """A member's points as they change, live, until Ctrl-C."""
    with plainly():
        from cli.watching import watch

        asyncio.run(watch(choosing.settings(data=data), handle, slug=slug, as_json=as_json))


@programme.command("list")
def programme_list(data: Data = Path("data"), as_json: Json = False) -> None:
    """Every programme, oldest first."""
    with plainly():
        from cli.operating import programmes_listed

        asyncio.run(programmes_listed(choosing.settings(data=data), as_json=as_json))


@events.command("waiting")
def events_waiting(data: Data = Path("data"), as_json: Json = False) -> None:
    """What is queued, by reaction."""
    with plainly():
        from cli.events import waiting

        asyncio.run(waiting(choosing.settings(data=data), as_json=as_json))


@events.command("dead")
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


@events.command("revive")
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


@events.command("replay")
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


@rules.command("list")
def rules_list(slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False) -> None:
    """What activities earn in a programme, every version."""
    with plainly():
        from cli.ruling import listed

        asyncio.run(listed(choosing.settings(data=data), slug=slug, as_json=as_json))


@rules.command("set")
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


@book.command("liability")
def ledger_liability(slug: Slug = "verde", data: Data = Path("data")) -> None:
    """What a programme owes its members, by expiry month, and what will never be asked for."""
    with plainly():
        from cli.accounting import liability

        asyncio.run(liability(choosing.settings(data=data), slug=slug))


@book.command("reconcile")
def ledger_reconcile(slug: Slug = "verde", data: Data = Path("data")) -> None:
    """Compare balances with the journal. Exits with 1 when something does not add up."""
    with plainly():
        from cli.accounting import reconcile

        asyncio.run(reconcile(choosing.settings(data=data), slug=slug))


@book.command("explain")
def ledger_explain(handle: str, slug: Slug = "verde", data: Data = Path("data")) -> None:
    """How a member's balance came to be: lots, holds, promises, and reasons."""
    with plainly():
        from cli.accounting import explain

        asyncio.run(explain(choosing.settings(data=data), handle, slug=slug))


@book.command("receipt")
def ledger_receipt(posting: UUID, slug: Slug = "verde", data: Data = Path("data")) -> None:
    """The proof that a posting is sealed, for `check` and for whoever wants to keep it."""
    with plainly():
        from cli.accounting import receipt

        asyncio.run(receipt(choosing.settings(data=data), posting, slug=slug))


@book.command("check")
def ledger_check(file: Path) -> None:
    """Check a receipt; needs no database."""
    with plainly():
        from cli.accounting import check

        check(file)
