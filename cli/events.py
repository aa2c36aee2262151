"""Events: what could not be delivered, for an operator to see and to run again."""

from dataclasses import asdict
from datetime import UTC, datetime

from cli import telling
from cli.opening import opened
from cli.telling import USAGE, Stop
from infra import backlog, db
from infra.settings import Settings
from workers import gathering


async def waiting(settings: Settings, *, as_json: bool) -> None:
    """Print what is queued, by reaction."""
    async with opened(settings), db.reading() as tx:
        found = await backlog.waiting(tx=tx)
    if as_json:
        telling.as_json([asdict(each) for each in found])
    else:
        rows = ((each.reaction, each.waiting, each.oldest) for each in found)
        telling.table("Waiting events", ("Reaction", "Waiting", "Oldest"), rows)


async def dead(settings: Settings, *, reaction: str | None, limit: int, as_json: bool) -> None:
    """Print the deliveries that were given up, oldest first."""
    async with opened(settings), db.reading() as tx:
        found = await backlog.dead(reaction=reaction, limit=limit, tx=tx)
    if as_json:
        telling.as_json([asdict(each) for each in found])
        return
    rows = ((d.number, d.reaction, d.action, d.subject, d.attempts, d.at, d.error) for d in found)
    columns = ("Number", "Reaction", "Action", "Subject", "Attempts", "Given up", "Error")
    telling.table("Dead events", columns, rows)


async def revive(
    settings: Settings, *, reaction: str | None, number: int | None, as_json: bool
) -> None:
    """Queue dead deliveries again and say how many."""
    async with opened(settings), db.transaction() as tx:
        count = await backlog.revive(reaction=reaction, number=number, tx=tx)
    _queued(count, as_json=as_json)


async def replay(settings: Settings, reaction: str, *, since: datetime, as_json: bool) -> None:
    """Queue past events for one reaction and say how many. Raises Stop for an unknown one."""
    known = [each.name for each in gathering.reactions()]
    if reaction not in known:
        raise Stop(f"There is no reaction {reaction}; there are {', '.join(known)}.", code=USAGE)
    async with opened(settings), db.transaction() as tx:
        moment = since if since.tzinfo else since.replace(tzinfo=UTC)
        count = await backlog.replay(reaction, since=moment, tx=tx)
    _queued(count, as_json=as_json)


def _queued(count: int, *, as_json: bool) -> None:
    if as_json:
        telling.as_json({"queued": count})
    else:
        telling.answers.print(f"{count} deliveries are queued.")
