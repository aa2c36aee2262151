"""Gaming: the game's derived sums, from the command line."""

from dataclasses import asdict

from cli import telling
from cli.opening import opened
from domain import game, programmes
from infra import db
from infra.settings import Settings


async def rebuild(settings: Settings, *, slug: str, as_json: bool) -> None:
    """Derive everything of a programme anew. Raises NoSuchProgramme."""
    async with opened(settings):
        async with db.reading() as tx:
            programme = await programmes.by_slug(slug, tx=tx)
        done = await game.rebuild(programme=programme.id)
    if as_json:
        telling.as_json(asdict(done))
        return
    telling.people.print(
        f"{slug}: {done.facts} activities of {done.members} members are facts again;"
        f" {', '.join(done.sums)} are counted anew by the workers.",
        soft_wrap=True,
    )
