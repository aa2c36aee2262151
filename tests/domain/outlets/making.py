"""Making: the sentences that the tests of outlets begin with."""

from domain import outlets
from domain.outlets import Outlet
from domain.partners import Partner
from domain.visits import Position
from infra import ids
from infra.db import Tx
from infra.hours import Hours, Span
from tests.support.given import NOON

HERE = Position(48.2082, 16.3738)
# About 300 m away.
AROUND_THE_CORNER = Position(48.2100, 16.3770)
ALWAYS = Hours(((Span(0, 1_440),),) * 7)
NEVER = Hours(((),) * 7)


async def an_outlet(
    partner: Partner, *, position: Position = AROUND_THE_CORNER, hours: Hours = ALWAYS, tx: Tx
) -> Outlet:
    """A shop of the partner around the corner."""
    return await outlets.open(
        partner.id,
        name="Corner shop",
        position=position,
        zone="Europe/Vienna",
        hours=hours,
        programme=partner.programme,
        id=ids.new(NOON),
        at=NOON,
        tx=tx,
    )
