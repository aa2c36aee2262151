"""Pushes: what waits, what was laid aside, and how it goes on."""

from dataclasses import asdict

from cli import telling
from cli.opening import opened
from domain import programmes, push
from infra import clock, db
from infra.db import Tx
from infra.settings import Settings


async def waiting(settings: Settings, *, programme: str | None, as_json: bool) -> None:
    """Print what waits to be pushed, by programme and template."""
    async with opened(settings), db.reading() as tx:
        found = await push.waiting(programme=await _number(programme, tx), tx=tx)
    if as_json:
        telling.as_json([asdict(each) for each in found])
        return
    rows = ((w.programme, w.template, w.waiting, w.parked, w.oldest) for w in found)
    columns = ("Programme", "Template", "Waiting", "Stopped", "Oldest")
    telling.table("Waiting pushes", columns, rows)


async def dead(settings: Settings, *, programme: str | None, limit: int, as_json: bool) -> None:
    """Print the pushes that were laid aside, newest first, and the templates that are stopped."""
    async with opened(settings), db.reading() as tx:
        number = await _number(programme, tx)
        found = await push.dead(programme=number, limit=limit, tx=tx)
        stopped = await push.stopped(programme=number, limit=limit, tx=tx)
    if as_json:
        said = {"dead": [asdict(d) for d in found], "stopped": [asdict(s) for s in stopped]}
        telling.as_json(said)
        return
    rows = ((d.programme, d.template, d.id, d.device, d.attempts, d.at, d.error) for d in found)
    columns = ("Programme", "Template", "Event", "Device", "Attempts", "Laid aside", "Error")
    telling.table("Dead pushes", columns, rows)
    telling.table(
        "Stopped templates",
        ("Programme", "Template", "Since", "Error"),
        ((s.programme, s.template, s.at, s.error) for s in stopped),
    )


async def resume(
    settings: Settings, *, programme: str | None, template: str | None, as_json: bool
) -> None:
    """Let what was stopped or laid aside go on, and say how many pushes wait again."""
    async with opened(settings), db.transaction() as tx:
        number = await _number(programme, tx)
        count = await push.resume(programme=number, template=template, at=clock.now(), tx=tx)
    if as_json:
        telling.as_json({"resumed": count})
    else:
        telling.answers.print(f"{count} pushes wait to be sent again.")


async def _number(slug: str | None, tx: Tx) -> int | None:
    """The programme of that short name; None: all."""
    return None if slug is None else (await programmes.by_slug(slug, tx=tx)).id
