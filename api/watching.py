"""Watching: the subscription that tells what happens to the viewer's points."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

from api import cursors
from api.context import Info
from api.faults import Fault, FaultCode
from api.fields import argument, output, said, subscription
from api.live import Change
from api.members import PointsSummary
from api.scalars import Cursor
from api.statement import StatementEntry
from domain.members import Member as Asker

LIST = "pointsChanged"


@output
class PointsChanged:
    """Something happened to your points."""

    points: PointsSummary = said("What you have now.")
    entry: StatementEntry | None = said(
        "What happened; null where nothing is in the statement: the first event, which says what"
        " you have, and points that are promised."
    )
    cursor: Cursor = said("Your place: send it as `after` to go on from here.")


@output
class Subscription:
    """What a member can watch, over graphql-transport-ws."""

    @subscription
    async def points_changed(
        self,
        info: Info,
        after: Annotated[
            Cursor | None,
            argument("The last `cursor` you had: what you missed comes first, nothing twice."),
        ] = None,
    ) -> AsyncGenerator[PointsChanged, None]:
        """Each thing that happens to your points, in order. The first event comes at once."""
        asker = await info.context.asker()
        await info.context.rest()
        if asker is None:
            raise Fault(FaultCode.BAD_REQUEST, "Join the programme first.")
        place = info.context.cursors
        seq = (
            None if after is None else cursors.to_number(place.read(after, of=LIST, owner=asker.id))
        )
        async with aclosing(info.context.hub.follow(asker, after=seq)) as changes:
            async for change in changes:
                cursor = place.make(cursors.from_number(change.seq), of=LIST, owner=asker.id)
                yield _shaped(change, asker, Cursor(cursor))


def _shaped(change: Change, asker: Asker, cursor: Cursor) -> PointsChanged:
    return PointsChanged(
        points=PointsSummary.of(change.points),
        entry=None if change.entry is None else StatementEntry.of(change.entry, asker),
        cursor=cursor,
    )
