"""Point requests, as GraphQL."""

from typing import Annotated
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, asked, output, said
from api.globalids import Kind, Name
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.people import PublicMember, other
from api.scalars import Moment, Points
from api.states import Direction, PointRequestState
from api.transfers import Transfer
from domain import transfers
from domain.members import Member as Asker
from infra.db import Tx

Whose = Annotated[Direction, argument("RECEIVED: what you are asked for; SENT: what you ask.")]
OpenOnly = Annotated[bool, argument("True: only those that can still be paid.")]


@output
class PointRequest(Node):
    """Points that one friend asks the other for."""

    direction: Direction = said("RECEIVED: you are asked; SENT: you ask.")
    points: Points = said("How many points.")
    memo: str | None = said("What whoever asks wrote.")
    state: PointRequestState = said("Where it stands.")
    requested_at: Moment = said("When it was made.")
    expires_at: Moment = said("Until when it can be paid.")
    resolved_at: Moment | None = said("When it was paid, cancelled or over; null while open.")
    other_key: strawberry.Private[UUID]
    transfer_key: strawberry.Private[UUID | None]

    @asked
    async def member(self, info: Info) -> PublicMember:
        """The other one: who asks, or is asked."""
        return await other(self.other_key, info)

    @asked
    async def transfer(self, info: Info) -> Transfer | None:
        """The transfer that paid it; null while it is not PAID."""
        asker = await info.context.asker()
        if self.transfer_key is None or asker is None:
            return None
        found = await info.context.loading.transfers.load(self.transfer_key)
        return None if found is None else Transfer.of(found, asker.id)

    @classmethod
    def of(cls, request: transfers.PointRequest, asker: UUID) -> "PointRequest":
        """A point request, as one of its two ends sees it."""
        sent = request.asker == asker
        resolved_at = request.resolved_at
        return cls(
            id=globalids.of(Kind.POINT_REQUEST, request.id),
            direction=Direction.SENT if sent else Direction.RECEIVED,
            points=Points(request.points),
            memo=request.memo,
            state=PointRequestState[request.state],
            requested_at=Moment(request.asked_at),
            expires_at=Moment(request.expires_at),
            resolved_at=None if resolved_at is None else Moment(resolved_at),
            other_key=request.payer if sent else request.asker,
            transfer_key=request.transfer,
        )


@output
class RequestingMember:
    """What a member asks friends for, and is asked for."""

    record: strawberry.Private[Asker]

    @asked
    async def point_requests(
        self,
        info: Info,
        direction: Whose,
        open_only: OpenOnly = False,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[PointRequest]:
        """Requests for points, newest first."""
        return await point_requests_page(
            self.record,
            info.context,
            direction=direction,
            open_only=open_only,
            first=first,
            after=after,
        )


async def point_requests_page(
    asker: Asker,
    context: Context,
    *,
    direction: Direction,
    open_only: bool,
    first: int,
    after: str | None,
) -> Connection[PointRequest]:
    """One page of the asker's point requests; a cursor belongs to the filter it was made under."""
    name = f"pointRequests {direction.name} {open_only}"
    page = Page[transfers.PointRequest](name, asker, context, first=first, after=after)
    async with context.reading() as tx:
        found = await transfers.requests(
            asker,
            received=direction is Direction.RECEIVED,
            open_only=open_only,
            before=None if page.position is None else UUID(bytes=page.position),
            limit=page.limit,
            at=context.at,
            tx=tx,
        )
    return page.shaped(
        found, node=lambda one: PointRequest.of(one, asker.id), place=lambda one: one.id.bytes
    )


async def find(name: Name, asker: Asker, context: Context, tx: Tx) -> PointRequest | None:
    """The point request with that id; None when the asker has none."""
    if name.uuid is None:
        return None
    found = await transfers.several_requests([name.uuid], member=asker, at=context.at, tx=tx)
    request = found.get(name.uuid)
    return None if request is None else PointRequest.of(request, asker.id)
