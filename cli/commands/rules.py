"""laurel rules: what activities earn."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from cli import choosing
from cli.commands.options import Data, Json, Slug
from cli.telling import plainly

TIME = "A time such as 2026-12-01T00:00Z, by the start of an activity; now if missing."
app = typer.Typer(help="What activities earn.", no_args_is_help=True)
multiplier = typer.Typer(help="What makes rules give more or less.", no_args_is_help=True)
app.add_typer(multiplier, name="multiplier")


@app.command("list")
def rules_list(slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False) -> None:
    """What activities earn in a programme, every version."""
    with plainly():
        from cli.ruling import listed

        asyncio.run(listed(choosing.settings(data=data), slug=slug, as_json=as_json))


@app.command("set")
def rules_set(
    activity: Annotated[str, typer.Argument(help="RUN, RIDE, STEPS ...")],
    measure: Annotated[str, typer.Option(help="METRES, SECONDS, ACTIVITIES or QUANTITY.")],
    points: Annotated[int, typer.Option(help="So many points ...")],
    day_max: Annotated[int, typer.Option(help="Most points on one local day.")],
    per: Annotated[int, typer.Option(help="... for each so many of the measure.")] = 1,
    week_max: Annotated[int | None, typer.Option(help="Most points in one ISO week.")] = None,
    month_max: Annotated[int | None, typer.Option(help="Most points in one month.")] = None,
    active_from: Annotated[str | None, typer.Option("--from", help=TIME)] = None,
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """A new version of what an activity earns."""
    with plainly():
        from cli.ruling import put

        rule = {"measure": measure, "points": points, "per": per, "day_max": day_max}
        rule |= {"week_max": week_max, "month_max": month_max, "active_from": active_from}
        settings = choosing.settings(data=data)
        asyncio.run(put(settings, activity, slug=slug, rule=rule, as_json=as_json))


@app.command("maturity")
def rules_maturity(
    proof: Annotated[
        str | None, typer.Argument(help="CLAIMED, DEVICE, PARTNER or VERIFIED.")
    ] = None,
    hours: Annotated[int | None, typer.Option(help="How long its points wait.")] = None,
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """How long points wait, by who vouches for the activity; with --hours, set it."""
    with plainly():
        from cli.ruling import mature

        settings = choosing.settings(data=data)
        asyncio.run(mature(settings, proof, slug=slug, hours=hours, as_json=as_json))


@app.command("replay")
def rules_replay(
    rules: Annotated[
        Path | None, typer.Option(help="Proposed rules, TOML or JSON; without: those that hold.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="From when on; without: from the beginning.")
    ] = None,
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """What other rules would have given: who gains, who loses, what it costs. Writes nothing."""
    with plainly():
        from cli.replaying import replay

        settings = choosing.settings(data=data)
        asyncio.run(replay(settings, rules, slug=slug, since=since, as_json=as_json))


@multiplier.command("list")
def multiplier_list(slug: Slug = "verde", data: Data = Path("data"), as_json: Json = False) -> None:
    """The multipliers of a programme, those that ended too."""
    with plainly():
        from cli.ruling import multipliers

        asyncio.run(multipliers(choosing.settings(data=data), slug=slug, as_json=as_json))


@multiplier.command("set")
def multiplier_set(
    name: Annotated[str, typer.Argument(help="What members read, such as Double week.")],
    percent: Annotated[int, typer.Option(help="200 doubles, 50 halves.")],
    activity: Annotated[str | None, typer.Option(help="For this type only.")] = None,
    tier: Annotated[str | None, typer.Option(help="For members of this tier only.")] = None,
    segment: Annotated[str | None, typer.Option(help="For this segment only.")] = None,
    active_from: Annotated[str | None, typer.Option("--from", help=TIME)] = None,
    active_until: Annotated[str | None, typer.Option("--until", help="When it ends.")] = None,
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """A new multiplier; several that hold at once multiply, up to ten times."""
    with plainly():
        from cli.ruling import multiply

        said = {"percent": percent, "activity": activity, "tier": tier, "segment": segment}
        times = {"active_from": active_from, "active_until": active_until}
        settings = choosing.settings(data=data)
        asyncio.run(multiply(settings, name, slug=slug, said=said | times, as_json=as_json))


@multiplier.command("end")
def multiplier_end(
    number: Annotated[int, typer.Argument(help="Its number in the list.")],
    until: Annotated[str | None, typer.Option(help=TIME)] = None,
    slug: Slug = "verde",
    data: Data = Path("data"),
    as_json: Json = False,
) -> None:
    """End a multiplier; what it has given stays."""
    with plainly():
        from cli.ruling import end

        settings = choosing.settings(data=data)
        asyncio.run(end(settings, number, slug=slug, until=until, as_json=as_json))
