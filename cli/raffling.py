"""Raffling: the evidence of a draw, out of the database and looked at again."""

import asyncio
from pathlib import Path

from cli import telling
from cli.opening import opened
from cli.vouching import found
from domain import programmes, raffles
from infra import db
from infra.settings import Settings


def check(path: Path, *, as_json: bool) -> None:
    """Draw again, and tell what was found. Raises BadEvidence, DrawIsWrong."""
    if path.stat().st_size > raffles.FILE_BYTES_MAX:
        raise raffles.BadEvidence(f"the file has more than {raffles.FILE_BYTES_MAX} bytes")
    told = raffles.read_evidence(path.read_bytes())
    raffles.check(told)
    if as_json:
        telling.as_json({"tickets": len(told.entries), "winners": list(told.winners)})
        return
    numbers = ", ".join(map(str, told.winners)) or "nobody"
    telling.answers.print(
        f"The draw is sound. Of {len(told.entries)} tickets won: {numbers}.",
        markup=False,
        soft_wrap=True,
    )


async def export(settings: Settings, path: Path, *, reward: str, slug: str) -> None:
    """Write the evidence. Raises NoSuchProgramme, NoSuchReward, NoSuchRaffle, RaffleStillOpen."""
    async with opened(settings), db.transaction() as tx:
        programme = await programmes.by_slug(slug, tx=tx)
        id = await found(reward, programme, tx)
        told = await raffles.evidence(id, programme=programme.id, tx=tx)
    await asyncio.to_thread(path.write_bytes, raffles.write_evidence(told))
    telling.answers.print(f"{len(told.entries)} tickets are in {path}.", markup=False)
