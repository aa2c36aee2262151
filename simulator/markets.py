"""Markets: where the points of a demo's members go, and what tempts them there."""

from datetime import datetime

from domain.programmes import Programme
from infra import db
from simulator import bars, lures, shelves


async def open_market(programme: Programme, position: tuple[float, float], *, at: datetime) -> None:
    """Open the bar of the demo's sports firm, put rewards on the shelves, and offer more for less.

    position -- degrees of latitude and longitude, of the bar.
    """
    async with db.transaction() as tx:
        bar = await bars.open_bar(programme, position, at=at, tx=tx)
        shelf = await shelves.fill(programme, bar, at=at, tx=tx)
        await lures.lay_out(programme, shelf, at=at, tx=tx)
    await shelves.print_codes(shelf["book"], programme=programme, at=at)
